"""The documents of the sample company are whole, in both languages, and come and go with it."""

from datetime import date
from pathlib import Path

import pytest

from tanteemma.ingest.sources.sample.words import TOUCHPOINTS
from tanteemma.model.hooks import document_kinds
from tanteemma.model.texts import LANGUAGES
from tanteemma.store.operational import Operational
from tanteemma.workshop import examples, keeping
from tanteemma.workshop.applying import apply_edits
from tanteemma.workshop.binding import parse_binding
from tanteemma.workshop.document import Content
from tanteemma.workshop.examples import MAP, WRONG_BELIEFS, sample_documents
from tanteemma.workshop.keeping import Editor

TODAY = date(2026, 11, 27)
ANNA = Editor("Anna", "a")
WRITTEN = (Path(examples.__file__).parent / "hausrat_lindner.toml").read_text(encoding="utf-8")


def content(key: str, language: str) -> Content:
    draft = next(one for one in sample_documents(language, TODAY) if one.key == key)
    return apply_edits(document_kinds.named(draft.kind), Content(), draft.edits, 1).content


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_document_can_be_made(operational: Operational, language: str) -> None:
    with operational.begin() as tx:
        made = [keeping.make(tx, draft, ANNA) for draft in sample_documents(language, TODAY)]
    assert {one.kind.name for one in made} >= {"map", "persona"}
    assert all(one.stored.sample for one in made)


def test_both_languages_say_the_same_of_the_same_things() -> None:
    german, english = (sample_documents(language, TODAY) for language in LANGUAGES)
    for one, other in zip(german, english, strict=True):
        assert (one.key, one.kind, len(one.edits)) == (other.key, other.kind, len(other.edits))
        assert one.name != other.name


def test_the_map_is_finished() -> None:
    drawn = content(MAP, "de")
    cards = [part for part in drawn.parts if part.kind not in {"phase", "lane"}]
    assert [part.id for part in drawn.of_kind("phase")] == [
        "awareness",
        "consideration",
        "decision",
        "closing",
        "retention",
        "after_sales",
        "advocacy",
    ]
    assert 75 <= len(cards) <= 110
    assert {part.place["phase"] for part in drawn.of_kind("touchpoint")} == {part.id for part in drawn.of_kind("phase")}
    believed = {part.id: part.said("feeling") for part in drawn.of_kind("touchpoint")}
    assert [believed[name] for name in WRONG_BELIEFS] == [2, 1, -2]
    assert sum(part.number("weight") or 0 for part in drawn.of_kind("phase")) == 100
    assert sum(part.number("weight") or 0 for part in drawn.of_kind("touchpoint")) == 100


def test_every_touchpoint_of_the_company_is_on_the_map_but_its_surveys() -> None:
    touchpoints = content(MAP, "de").of_kind("touchpoint")
    assert [part.id for part in touchpoints if parse_binding(part.text("rule")) is None] == ["word-of-mouth"]
    rules = " ".join(part.text("rule") for part in touchpoints)
    # a survey's answers speak of what came before; nobody ever comes to the page with help
    apart = {"Umfrageeinladung", "Umfrage NPS", "Umfrage Zufriedenheit", "Umfrage Aufwand", "Hilfeseite", "Stornierung"}
    assert {one.name for one in TOUCHPOINTS if f"'{one.name}'" not in rules} == apart


def test_days_are_counted_from_the_end_of_the_year() -> None:
    days = {part.text("day") for part in content(MAP, "de").of_kind("proof")}
    assert days == {"2026-10-20", "2026-09-28"}


def test_texts_have_both_languages_or_are_the_same_in_both() -> None:
    both = {
        line.strip()
        for language in LANGUAGES
        for key in {draft.key for draft in sample_documents(language, TODAY)}
        for part in content(key, language).parts
        for line in (part.text("text"), part.text("note"))
        if "||" in line
    }
    assert both == set()
    assert WRITTEN.count(" || ") > 150
