"""What is to be pulled, from where and when: one typed plan for ``emma.toml``, the page and the command line."""

import re
from collections.abc import Mapping
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

import msgspec

from tanteemma.model.problems import Problem, ProblemCode

Text = Annotated[str, msgspec.Meta(max_length=2_000)]
_Positive = Annotated[int, msgspec.Meta(ge=0, le=10_000_000)]
_STEP: Final = re.compile(r"\s*(\d{1,5})\s*(m|min|minutes?|minuten?|h|hours?|stunden?)\s*", re.IGNORECASE)
_CLOCK: Final = re.compile(r"\s*([01]?\d|2[0-3]):([0-5]\d)\s*")
_DATABASES: Final = ("postgresql", "mysql", "mariadb", "sqlite", "mssql")
_LONGEST_MINUTES: Final = 7 * 24 * 60


class _Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", omit_defaults=True):
    """What every pull says.

    ``every``: ``15 min``, ``2 h`` or a time of day, ``06:30``. ``secret_env``: name of the environment variable that holds the
    password or token. ``cursor``: the column or field that grows (time of change, running number); only rows from its last
    value on are asked for. ``overlap_s``: how far behind a cursor that is a time the next pull begins, for rows that were
    committed late. ``columns``: role -> column as for ``emma import --columns``. ``touchpoint``, ``channel``: fixed names
    where no column says them.
    """

    every: Text = "1 h"
    secret_env: Text = ""
    cursor: Text = ""
    overlap_s: Annotated[int, msgspec.Meta(ge=0, le=7 * 86_400)] = 60
    columns: dict[str, Text] = {}
    touchpoint: Text = ""
    channel: Text = ""


class SqlPlan(_Plan, frozen=True, kw_only=True, tag="sql"):
    """Rows of a table or view. ``url``: SQLAlchemy URL without password; ``table``: ``name`` or ``schema.name``."""

    url: Text
    table: Text


class RestPlan(_Plan, frozen=True, kw_only=True, tag="rest"):
    """Rows of an interface that answers in JSON.

    ``url``: address of the list. ``rows``: path to the list in the answer (``data.items``; empty = found by itself).
    ``auth``: how the secret is sent: ``none``, ``bearer``, ``header`` (under ``auth_name``) or ``basic`` (with ``auth_name`` as
    user). ``pages``: how one comes to the next page: ``none``, ``page``, ``offset``, ``token`` (read at ``next``, sent as
    ``page_param``), ``link`` (the Link header) or ``next_url`` (read at ``next``); ``auto`` tries what the answer shows.
    ``page_size`` is sent as ``size_param`` where that is named. ``since_param``: query parameter that takes the cursor.
    """

    url: Text
    rows: Text = ""
    auth: Literal["none", "bearer", "header", "basic"] = "none"
    auth_name: Text = ""
    pages: Literal["auto", "none", "page", "offset", "token", "link", "next_url"] = "auto"
    page_param: Text = ""
    first_page: Annotated[int, msgspec.Meta(ge=0, le=1)] = 1
    size_param: Text = ""
    page_size: _Positive = 100
    next: Text = ""
    since_param: Text = ""


class FilesPlan(_Plan, frozen=True, kw_only=True, tag="files"):
    """Files of a folder (``folder`` and ``glob``), or one file at an address (``url``); read as an import reads them."""

    folder: Text = ""
    glob: Text = "*"
    url: Text = ""
    auth: Literal["none", "bearer", "basic"] = "none"
    auth_name: Text = ""


Plan = SqlPlan | RestPlan | FilesPlan


class EveryMinutes(msgspec.Struct, frozen=True):
    """Every so many minutes."""

    minutes: int


class DailyAt(msgspec.Struct, frozen=True):
    """Every day at a time of day on the company's clocks."""

    hour: int
    minute: int


