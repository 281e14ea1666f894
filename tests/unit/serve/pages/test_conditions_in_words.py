"""Every condition reads as a sentence in both languages, whatever it is about."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from tanteemma.journeys.where.parse import parse
from tanteemma.journeys.where.tree import Expr
from tanteemma.journeys.where.written import written
from tanteemma.model.texts import LANGUAGES, text
from tanteemma.serve.pages.numbers import LOCALES
from tanteemma.serve.pages.where_words import in_words
from tests.unit.journeys.oracle_where import TREES


def said(where: str, language: str) -> str:
    return in_words(where, lambda key, **places: text(key, language, **places), LOCALES[language])


@given(TREES)
def test_every_condition_becomes_words(where: Expr) -> None:
    for language in LANGUAGES:
        sentence = said(written(where), language)
        assert sentence
        assert "…" not in sentence, "a place was not filled"
        assert "where." not in sentence


@pytest.mark.parametrize(
    ("where", "german", "english"),
    [
        (
            "step 2 after first 'Bestellung' is 'Anruf'",
            "Schritt 2 nach dem ersten Mal Bestellung ist Anruf",
            "step 2 after the first Bestellung is Anruf",
        ),
        (
            "step 1 before last A merged not in (B, C)",
            "Schritt 1 vor dem letzten Mal A (Wiederholungen zusammengefasst) ist etwas anderes als B oder C",
            "step 1 before the last A (repeats merged) is something other than B or C",
        ),
        (
            "step 3 after start missing",
            "es gibt keinen Schritt 3 nach dem ersten Ereignis",
            "there is no step 3 after the first event",
        ),
        ("hour mon 9 start", "beginnt Mo 09 Uhr", "starts Mon 09:00"),
    ],
)
def test_conditions_read_like_sentences(where: str, german: str, english: str) -> None:
    assert written(parse(where, ZoneInfo("Europe/Berlin")))
    assert (said(where, "de"), said(where, "en")) == (german, english)
