"""Undo that meets what somebody else said since: both are named, one chooses, and the step before it is next."""

import pytest

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational import Operational, documents
from tanteemma.workshop import keeping
from tanteemma.workshop.edits import Change, Edit, Move, Remove
from tanteemma.workshop.keeping import Editor, Keep
from tanteemma.workshop.undoing import stacks, to_redo, to_undo
from tests.unit.workshop.test_documents import ANNA, BEN, card, edit, made, now, written


def text_of(operational: Operational, key: str, part: str = "c1") -> str:
    found = now(operational, key).content.part(part)
    return "" if found is None else found.text("text")


def undo(operational: Operational, key: str, keep: Keep = Keep.ASK, *, redo: bool = False, by: Editor = ANNA) -> None:
    written(operational, lambda tx: keeping.undo(tx, key, by, redo=redo, keep=keep))


def stuck(operational: Operational, key: str) -> Problem:
    with pytest.raises(Problem) as caught:
        undo(operational, key)
    return caught.value


@pytest.fixture
def overtaken(operational: Operational) -> str:
    """Anna adds a card and changes another one, then Ben changes that one too."""
    key = made(operational)
    edit(operational, key, card("c2", "von Anna gelegt"))
    edit(operational, key, Change(at="c1", field="text", value="von Anna", seen=2))
    edit(operational, key, Change(at="c1", field="text", value="von Ben", seen=3), by=BEN)
    return key


def test_nobody_chose_so_both_texts_are_named(operational: Operational, overtaken: str) -> None:
    problem = stuck(operational, overtaken)
    assert problem.code is ProblemCode.EDIT_CONFLICT
    assert (problem.params["theirs"], problem.params["mine"]) == ("von Ben", "Paket kommt zu spät")


def test_theirs_stands_and_the_step_before_is_next(operational: Operational, overtaken: str) -> None:
    undo(operational, overtaken, Keep.THEIRS)
    assert text_of(operational, overtaken) == "von Ben"
    undo(operational, overtaken)
    assert text_of(operational, overtaken, "c2") == ""
    undo(operational, overtaken, redo=True)
    assert text_of(operational, overtaken, "c2") == "von Anna gelegt"
    with pytest.raises(Problem) as caught:
        undo(operational, overtaken, redo=True)
    assert caught.value.code is ProblemCode.NOTHING_TO_UNDO


def test_mine_is_taken_back_all_the_same_and_can_be_done_again(operational: Operational, overtaken: str) -> None:
    undo(operational, overtaken, Keep.MINE)
    assert text_of(operational, overtaken) == "Paket kommt zu spät"
    undo(operational, overtaken, redo=True)
    assert text_of(operational, overtaken) == "von Ben"


@pytest.mark.parametrize(
    ("theirs", "words"),
    [(Change(at="c9", field="text", value="von Ben", seen=2), ("von Ben", "")), (Remove(id="c9", seen=2), None)],
)
def test_a_card_that_was_added_and_went_on_living_elsewhere(
    operational: Operational, theirs: Edit, words: tuple[str, str] | None
) -> None:
    key = made(operational)
    edit(operational, key, card("c9", "neu"))
    edit(operational, key, theirs, by=BEN)
    if words is None:
        undo(operational, key)  # gone is what undo wanted
        return
    problem = stuck(operational, key)
    assert (problem.params["theirs"], problem.params["mine"]) == words
    undo(operational, key, Keep.MINE)
    assert now(operational, key).content.part("c9") is None


def test_what_somebody_removed_can_only_be_left(operational: Operational) -> None:
    key = made(operational)
    edit(operational, key, card("c2", "erster Schritt"))
    edit(operational, key, Change(at="c1", field="text", value="von Anna", seen=2))
    edit(operational, key, Remove(id="c1", seen=3), by=BEN)
    assert stuck(operational, key).code is ProblemCode.PART_GONE
    with pytest.raises(Problem) as caught:
        undo(operational, key, Keep.MINE)
    assert caught.value.code is ProblemCode.PART_GONE
    undo(operational, key, Keep.THEIRS)
    undo(operational, key)
    assert now(operational, key).content.part("c2") is None


def test_a_place_is_named_in_words_on_both_sides(operational: Operational) -> None:
    key = made(operational)
    edit(operational, key, Move(id="c1", place={"phase": "p1"}, seen=1))
    edit(operational, key, Move(id="c1", place={"lane": "wishes"}, seen=2), by=BEN)
    problem = stuck(operational, key)
    assert (problem.params["theirs"], problem.params["mine"]) == ("Nutzen · wishes", "Kaufen · pains")


def test_every_version_can_still_be_looked_at(operational: Operational, overtaken: str) -> None:
    before = [now(operational, overtaken, version).content for version in range(1, 4)]
    undo(operational, overtaken, Keep.THEIRS)
    undo(operational, overtaken)
    texts = [[part.text("text") for part in content.parts] for content in before]
    again = [now(operational, overtaken, version).content for version in range(1, 4)]
    assert [[part.text("text") for part in content.parts] for content in again] == texts
    with operational.read() as tx:
        log = documents.steps(tx, overtaken, ANNA.window)
    assert stacks(log, ANNA.window)[0] == []
    assert to_undo(log, ANNA.window) is None
    assert to_redo(log, ANNA.window) is not None


def test_a_document_in_the_bin_is_read_only_until_it_is_back(operational: Operational) -> None:
    key = made(operational)
    written(operational, lambda tx: keeping.remove(tx, key, ANNA))
    for change in (
        lambda tx: keeping.edit(tx, key, [card("c5", "doch noch")], ANNA),
        lambda tx: keeping.rename(tx, key, "Anders", ANNA),
        lambda tx: keeping.undo(tx, key, ANNA),
        lambda tx: keeping.return_to(tx, key, 1, ANNA),
    ):
        with pytest.raises(Problem) as caught:
            written(operational, change)
        assert caught.value.code is ProblemCode.DOCUMENT_IN_BIN
    assert text_of(operational, key) == "Paket kommt zu spät"
    written(operational, lambda tx: keeping.bring_back(tx, key, ANNA))
    edit(operational, key, card("c5", "doch noch"))
