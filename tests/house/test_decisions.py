"""Decisions are numbered, found, short, and say why."""

import re
from collections import Counter
from typing import Final

from tests.house.tree import ROOT, one_a_line

FOLDER: Final = ROOT / "docs" / "decisions"
PARTS: Final = ("**Situation.**", "**Choice.**", "**Because.**", "**Would change it.**")
A_PAGE: Final = 60
PAGES: Final = sorted(path for path in FOLDER.glob("*.md") if path.name != "README.md")


def test_every_decision_has_a_number_of_its_own() -> None:
    misnamed = [path.name for path in PAGES if not re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name)]
    twice = [number for number, count in Counter(path.name[:4] for path in PAGES).items() if count > 1]
    assert not misnamed, one_a_line(misnamed)
    assert not twice, one_a_line(twice)


def test_every_decision_stands_in_the_list() -> None:
    listed = re.findall(r"\((\d{4}-[a-z0-9-]+\.md)\)", (FOLDER / "README.md").read_text(encoding="utf-8"))
    assert sorted(listed) == [path.name for path in PAGES]


def test_every_decision_says_situation_choice_reason_and_what_would_change_it_on_one_page() -> None:
    wanting = []
    for path in PAGES:
        text = path.read_text(encoding="utf-8")
        wanting += [f"{path.name}: {part}" for part in PARTS if part not in text]
        if text.count("\n") > A_PAGE:
            wanting.append(f"{path.name}: longer than a page")
    assert not wanting, one_a_line(wanting)
