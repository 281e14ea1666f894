from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.ingest.steps.times import Moment, parse_time, placed_in_time
from tanteemma.model.events import NO_TIME
from tanteemma.model.problems import Problem

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
TEN = "2026-11-20T10:00:00+00:00"
NINE = "2026-11-20T09:00:00+00:00"


def us(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)


def read(value: object) -> tuple[str, tuple[str, ...]]:
    """The moment in ISO UTC and its flags; or the code of the problem."""
    try:
        moment = parse_time(value)
    except Problem as problem:
        return problem.code.value if problem.status == 422 else f"status {problem.status}", ()
    return (EPOCH + timedelta(microseconds=moment.at_us)).isoformat(), moment.flags


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-20T10:00:00Z",
        " 2026-11-20T10:00:00Z\n",
        "2026-11-20t10:00:00z",
        "2026-11-20 10:00:00Z",
        "2026-11-20T10:00Z",
        "2026-11-20T10Z",
        "2026-11-20T12:00:00+02:00",
        "2026-11-20T12:00:00+0200",
        "2026-11-20T12:00:00+02",
        "2026-11-20 12:00:00 +02:00",
        "2026-11-20T05:00:00\u221205:00",
        "2026-11-20T10:00:00-00:00",
        "2026-11-20T10:00:00 UTC",
        "2026-11-20T10:00:00 GMT",
        "2026-11-21T00:00:00+14:00",
        "2026-11-20T11:00:00+01:00[Europe/Berlin]",
        "2026-11-20T11:00:00[Europe/Berlin]",
        "2026-11-20 11:00 Europe/Berlin",
        "20261120T100000Z",
        "2026-W47-5T10:00:00Z",
        "2026-324T10:00Z",
        "Fri, 20 Nov 2026 10:00:00 GMT",
        "Fri, 20 Nov 2026 11:00:00 +0100",
        "Fri Nov 20 2026 11:00:00 GMT+0100 (Mitteleuropäische Normalzeit)",
        "2026-11-20T10:00:00.000000000Z",
        "2026-11-20T10:00:00,000Z",
        "1795168800",
        1_795_168_800,
        1_795_168_800.0,
        1_795_168_800_000,
        1_795_168_800_000_000,
        1_795_168_800_000_000_000,
        "1795168800000",
        "1795168800.0",
    ],
)
def test_a_moment_with_a_zone_is_read_in_many_spellings(value: object) -> None:
    assert read(value) == (TEN, ())


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-20T10:00:00",
        "2026-11-20 10:00",
        "2026-11-20 um 10:00 Uhr",
        "2026/11/20 10:00",
        "2026.11.20 10:00",
        "20.11.2026 10:00",
        "20.11.2026, 10:00:00",
        "20.11.2026 um 10 Uhr",
        "20. 11. 2026 10:00",
        "20.11.26 10:00",
        "20. November 2026, 10:00 Uhr",
        "Freitag, 20. November 2026 10:00",
        "20 Nov 2026 10:00 AM",
        "Nov 20, 2026, 10:00 a.m.",
        "20261120100000",
        "202611201000",
        "20261120100000000",
    ],
)
def test_without_a_zone_it_is_time_of_the_workspace_and_flagged(value: str) -> None:
    assert read(value) == (NINE, ("no_zone",))


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "time_invalid"),
        ("   ", "time_invalid"),
        ("now", "time_invalid"),
        ("null", "time_invalid"),
        (None, "time_invalid"),
        (True, "time_invalid"),
        ([], "time_invalid"),
        ({"at": 1}, "time_invalid"),
        ("0000-01-01T00:00:00Z", "time_invalid"),
        ("2026-02-30T00:00:00Z", "time_invalid"),
        ("2025-02-29", "time_invalid"),
        ("31.04.2026", "time_invalid"),
        ("11.20.2026", "time_invalid"),
        ("2026-13-01", "time_invalid"),
        ("2026-11-20T25:00:00Z", "time_invalid"),
        ("2026-11-20T24:00:01Z", "time_invalid"),
        ("2026-11-20T10:60:00Z", "time_invalid"),
        ("2026-11-20T10:00:61Z", "time_invalid"),
        ("2026-11-20T10:00:60Z", "time_invalid"),
        ("2026-11-20T23:59:60Z", "time_invalid"),
        ("2026-11-20T10:00:00.Z", "time_invalid"),
        ("2026-11-20 13:00 PM", "time_invalid"),
        ("2026-11-20T10:00:00+25:00", "time_invalid"),
        ("2026-11-20T10:00:00+14:01", "time_invalid"),
        ("2026-11-20T10:00:00-12:30", "time_invalid"),
        ("2026-11-20T10:00:00+01:60", "time_invalid"),
        ("2026-11-20 10:00:00 MEZ", "time_invalid"),
        ("2026-11-20 10:00:00 CEST", "time_invalid"),
        ("2026-11-20 10:00:00 EST", "time_invalid"),
        ("2026-11-20 10:00:00 Mars/Olympus", "time_invalid"),
        ("2026-11-20T10:00:00Z[Mars/Olympus]", "time_invalid"),
        ("2026-11-20 10:00:00 ../../etc/passwd", "time_invalid"),
        ("2026-W54-1", "time_invalid"),
        ("2026-W00-1", "time_invalid"),
        ("2026-366", "time_invalid"),
        ("9999-366", "time_invalid"),
        ("2026-000", "time_invalid"),
        ("2026-11", "time_invalid"),
        ("2026", "time_invalid"),
        ("12345", "time_invalid"),
        ("20261399", "time_invalid"),
        ("\uff12\uff10\uff12\uff16-11-20", "time_invalid"),
        ("2026-11-20" + "0" * 200, "time_invalid"),
        ("13/13/2026", "time_invalid"),
        ("31/02/2026", "time_invalid"),
        ("11/20/2026 25:00", "time_invalid"),
        ("11/20/2026 10:00 AM", "time_ambiguous"),
        ("20/11/2026", "time_ambiguous"),
        ("01/02/2026", "time_ambiguous"),
        ("01-02-2026", "time_ambiguous"),
        ("1/2/26", "time_ambiguous"),
        ("0001-01-01T00:00:00Z", "time_out_of_range"),
        ("1969-12-31T23:59:59Z", "time_out_of_range"),
        ("9999-12-31T23:59:59Z", "time_out_of_range"),
        ("9999-12-31T24:00:00Z", "time_out_of_range"),
        ("9999-12-31T23:59:59-12:00", "time_out_of_range"),
        ("2262-04-12T00:00:00Z", "time_out_of_range"),
        ("+057861-11-20T10:00:00.000Z", "time_out_of_range"),
        (-1, "time_out_of_range"),
        (-0.5, "time_out_of_range"),
        ("-1", "time_out_of_range"),
        (10**30, "time_out_of_range"),
        (1e300, "time_out_of_range"),
        ("9" * 40, "time_out_of_range"),
        (99_999_999_999, "time_out_of_range"),
    ],
)
def test_what_is_no_time_is_refused_with_the_reason(value: object, code: str) -> None:
    assert read(value) == (code, ())


