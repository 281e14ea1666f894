"""Every rule of a touchpoint reads as a sentence in both languages."""

import pytest
from hypothesis import given

from tanteemma.model.texts import LANGUAGES, text
from tanteemma.serve.pages.binding_words import binding_in_words
from tanteemma.serve.pages.numbers import LOCALES
from tanteemma.workshop.binding import Rule, written_binding
from tests.unit.workshop.rules import RULES


def said(rule: str, language: str) -> str:
    return binding_in_words(rule, lambda key, **places: text(key, language, **places), LOCALES[language])


@given(RULES)
def test_every_rule_becomes_words(rule: Rule) -> None:
    for language in LANGUAGES:
        sentence = said(written_binding(rule), language)
        assert sentence
        assert "binding." not in sentence
        assert "where." not in sentence


@pytest.mark.parametrize(
    ("rule", "german", "english"),
    [
        ("", "mit nichts verbunden", "bound to nothing"),
        ("event in (Anruf, Mail)", "Ereignis Anruf oder Mail", "event Anruf or Mail"),
        (
            "event = Anruf and not channel = web",
            "Ereignis Anruf und nicht: Kanal web",
            "event Anruf and not: channel web",
        ),
        ("value >= 100", "Wert mindestens 100", "value at least 100"),
        ("event Anruf", "event Anruf", "event Anruf"),
    ],
)
def test_a_rule_reads_as_people_say_it(rule: str, german: str, english: str) -> None:
    assert (said(rule, "de"), said(rule, "en")) == (german, english)
