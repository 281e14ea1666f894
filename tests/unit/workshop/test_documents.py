"""Documents: what is edited can be taken back, nobody overwrites anybody silently, every old version can be looked at."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanteemma.model.hooks import document_kinds
from tanteemma.model.problems import Problem, ProblemCode, Problems
from tanteemma.store.operational import Operational, Transaction, documents
from tanteemma.workshop import keeping
from tanteemma.workshop.applying import apply_edits
from tanteemma.workshop.document import Content
from tanteemma.workshop.edits import Add, Change, Edit, Move, Remove
from tanteemma.workshop.exchange import as_file, from_file
from tanteemma.workshop.keeping import Document, Draft, Editor
from tanteemma.workshop.taking_back import take_back

ANNA = Editor("Anna", "window-a")
BEN = Editor("Ben", "window-b")
PHASES = [Add(kind="phase", id=f"p{at}", fields={"name": name}) for at, name in enumerate(("Kaufen", "Nutzen"))]
LANES = [
    Add(kind="lane", id="touch", fields={"kind": "touchpoints"}),
    Add(kind="lane", id="pains", fields={"kind": "pains"}),
    Add(kind="lane", id="wishes", fields={"kind": "wishes"}),
]


def card(identity: str, text: str, phase: str = "p0", lane: str = "pains") -> Add:
    return Add(kind="card", id=identity, place={"phase": phase, "lane": lane}, fields={"text": text})


MAP = Draft(kind="map", name="Unsere Karte", edits=(*PHASES, *LANES, card("c1", "Paket kommt zu spät")))


def written(operational: Operational, change: Callable[[Transaction], Any]) -> Any:
    with operational.begin() as tx:
        return change(tx)


def made(operational: Operational) -> str:
    return str(written(operational, lambda tx: keeping.make(tx, MAP, ANNA)).key)


def now(operational: Operational, key: str, version: int | None = None) -> Document:
    with operational.read() as tx:
        return keeping.open_document(tx, key, version)


def edit(operational: Operational, key: str, *edits: Edit, by: Editor = ANNA) -> keeping.Edited:
    found: keeping.Edited = written(operational, lambda tx: keeping.edit(tx, key, edits, by))
    return found


class TestEditing:
    def test_a_card_is_changed_moved_and_removed(self, operational: Operational) -> None:
        key = made(operational)
        edit(operational, key, Change(at="c1", field="text", value="Paket kommt nie", seen=1))
        edit(operational, key, Move(id="c1", place={"phase": "p1"}, seen=2))
        part = now(operational, key).content.part("c1")
        assert part is not None
        assert (part.text("text"), part.place) == ("Paket kommt nie", {"phase": "p1", "lane": "pains"})
        edit(operational, key, Remove(id="c1", seen=3))
        assert now(operational, key).content.part("c1") is None

    def test_cards_keep_the_order_they_are_put_in(self, operational: Operational) -> None:
        key = made(operational)
        edit(operational, key, card("c2", "b"), card("c3", "c"), card("c0", "a"))
        edit(operational, key, Move(id="c0", after="", seen=2), Move(id="c3", after="c1", seen=2))
        here = now(operational, key).content.at({"phase": "p0", "lane": "pains"})
        assert [part.id for part in here] == ["c0", "c1", "c3", "c2"]

    def test_an_edit_that_changes_nothing_is_no_version(self, operational: Operational) -> None:
        key = made(operational)
        edit(operational, key, Change(at="c1", field="text", value=" Paket  kommt zu spät ", seen=1))
        edit(operational, key, Remove(id="was-never-there"))
        assert now(operational, key).version == 1

    def test_a_removed_phase_takes_its_cards_along_and_brings_them_back(self, operational: Operational) -> None:
        key = made(operational)
        before = now(operational, key).content
        edit(operational, key, Remove(id="p0", seen=1))
        assert now(operational, key).content.part("c1") is None
        written(operational, lambda tx: keeping.undo(tx, key, ANNA))
        after = now(operational, key).content
        assert [part.id for part in after.parts] == [part.id for part in before.parts]

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            (Change(at="c1", field="text", value="", seen=1), ProblemCode.FIELD_MISSING),
            (Change(at="c1", field="text", value="x" * 301, seen=1), ProblemCode.TEXT_TOO_LONG),
            (Change(at="c1", field="colour", value="red", seen=1), ProblemCode.FIELD_UNKNOWN),
            (Change(at="gone", field="text", value="x", seen=1), ProblemCode.PART_GONE),
            (Change(field="state", value="maybe"), ProblemCode.CHOICE_UNKNOWN),
            (Move(id="c1", place={"phase": "touch"}, seen=1), ProblemCode.PLACE_WRONG),
            (Move(id="c1", place={"lane": "touch"}, seen=1), ProblemCode.PLACE_WRONG),
            (Move(id="c1", place={"phase": "away"}, seen=1), ProblemCode.PART_GONE),
            (Add(kind="star"), ProblemCode.CHOICE_UNKNOWN),
            (Add(kind="phase", id="p0", fields={"name": "again"}), ProblemCode.PART_THERE),
            (Add(kind="phase", id="<b>", fields={"name": "markup"}), ProblemCode.CHOICE_UNKNOWN),
        ],
    )
    def test_what_is_wrong_is_named_and_nothing_of_the_batch_happens(
        self, operational: Operational, wrong: Edit, code: ProblemCode
    ) -> None:
        key = made(operational)
        with pytest.raises(Problem) as caught:
            edit(operational, key, card("c9", "vorher"), wrong)
        assert caught.value.code is code
        assert now(operational, key).content.part("c9") is None

    def test_every_problem_of_a_new_part_is_said_at_once(self, operational: Operational) -> None:
        key = made(operational)
        place = {"phase": "p0", "lane": "touch"}
        with pytest.raises(Problems) as caught:
            edit(operational, key, Add(kind="touchpoint", place=place, fields={"feeling": 7, "weight": "viel", "color": 1}))
        assert {one.params["field"] for one in caught.value.problems} == {"text", "feeling", "weight", "color"}


class TestTwoEditors:
    def test_the_second_sees_both_texts_and_chooses(self, operational: Operational) -> None:
        key = made(operational)
        edit(operational, key, Change(at="c1", field="text", value="von Anna", seen=1))
        with pytest.raises(Problem) as caught:
            edit(operational, key, Change(at="c1", field="text", value="von Ben", seen=1), by=BEN)
        assert caught.value.status == 409
        assert (caught.value.params["theirs"], caught.value.params["mine"]) == ("von Anna", "von Ben")
        edit(operational, key, Change(at="c1", field="text", value="von Ben", seen=2), by=BEN)
        part = now(operational, key).content.part("c1")
        assert part is not None
        assert part.text("text") == "von Ben"

    def test_two_fields_of_one_card_do_not_disturb_each_other(self, operational: Operational) -> None:
        key = made(operational)
        edit(operational, key, Change(at="c1", field="text", value="von Anna", seen=1))
        edit(operational, key, Change(at="c1", field="note", value="von Ben", seen=1), by=BEN)
        part = now(operational, key).content.part("c1")
        assert part is not None
        assert (part.text("text"), part.text("note")) == ("von Anna", "von Ben")

    def test_a_card_that_somebody_just_changed_is_not_removed(self, operational: Operational) -> None:
        key = made(operational)
        edit(operational, key, Change(at="c1", field="text", value="wichtig", seen=1))
        with pytest.raises(Problem) as caught:
            edit(operational, key, Remove(id="p0", seen=1), by=BEN)
        assert (caught.value.code, caught.value.params["theirs"]) == (ProblemCode.EDIT_CONFLICT, "wichtig")

    def test_undo_takes_back_what_this_window_did_and_not_the_other(self, operational: Operational) -> None:
        key = made(operational)
        edit(operational, key, card("a1", "Anna"))
        edit(operational, key, card("b1", "Ben"), by=BEN)
        written(operational, lambda tx: keeping.undo(tx, key, ANNA))
        content = now(operational, key).content
        assert content.part("a1") is None
        assert content.part("b1") is not None

    def test_undo_does_not_sweep_away_what_somebody_went_on_with(self, operational: Operational) -> None:
        key = made(operational)
        edit(operational, key, Change(at="c1", field="text", value="Anna", seen=1))
        edit(operational, key, Change(at="c1", field="text", value="Ben", seen=2), by=BEN)
        with pytest.raises(Problem) as caught:
            written(operational, lambda tx: keeping.undo(tx, key, ANNA))
        assert caught.value.code is ProblemCode.EDIT_CONFLICT


class TestUndo:
    def test_three_steps_back_and_forth(self, operational: Operational) -> None:
        key = made(operational)
        for at, text in enumerate(("eins", "zwei", "drei"), start=1):
            edit(operational, key, Change(at="c1", field="text", value=text, seen=at))
        said = []
        for redo in (False, False, False, True, True, True):
            found = written(operational, partial(keeping.undo, key=key, editor=ANNA, redo=redo))
            said.append(found.content.part("c1").text("text"))
        assert said == ["zwei", "eins", "Paket kommt zu spät", "eins", "zwei", "drei"]

    def test_something_new_empties_what_could_be_done_again(self, operational: Operational) -> None:
        key = made(operational)
        edit(operational, key, card("c2", "x"))
        written(operational, lambda tx: keeping.undo(tx, key, ANNA))
        edit(operational, key, card("c3", "y"))
        with pytest.raises(Problem) as caught:
            written(operational, lambda tx: keeping.undo(tx, key, ANNA, redo=True))
        assert caught.value.code is ProblemCode.NOTHING_TO_UNDO

    def test_nothing_to_undo_is_said(self, operational: Operational) -> None:
        key = made(operational)
        with pytest.raises(Problem) as caught:
            written(operational, lambda tx: keeping.undo(tx, key, BEN))
        assert caught.value.code is ProblemCode.NOTHING_TO_UNDO


class TestKeeping:
    def test_every_old_version_can_be_looked_at_and_returned_to(self, operational: Operational) -> None:
        key = made(operational)
        seen = [_plain(now(operational, key).content)]
        for change in (
            Change(at="c1", field="text", value="neu", seen=1),
            Move(id="c1", place={"phase": "p1"}, seen=2),
            card("c2", "zweite"),
            Remove(id="p1", seen=9),
        ):
            edit(operational, key, change)
            seen.append(_plain(now(operational, key).content))
        assert [_plain(now(operational, key, version).content) for version in range(1, 6)] == seen
        written(operational, lambda tx: keeping.return_to(tx, key, 2, BEN))
        assert _plain(now(operational, key).content) == seen[1]
        written(operational, lambda tx: keeping.undo(tx, key, BEN))
        assert _plain(now(operational, key).content) == seen[4]

    def test_a_document_in_use_is_not_removed_without_a_word(self, operational: Operational) -> None:
        key = made(operational)
        other = written(operational, lambda tx: keeping.make(tx, Draft(kind="map", name="Oben", fields={"beside": key}), ANNA))
        with pytest.raises(Problem) as caught:
            written(operational, lambda tx: keeping.remove(tx, key, ANNA))
        assert (caught.value.code, caught.value.params["used_in"]) == (ProblemCode.DOCUMENT_USED, "Oben")
        written(operational, lambda tx: keeping.remove(tx, other.key, ANNA))
        written(operational, lambda tx: keeping.remove(tx, key, ANNA))
        with operational.read() as tx:
            assert documents.every(tx) == []
            assert len(documents.every(tx, removed=True)) == 2
        written(operational, lambda tx: keeping.bring_back(tx, key, ANNA))
        assert now(operational, key).stored.removed is None

    def test_a_copy_is_a_document_of_its_own(self, operational: Operational) -> None:
        key = made(operational)
        copied = written(operational, lambda tx: keeping.copy(tx, key, "Zweite", ANNA))
        edit(operational, copied.key, Remove(id="c1", seen=1))
        assert now(operational, key).content.part("c1") is not None
        assert now(operational, copied.key).content.part("c1") is None

    def test_an_unknown_document_version_and_kind_are_named(self, operational: Operational) -> None:
        key = made(operational)
        for ask, code in (
            (lambda tx: keeping.open_document(tx, "nix"), ProblemCode.DOCUMENT_UNKNOWN),
            (lambda tx: keeping.open_document(tx, key, 99), ProblemCode.DOCUMENT_VERSION),
            (lambda tx: keeping.make(tx, Draft(kind="horoscope", name="x"), ANNA), ProblemCode.DOCUMENT_KIND_UNKNOWN),
            (lambda tx: keeping.make(tx, Draft(kind="map", name="  "), ANNA), ProblemCode.FIELD_MISSING),
        ):
            with pytest.raises(Problem) as caught:
                written(operational, ask)
            assert caught.value.code is code


def _plain(content: Content) -> object:
    """What a document says, without the versions it was said in."""
    fields = {name: value.value for name, value in content.fields.items() if value.value is not None}
    parts = [
        (part.id, part.kind, part.place, {name: one.value for name, one in part.fields.items() if one.value is not None})
        for part in content.parts
    ]
    return fields, parts


_IDS = [f"x{at}" for at in range(6)]
_EDITS = st.one_of(
    st.builds(
        lambda identity, lane, phase, after: Add(
            kind="card", id=identity, place={"phase": phase, "lane": lane}, after=after, fields={"text": identity}
        ),
        st.sampled_from(_IDS),
        st.sampled_from(("pains", "wishes")),
        st.sampled_from(("p0", "p1")),
        st.sampled_from((None, "", *_IDS)),
    ),
    st.builds(
        lambda identity, lane, after: Move(id=identity, place={"lane": lane}, after=after, seen=10**6),
        st.sampled_from(_IDS),
        st.sampled_from(("pains", "wishes")),
        st.sampled_from((None, "", *_IDS)),
    ),
    st.builds(
        lambda identity, text: Change(at=identity, field="note", value=text, seen=10**6),
        st.sampled_from(_IDS),
        st.text(max_size=5),
    ),
    st.builds(lambda identity: Remove(id=identity, seen=10**6), st.sampled_from((*_IDS, "p0", "p1", "pains"))),
)


@settings(max_examples=200)
@given(st.lists(_EDITS, max_size=25))
def test_whatever_was_done_can_be_undone_to_the_letter_and_done_again(edits: list[Edit]) -> None:
    kind = document_kinds.named("map")
    content = apply_edits(kind, Content(), [*PHASES, *LANES], 1).content
    was = [_plain(content)]
    inverses = []
    for version, one in enumerate(edits, start=2):
        try:
            applied = apply_edits(kind, content, [one], version)
        except Problem:
            continue
        content = applied.content
        inverses.append((version, applied.inverse))
        was.append(_plain(content))
    forward = []
    for at, (version, inverse) in enumerate(reversed(inverses), start=2):
        content, again = take_back(content, inverse, version)
        forward.append((version, again))
        assert _plain(content) == was[-at]
    for at, (version, again) in enumerate(reversed(forward), start=1):
        content, _ = take_back(content, again, version)
        assert _plain(content) == was[at]


class TestWhatAReaderFound:
    def test_what_one_did_in_ones_own_window_is_no_surprise_to_oneself(self, operational: Operational) -> None:
        key = made(operational)
        mine = Editor("Anna", "window-a", own=True)
        edit(operational, key, Change(at="c1", field="text", value="eins", seen=1), by=mine)
        edit(operational, key, Change(at="c1", field="text", value="zwei", seen=1), Remove(id="c1", seen=1), by=mine)
        assert now(operational, key).content.part("c1") is None

    def test_undo_twice_does_not_sweep_away_what_somebody_said_in_between(self, operational: Operational) -> None:
        key = made(operational)
        edit(operational, key, Change(at="c1", field="text", value="Anna 1", seen=1))
        edit(operational, key, Change(at="c1", field="text", value="Ben", seen=2), by=BEN)
        edit(operational, key, Change(at="c1", field="text", value="Anna 2", seen=3))
        written(operational, lambda tx: keeping.undo(tx, key, ANNA))
        with pytest.raises(Problem) as caught:
            written(operational, lambda tx: keeping.undo(tx, key, ANNA))
        assert (caught.value.code, caught.value.params["theirs"]) == (ProblemCode.EDIT_CONFLICT, "Ben")

    def test_a_card_does_not_come_back_into_a_phase_that_is_gone(self, operational: Operational) -> None:
        key = made(operational)
        edit(operational, key, Remove(id="c1", seen=1))
        edit(operational, key, Remove(id="p0", seen=2), by=BEN)
        with pytest.raises(Problem) as caught:
            written(operational, lambda tx: keeping.undo(tx, key, ANNA))
        assert caught.value.code is ProblemCode.PART_GONE

    def test_a_lane_that_holds_cards_does_not_become_one_that_may_not(self, operational: Operational) -> None:
        key = made(operational)
        with pytest.raises(Problem) as caught:
            edit(operational, key, Change(at="pains", field="kind", value="touchpoints", seen=1))
        assert caught.value.code is ProblemCode.PLACE_WRONG
        edit(operational, key, Change(at="pains", field="kind", value="wishes", seen=1))

    @pytest.mark.parametrize("value", [10**400, -(10**400), float("inf"), float("nan"), True, [1], {"a": 1}])
    def test_a_number_that_is_none_is_refused(self, operational: Operational, value: Any) -> None:
        key = made(operational)
        with pytest.raises((Problem, Problems)):
            edit(operational, key, Add(kind="phase", fields={"name": "x", "weight": value}))

    def test_what_no_file_may_hold_is_taken_out(self, operational: Operational) -> None:
        key = made(operational)
        edit(operational, key, Change(at="c1", field="text", value="a\uffffb\x00c\ufffe", seen=1))
        part = now(operational, key).content.part("c1")
        assert part is not None
        assert part.text("text") == "abc"

    def test_a_map_goes_out_and_comes_in_again_whatever_was_moved(self, operational: Operational) -> None:
        key = made(operational)
        edit(operational, key, Move(id="p0", after="p1", seen=1), Move(id="pains", after="wishes", seen=1))
        document = now(operational, key)
        raw = as_file(document.kind, document.name, document.content)
        again = written(operational, lambda tx: keeping.make(tx, from_file(raw), ANNA))
        assert [part.id for part in again.content.parts] == [part.id for part in document.content.parts]
