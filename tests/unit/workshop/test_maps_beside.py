"""Several personas on one map, and two maps in one picture: whose curve is whose, what belongs together, what changes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanteemma.model.hooks import document_kinds
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational import Operational, documents
from tanteemma.workshop import keeping
from tanteemma.workshop.applying import apply_edits
from tanteemma.workshop.beside import Beside, Fate, side_by_side
from tanteemma.workshop.counterparts import begin_counterpart, begin_part
from tanteemma.workshop.document import Content, Part, Scalar
from tanteemma.workshop.edits import Add, Change, Edit, Move, Remove
from tanteemma.workshop.voices import MOST_VOICES, everybody, voices
from tests.unit.workshop.test_documents import ANNA, MAP, card, made, now, written

KIND = document_kinds.all()["map"]


def drawn(*edits: Edit, on: Content | None = None) -> Content:
    return apply_edits(KIND, Content() if on is None else on, edits, 1).content


def feeling(identity: str, phase: str, lane: str, felt: Scalar) -> Add:
    return Add(kind="feeling", id=identity, place={"phase": phase, "lane": lane}, fields={"feeling": felt})


def emotions(identity: str, persona: str = "") -> Add:
    return Add(kind="lane", id=identity, fields={"kind": "emotion", "persona": persona or None})


BASE = drawn(*MAP.edits)


class TestVoices:
    def test_each_persona_with_a_lane_of_emotions_has_a_curve_of_her_own(self) -> None:
        content = drawn(
            emotions("all"),
            emotions("hers", "sabine"),
            emotions("his", "herbert"),
            feeling("a", "p0", "all", 2),
            feeling("b", "p0", "hers", -2),
            feeling("c", "p1", "hers", 1),
            feeling("d", "p1", "his", 0),
            feeling("e", "p1", "his", 1),
            on=BASE,
        )
        assert [(one.persona, one.felt) for one in voices(content)] == [("sabine", (-2, 1)), ("herbert", (None, 0.5))]
        assert everybody(content) == pytest.approx((0, 2 / 3))

    def test_without_such_a_lane_there_is_the_common_curve_alone(self) -> None:
        content = drawn(emotions("all"), feeling("a", "p0", "all", 2), on=BASE)
        assert voices(content) == ()
        assert everybody(content) == (2, None)

    def test_no_more_are_drawn_than_can_be_told_apart(self) -> None:
        content = drawn(*(emotions(f"l{at}", f"persona{at}") for at in range(9)), on=BASE)
        assert len(voices(content)) == MOST_VOICES


def fates(found: Beside) -> dict[str, list[tuple[str, str, str]]]:
    return {
        lane.lane.text("kind"): [
            (
                pair.fate.value,
                "" if pair.now is None else pair.now.text("text"),
                "" if pair.then is None else pair.then.text("text"),
            )
            for cell in lane.cells
            for pair in cell
        ]
        for lane in found.lanes
    }


class TestSideBySide:
    def test_a_map_beside_itself_changes_nothing(self) -> None:
        found = side_by_side(BASE, BASE)
        assert (found.count(Fate.SAME), found.count(Fate.NEW), found.count(Fate.GONE), found.count(Fate.CHANGED)) == (
            1,
            0,
            0,
            0,
        )
        assert all(lane.quiet for lane in found.lanes)

    def test_what_is_new_gone_and_different_is_told_apart(self) -> None:
        before = drawn(card("c2", "Hotline überlastet"), card("c3", "Kein Rückruf"), on=BASE)
        after = drawn(
            Change(at="c1", field="text", value="Paket kommt pünktlich", seen=1),
            Remove(id="c2", seen=1),
            card("c9", "Rückruf binnen einer Stunde", lane="wishes"),
            on=before,
        )
        assert fates(side_by_side(before, after)) == {
            "touchpoints": [],
            "pains": [
                ("changed", "Paket kommt zu spät", "Paket kommt pünktlich"),
                ("gone", "Hotline überlastet", ""),
                ("same", "Kein Rückruf", "Kein Rückruf"),
            ],
            "wishes": [("new", "", "Rückruf binnen einer Stunde")],
        }

    def test_maps_that_were_drawn_apart_belong_together_by_name(self) -> None:
        other = drawn(
            Add(kind="phase", id="x1", fields={"name": "NUTZEN "}),
            Add(kind="phase", id="x0", fields={"name": "Kaufen"}),
            Add(kind="phase", id="x2", fields={"name": "Empfehlen"}),
            Add(kind="lane", id="y", fields={"kind": "pains"}),
            card("z", "paket kommt  zu spät", phase="x0", lane="y"),
        )
        found = side_by_side(BASE, other)
        assert [(one.name, one.now is None, one.then is None) for one in found.phases] == [
            ("NUTZEN", False, False),
            ("Kaufen", False, False),
            ("Empfehlen", True, False),
        ]
        assert (found.count(Fate.CHANGED), found.count(Fate.GONE)) == (1, 0)

    def test_what_only_the_first_map_has_stands_where_it_stood(self) -> None:
        after = drawn(Remove(id="p1", seen=1), Remove(id="wishes", seen=1), on=BASE)
        found = side_by_side(BASE, after)
        assert [one.name for one in found.phases] == ["Kaufen", "Nutzen"]
        assert found.phases[1].then is None
        assert [one.lane.text("kind") for one in found.lanes] == ["touchpoints", "pains", "wishes"]

    def test_the_curves_of_both_lie_over_the_same_phases(self) -> None:
        before = drawn(emotions("e"), feeling("f", "p0", "e", -2), on=BASE)
        after = drawn(Change(at="f", field="feeling", value=1, seen=1), on=before)
        found = side_by_side(before, after)
        assert [(one.felt_now, one.felt_then) for one in found.phases] == [(-2, 1), (None, None)]
        assert found.count(Fate.CHANGED) == 1

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.tuples(st.sampled_from(["p0", "p1"]), st.sampled_from("abc"), st.integers(0, 5)), max_size=12))
    def test_every_card_of_both_maps_is_shown_once(self, deeds: list[tuple[str, str, int]]) -> None:
        content = BASE
        for at, (phase, words, place) in enumerate(deeds):
            cards = content.of_kind("card")
            edit: Edit = card(f"n{at}", words, phase=phase)
            if place < len(cards) and at % 2:
                edit = Remove(id=cards[place].id, seen=1)
            elif place < len(cards):
                edit = Move(id=cards[place].id, place={"phase": phase}, seen=1)
            content = drawn(edit, on=content)
        found = side_by_side(BASE, content)
        pairs = [pair for lane in found.lanes for cell in lane.cells for pair in cell]
        for side, whole in (("now", BASE), ("then", content)):
            shown = [getattr(pair, side) for pair in pairs]
            ids = sorted(part.id for part in shown if isinstance(part, Part))
            assert ids == sorted(part.id for part in whole.of_kind("card"))


class TestCounterparts:
    def test_a_map_as_it_shall_be_begins_as_a_copy_and_both_know_each_other(self, operational: Operational) -> None:
        key = made(operational)
        other = written(operational, lambda tx: begin_counterpart(tx, keeping.open_document(tx, key), "Soll", ANNA))
        assert other.content.text("state") == "to_be"
        assert other.content.text("beside") == key
        assert now(operational, key).content.text("beside") == other.key
        assert [part.id for part in other.content.parts] == [part.id for part in now(operational, key).content.parts]
        written(operational, lambda tx: keeping.undo(tx, key, ANNA))
        assert now(operational, key).content.text("beside") == ""

    def test_a_phase_gets_a_map_of_its_own_once(self, operational: Operational) -> None:
        key = made(operational)

        def begin(identity: str) -> str:
            with operational.begin() as tx:
                document = keeping.open_document(tx, key)
                part = document.content.part(identity)
                assert part is not None
                return begin_part(tx, document, part, ("Kaufen", "de"), ANNA).key

        sub = begin("p0")
        assert begin("p0") == sub
        assert now(operational, sub).name == "Kaufen"
        with operational.read() as tx:
            assert [(one.document, one.field) for one in documents.links_to(tx, f"document:{sub}")] == [(key, "sub")]
        with pytest.raises(Problem) as caught:
            begin("c1")
        assert caught.value.code is ProblemCode.CHOICE_UNKNOWN
