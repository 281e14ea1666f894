"""Keys that end and follow each other, who answers for a source, what was seen of it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational import Operational, flushes, keys, source_fields, source_health, sources
from tanteemma.store.operational.keys import Terms
from tanteemma.store.operational.records import ApiKey, Counts, Flush, KeyKind
from tanteemma.store.operational.source_fields import Field
from tanteemma.store.operational.source_health import Sighted
from tests.unit.store.operational.conftest import MovedClock

DAY = timedelta(days=1)
SITE = "https://shop.example.de"


def code_of(caught: pytest.ExceptionInfo[Problem]) -> ProblemCode:
    return caught.value.code


class TestKeys:
    def test_both_keys_are_valid_until_the_old_one_ends(self, operational: Operational, clock: MovedClock) -> None:
        with operational.begin() as tx:
            old = keys.issue(tx, KeyKind.WRITE, "shop", Terms(origins=(SITE,), events_per_s=7))
            new = keys.rotate(tx, old.key.number, DAY)
        assert (new.key.replaces, new.key.source, new.key.origins, new.key.events_per_s) == (old.key.number, "shop", (SITE,), 7)
        assert new.secret != old.secret
        clock.move(DAY.total_seconds() - 1)
        with operational.read() as tx:
            assert keys.find(tx, old.secret) is not None
            assert keys.find(tx, new.secret) is not None
        clock.move(1)
        with operational.read() as tx:
            assert keys.find(tx, old.secret) is None
            assert keys.find(tx, new.secret) == keys.get(tx, new.key.number)

    def test_without_an_overlap_the_old_key_ends_at_once(self, operational: Operational) -> None:
        with operational.begin() as tx:
            old = keys.issue(tx, KeyKind.WRITE, "shop")
            keys.rotate(tx, old.key.number, timedelta())
            assert keys.find(tx, old.secret) is None

    def test_a_second_rotation_never_makes_an_ending_key_live_longer(self, operational: Operational) -> None:
        with operational.begin() as tx:
            old = keys.issue(tx, KeyKind.WRITE, "shop")
            keys.rotate(tx, old.key.number, DAY)
            ends = keys.get(tx, old.key.number).ends
            keys.rotate(tx, old.key.number, 30 * DAY)
            assert keys.get(tx, old.key.number).ends == ends

    def test_a_key_that_ended_is_neither_replaced_nor_changed(self, operational: Operational) -> None:
        with operational.begin() as tx:
            gone = keys.issue(tx, KeyKind.WRITE, "shop").key.number
            keys.revoke(tx, gone)
            with pytest.raises(Problem) as rotated:
                keys.rotate(tx, gone, DAY)
            with pytest.raises(Problem) as changed:
                keys.change(tx, gone, Terms())
            with pytest.raises(Problem) as unknown:
                keys.rotate(tx, 4711, DAY)
        assert (code_of(rotated), code_of(changed)) == (ProblemCode.KEY_ENDED, ProblemCode.KEY_ENDED)
        assert code_of(unknown) is ProblemCode.NOT_FOUND

    def test_only_web_sites_of_valid_keys_are_named(self, operational: Operational) -> None:
        with operational.begin() as tx:
            assert keys.origins(tx) == frozenset()
            first = keys.issue(tx, KeyKind.WRITE, "shop", Terms(origins=(SITE,)))
            keys.issue(tx, KeyKind.WRITE, "shop")
            second = keys.issue(tx, KeyKind.WRITE, "app", Terms(origins=("https://app.example.de", SITE)))
            assert keys.origins(tx) == {SITE, "https://app.example.de"}
            keys.revoke(tx, second.key.number)
            assert keys.origins(tx) == {SITE}
            keys.rotate(tx, first.key.number, timedelta())
            assert keys.origins(tx) == {SITE}  # the new key has them too

    def test_when_a_key_was_last_used_never_goes_back(self, operational: Operational, clock: MovedClock) -> None:
        with operational.begin() as tx:
            number = keys.issue(tx, KeyKind.WRITE, "shop").key.number
            keys.used(tx, {number: clock.now})
            keys.used(tx, {number: clock.now - DAY, 4711: clock.now})
            assert keys.get(tx, number).last_used == clock.now

    @given(st.integers(0, 100), st.none() | st.integers(0, 100), st.none() | st.integers(0, 100))
    def test_a_key_opens_as_long_as_nothing_ended_it(self, at: int, ends: int | None, revoked: int | None) -> None:
        def moment(minutes: int | None) -> datetime | None:
            return None if minutes is None else datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)

        now = moment(at)
        assert now is not None
        key = ApiKey(1, KeyKind.WRITE, "shop", "wk_", now, moment(revoked), ends=moment(ends))
        assert key.opens_at(now) == (revoked is None and (ends is None or at < ends))


class TestSources:
    def test_a_source_names_who_answers_for_it(self, operational: Operational) -> None:
        with operational.begin() as tx:
            sources.ensure(tx, "shop")
            sources.describe(tx, "shop", department="E-Commerce")
            sources.describe(tx, "shop", purpose="Bestellweg")
            found = sources.get(tx, "shop")
        assert (found.department, found.purpose) == ("E-Commerce", "Bestellweg")

    def test_an_unknown_source_is_told(self, operational: Operational) -> None:
        with operational.begin() as tx, pytest.raises(Problem) as caught:
            sources.describe(tx, "nowhere", department="x")
        assert code_of(caught) is ProblemCode.SOURCE_UNKNOWN

    def test_hours_say_what_days_say(self, operational: Operational, clock: MovedClock) -> None:
        for position in range(5):
            with operational.begin() as tx:
                flushes.intend(
                    tx, Flush("journal", position, position, "shop", Counts(3, accepted=1, duplicate=1, quarantined=1))
                )
                flushes.finish(tx, "journal", position, 1)
            clock.move(3600)
        with operational.read() as tx:
            hours = source_health.hours(tx, "shop", 6)
            assert [hour.received for hour in hours] == [3, 3, 3, 3, 3, 0]
            assert all(hour.balanced for hour in hours)
            assert sum((counts for _, counts in flushes.days_of(tx, "shop", clock.now.date() - DAY)), Counts()).received == 15
            assert flushes.total_of(tx, "shop") == Counts(15, accepted=5, duplicate=5, quarantined=5)
            assert flushes.total_of(tx, "nowhere") == Counts()
            assert source_health.last_hours(tx) == {"shop": 3}

    def test_hours_long_ago_are_forgotten(self, operational: Operational, clock: MovedClock) -> None:
        with operational.begin() as tx:
            source_health.count_hour(tx, {"shop": Counts(1, accepted=1)})
        clock.move(source_health.KEPT.total_seconds() + 3600)
        with operational.begin() as tx:
            source_health.count_hour(tx, {"shop": Counts(1, accepted=1)})
            assert sum(hour.received for hour in source_health.hours(tx, "shop", 1000)) == 1

    def test_clients_add_up_and_are_bounded(self, operational: Operational, clock: MovedClock) -> None:
        many = {("shop", "native", f"client {n}"): (2, clock.now) for n in range(80)}
        with operational.begin() as tx:
            source_health.note(tx, Sighted(clients=many, refusals={("shop", "busy"): (1, clock.now)}))
            source_health.note(tx, Sighted(clients=many, refusals={("shop", "busy"): (4, clock.now)}))
            found = source_health.clients(tx, "shop")
            (refusal,) = source_health.refusals(tx, "shop")
        assert len(found) == source_health.MOST_CLIENTS + 1
        assert sum(one.requests for one in found) == 320
        assert (refusal.code, refusal.requests) == ("busy", 5)

    def test_removing_a_source_leaves_nothing_of_it(self, operational: Operational, clock: MovedClock) -> None:
        with operational.begin() as tx:
            keys.issue(tx, KeyKind.WRITE, "shop")
            source_health.note(tx, Sighted(clients={("shop", "native", "curl"): (1, clock.now)}))
            source_fields.add(tx, "shop", {Field("Kauf"): 1})
            sources.remove(tx, "shop")
            assert (source_health.clients(tx, "shop"), source_fields.every(tx, "shop"), keys.every(tx)) == ([], [], [])


class TestFields:
    def test_fields_are_counted_with_the_events_looked_at(self, operational: Operational, clock: MovedClock) -> None:
        amount = Field("Kauf", "Betrag", "number")
        with operational.begin() as tx:
            source_fields.add(tx, "shop", {Field("Kauf"): 10, amount: 4})
        clock.move(60)
        with operational.begin() as tx:
            source_fields.add(tx, "shop", {Field("Kauf"): 5})
            source_fields.add(tx, "shop", {Field("Kauf"): 5, amount: 1})
            found = {one.field: one for one in source_fields.every(tx, "shop")}
        assert (found[Field("Kauf")].seen, found[amount].seen, found[amount].seen_of) == (20, 5, 20)
        assert found[amount].last_seen - found[amount].first_seen == timedelta(seconds=60)

    def test_a_source_that_invents_names_is_bounded(self, operational: Operational) -> None:
        with operational.begin() as tx:
            for start in range(0, 3 * source_fields.MOST_ROWS, source_fields.MOST_ROWS):
                source_fields.add(tx, "shop", {Field(f"E{n}"): 1 for n in range(start, start + source_fields.MOST_ROWS)})
            assert len(source_fields.every(tx, "shop")) == source_fields.MOST_ROWS