def rhythm_of(every: str) -> EveryMinutes | DailyAt:
    """How often is that? Raises Problem PULL_SETTING for words that say no rhythm.

    >>> rhythm_of("15 min"), rhythm_of("06:30")
    (EveryMinutes(minutes=15), DailyAt(hour=6, minute=30))
    """
    clock = _CLOCK.fullmatch(every)
    if clock is not None:
        return DailyAt(int(clock[1]), int(clock[2]))
    step = _STEP.fullmatch(every)
    minutes = int(step[1]) * (60 if step[2][0].lower() in "hs" else 1) if step is not None else 0
    if not 1 <= minutes <= _LONGEST_MINUTES:
        raise _wrong("every", every, "15 min, 2 h, 06:30")
    return EveryMinutes(minutes)


def read_plan(entries: Mapping[str, object]) -> Plan:
    """A plan from entries as they were typed, checked. Raises Problem PULL_SETTING, PULL_SECRET_INLINE.

    >>> read_plan({"kind": "sql", "url": "sqlite:////srv/shop.db", "table": "orders", "overlap_s": "0"}).overlap_s
    0
    """
    try:
        plan: Plan = msgspec.convert(dict(entries), type=Plan, strict=False)
    except msgspec.ValidationError as wrong:
        # the library names the field and what it may be, never the value
        said = str(wrong)
        field = re.search(r"`\$?\.?([^`]+)`", said.partition(" - at ")[2] or said)
        raise Problem(ProblemCode.PULL_SETTING, status=422, field=field[1] if field else "kind", allowed=said[:200]) from wrong
    check_plan(plan)
    return plan


def check_plan(plan: Plan) -> None:
    """Is the plan complete and free of secrets? Raises Problem PULL_SETTING, PULL_SECRET_INLINE naming the field."""
    rhythm_of(plan.every)
    if isinstance(plan, SqlPlan):
        _check_url(plan.url, _DATABASES)
        if not plan.table:
            raise _wrong("table", "", "kunden, shop.bestellungen")
    elif isinstance(plan, RestPlan):
        _check_url(plan.url, ("http", "https"))
        _check_rest(plan)
    elif plan.url:
        _check_url(plan.url, ("http", "https"))
    elif not plan.folder:
        raise _wrong("folder", "", "/srv/export")
    elif plan.glob.startswith("/") or ".." in plan.glob.split("/"):
        raise _wrong("glob", plan.glob, "*.csv, **/*.xlsx")


def _check_rest(plan: RestPlan) -> None:
    if plan.auth == "header" and not plan.auth_name:
        raise _wrong("auth_name", "", "X-Api-Key")
    if plan.pages in {"token", "next_url"} and not plan.next:
        raise _wrong("next", "", "paging.next")
    if plan.pages == "token" and not plan.page_param:
        raise _wrong("page_param", "", "cursor, page_token")


def _check_url(url: str, allowed: tuple[str, ...]) -> None:
    try:
        parts = urlsplit(url)
        has_password = bool(parts.password)
    except ValueError:
        raise _wrong("url", "", ", ".join(f"{scheme}://…" for scheme in allowed)) from None
    if has_password or re.search(r"[?&](password|pwd|token|api_?key|access_token)=", url, re.IGNORECASE):
        raise Problem(ProblemCode.PULL_SECRET_INLINE, status=422, field="url")
    if parts.scheme.partition("+")[0] not in allowed:
        raise _wrong("url", parts.scheme, ", ".join(f"{scheme}://…" for scheme in allowed))


def _wrong(field: str, value: str, allowed: str) -> Problem:
    return Problem(ProblemCode.PULL_SETTING, status=422, field=field, value=value or "–", allowed=allowed)


def place_of(plan: Plan) -> str:
    """Where the rows come from, in words without secrets.

    >>> place_of(SqlPlan(url="postgresql+psycopg://emma@db.example.org/shop", table="kunden"))
    'db.example.org/shop: kunden'
    """
    if isinstance(plan, FilesPlan) and not plan.url:
        return f"{plan.folder.rstrip('/')}/{plan.glob}"
    parts = urlsplit(plan.url)
    where = f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{re.sub('^//', '/', parts.path)}"
    return f"{where}: {plan.table}" if isinstance(plan, SqlPlan) else where
