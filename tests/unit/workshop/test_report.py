"""The report has five chapters, whatever the map says; what is missing is named, never invented."""

import pytest

from tanteemma.workshop.document import Content
from tanteemma.workshop.report import chapters_of, money_range
from tests.unit.workshop.made_maps import picture


@pytest.mark.parametrize("language", ["de", "en"])
def test_what_the_cards_say_stands_in_its_chapter(language: str) -> None:
    decides, after, ideal, improve, needs = chapters_of(picture(language))
    texts = [
        {entry.text for section in one.sections for entry in section.entries} for one in (decides, after, ideal, improve, needs)
    ]
    assert "Sicher entscheiden" in texts[0]
    assert "Sicher entscheiden" not in texts[1]
    assert "Paketverfolgung" in texts[1]
    assert "Drei Anrufe, bis jemand zuständig ist" in texts[3]
    assert "Weitergereicht" in texts[3]
    assert "Beratung: Vertrieb" in texts[4]
    assert "Paketverfolgung" in texts[4], "nobody owns it"
    assert "Passt sie in die Nische?" in texts[4], "no content answers it in its phase"
    assert not any(chapter.empty for chapter in (decides, after, ideal, improve, needs))


@pytest.mark.parametrize("language", ["de", "en"])
def test_an_empty_map_has_five_chapters_that_say_what_is_missing(language: str) -> None:
    chapters = chapters_of(picture(language, content=Content()))
    assert len(chapters) == 5
    assert all(chapter.missing for chapter in chapters)


def test_a_cost_nobody_stated_is_no_cost() -> None:
    assert money_range(None, None, "EUR", "de") == ""
    assert money_range(28000, 55000, "EUR", "en") == "probably between €28,000 and €55,000"
    spots = {entry.text: entry.small for entry in chapters_of(picture())[3].sections[0].entries}
    assert spots["Wartezeit"] == ()
    assert spots["Weitergereicht"][0] == "wahrscheinlich zwischen 28.000 und 55.000\u00a0€"
