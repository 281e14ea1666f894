"""Who looks after a weak spot and what was changed about it stays, can be taken back, and nothing is overwritten."""

from datetime import timedelta

import pytest

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.looking_after import known_finding
from tanteemma.store.operational import Operational, looking_after
from tanteemma.store.operational.findings import Named
from tests.unit.store.operational.conftest import MovedClock

CALL = Named("Bestellung", "3235139891d3d381", "channel_switch", "Sendungsverfolgung → Anruf", "eNpV")
OTHER = Named("Kunde", CALL.finding, CALL.kind, CALL.at, CALL.spot)


def put(operational: Operational, owner: str, named: Named = CALL) -> str:
    with operational.begin() as tx:
        return looking_after.put_in_charge(tx, named, owner, "anna").owner


def now(operational: Operational) -> list[tuple[str, str]]:
    with operational.read() as tx:
        return [(one.journey, one.owner) for one in looking_after.owners(tx)]


def test_the_newest_owner_counts_and_the_earlier_ones_stay_readable(operational: Operational) -> None:
    assert put(operational, "  Team   Versand ") == "Team Versand"
    assert put(operational, "Team Versand") == "Team Versand"
    put(operational, "Herr Özdemir")
    put(operational, "Service", OTHER)
    assert sorted(now(operational)) == [("Bestellung", "Herr Özdemir"), ("Kunde", "Service")]
    with operational.read() as tx:
        told = looking_after.owner_history(tx, CALL.journey, CALL.finding)
    assert [one.owner for one in told] == ["Herr Özdemir", "Team Versand"]


def test_an_owner_is_taken_back_to_whoever_it_was_before(operational: Operational) -> None:
    put(operational, "Anna")
    put(operational, "Berta")
    with operational.begin() as tx:
        assert looking_after.undo_charge(tx, CALL.journey, CALL.finding, "anna").owner == "Anna"
        assert looking_after.undo_charge(tx, CALL.journey, CALL.finding, "anna").owner == "Berta"
    put(operational, "Cem", OTHER)
    with operational.begin() as tx:
        looking_after.undo_charge(tx, OTHER.journey, OTHER.finding, "anna")
    assert now(operational) == [("Bestellung", "Berta")]


def test_nobody_is_an_owner_too_but_not_of_what_nobody_ever_had(operational: Operational) -> None:
    assert put(operational, "") == ""
    put(operational, "Anna")
    put(operational, " ")
    assert now(operational) == []
    with operational.begin() as tx, pytest.raises(Problem) as refused:
        looking_after.undo_charge(tx, "Kunde", "nie", "anna")
    assert refused.value.code is ProblemCode.FINDING_UNKNOWN


def test_a_long_name_is_cut_and_markup_is_only_text(operational: Operational) -> None:
    assert put(operational, "<b>" + "x" * 500) == "<b>" + "x" * (looking_after.LONGEST_OWNER - 3)


def test_a_change_is_kept_with_its_day_and_can_be_taken_back(operational: Operational, clock: MovedClock) -> None:
    since = clock.now - timedelta(days=30)
    with operational.begin() as tx:
        kept = looking_after.note_change(tx, CALL, " SMS mit neuem Termin ", since, "anna")
        looking_after.note_change(tx, CALL, "Hinweis auf der Seite", since, "anna")
    assert (kept.what, kept.since, kept.noted) == ("SMS mit neuem Termin", since, clock.now)
    with operational.begin() as tx:
        gone = looking_after.remove_change(tx, kept.number, "berta")
    assert (gone.removed, gone.removed_by) == (clock.now, "berta")
    with operational.read() as tx:
        assert [one.what for one in looking_after.changes(tx)] == ["Hinweis auf der Seite"]
        assert len(looking_after.changes(tx, every=True)) == 2
    with operational.begin() as tx, pytest.raises(Problem) as refused:
        looking_after.remove_change(tx, kept.number, "berta")
    assert refused.value.code is ProblemCode.FINDING_UNKNOWN


def test_a_change_needs_words_and_lies_not_in_the_future(operational: Operational, clock: MovedClock) -> None:
    for what, since, code in (
        (" ", clock.now, ProblemCode.FIELD_MISSING),
        ("SMS", clock.now + timedelta(days=1), ProblemCode.SETTING_INVALID),
    ):
        with operational.begin() as tx, pytest.raises(Problem) as refused:
            looking_after.note_change(tx, CALL, what, since, "anna")
        assert refused.value.code is code


def test_what_somebody_spoke_of_before_is_found_by_its_id(operational: Operational) -> None:
    with operational.begin() as tx:
        assert known_finding(tx, None, CALL.finding) is None
        looking_after.put_in_charge(tx, CALL, "Anna", "anna")
        assert known_finding(tx, None, CALL.finding) == CALL
        assert known_finding(tx, "Kunde", CALL.finding) is None
