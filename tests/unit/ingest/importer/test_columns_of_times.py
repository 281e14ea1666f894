"""A column of times is read as one value at a time would be, only at once."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl.utils.datetime import to_excel

from tanteemma.ingest.formats.evidence import reads
from tanteemma.ingest.steps.columns_clock import INVALID, MISSING, PLAIN, READ
from tanteemma.ingest.steps.columns_dates import with_clock
from tanteemma.ingest.steps.columns_time import FOLD, GAP, NO_ZONE, PROBLEMS, Clock, place_times, read_times
from tanteemma.ingest.steps.columns_zones import jumps_of
from tanteemma.ingest.steps.times import parse_time
from tanteemma.model.problems import Problem, ProblemCode

NOW = int(datetime(2026, 11, 21, tzinfo=UTC).timestamp()) * 1_000_000
BERLIN = Clock("Europe/Berlin", None, NOW)
ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "UTC",
    "Europe/Dublin",
]


def wall(*parts: int) -> datetime:
    """A time on a wall clock."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 - a wall clock knows no zone


#: What is written down does not say which of two equal hours is meant.
MOMENTS = st.datetimes(wall(1970, 1, 2), wall(2026, 11, 1)).map(lambda at: at.replace(fold=0))


def microseconds(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def one(text: str, clock: Clock = BERLIN, *, serials: bool = False) -> tuple[datetime | None, int, int]:
    found = read_times(pa.array([text]), clock, reads(clock.zone, serials=serials))
    us, state, flags = int(found.us[0]), int(found.state[0]), int(found.flags[0])
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us) if state <= READ else None), state, flags


@given(at=MOMENTS, zone=st.sampled_from(ZONES))
@example(at=wall(2026, 3, 29, 2, 30), zone="Europe/Berlin")
@example(at=wall(2026, 10, 25, 2, 0), zone="Europe/Berlin")
@example(at=wall(2026, 10, 25, 3, 0), zone="Europe/Berlin")
@example(at=wall(2026, 4, 5, 1, 45), zone="Australia/Lord_Howe")
def test_local_time_is_placed_as_the_standard_library_places_it(at: datetime, zone: str) -> None:
    local = at.replace(tzinfo=ZoneInfo(zone))
    before, after = (local.replace(fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    expected = NO_ZONE if before == after else NO_ZONE | (FOLD if before > after else GAP)
    found, _, flags = one(at.isoformat(" "), Clock(zone, None, NOW))
    assert found is not None
    assert microseconds(found) == microseconds(local.astimezone(UTC))
    assert flags == expected


@given(
    at=MOMENTS,
    form=st.sampled_from(
        ["%d.%m.%Y %H:%M:%S", "%d.%m.%Y, %H:%M:%S Uhr", "%Y-%m-%dT%H:%M:%S", "%Y%m%d%H%M%S", "%Y/%m/%d %H:%M:%S"]
    ),
)
def test_german_and_international_spellings_say_the_same(at: datetime, form: str) -> None:
    found = one(at.strftime(form))
    assert found[0] == at.replace(microsecond=0, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)


@given(at=MOMENTS, order=st.sampled_from(["dmy", "mdy"]), sign=st.sampled_from("/-"), half=st.booleans())
def test_the_order_of_day_and_month_is_the_one_that_is_settled(at: datetime, order: str, sign: str, half: bool) -> None:
    day = "%d{0}%m{0}%Y" if order == "dmy" else "%m{0}%d{0}%Y"
    text = at.strftime(day.format(sign) + (" %I:%M %p" if half else " %H:%M"))
    expected = at.replace(second=0, microsecond=0, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    assert one(text, BERLIN._replace(order=order))[0] == expected
    assert PROBLEMS[one(text)[1]] is ProblemCode.TIME_AMBIGUOUS if at.day != at.month else one(text)[0] == expected


@given(at=MOMENTS, offset=st.integers(-12 * 60, 14 * 60), digits=st.integers(0, 6))
def test_iso_with_a_zone_needs_no_original(at: datetime, offset: int, digits: int) -> None:
    size = abs(offset)
    fraction = f".{at.microsecond:06d}"[: digits + 1] if digits else ""
    text = at.strftime("%Y-%m-%dT%H:%M:%S") + fraction + f"{'-' if offset < 0 else '+'}{size // 60:02d}:{size % 60:02d}"
    found, state, flags = one(text)
    micro = int(fraction[1:].ljust(6, "0")) if digits else 0
    assert found == at.replace(microsecond=micro, tzinfo=UTC) - timedelta(minutes=offset)
    assert (state, flags) == (PLAIN, 0)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("31.02.2026", ProblemCode.TIME_INVALID),
        ("2026-13-01", ProblemCode.TIME_INVALID),
        ("2026-01-01 25:00", ProblemCode.TIME_INVALID),
        ("2026-11-20 10:00:00 MEZ", ProblemCode.TIME_INVALID),
        ("Mrz 26", ProblemCode.TIME_INVALID),
        ("0000-01-01T00:00:00Z", ProblemCode.TIME_INVALID),
        ("0001-01-01T00:00:00Z", ProblemCode.TIME_OUT_OF_RANGE),
        ("1899-12-31", ProblemCode.TIME_OUT_OF_RANGE),
        ("2028-01-01", ProblemCode.TIME_IN_FUTURE),
        ("9999-12-31T23:59:59Z", ProblemCode.TIME_IN_FUTURE),
        ("11/20/2026 10:00 AM", ProblemCode.TIME_AMBIGUOUS),
        ("k.A.", ProblemCode.FIELD_MISSING),
    ],
)
def test_what_is_no_time_says_why(text: str, code: ProblemCode) -> None:
    assert PROBLEMS[one(text)[1]] is code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.1.26", "2025-12-31T23:00:00"),
        ("19970101", "1996-12-31T23:00:00"),
        ("1763632800", "2025-11-20T10:00:00"),
        ("1763632800000", "2025-11-20T10:00:00"),
        ("1763632800.5", "2025-11-20T10:00:00.500000"),
        ("24.12.2025 24:00", "2025-12-24T23:00:00"),
        ("20. November 2026 10:00", "2026-11-20T09:00:00"),
        ("Fri, 20 Nov 2026 10:00:00 GMT", "2026-11-20T10:00:00"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999"),
        ("5.4.2026 9:05", "2026-04-05T07:05:00"),
        ("\u00a020.11.2026 10:00 ", "2026-11-20T09:00:00"),
    ],
)
def test_a_time_in_many_forms_has_a_known_answer(text: str, expected: str) -> None:
    assert one(text)[0] == datetime.fromisoformat(expected).replace(tzinfo=UTC)


