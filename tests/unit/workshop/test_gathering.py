"""A workshop on a map: what may be done at which stop, by whom, how often; and what bad input is told."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational import Operational, workshops
from tanteemma.store.operational.tables_workshops import WORKSHOP, WORKSHOP_GUESS, WORKSHOP_PARTICIPANT, WORKSHOP_VOTE
from tanteemma.store.operational.transaction import Transaction
from tanteemma.workshop import gathering, keeping
from tanteemma.workshop.agenda import HALF_DAY, MOST_PEOPLE, StopName
from tanteemma.workshop.edits import Add, Remove
from tanteemma.workshop.gathering import Beginning, Promise, Workshop
from tanteemma.workshop.keeping import Draft, Editor
from tests.unit.store.operational.conftest import MovedClock

ANNA = Editor("Anna", "window")
MAP = Draft(
    kind="map",
    name="Online-Kauf",
    edits=(
        Add(kind="phase", id="buy", fields={"name": "Kaufen"}),
        Add(kind="phase", id="get", fields={"name": "Bekommen"}),
        Add(kind="lane", id="points", fields={"kind": "touchpoints"}),
        Add(kind="lane", id="pains", fields={"kind": "pains"}),
        Add(kind="touchpoint", id="call", place={"phase": "get", "lane": "points"}, fields={"text": "Anruf"}),
        Add(kind="card", id="wait", place={"phase": "get", "lane": "pains"}, fields={"text": "Warten"}),
        Add(kind="card", id="form", place={"phase": "buy", "lane": "pains"}, fields={"text": "Formular"}),
    ),
)


def begun(tx: Transaction, token: str = "t" * 14, dots: int = 1) -> Workshop:
    key = keeping.make(tx, MAP, ANNA).key
    said = Beginning(document=key, title="Werkstatt", agenda=HALF_DAY, dots=dots, token=token, secret=f"workshop-{dots}")
    return gathering.begin(tx, said, "Anna")


def at(tx: Transaction, workshop: Workshop, stop: StopName) -> Workshop:
    while gathering.opened(tx, workshop.number).stop is not stop:
        gathering.lead(tx, gathering.opened(tx, workshop.number), "next")
    return gathering.opened(tx, workshop.number)


def refused(call: Callable[[], object]) -> ProblemCode:
    with pytest.raises(Problem) as caught:
        call()
    assert caught.value.status < 500
    return caught.value.code


def test_each_deed_has_its_stop(operational: Operational) -> None:
    with operational.begin() as tx:
        workshop = begun(tx)
        ben = gathering.join(tx, workshop, "Ben", "b")
        assert refused(lambda: gathering.guess(tx, workshop, ben, ("call", "1"))) is ProblemCode.WORKSHOP_NOT_NOW
        assert refused(lambda: gathering.vote(tx, workshop, ben, "wait", put=True)) is ProblemCode.WORKSHOP_NOT_NOW
        promise = Promise(text="Anrufen", about="call")
        assert refused(lambda: gathering.promise(tx, workshop, "Ben", promise)) is ProblemCode.WORKSHOP_NOT_NOW


def test_the_last_guess_of_each_counts_and_nothing_else_is_taken(operational: Operational) -> None:
    with operational.begin() as tx:
        workshop = at(tx, begun(tx), StopName.GUESS)
        ben, mia = gathering.join(tx, workshop, "Ben", "b"), gathering.join(tx, workshop, "Mia", "m")
        for who, value in ((ben, "2"), (ben, "-2"), (mia, "1"), (mia, "1")):
            gathering.guess(tx, workshop, who, ("call", value))
        gathering.guess(tx, workshop, ben, ("buy", "0"))
        assert workshops.guesses(tx, workshop.number) == {"call": [-2, 1], "buy": [0]}
        assert workshops.guesses_of(tx, workshop.number, ben.number) == {"call": -2, "buy": 0}
        assert refused(lambda: gathering.guess(tx, workshop, ben, ("get", "1"))) is ProblemCode.PART_GONE
        assert refused(lambda: gathering.guess(tx, workshop, ben, ("<b>", "1"))) is ProblemCode.PART_GONE
        for value in ("3", "", "1.5", "²", "-" * 400):
            assert refused(partial(gathering.guess, tx, workshop, ben, ("call", value))) is ProblemCode.CHOICE_UNKNOWN


def test_dots_run_out_are_taken_back_and_a_double_click_puts_one(operational: Operational) -> None:
    with operational.begin() as tx:
        workshop = at(tx, begun(tx), StopName.VOTE)
        ben = gathering.join(tx, workshop, "Ben", "b")
        for _ in range(2):
            gathering.vote(tx, workshop, ben, "wait", put=True)
        assert workshops.dots(tx, workshop.number) == {"wait": 1}
        assert refused(lambda: gathering.vote(tx, workshop, ben, "form", put=True)) is ProblemCode.WORKSHOP_NO_DOTS
        for _ in range(2):
            gathering.vote(tx, workshop, ben, "wait", put=False)
        gathering.vote(tx, workshop, ben, "form", put=True)
        assert workshops.dots(tx, workshop.number) == {"form": 1}
        assert refused(lambda: gathering.vote(tx, workshop, ben, "call", put=True)) is ProblemCode.PART_GONE


def test_a_promise_stands_on_the_map_once_with_the_name_of_who_made_it(operational: Operational) -> None:
    with operational.begin() as tx:
        workshop = at(tx, begun(tx), StopName.MEASURES)
        said = Promise(text="Zurückrufen <script>", about="call", due="2027-03-31", once="abc")
        for _ in range(2):
            gathering.promise(tx, workshop, "Ben", said)
        gathering.promise(tx, workshop, "Mia", Promise(text="Formular kürzen", about="buy", owner="IT"))
        first, second = gathering.promises(tx, workshop)
        assert (first.by, first.part.text("owner"), first.part.text("due")) == ("Ben", "Ben", "2027-03-31")
        assert first.part.said("links") == (f"document:{workshop.stored.document}/call",)
        assert (second.by, second.part.text("owner"), second.part.place["phase"]) == ("Mia", "IT", "buy")
        content = keeping.open_document(tx, workshop.stored.document).content
        assert [lane.text("kind") for lane in content.of_kind("lane")].count("measures") == 1
        keeping.edit(tx, workshop.stored.document, [Remove(id="abc", seen=9)], ANNA)
        assert [one.by for one in gathering.promises(tx, workshop)] == ["Mia"]
        nowhere = Promise(text="Nirgends", about="wait")
        assert refused(lambda: gathering.promise(tx, workshop, "Ben", nowhere)) is ProblemCode.PART_GONE


def test_names_are_a_line_of_at_most_80_letters(operational: Operational) -> None:
    with operational.begin() as tx:
        workshop = begun(tx)
        assert gathering.join(tx, workshop, "  Ben\n\x00 <b>Logistik</b> ", "b").name == "Ben <b>Logistik</b>"
        assert refused(lambda: gathering.join(tx, workshop, "x" * 300, "c")) is ProblemCode.TEXT_TOO_LONG
        assert refused(lambda: gathering.join(tx, workshop, " \n ", "d")) is ProblemCode.FIELD_MISSING
        assert refused(lambda: gathering.joined(tx, workshop, "nobody")) is ProblemCode.WORKSHOP_NOT_JOINED
        assert refused(lambda: gathering.joined(tx, workshop, "")) is ProblemCode.WORKSHOP_NOT_JOINED


def test_two_hundred_join_and_the_next_one_is_told_it_is_full(operational: Operational) -> None:
    with operational.begin() as tx:
        workshop = begun(tx)
        for number in range(MOST_PEOPLE):
            gathering.join(tx, workshop, f"Person {number}", f"token {number}")
        assert refused(lambda: gathering.join(tx, workshop, "Zu spät", "late")) is ProblemCode.WORKSHOP_FULL
        gathering.joined(tx, workshop, "token 7")


def test_it_closes_itself_a_day_after_its_end(operational: Operational, clock: MovedClock) -> None:
    with operational.begin() as tx:
        workshop = begun(tx)
        assert workshop.stored.ends == tx.now + timedelta(minutes=200)
    clock.move(timedelta(minutes=200, hours=23).total_seconds())
    with operational.begin() as tx:
        assert gathering.entered(tx, "t" * 14).number == workshop.number
    clock.move(3600)
    with operational.begin() as tx:
        assert refused(lambda: gathering.entered(tx, "t" * 14)) is ProblemCode.WORKSHOP_CLOSED
        assert refused(lambda: gathering.lead(tx, workshop, "next")) is ProblemCode.WORKSHOP_CLOSED
        assert gathering.running_on(tx, workshop.stored.document) is None
        assert refused(lambda: gathering.entered(tx, "u" * 14)) is ProblemCode.WORKSHOP_UNKNOWN


def test_the_leader_goes_on_back_takes_time_and_closes(operational: Operational, clock: MovedClock) -> None:
    with operational.begin() as tx:
        workshop = begun(tx)
        gathering.lead(tx, workshop, "previous")
        assert gathering.opened(tx, workshop.number).stop is StopName.WELCOME
    clock.move(600)
    with operational.begin() as tx:
        gathering.lead(tx, gathering.opened(tx, workshop.number), "next")
        moved = gathering.opened(tx, workshop.number)
        assert (moved.stop, moved.stored.stop_since) == (StopName.PERSONA, tx.now)
        gathering.lead(tx, moved, "more")
        longer = gathering.opened(tx, workshop.number)
        assert (longer.agenda[1].minutes, longer.stored.ends - moved.stored.ends) == (25, timedelta(minutes=5))
        assert refused(lambda: gathering.lead(tx, longer, "<b>")) is ProblemCode.CHOICE_UNKNOWN
        gathering.lead(tx, longer, "close")
        assert refused(lambda: gathering.entered(tx, "t" * 14)) is ProblemCode.WORKSHOP_CLOSED


def test_nothing_of_a_removed_workshop_stays_but_its_measures(operational: Operational) -> None:
    with operational.begin() as tx:
        workshop = at(tx, begun(tx), StopName.GUESS)
        ben, mia = gathering.join(tx, workshop, "Ben", "b"), gathering.join(tx, workshop, "Mia", "m")
        for who in (ben, mia):
            gathering.guess(tx, workshop, who, ("call", "1"))
        gathering.vote(tx, at(tx, workshop, StopName.VOTE), ben, "wait", put=True)
        workshops.dismiss(tx, workshop.number, ben.number)
        assert workshops.counts(tx, workshop.number) == workshops.Counts(1, 1, 0)
        gathering.promise(tx, at(tx, workshop, StopName.MEASURES), "Mia", Promise(text="Bleibt", about="get"))
        workshops.remove(tx, workshop.number)
        for table in (WORKSHOP, WORKSHOP_PARTICIPANT, WORKSHOP_GUESS, WORKSHOP_VOTE):
            assert tx.run(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0
        assert len(keeping.open_document(tx, workshop.stored.document).content.of_kind("measure")) == 1


def test_a_link_is_kept_as_a_hash_only(operational: Operational) -> None:
    with operational.begin() as tx:
        workshop = begun(tx, "secretsecret22")
        gathering.join(tx, workshop, "Ben", "cookie of ben")
        for table in (WORKSHOP, WORKSHOP_PARTICIPANT):
            for row in tx.run(sa.select(table)):
                assert "secretsecret22" not in str(tuple(row))
                assert "cookie of ben" not in str(tuple(row))
