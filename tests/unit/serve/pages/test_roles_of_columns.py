"""What a column was found to mean is chosen in the form that is sent back, or it would be lost with the next click."""

import re

import pytest

from tanteemma.ingest.formats.role import Role
from tanteemma.model.texts import LANGUAGES
from tanteemma.serve.pages.views_sources import ColumnGuess, ImportPreviewView
from tests.unit.serve.pages.filled import shell
from tests.unit.serve.pages.test_every_page_renders import renderer


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", Role)
def test_what_a_column_means_is_chosen_in_the_form(role: Role, language: str) -> None:
    guessed = (ColumnGuess(name="one", role=role.value),)
    view = ImportPreviewView(number=1, file_name="a.csv", format="csv", columns=guessed, rows=(("x",),))
    page = renderer(language).render("pages/import_preview.html", view, shell())
    chosen = re.findall(r'<option value="(\w+)" selected', page.partition('name="role.0"')[2].partition("</select>")[0])
    assert chosen == [role.value]
