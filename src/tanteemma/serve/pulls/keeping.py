"""Enter, change, pause and remove pulls; each with its schedule, its secret and a line in the audit, in one transaction."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from tanteemma.ingest.sources.pulling.plan import EveryMinutes, Plan, check_plan, rhythm_of
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.settings import Settings
from tanteemma.store.folder import DataFolder
from tanteemma.store.jobs import Daily, Every, Order, Rhythm, Schedule, declare, enqueue, retire
from tanteemma.store.operational import Transaction, audit, pulls
from tanteemma.store.operational.records import StoredPull
from tanteemma.store.vault import Vault

#: the job that the clock orders, and the one that pulls; the second has a queue of its own, so that imports never wait for it
DUE: Final = "pull_due"
PULL: Final = "pull"
QUEUE: Final = "pulls"
#: a pull that ends with its worker is poison for nobody: the process that pulls is another one
_ATTEMPTS: Final = 1_000
_LONGEST_NAME: Final = 80
OWNER: Final = "owner"


class PullOrder(msgspec.Struct, frozen=True):
    """Pull ``number``. ``asked``: by a person, so also when it is paused. ``failures``: only if it has failed so often."""

    number: int
    asked: bool = False
    failures: int | None = None


@dataclass(frozen=True, slots=True)
class Keeper:
    """Where passwords are kept, and on whose clocks a day begins."""

    vault: Vault
    zone: str


def keeper_of(folder: DataFolder, settings: Settings) -> Keeper:
    """That of a data folder."""
    return Keeper(Vault(folder.secrets), settings.time_zone)


def plan_of(stored: StoredPull) -> Plan:
    """The plan in its type."""
    plan: Plan = msgspec.json.decode(stored.plan, type=Plan)
    return plan


def plan_json(plan: Plan) -> str:
    """The plan as it is kept."""
    return msgspec.json.encode(plan).decode()


def checked_name(name: str) -> str:
    """The name without blanks around it. Raises Problem FIELD_MISSING, TEXT_TOO_LONG."""
    said = " ".join(name.split())
    if not said:
        raise Problem(ProblemCode.FIELD_MISSING, status=422, field="name")
    if len(said) > _LONGEST_NAME:
        raise Problem(ProblemCode.TEXT_TOO_LONG, status=422, field="name", limit=_LONGEST_NAME)
    return said


def add(tx: Transaction, keeper: Keeper, name: str, plan: Plan, secret: str = "") -> StoredPull:
    """Enter a pull; it begins to run when its columns are settled. Raises Problem."""
    check_plan(plan)
    said = checked_name(name)
    if pulls.named(tx, said) is not None:
        raise Problem(ProblemCode.PULL_NAME_TAKEN, status=409, value=said)
    kept = keeper.vault.keep(secret) if secret else None
    stored = pulls.add(tx, pulls.NewPull(name=said, plan=plan_json(plan), secret=kept))
    audit.note(tx, OWNER, "pull_added", str(stored.number))
    schedule(tx, stored, keeper.zone)
    return stored


def change(tx: Transaction, keeper: Keeper, number: int, plan: Plan, secret: str = "") -> StoredPull:
    """Change a plan; with another place it begins anew. Raises Problem PULL_DECLARED for one that stands in ``emma.toml``."""
    vault = keeper.vault
    stored = own(tx, number)
    check_plan(plan)
    values: dict[str, object] = {"plan": plan_json(plan), "failures": 0, "next_try": None}
    if _place(plan_of(stored)) != _place(plan):
        values |= {"state": "{}"}
    if secret:
        if stored.secret:
            vault.drop(stored.secret)
        values["secret"] = vault.keep(secret)
    changed = pulls.change(tx, number, **values)
    audit.note(tx, OWNER, "pull_changed", str(number))
    schedule(tx, changed, keeper.zone)
    return changed


def _place(plan: Plan) -> tuple[str, ...]:
    """What decides which rows there are."""
    said = msgspec.to_builtins(plan)
    return tuple(f"{name}={said.get(name, '')}" for name in ("kind", "url", "table", "folder", "glob", "cursor", "rows"))


def own(tx: Transaction, number: int) -> StoredPull:
    """The pull, if it may be changed here. Raises Problem NOT_FOUND, PULL_DECLARED."""
    stored = pulls.get(tx, number)
    if stored.declared:
        raise Problem(ProblemCode.PULL_DECLARED, status=409, value=stored.name)
    return stored


def settle(tx: Transaction, number: int, mapping: str, zone: str) -> StoredPull:
    """The columns are settled: from now on it runs by the clock, and once at once."""
    changed = pulls.change(tx, number, mapping=mapping, paused=False, failures=0, next_try=None)
    audit.note(tx, OWNER, "pull_settled", str(number))
    schedule(tx, changed, zone)
    run_now(tx, number)
    return changed


def pause(tx: Transaction, number: int, *, paused: bool, zone: str) -> StoredPull:
    """Stop or go on by the clock. A pull under way brings nothing any more when it is paused."""
    changed = pulls.change(tx, number, paused=paused, next_try=None)
    audit.note(tx, OWNER, "pull_paused" if paused else "pull_resumed", str(number))
    schedule(tx, changed, zone)
    return changed


def remove(tx: Transaction, keeper: Keeper, number: int) -> StoredPull:
    """Forget a pull with its secret; what it brought stays. Raises Problem NOT_FOUND, PULL_DECLARED."""
    own(tx, number)
    gone = pulls.remove(tx, number)
    retire(tx, schedule_name(number))
    audit.note(tx, OWNER, "pull_removed", str(number))
    if gone.secret:
        name = gone.secret
        tx.after_commit(lambda: keeper.vault.drop(name))
    return gone


def run_now(tx: Transaction, number: int) -> int:
    """Order a pull at once. Returns the number of the job."""
    return order(tx, PullOrder(number, asked=True))


def order(tx: Transaction, wanted: PullOrder, **more: object) -> int:
    """Order a pull in its own queue."""
    made = Order(PULL, wanted, queue=QUEUE, max_attempts=_ATTEMPTS)
    return enqueue(tx, msgspec.structs.replace(made, **more))


def schedule_name(number: int) -> str:
    """Under which name the clock knows a pull."""
    return f"pull:{number}"


def is_settled(stored: StoredPull) -> bool:
    """Is it said what its columns mean?"""
    return stored.mapping is not None or stored.declared or bool(plan_of(stored).columns)


def schedule(tx: Transaction, stored: StoredPull, zone: str) -> None:
    """Bring the clock in line. ``zone``: of the company."""
    name = schedule_name(stored.number)
    if stored.paused or not is_settled(stored):
        retire(tx, name)
    else:
        declare(tx, Schedule(name, DUE, rhythm(plan_of(stored), zone), PullOrder(stored.number)))


def rhythm(plan: Plan, zone: str) -> Rhythm:
    """When a plan runs, as the clock of the jobs says it."""
    said = rhythm_of(plan.every)
    return Every(said.minutes * 60) if isinstance(said, EveryMinutes) else Daily(said.hour, said.minute, zone)


def declare_all(tx: Transaction, settings: Settings) -> None:
    """Make the pulls of ``emma.toml`` known, changed or gone as they stand there. Done at each start."""
    known = {one.name: one for one in pulls.every(tx)}
    for name, plan in settings.pulls.items():
        stored = known.get(name)
        said = plan_json(plan)
        if stored is None:
            stored = pulls.add(tx, pulls.NewPull(name=name, plan=said, declared=True))
        elif stored.plan != said or not stored.declared:
            fresh = {} if _place(plan_of(stored)) == _place(plan) else {"state": "{}"}
            stored = pulls.change(tx, stored.number, plan=said, declared=True, mapping=None, **fresh)
        schedule(tx, stored, settings.time_zone)
    for stored in known.values():
        if stored.declared and stored.name not in settings.pulls:
            pulls.remove(tx, stored.number)
            retire(tx, schedule_name(stored.number))
        elif not stored.declared:
            schedule(tx, stored, settings.time_zone)


def secret_of(stored: StoredPull, vault: Vault, environment: Mapping[str, str] = os.environ) -> str:
    """The password or token. Raises Problem PULL_SECRET_MISSING naming the variable that is not set."""
    variable = plan_of(stored).secret_env
    if variable:
        if variable not in environment:
            raise Problem(ProblemCode.PULL_SECRET_MISSING, status=422, value=variable)
        return environment[variable]
    if stored.secret is None:
        return ""
    found = vault.find(stored.secret)
    if found is None:
        raise Problem(ProblemCode.PULL_SECRET_MISSING, status=422, value=stored.name)
    return found
