"""How is each pull? Read from the operational tables alone, so that it can be said while the worker is away."""

from datetime import datetime

import msgspec

from tanteemma.ingest.sources.pulling.plan import place_of
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.pulls.keeping import is_settled, plan_of, schedule_name
from tanteemma.serve.worker.import_reading import state_of
from tanteemma.store.jobs import next_time
from tanteemma.store.operational import Transaction, files, flushes, pulls
from tanteemma.store.operational.records import Counts, StoredPull


class Equation(msgspec.Struct, frozen=True):
    """received = accepted + duplicate + quarantined + rejected."""

    received: int = 0
    accepted: int = 0
    duplicate: int = 0
    quarantined: int = 0
    rejected: int = 0


class PullState(msgspec.Struct, frozen=True, kw_only=True):
    """One pull as the page, the command line and the interface tell of it.

    ``state``: ``draft`` (columns not settled), ``paused``, ``running``, ``failing``, ``waiting`` (no pull yet), ``good``.
    ``rows``: of the last pull. ``last``: what became of the rows of the last pull that brought any; ``total``: of all of them.
    """

    number: int
    name: str
    kind: str
    place: str
    every: str
    state: str
    declared: bool
    reason: str | None = None
    reason_params: dict[str, str] = {}
    failing_since: datetime | None = None
    failures: int = 0
    next_try: datetime | None = None
    next_run: datetime | None = None
    last_run: datetime | None = None
    rows: int | None = None
    file: int | None = None
    last: Equation | None = None
    last_state: str | None = None
    total: Equation = Equation()

    def problem(self, language: str) -> str | None:
        """Why it fails, in plain words."""
        if self.reason is None:
            return None
        try:
            code = ProblemCode(self.reason)
        except ValueError:
            code = ProblemCode.PULL_STOPPED
        return Problem(code, status=502, **self.reason_params).sentence(language)


def state_of_pull(tx: Transaction, stored: StoredPull, totals: dict[str, Counts] | None = None) -> PullState:
    """How is this one?"""
    plan = plan_of(stored)
    counts = (flushes.totals(tx) if totals is None else totals).get(stored.name, Counts())
    last, last_state = None, None
    if stored.file is not None:
        brought = state_of(tx, files.get(tx, stored.file))
        last_state = brought.state
        names = Equation.__struct_fields__
        last = Equation(*(getattr(brought, name) for name in names)) if brought.received else None
    return PullState(
        number=stored.number,
        name=stored.name,
        kind=str(msgspec.to_builtins(plan)["kind"]),
        place=place_of(plan),
        every=plan.every,
        state=_word(stored),
        declared=stored.declared,
        reason=stored.reason,
        reason_params=stored.reason_params,
        failing_since=stored.failing_since,
        failures=stored.failures,
        next_try=stored.next_try,
        next_run=None if stored.paused else next_time(tx, schedule_name(stored.number)),
        last_run=stored.ended,
        rows=stored.rows,
        file=stored.file,
        last=last,
        last_state=last_state,
        total=Equation(*(getattr(counts, name) for name in Equation.__struct_fields__)),
    )


def _word(stored: StoredPull) -> str:
    if stored.running_job is not None:
        return "running"
    if stored.paused:
        return "paused"
    if stored.failing_since is not None:
        return "failing"
    if not is_settled(stored):
        return "draft"
    return "good" if stored.ended is not None else "waiting"


def every_pull(tx: Transaction) -> list[PullState]:
    """All of them by name."""
    totals = flushes.totals(tx)
    return [state_of_pull(tx, stored, totals) for stored in pulls.every(tx)]


def one_pull(tx: Transaction, number: int) -> PullState:
    """One of them. Raises Problem NOT_FOUND."""
    return state_of_pull(tx, pulls.get(tx, number))
