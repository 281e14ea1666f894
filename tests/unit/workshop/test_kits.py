"""Starter kits: each can be made in both languages, its needs lead somewhere, its touchpoints are bound and looked after."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tanteemma
from tanteemma.model.hooks import document_kinds
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.model.texts import LANGUAGES, catalogue
from tanteemma.store.operational import Operational
from tanteemma.workshop import keeping
from tanteemma.workshop.applying import apply_edits
from tanteemma.workshop.binding import parse_binding
from tanteemma.workshop.completeness import Gap, by_gap, missing_on
from tanteemma.workshop.document import Content
from tanteemma.workshop.keeping import Draft, Editor
from tanteemma.workshop.kits import KITS, drafts_from, kit_named

TODAY = date(2026, 11, 27)
SPRITE = (Path(tanteemma.__file__).parent / "serve/static/vendor/icons.svg").read_text()


def drawn(draft: Draft) -> Content:
    return apply_edits(document_kinds.named(draft.kind), Content(), draft.edits, 1).content


def map_of(name: str, language: str = "de", events: tuple[str, ...] = ()) -> Content:
    return drawn(drafts_from(kit_named(name), language, TODAY, events)[-1])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", KITS)
def test_a_kit_is_made_whole(operational: Operational, name: str, language: str) -> None:
    with operational.begin() as tx:
        made = [keeping.make(tx, draft, Editor("Anna")) for draft in drafts_from(kit_named(name), language, TODAY)]
    assert [one.kind.name for one in made] == ["persona", "map"]
    assert made[1].content.said("personas") == (f"document:{made[0].key}",)


@pytest.mark.parametrize("name", KITS)
def test_every_touchpoint_is_bound_and_has_an_owner_and_no_feeling_is_made_up(name: str) -> None:
    found = by_gap(missing_on(map_of(name)))
    assert set(found) <= {Gap.NEED_WITHOUT_CONTENT}
    touchpoints = map_of(name).of_kind("touchpoint")
    assert 14 <= len(touchpoints) <= 24
    assert {part.said("feeling") for part in touchpoints} == {None}
    assert all(parse_binding(part.text("rule")) is not None for part in touchpoints)
    assert any(part.said("moment_of_truth") for part in touchpoints)


@pytest.mark.parametrize("name", KITS)
def test_both_languages_draw_the_same_map_in_their_own_words(name: str) -> None:
    german, english = (map_of(name, language) for language in LANGUAGES)
    assert [part.id for part in german.parts] == [part.id for part in english.parts]
    assert [part.text("rule") for part in german.parts] == [part.text("rule") for part in english.parts]
    alike = {
        part.text("text")
        for part, other in zip(german.parts, english.parts, strict=True)
        if part.kind in {"card", "touchpoint"} and part.text("text") == other.text("text") and part.place["lane"] != "lane-task"
    }
    assert alike <= {"Newsletter", "Website"}
    assert not any("||" in part.text("text") for part in german.parts)


@pytest.mark.parametrize("name", KITS)
def test_a_kit_has_its_words_and_its_sign(name: str) -> None:
    assert f'id="{KITS[name].icon}"' in SPRITE
    for language in LANGUAGES:
        assert {f"map.kit.{name}", f"map.kit.{name}.about"} <= set(catalogue(language))


def test_a_touchpoint_is_bound_to_the_names_that_are_there() -> None:
    rules = {part.id: part.text("rule") for part in map_of("shop", events=("order completed", "Zustellung")).parts}
    assert rules["order"] == "event = 'order completed'"
    assert rules["delivery"] == "event = 'Zustellung'"
    assert rules["payment"] == "event in ('Zahlung', 'Payment Info Entered', 'add_payment_info')"


@given(events=st.lists(st.sampled_from(["Zahlung", "purchase", "Order Completed", "O'Neil", "login"])))
def test_a_rule_never_loses_its_touchpoint_whatever_is_there(events: list[str]) -> None:
    for part in map_of("shop", events=tuple(events)).of_kind("touchpoint"):
        assert re.fullmatch(r"event (= '[^']+'|in \('[^']+'(, '[^']+')+\))", part.text("rule"))


def test_an_unknown_kit_is_named() -> None:
    with pytest.raises(Problem) as told:
        kit_named("bakery")
    assert told.value.code is ProblemCode.TEMPLATE_UNKNOWN
    assert "machine_builder" in str(told.value.params["allowed"])