@pytest.mark.parametrize(
    ("value", "utc", "flags"),
    [
        ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00+00:00", ()),
        (0, "1970-01-01T00:00:00+00:00", ()),
        ("1970-01-01", "1969-12-31T23:00:00+00:00", ("no_zone",)),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999+00:00", ("leap_second",)),
        ("2017-01-01T00:59:60.5+01:00", "2016-12-31T23:59:59.999999+00:00", ("leap_second",)),
        ("2015-06-30T23:59:60Z", "2015-06-30T23:59:59.999999+00:00", ("leap_second",)),
        ("2017-01-01T00:59:60", "2016-12-31T23:59:59.999999+00:00", ("no_zone", "leap_second")),
        ("2026-11-20T24:00:00Z", "2026-11-21T00:00:00+00:00", ()),
        ("2026-11-20T10:00:00.123456789Z", "2026-11-20T10:00:00.123456+00:00", ()),
        ("2026-11-20T10:00:00,9999999Z", "2026-11-20T10:00:00.999999+00:00", ()),
        (1_795_168_800.123456, "2026-11-20T10:00:00.123456+00:00", ()),
        ("1795168800.1234567", "2026-11-20T10:00:00.123456+00:00", ()),
        (1_795_168_800_123, "2026-11-20T10:00:00.123000+00:00", ()),
        ("20261120", "2026-11-19T23:00:00+00:00", ("no_zone",)),
        (20_261_120, "1970-08-23T12:05:20+00:00", ()),
        ("2026-03-29T02:30:00", "2026-03-29T01:30:00+00:00", ("no_zone", "clock_gap")),
        ("2026-10-25T02:30:00", "2026-10-25T00:30:00+00:00", ("no_zone", "clock_fold")),
        ("2026-10-25T02:30:00 Europe/Berlin", "2026-10-25T00:30:00+00:00", ("clock_fold",)),
        ("2026-10-25T02:30:00+01:00", "2026-10-25T01:30:00+00:00", ()),
        ("20.11.69", "2069-11-19T23:00:00+00:00", ("no_zone",)),
        ("20.11.70", "1970-11-19T23:00:00+00:00", ("no_zone",)),
        ("12:00", "time_invalid", ()),
        ("2026-11-20 12:00 AM", "2026-11-19T23:00:00+00:00", ("no_zone",)),
        ("2026-11-20 12:00 PM", "2026-11-20T11:00:00+00:00", ("no_zone",)),
    ],
)
def test_the_corners_of_the_calendar_are_known(value: object, utc: str, flags: tuple[str, ...]) -> None:
    assert read(value) == (utc, flags)


