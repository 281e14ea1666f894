"""Jobs that come back by the clock come once each time, also over the nights when the clock changes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tanteemma.store.jobs import Daily, Every, JobState, Schedule, declare, queue, schedules
from tanteemma.store.operational import Operational
from tests.unit.store.operational.conftest import MovedClock

BERLIN = "Europe/Berlin"


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]  # year, month, day, hour, minute as they come


# without a zone: Hypothesis adds it
FIRST, LAST = utc(1980, 1, 1).replace(tzinfo=None), utc(2100, 1, 1).replace(tzinfo=None)


def fire(operational: Operational) -> int:
    with operational.begin() as tx:
        return len(schedules.fire_due(tx))


class TestFiring:
    def test_a_schedule_fires_once_per_time(self, operational: Operational, clock: MovedClock) -> None:
        with operational.begin() as tx:
            declare(tx, Schedule("sweep", "sweep", Every(60), {"deep": True}))
        assert fire(operational) == 0
        clock.move(60)
        assert [fire(operational), fire(operational)] == [1, 0]
        with operational.read() as tx:
            (job,) = queue.page(tx, JobState.WAITING)
        assert (job.kind, job.payload) == ("sweep", '{"deep":true}')

    def test_what_was_missed_while_nobody_worked_is_done_once(self, operational: Operational, clock: MovedClock) -> None:
        with operational.begin() as tx:
            declare(tx, Schedule("sweep", "sweep", Every(60)))
        clock.move(86_400)
        assert [fire(operational), fire(operational)] == [1, 0]
        clock.move(60)
        assert fire(operational) == 1

    def test_a_clock_that_jumps_back_fires_nothing_twice(self, operational: Operational, clock: MovedClock) -> None:
        with operational.begin() as tx:
            declare(tx, Schedule("sweep", "sweep", Every(60)))
        clock.move(60)
        assert fire(operational) == 1
        clock.move(-3_600)
        with operational.begin() as tx:
            declare(tx, Schedule("sweep", "sweep", Every(30)))
            declare(tx, Schedule("sweep", "sweep", Every(60)))
        fired = 0
        for _ in range(70):
            clock.move(60)
            fired += fire(operational)
        assert fired == 69

    def test_declared_again_at_each_start_it_keeps_its_time_and_a_retired_one_is_silent(
        self, operational: Operational, clock: MovedClock
    ) -> None:
        for _ in range(5):
            with operational.begin() as tx:
                declare(tx, Schedule("nightly", "sweep", Daily(3, 15, BERLIN)))
            clock.move(3_600)
        assert fire(operational) == 1
        clock.move(86_400)
        with operational.begin() as tx:
            assert schedules.retire(tx, "nightly")
            assert not schedules.retire(tx, "nightly")
        assert fire(operational) == 0
        with operational.begin() as tx:
            assert schedules.forget_fires(tx, tx.now) == 1


class TestDays:
    def test_a_daily_time_stays_the_same_on_the_wall_in_summer_and_winter(self) -> None:
        rhythm = Daily(7, 30, BERLIN)
        assert rhythm.next_after(utc(2026, 7, 1)) == utc(2026, 7, 1, 5, 30)
        assert rhythm.next_after(utc(2026, 12, 1)) == utc(2026, 12, 1, 6, 30)

    def test_the_hour_that_is_skipped_and_the_hour_that_comes_twice_fire_once(self) -> None:
        rhythm = Daily(2, 30, BERLIN)
        spring = rhythm.next_after(utc(2026, 3, 28, 12))
        assert (spring, rhythm.next_after(spring)) == (utc(2026, 3, 29, 1, 30), utc(2026, 3, 30, 0, 30))
        autumn = rhythm.next_after(utc(2026, 10, 24, 12))
        assert (autumn, rhythm.next_after(autumn)) == (utc(2026, 10, 25, 0, 30), utc(2026, 10, 26, 1, 30))

    @given(
        moment=st.datetimes(FIRST, LAST, timezones=st.just(UTC)),
        hour=st.integers(0, 23),
        minute=st.integers(0, 59),
        zone=st.sampled_from([BERLIN, "America/New_York", "Pacific/Chatham", "Asia/Kathmandu", "UTC"]),
    )
    def test_every_day_of_the_zone_has_exactly_one_firing(self, moment: datetime, hour: int, minute: int, zone: str) -> None:
        rhythm = Daily(hour, minute, zone)
        fires = [rhythm.next_after(moment)]
        for _ in range(5):
            fires.append(rhythm.next_after(fires[-1]))
        days = [one.astimezone(ZoneInfo(zone)).date() for one in fires]
        assert days == [days[0] + timedelta(days=place) for place in range(6)]
        assert [rhythm.last_until(one) for one in fires] == fires
        assert rhythm.last_until(fires[1] - timedelta(microseconds=1)) == fires[0]

    @given(moment=st.datetimes(FIRST, LAST, timezones=st.just(UTC)), seconds=st.integers(1, 90_000))
    def test_every_so_many_seconds_means_that_distance(self, moment: datetime, seconds: int) -> None:
        rhythm = Every(seconds)
        last, following = rhythm.last_until(moment), rhythm.next_after(moment)
        assert last <= moment < following
        assert following - last == timedelta(seconds=seconds)
        assert rhythm.last_until(following) == following
