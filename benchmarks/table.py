"""What was measured, as a table for the terminal and for the documentation."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

BEGIN: Final = "<!-- measured: written by make bench -->"
END: Final = "<!-- measured: end -->"
_HEADING: Final = "### "


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what, how it came out, the ratio the goal is about, the goal, and whether it was reached (None: no goal)."""

    what: str
    measured: str
    ratio: str = ""
    goal: str = ""
    reached: bool | None = None

    def line(self) -> str:
        """As Markdown."""
        verdict = {None: "", True: "yes", False: "**no**"}[self.reached]
        return f"| {self.what} | {self.measured} | {self.ratio} | {self.goal} | {verdict} |"


@dataclass(frozen=True, slots=True)
class Section:
    """One question with its rows; ``note`` says how it was asked."""

    title: str
    rows: tuple[Row, ...]
    note: str = ""

    def text(self, facts: str = "") -> str:
        """As Markdown; ``facts``: on what and when it was measured."""
        head = "| what | median (least–most) | ratio | goal | reached |\n|---|---|---|---|---|"
        parts = [_HEADING + self.title, facts, self.note, "\n".join([head, *(row.line() for row in self.rows)])]
        return "\n\n".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Measured:
    """All of one run."""

    facts: str
    sections: tuple[Section, ...] = field(default=())

    def text(self) -> str:
        """As Markdown."""
        return "\n\n".join(self._texts().values())

    def write(self, page: Path) -> None:
        """Put the sections between the marks on the page, in place of those of the same title; others stay as they are.

        Raises ValueError if the marks are not there.
        """
        before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
        there, mark, after = rest.partition(END)
        if not mark:
            raise ValueError(f"{page} has no place for what was measured")
        kept = {part.partition("\n")[0]: _HEADING + part.strip() for part in there.split(_HEADING)[1:]}
        between = "\n\n".join((kept | self._texts()).values())
        page.write_text(f"{before}{BEGIN}\n\n{between}\n\n{END}{after}", encoding="utf-8")

    def _texts(self) -> dict[str, str]:
        return {section.title: section.text(self.facts) for section in self.sections}


def at_most(limit: float, value: float, unit: str = "×") -> tuple[str, bool]:
    """The goal in words and whether it was reached.

    >>> at_most(10, 9.5)
    ('≤ 10 ×', True)
    """
    return f"≤ {limit:g} {unit}".strip(), value <= limit


def at_least(limit: float, value: float, unit: str = "×") -> tuple[str, bool]:
    """As ``at_most``.

    >>> at_least(30, 9.5)
    ('≥ 30 ×', False)
    """
    return f"≥ {limit:,g} {unit}".strip(), value >= limit