AWARE = st.datetimes(datetime(1970, 1, 2), datetime(2262, 4, 10), timezones=st.just(UTC))  # noqa: DTZ001 - zone by the strategy
OFFSETS = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(AWARE, OFFSETS, st.sampled_from(["T", " "]))
def test_iso_text_is_read_as_the_standard_library_reads_it(at: datetime, offset: timezone, separator: str) -> None:
    assert parse_time(at.astimezone(offset).isoformat(separator)) == Moment(us(at))


@given(AWARE)
def test_the_unit_of_a_number_follows_from_its_size(at: datetime) -> None:
    whole = us(at)
    if whole >= 10**14:
        assert parse_time(whole) == parse_time(whole * 1000) == parse_time(str(whole)) == Moment(whole)
    assert parse_time(whole // 1_000_000) == Moment(whole // 1_000_000 * 1_000_000)


@given(st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1)))  # noqa: DTZ001 - a clock on a wall
def test_german_dates_are_berlin_time(wall: datetime) -> None:
    found = parse_time(wall.strftime("%d.%m.%Y %H:%M:%S"), "Europe/Berlin")
    assert found.at_us == us(wall.replace(microsecond=0, tzinfo=BERLIN))
    assert found.flags[0] == "no_zone"


@given(
    st.one_of(
        st.text(max_size=40), st.from_regex(r"[0-9TZ:+\-./, ]{0,30}"), st.integers(), st.floats(), st.none(), st.booleans()
    )
)
def test_any_value_is_a_moment_or_a_problem(value: object) -> None:
    read(value)


class TestAClockThatIsWrong:
    received = us(datetime(2026, 11, 22, 12, tzinfo=UTC))

    def placed(self, occurred: str, sent: str | None) -> Moment:
        sent_us = parse_time(sent).at_us if sent else NO_TIME
        return placed_in_time(parse_time(occurred), sent_us=sent_us, received_us=self.received)

    def test_it_is_corrected_by_the_time_of_sending(self) -> None:
        moment = self.placed("2027-11-20T10:00:00Z", "2027-11-20T10:00:05Z")
        assert moment == Moment(self.received - 5_000_000, ("clock_corrected",))
        assert self.placed("1999-01-01T00:00:00Z", "1999-01-01T00:01:00Z").at_us == self.received - 60_000_000

    @pytest.mark.parametrize("sent", [None, "2026-11-22T12:00:59Z", "2026-11-22T11:59:01Z", "2026-11-22T12:00:00Z"])
    def test_a_clock_less_than_a_minute_off_is_believed(self, sent: str | None) -> None:
        assert self.placed("2026-11-22T11:00:00Z", sent) == parse_time("2026-11-22T11:00:00Z")

    def test_the_future_begins_after_ten_days(self) -> None:
        assert self.placed("2026-12-02T12:00:00Z", None).at_us == self.received + 10 * 86_400_000_000
        for late in ("2026-12-02T12:00:01Z", "2036-11-20T10:00:00Z"):
            with pytest.raises(Problem, match="time_in_future"):
                self.placed(late, None)

    def test_a_correction_that_leaves_the_calendar_is_out_of_range(self) -> None:
        with pytest.raises(Problem, match="time_out_of_range"):
            self.placed("1970-01-01T00:00:00Z", "2200-01-01T00:00:00Z")

    @given(skew=st.integers(-(10**14), 10**14), ago=st.integers(0, 10**12))
    def test_whatever_the_skew_the_distance_to_sending_is_kept(self, skew: int, ago: int) -> None:
        sent = self.received + skew
        found: Any = placed_in_time(Moment(sent - ago), sent_us=sent, received_us=self.received)
        assert found.at_us in {self.received - ago, sent - ago}
        assert abs(found.at_us - (self.received - ago)) <= 60_000_000