TIMES = st.one_of(
    MOMENTS.map(lambda at: at.isoformat()),
    MOMENTS.map(lambda at: at.strftime("%d.%m.%y %H:%M")),
    st.text("0123456789.:-/ TZ+APMuhr", max_size=24),
    st.integers(0, 10**19).map(str),
)


@given(text=TIMES)
def test_whatever_both_can_read_the_doors_read_the_same(text: str) -> None:
    found, state, _ = one(text)
    try:
        moment = parse_time(text.strip(), "Europe/Berlin")
    except Problem as problem:
        allowed = {problem.code, ProblemCode.TIME_IN_FUTURE, ProblemCode.FIELD_MISSING, ProblemCode.TIME_OUT_OF_RANGE}
        slashes = problem.code is ProblemCode.TIME_AMBIGUOUS
        assert found is None or slashes or found.year < 1970 or PROBLEMS[state] in allowed
        return
    if found is not None:
        assert microseconds(found) == moment.at_us
    elif state != INVALID:
        assert PROBLEMS[state] in {ProblemCode.TIME_IN_FUTURE, ProblemCode.TIME_OUT_OF_RANGE}


@given(
    at=st.datetimes(wall(1970, 1, 2), wall(2026, 11, 1)).map(lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000))
)
def test_days_of_a_spreadsheet_are_read_as_excel_means_them(at: datetime) -> None:
    """Cross-check: what writes workbooks for the tests turns the moment into the number."""
    number = repr(to_excel(at))  # type: ignore[no-untyped-call]  # openpyxl has no types for it
    found, _, flags = one(number, Clock("UTC", None, NOW), serials=True)
    assert found is not None
    assert abs(found.replace(tzinfo=None) - at) <= timedelta(milliseconds=1)
    assert flags == NO_ZONE
    assert one(number)[0] is None, "only in a column of times"


def test_what_the_slow_reader_noticed_is_noted_too() -> None:
    assert one("13. Januar 2026")[2] == NO_ZONE
    assert one("Sun, 29 Mar 2026 02:30:00")[2] == NO_ZONE | GAP


@pytest.mark.parametrize(
    ("day", "clock", "joined"),
    [
        ("5.1.2026", "8:15", "5.1.2026 8:15"),
        ("2026-01-05 00:00:00", "08:15:00", "2026-01-05 08:15:00"),
        ("05.01.26", "24:00", "05.01.26 24:00"),
        ("2026-01-05", "0,34375", "2026-01-05 08:15:00"),
        ("2026-01-05", "1899-12-30 08:15:00", "2026-01-05 08:15:00"),
        ("5.1.2026", "8.15 Uhr", "5.1.2026 8:15 Uhr"),
        ("5.1.2026", "", "5.1.2026"),
        ("5.1.2026", "k.A.", "5.1.2026"),
        ("5.1.2026 9:00", "8:15", "5.1.2026 9:00"),
        ("", "8:15", ""),
        ("5.1.2026", "bald", "5.1.2026 bald"),
    ],
)
def test_a_time_of_day_of_its_own_joins_its_day(day: str, clock: str, joined: str) -> None:
    assert with_clock(pa.array([day]), pa.array([clock])).to_pylist() == [joined]


def test_typed_columns_are_placed_too() -> None:
    local = wall(2026, 3, 29, 2, 30)
    naive = place_times(pa.array([local, None], pa.timestamp("ms")), BERLIN)
    assert (int(naive.us[0]), naive.state.tolist(), int(naive.flags[0])) == (
        microseconds(datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        [READ, MISSING],
        NO_ZONE | GAP,
    )
    numbers = place_times(pa.array([1763632800, 1763632800000, 1763632800000000, 1763632800000000000]), BERLIN)
    assert len(set(numbers.us.tolist())) == 1


def test_the_jumps_of_berlin_are_known() -> None:
    jumps = jumps_of("Europe/Berlin")
    assert wall(2026, 3, 29, 2) in [wall(1970, 1, 1) + timedelta(microseconds=int(at)) for at in jumps.doubtful]
    assert not len(jumps_of("UTC").gap)
