"""One pull from the worker's side: its process set to work, its rows entered as a file in the same step as its position."""

import shutil
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from tanteemma.ingest.formats.choose import check_settled
from tanteemma.ingest.formats.role import NAMING
from tanteemma.ingest.formats.shape import Mapping, Preview, Role
from tanteemma.ingest.sources.pulling.plan import FilesPlan, Plan
from tanteemma.ingest.sources.pulling.running import run_pull
from tanteemma.ingest.sources.pulling.task import Failed, Fetched, Limits, State, Task
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.pulls.keeping import plan_of, secret_of
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.imports import Wanted, look
from tanteemma.store import disk
from tanteemma.store.operational.records import StoredPull
from tanteemma.store.vault import Vault

_SAMPLE_S: Final = 45.0
_SAMPLE_BYTES: Final = 256 << 20
#: without these a row is nothing
_NEEDED: Final = (Role.TIME, Role.TOUCHPOINT, Role.MESSAGE_ID)
_SOMEBODY: Final = (*NAMING, Role.JOURNEY)


class SourceTrouble(Exception):
    """The source gave no rows. ``problem`` says why; ``wait_s``: how long it asked to be left alone."""

    def __init__(self, problem: Problem, wait_s: float = 0.0) -> None:
        super().__init__(problem.code.value)
        self.problem = problem
        self.wait_s = wait_s


class Brought(msgspec.Struct, frozen=True, kw_only=True):
    """A file with rows, its name, and what is known of its columns."""

    path: Path
    name: str
    mark: str = ""


def task_for(house: House, stored: StoredPull, out: Path, *, sample: bool = False) -> Task:
    """What the process is told. Raises Problem PULL_SECRET_MISSING."""
    settings = house.settings
    limits = Limits(
        seconds=_SAMPLE_S if sample else settings.pull_timeout_s,
        memory_bytes=settings.pull_memory_bytes,
        bytes=min(settings.largest_upload_bytes, _SAMPLE_BYTES if sample else settings.largest_upload_bytes),
        rows=settings.pull_rows,
        patience_s=2.0 if sample else 30.0,
    )
    return Task(
        plan=plan_of(stored),
        out=str(out),
        secret=secret_of(stored, Vault(house.folder.secrets)),
        state=State() if sample else msgspec.json.decode(stored.state, type=State),
        limits=limits,
        networks=settings.pull_networks,
        folders=settings.pull_folders,
        sample=sample,
    )


def fetch(task: Task, breathe: Callable[[], None]) -> Fetched:
    """What the source gave. Raises SourceTrouble, and what ``breathe`` raises."""
    outcome = run_pull(task, breathe)
    if isinstance(outcome, Failed):
        try:
            code = ProblemCode(outcome.code)
        except ValueError:
            code = ProblemCode.PULL_STOPPED
        raise SourceTrouble(Problem(code, status=502, **outcome.params), outcome.wait_s)
    return outcome


def brought(task: Task, fetched: Fetched, stored: StoredPull, zone: str) -> list[Brought]:
    """The files a pull brought, none if there was nothing new."""
    if isinstance(task.plan, FilesPlan):
        return [Brought(path=Path(one.path), name=one.name, mark=one.mark) for one in fetched.files]
    moment = f"{datetime.now(UTC).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
    return [Brought(path=Path(task.out), name=f"{stored.name} {moment}.jsonl")] if fetched.rows else []


def clear(out: Path) -> None:
    """Leave nothing of a pull behind that was not entered."""
    disk.remove_durably(out)
    shutil.rmtree(f"{out}.d", ignore_errors=True)


def mapping_for(house: House, stored: StoredPull, file: Brought) -> Mapping:
    """How a file of this pull is read: as settled, else as its plan says. Raises Problem MAPPING_NEEDED, COLUMN_UNKNOWN."""
    if stored.mapping is not None:
        return msgspec.json.decode(stored.mapping, type=Mapping)
    found = first_look(house, plan_of(stored), file)
    check_settled(found)
    return found.mapping


def first_look(house: House, plan: Plan, file: Brought, said: Wanted | None = None) -> Preview:
    """The preview of a file under a plan, or as somebody said. Times without zone are the company's."""
    said = said or Wanted()
    if said.mapping is not None:
        return look(house, file.path, file.name, said)
    columns = {"zone": house.settings.time_zone} | dict(plan.columns)
    form = None if isinstance(plan, FilesPlan) else "jsonl"
    found = look(house, file.path, file.name, Wanted(columns=columns, answers=said.answers, format=form))
    fixed = {role: text for role, text in ((Role.TOUCHPOINT, plan.touchpoint), (Role.CHANNEL, plan.channel)) if text}
    if not fixed:
        return found
    kept = {role: name for role, name in found.mapping.columns.items() if role not in fixed}
    mapping = msgspec.structs.replace(found.mapping, constants=dict(found.mapping.constants) | fixed, columns=kept)
    return look(house, file.path, file.name, Wanted(mapping=msgspec.json.encode(mapping), answers=said.answers))


def check_columns(mapping: Mapping, columns: Iterable[str], *, complete: bool) -> None:
    """Are the columns still there that the rows are read by? Raises Problem PULL_COLUMN_GONE naming it and what there is.

    ``complete``: every column is in every row (a table); else a column that no row names may just be empty this time, and only
    those are missed without which no row can be read.
    """
    there = list(columns)
    gone = {role: name for role, name in mapping.columns.items() if name not in there}
    if complete:
        missed = list(gone.values())
    else:
        missed = [gone[role] for role in _NEEDED if role in gone]
        somebody = [role for role in _SOMEBODY if role in mapping.columns]
        if somebody and all(role in gone for role in somebody):
            missed += [gone[role] for role in somebody]
    if missed:
        names = ", ".join(dict.fromkeys(missed))
        raise Problem(ProblemCode.PULL_COLUMN_GONE, status=422, field=names, allowed=", ".join(there[:50]))


def columns_of(house: House, file: Brought, fetched: Fetched, mapping: Mapping) -> tuple[tuple[str, ...], bool]:
    """The columns of a file, and whether every row has them all."""
    if fetched.columns:
        return fetched.columns, fetched.complete
    found = look(house, file.path, file.name, Wanted(mapping=msgspec.json.encode(mapping)))
    return found.columns, mapping.format != "jsonl"
