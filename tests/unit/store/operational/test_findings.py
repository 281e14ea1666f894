"""What is said of weak spots stays, can be taken back, and an alert is raised once."""

import pytest

from tanteemma.journeys.findings.growth import Counted
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.findings import every_alert, every_mark
from tanteemma.serve.worker.watching import Seen, next_look, start_of
from tanteemma.store.operational import Operational, findings
from tanteemma.store.operational.findings import Named
from tanteemma.store.operational.records import Mark
from tests.unit.store.operational.conftest import MovedClock

CALL = Named("Bestellung", "3235139891d3d381", "channel_switch", "Sendungsverfolgung → Anruf", "eNpV")


def say(operational: Operational, mark: Mark, note: str = "", named: Named = CALL) -> None:
    with operational.begin() as tx:
        findings.mark(tx, named, mark, note, "anna")


def looked(operational: Operational, came: int, hits: int, before: tuple[int, int] | None = None) -> None:
    """One look of the job; who came before the watch is as it was then unless said otherwise."""
    with operational.begin() as tx:
        (one,) = findings.marks(tx)
        seen = findings.sights(tx, one.journey, one.finding)
        start = start_of(seen)
        old = Counted(*before) if before else Counted(came, hits) if start is None else Counted(start.came, start.hits)
        found = next_look(seen, Seen(came, old, Counted(came - old.came, hits - old.hits)))
        if found is not None:
            findings.keep_look(tx, one, found)


def test_no_problem_needs_a_reason_and_keeps_it(operational: Operational, clock: MovedClock) -> None:
    with pytest.raises(Problem) as refused:
        say(operational, Mark.ASIDE, "  ")
    assert refused.value.code is ProblemCode.FIELD_MISSING
    say(operational, Mark.ASIDE, " Saisonware, kommt so ")
    say(operational, Mark.ASIDE, "Saisonware, kommt so")
    with operational.read() as tx:
        (kept,) = findings.marks(tx, every=True)
    assert (kept.note, kept.changed, kept.changed_by) == ("Saisonware, kommt so", clock.now, "anna")


def test_a_mark_is_taken_back_and_stays_readable(operational: Operational) -> None:
    say(operational, Mark.ASIDE, "so gewollt")
    say(operational, Mark.NONE)
    with operational.read() as tx:
        assert findings.marks(tx) == []
        assert [one.mark for one in findings.marks(tx, every=True)] == [Mark.NONE, Mark.ASIDE]
    with pytest.raises(Problem) as refused:
        say(operational, Mark.NONE)
    assert refused.value.code is ProblemCode.FINDING_UNKNOWN


def test_the_same_finding_of_another_definition_is_another(operational: Operational) -> None:
    say(operational, Mark.ASIDE, "so gewollt")
    say(operational, Mark.WATCHED, named=Named("Kunde", CALL.finding, CALL.kind, CALL.at, CALL.spot))
    with operational.read() as tx:
        assert {(one.journey, one.mark) for one in every_mark(tx)} == {("Bestellung", "aside"), ("Kunde", "watched")}


def test_growth_is_one_alert_until_somebody_takes_note_and_then_the_comparison_starts_anew(operational: Operational) -> None:
    say(operational, Mark.WATCHED)
    looked(operational, 1_000, 100)
    for came, hits in ((1_020, 120), (1_200, 120), (1_300, 130)):
        looked(operational, came, hits)
        with operational.read() as tx:
            assert every_alert(tx) == []
    looked(operational, 1_600, 300)
    looked(operational, 1_900, 480)
    with operational.read() as tx:
        (alert,) = every_alert(tx)
    assert (alert.before, round(alert.since, 2)) == (0.1, 0.33)
    with operational.begin() as tx:
        findings.acknowledge(tx, alert.number, "anna")
        findings.acknowledge(tx, alert.number, "bert")
        assert every_alert(tx) == []
        (noted,) = every_alert(tx, every=True)
        assert noted.acknowledged_by == "anna"
    looked(operational, 2_200, 560)  # as it was when somebody took note
    with operational.read() as tx:
        assert every_alert(tx) == []
    looked(operational, 2_600, 900)
    with operational.read() as tx:
        assert len(every_alert(tx)) == 1


def test_looking_twice_at_the_same_data_keeps_one_look(operational: Operational) -> None:
    say(operational, Mark.WATCHED)
    for _ in range(3):
        looked(operational, 1_000, 100)
    looked(operational, 1_100, 110)
    looked(operational, 1_100, 110)
    with operational.read() as tx:
        assert [one.came for one in findings.sights(tx, CALL.journey, CALL.finding)] == [1_000, 1_100]


def test_hits_that_come_late_to_those_who_came_early_are_no_growth(operational: Operational) -> None:
    say(operational, Mark.WATCHED)
    looked(operational, 1_000, 100)
    looked(operational, 1_200, 160, before=(1_000, 140))
    with operational.read() as tx:
        assert every_alert(tx) == []
        assert len(findings.sights(tx, CALL.journey, CALL.finding)) == 2


def test_data_that_shrink_start_the_watch_anew(operational: Operational) -> None:
    say(operational, Mark.WATCHED)
    looked(operational, 1_000, 100)
    looked(operational, 400, 40)
    with operational.read() as tx:
        assert [one.look for one in findings.sights(tx, CALL.journey, CALL.finding)] == [0, 0]


def test_what_is_no_longer_watched_has_no_looks(operational: Operational) -> None:
    say(operational, Mark.WATCHED)
    looked(operational, 1_000, 100)
    say(operational, Mark.NONE)
    with operational.read() as tx:
        assert findings.sights(tx, CALL.journey, CALL.finding) == []


def test_an_alert_that_is_none_is_named(operational: Operational) -> None:
    with pytest.raises(Problem) as refused, operational.begin() as tx:
        findings.acknowledge(tx, 77, "anna")
    assert (refused.value.code, refused.value.params["value"]) == (ProblemCode.FINDING_UNKNOWN, "77")


def test_a_finding_that_is_gone_is_one_alert_and_growth_is_another(operational: Operational) -> None:
    say(operational, Mark.WATCHED)
    looked(operational, 1_000, 300)
    with operational.begin() as tx:
        (one,) = findings.marks(tx)
        for came, settled in ((1_100, Counted(20, 0)), (1_400, Counted(300, 6)), (1_500, Counted(400, 8))):
            seen = findings.sights(tx, one.journey, one.finding)
            old = Counted(1_000, 300)
            found = next_look(seen, Seen(came, old, Counted(came - 1_000, came // 200), (old, settled)))
            assert found is not None
            findings.keep_look(tx, one, found)
    with operational.read() as tx:
        (alert,) = every_alert(tx)
        assert alert.gone
        assert every_mark(tx)[0].gone
        assert not every_mark(tx)[0].grown
    with operational.begin() as tx:
        findings.acknowledge(tx, alert.number, "anna")
        assert every_alert(tx) == []
