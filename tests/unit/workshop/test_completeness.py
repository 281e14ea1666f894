"""What is missing on a map: a known answer, the sample company's map, and what filling a gap changes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.model.hooks import document_kinds
from tanteemma.model.texts import LANGUAGES, catalogue
from tanteemma.workshop.applying import apply_edits
from tanteemma.workshop.completeness import Gap, Missing, Shared, by_gap, duty_gaps, missing_on, shared_of
from tanteemma.workshop.document import Content
from tanteemma.workshop.edits import Add, Change, Edit
from tanteemma.workshop.examples import CHECKOUT, MAP, sample_documents

LANES = ("touchpoints", "emotion", "pains", "needs", "contents", "owner", "evidence")
EMPTY: tuple[Edit, ...] = (
    Add(kind="phase", id="buy", fields={"name": "Kaufen"}),
    Add(kind="phase", id="use", fields={"name": "Nutzen"}),
    *(Add(kind="lane", id=f"lane-{lane}", fields={"kind": lane}) for lane in LANES),
)


def drawn(*edits: Edit) -> Content:
    return apply_edits(document_kinds.named("map"), Content(), (*EMPTY, *edits), 1).content


def add(kind: str, identity: str, at: str, **fields: object) -> Add:
    phase, lane = at.split("/")
    return Add(kind=kind, id=identity, place={"phase": phase, "lane": f"lane-{lane}"}, fields=fields)  # type: ignore[arg-type]  # the schema says what fits


def said(found: tuple[Missing, ...]) -> list[tuple[str, str]]:
    return [(one.gap.value, f"{one.part}/{one.lane}".rstrip("/")) for one in found]


CALL = add("touchpoint", "call", "use/touchpoints", text="Anruf")
NEED = add("card", "need", "use/needs", text="Wann kommt es?")
PAIN = add("card", "pain", "use/pains", text="Warteschleife")


def test_everything_that_can_be_missing_is_named() -> None:
    assert said(missing_on(drawn(CALL, NEED, PAIN))) == [
        ("phase_without_touchpoint", "buy"),
        ("touchpoint_without_rule", "call/touchpoints"),
        ("touchpoint_without_owner", "call/touchpoints"),
        ("need_without_content", "need/needs"),
        ("cell_without_evidence", "use/pains"),
    ]


@pytest.mark.parametrize(
    ("more", "gone"),
    [
        (
            add("touchpoint", "shop", "buy/touchpoints", text="Laden", owner="Wir", rule="event = 'Laden'"),
            Gap.PHASE_WITHOUT_TOUCHPOINT,
        ),
        (Change(at="call", field="rule", value="event = 'Anruf'", seen=1), Gap.TOUCHPOINT_WITHOUT_RULE),
        (Change(at="call", field="owner", value="Service", seen=1), Gap.TOUCHPOINT_WITHOUT_OWNER),
        (add("card", "boss", "use/owner", text="Service"), Gap.TOUCHPOINT_WITHOUT_OWNER),
        (add("card", "answer", "use/contents", text="Mail", answers=("document:other/need",)), Gap.NEED_WITHOUT_CONTENT),
        (add("proof", "asked", "use/evidence", text="Neun von zwölf"), Gap.CELL_WITHOUT_EVIDENCE),
        (Change(at="pain", field="links", value=("finding:loop",), seen=1), Gap.CELL_WITHOUT_EVIDENCE),
    ],
)
def test_each_gap_can_be_closed(more: Edit, gone: Gap) -> None:
    before, after = (by_gap(missing_on(drawn(CALL, NEED, PAIN, *edits))) for edits in ((), (more,)))
    assert gone in before
    assert gone not in after


def test_a_shared_touchpoint_brings_its_owner_and_its_rule() -> None:
    shared = add("touchpoint", "call", "use/touchpoints", text="Anruf", shared="abc")
    found = missing_on(drawn(shared), {"abc": Shared(rule="event = 'Anruf'", owner="Service")})
    assert said(found) == [("phase_without_touchpoint", "buy")]


def test_every_duty_has_a_doer_and_exactly_one_who_answers_for_it() -> None:
    shared = add("touchpoint", "call", "use/touchpoints", text="Anruf", shared="abc")
    sheet = apply_edits(
        document_kinds.named("touchpoint"),
        Content(),
        (
            Change(at="", field="rule", value="event = 'Anruf'", seen=0),
            Change(at="", field="owner", value="Service", seen=0),
            Add(kind="duty", id="good", fields={"text": "Annehmen", "responsible": "Team A, Team B", "accountable": "Anna"}),
            Add(kind="duty", id="undone", fields={"text": "Zurückrufen", "accountable": "Anna"}),
            Add(kind="duty", id="many", fields={"text": "Zusagen", "responsible": "Team A", "accountable": "Anna und Bernd"}),
            Add(kind="duty", id="none", fields={"text": "Nachfassen", "responsible": "Team A"}),
        ),
        1,
    ).content
    found = missing_on(drawn(shared), {"abc": shared_of(sheet)})
    assert [(one.gap, one.part, one.name) for one in found[1:]] == [
        (Gap.DUTY_WITHOUT_DOER, "call", "Anruf: Zurückrufen"),
        (Gap.DUTY_WITHOUT_ONE_ANSWERABLE, "call", "Anruf: Zusagen"),
        (Gap.DUTY_WITHOUT_ONE_ANSWERABLE, "call", "Anruf: Nachfassen"),
    ]
    # the sheet itself says the same
    assert duty_gaps(sheet) == {
        Gap.DUTY_WITHOUT_DOER: ("Zurückrufen",),
        Gap.DUTY_WITHOUT_ONE_ANSWERABLE: ("Zusagen", "Nachfassen"),
    }


def test_an_empty_map_misses_nothing() -> None:
    assert missing_on(Content()) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sample_companys_map_has_the_gaps_its_team_left(language: str) -> None:
    documents = {one.key: one for one in sample_documents(language, date(2026, 11, 27))}
    kind = document_kinds.named("map")
    maps = {key: apply_edits(kind, Content(), documents[key].edits, 1).content for key in (MAP, CHECKOUT)}
    assert said(missing_on(maps[MAP])) == [
        ("touchpoint_without_rule", "word-of-mouth/touchpoints"),
        ("touchpoint_without_owner", "social/touchpoints"),
        ("need_without_content", "need-when/needs"),
    ]
    assert missing_on(maps[CHECKOUT]) == ()


@pytest.mark.parametrize("gap", Gap)
def test_every_gap_has_its_sentences(gap: Gap) -> None:
    for language in LANGUAGES:
        assert {f"map.check.{gap.value}", f"map.check.{gap.value}.remedy"} <= set(catalogue(language))


@given(owned=st.lists(st.booleans(), max_size=8), bound=st.lists(st.booleans(), max_size=8))
def test_as_many_are_missing_as_do_not_say_it(owned: list[bool], bound: list[bool]) -> None:
    edits = [
        add("touchpoint", f"t{at}", "use/touchpoints", text="T", owner="Wir" * own, rule="event = 'T'" * rule)
        for at, (own, rule) in enumerate(zip(owned, bound, strict=False))
    ]
    found = by_gap(missing_on(drawn(*edits)))
    pairs = list(zip(owned, bound, strict=False))
    assert len(found.get(Gap.TOUCHPOINT_WITHOUT_OWNER, ())) == sum(not own for own, _ in pairs)
    assert len(found.get(Gap.TOUCHPOINT_WITHOUT_RULE, ())) == sum(not rule for _, rule in pairs)
