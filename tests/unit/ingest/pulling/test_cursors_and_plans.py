"""Whatever the overlap, rows that are seen twice are written once; what is no plan is named."""

import io
import ipaddress
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.ingest.sources.pulling.guard import Guard, is_public, plain_host
from tanteemma.ingest.sources.pulling.plan import DailyAt, EveryMinutes, SqlPlan, place_of, read_plan, rhythm_of
from tanteemma.ingest.sources.pulling.task import Limits, State
from tanteemma.ingest.sources.pulling.writing import Writer, start_of
from tanteemma.model.problems import Problem, ProblemCode

Rows = list[dict[str, int]]


def _pull(rows: Rows, state: State, limits: Limits) -> tuple[list[dict[str, int]], State]:
    """One pull as a database answers it: from the cursor on, in its order."""
    start = start_of(state, 0)
    out = io.BytesIO()
    asked = sorted((row for row in rows if start is None or row["at"] >= start), key=lambda row: row["at"])
    written = Writer(out, "at", state, limits).write(asked, pauses=True)
    return [json.loads(line) for line in out.getvalue().splitlines()], written.state


def _key(row: dict[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(row.items()))


@given(
    batches=st.lists(st.lists(st.integers(0, 5), max_size=12), max_size=6),
    portion=st.integers(1, 4),
)
def test_every_row_comes_and_comes_once_however_large_a_portion_is(batches: list[list[int]], portion: int) -> None:
    """Rows of a later batch have later times, or the very last one of the batch before: they are seen twice."""
    rows: Rows = []
    came: Rows = []
    state = State()
    base = 0
    for batch in batches:
        rows += [{"id": len(rows) + place, "at": base + step} for place, step in enumerate(batch)]
        base = max((row["at"] for row in rows), default=0)
        for _ in range(len(rows) + 2):
            new, state = _pull(rows, state, Limits(rows=portion))
            came += new
            if not state.more:
                break
        assert not state.more
    assert sorted(map(_key, came)) == sorted(map(_key, rows))


@given(first=st.lists(st.integers(0, 9), min_size=1, unique=True), changed=st.integers(0, 9))
def test_a_row_that_changed_comes_again_and_one_that_did_not_stays_away(first: list[int], changed: int) -> None:
    rows = [{"id": number, "at": 7, "step": 0} for number in first]
    _, state = _pull(rows, State(), Limits())
    later = [row | {"step": int(row["id"] == changed)} for row in rows]
    new, _ = _pull(later, state, Limits())
    assert [row["id"] for row in new] == [number for number in first if number == changed]


def test_more_bytes_than_allowed_are_refused() -> None:
    with pytest.raises(Problem) as refused:
        Writer(io.BytesIO(), "", State(), Limits(bytes=10)).write([{"a": "x" * 50}])
    assert refused.value.code is ProblemCode.PULL_TOO_LARGE


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.9", "100.64.0.1", "0.1.2.3", "224.0.0.1", "::1", "fe80::1"),
        *("fc00::1", "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "::7f00:1", "::"),
    ],
)
def test_addresses_that_are_not_of_the_open_internet_are_known_in_every_disguise(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    guard = Guard("shop.example.org", ())
    with pytest.raises(Problem) as refused:
        guard.check(address)
    assert refused.value.code is ProblemCode.PULL_ADDRESS
    assert guard.refused is refused.value


def test_a_public_address_and_an_allowed_network_are_reached() -> None:
    Guard("shop.example.org", ()).check("93.184.216.34")
    Guard("shop.example.org", ("10.0.0.0/8",)).check("10.20.30.40")


def test_a_guard_knows_only_the_host_of_the_source() -> None:
    guard = Guard("Shop.Example.org.", ())
    guard._check_name("shop.example.org")
    with pytest.raises(Problem):
        guard._check_name("telemetry.example.org")
    assert plain_host("bücher.example") == "xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("every", "rhythm"),
    [("15 min", EveryMinutes(15)), ("2h", EveryMinutes(120)), ("06:30", DailyAt(6, 30)), ("3 Stunden", EveryMinutes(180))],
)
def test_a_rhythm_is_read_as_people_write_it(every: str, rhythm: EveryMinutes | DailyAt) -> None:
    assert rhythm_of(every) == rhythm


@pytest.mark.parametrize("every", ["", "0 min", "25:00", "often", "99999 h"])
def test_what_is_no_rhythm_is_named(every: str) -> None:
    with pytest.raises(Problem) as wrong:
        rhythm_of(every)
    assert wrong.value.params["field"] == "every"


@pytest.mark.parametrize(
    ("entries", "field"),
    [
        ({"kind": "sql", "url": "ftp://db.example.org", "table": "t"}, "url"),
        ({"kind": "sql", "url": "sqlite:////srv/x.db", "table": ""}, "table"),
        ({"kind": "sql", "url": "sqlite:////srv/x.db", "table": "t", "password": "geheim"}, "password"),
        ({"kind": "rest", "url": "https://shop.example.org", "auth": "header"}, "auth_name"),
        ({"kind": "rest", "url": "https://shop.example.org", "pages": "token"}, "next"),
        ({"kind": "files", "folder": "/srv", "glob": "../*"}, "glob"),
    ],
)
def test_a_plan_that_cannot_be_names_its_field_and_shows_no_secret(entries: dict[str, object], field: str) -> None:
    with pytest.raises(Problem) as wrong:
        read_plan(entries)
    assert wrong.value.params["field"] == field
    assert "geheim" not in wrong.value.sentence("de")


@pytest.mark.parametrize("url", ["postgresql://u:geheim@db.example.org/x", "https://shop.example.org/x?api_key=geheim"])
def test_a_password_within_an_address_is_refused_and_not_repeated(url: str) -> None:
    kind = {"kind": "sql", "table": "t"} if url.startswith("p") else {"kind": "rest"}
    with pytest.raises(Problem) as wrong:
        read_plan({**kind, "url": url})
    assert wrong.value.code is ProblemCode.PULL_SECRET_INLINE
    assert "geheim" not in wrong.value.sentence("en")


def test_where_rows_come_from_is_said_without_the_user() -> None:
    assert place_of(SqlPlan(url="mysql+pymysql://emma@db.example.org:3307/shop", table="k")) == "db.example.org:3307/shop: k"
