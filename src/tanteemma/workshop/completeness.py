"""What is still missing on a map? Phases, touchpoints, needs and cells that nobody has thought to the end yet."""

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Final

import msgspec

from tanteemma.workshop.document import Content, Part

#: lanes whose entries claim something about customers, so that somebody should be able to say how we know
CLAIMS: Final = ("emotion", "pains", "delights")
#: a stroke parts two words, not the two halves of "24/7", "B2B/B2C", "c/o" or "Ein-/Verkauf"
_SEVERAL: Final = re.compile(r"[,;\n]|(?<=[^\W\d_]{2})/(?=[^\W\d_]{2})|\s/|/\s|\s(?:und|and|&|\+)\s")


class Gap(StrEnum):
    """What is missing. Its sentence is the text ``map.check.<gap>``, what to do about it ``map.check.<gap>.remedy``."""

    PHASE_WITHOUT_TOUCHPOINT = "phase_without_touchpoint"
    TOUCHPOINT_WITHOUT_RULE = "touchpoint_without_rule"
    TOUCHPOINT_WITHOUT_OWNER = "touchpoint_without_owner"
    NEED_WITHOUT_CONTENT = "need_without_content"
    CELL_WITHOUT_EVIDENCE = "cell_without_evidence"
    DUTY_WITHOUT_DOER = "duty_without_doer"
    DUTY_WITHOUT_ONE_ANSWERABLE = "duty_without_one_answerable"


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is missing: at which part (of a cell: its phase and its lane), and what they are called.

    ``lane``: the name of the kind of lane. ``name``: of the touchpoint, the need or the phase itself.
    """

    gap: Gap
    part: str
    phase: str
    phase_name: str
    lane: str = ""
    name: str = ""


class Duty(msgspec.Struct, frozen=True):
    """A duty of a touchpoint's channel sheet (RACI): who does it, and who answers for it."""

    name: str
    responsible: str = ""
    accountable: str = ""


class Shared(msgspec.Struct, frozen=True):
    """What a touchpoint that several maps share says of itself."""

    rule: str = ""
    owner: str = ""
    duties: tuple[Duty, ...] = ()


def shared_of(sheet: Content) -> Shared:
    """What the document of a touchpoint says of itself."""
    duties = tuple(
        Duty(part.text("text"), part.text("responsible"), part.text("accountable")) for part in sheet.of_kind("duty")
    )
    return Shared(sheet.text("rule"), sheet.text("owner"), duties)


def has_one(accountable: str) -> bool:
    """Does exactly one person or team answer for a duty? Where several do, nobody does.

    >>> has_one("Leitung Service"), has_one("Anna, Bernd"), has_one("Anna und Bernd"), has_one(" ")
    (True, False, False, False)
    >>> has_one("24/7-Team"), has_one("Team Ein-/Verkauf"), has_one("Anna / Bernd"), has_one("Vertrieb/Service")
    (True, True, False, False)
    """
    return len([one for one in _SEVERAL.split(accountable) if one.strip()]) == 1


def duty_gaps(sheet: Content) -> dict[Gap, tuple[str, ...]]:
    """What is missing among the duties of a touchpoint's channel sheet (RACI): which duties, by what is missing."""
    duties = shared_of(sheet).duties
    found = {
        Gap.DUTY_WITHOUT_DOER: tuple(one.name for one in duties if not one.responsible.strip()),
        Gap.DUTY_WITHOUT_ONE_ANSWERABLE: tuple(one.name for one in duties if not has_one(one.accountable)),
    }
    return {gap: names for gap, names in found.items() if names}


def missing_on(content: Content, shared: Mapping[str, Shared] | None = None) -> tuple[Missing, ...]:
    """Everything that is missing: kind by kind, in the order of the map. ``shared``: touchpoints by the key of their document.

    * A phase has at least one touchpoint, each of which has a rule and an owner, of its own or of the touchpoint it shares; an
      entry in the lane of owners answers for the whole phase.
    * A need is answered by an entry in the lane of contents that names it in ``answers``.
    * A duty on the sheet of a shared touchpoint has somebody who does it, and exactly one who answers for it.
    * A cell of claims (emotion, pain and delight points) is evidenced by a proof in its phase, by an entry of it that is linked
      to something, or by a touchpoint of its phase that is measured.
    """
    board = _Board(content, shared or {})
    gaps = (board.phases(), board.rules(), board.owners(), board.needs(), board.cells(), board.undone(), board.unanswered())
    return tuple(one for found in gaps for one in found)


def by_gap(missing: Iterable[Missing]) -> dict[Gap, tuple[Missing, ...]]:
    """The same by what is missing; kinds of which nothing is missing stay away."""
    found: dict[Gap, list[Missing]] = {}
    for one in missing:
        found.setdefault(one.gap, []).append(one)
    return {gap: tuple(found[gap]) for gap in Gap if gap in found}


class _Board:
    """A map, looked at cell by cell."""

    def __init__(self, content: Content, shared: Mapping[str, Shared]) -> None:
        self.content = content
        self.shared = shared
        self.lanes = {part.id: part.text("kind") for part in content.of_kind("lane")}
        self.there = content.of_kind("phase")
        self.names = {part.id: part.text("name") for part in self.there}
        self.touchpoints = self._in_order("touchpoint")

    def _in_order(self, kind: str) -> list[Part]:
        order = {phase: at for at, phase in enumerate(self.names)}
        return sorted(
            (part for part in self.content.of_kind(kind) if part.place.get("phase") in order),
            key=lambda part: order[part.place["phase"]],
        )

    def _at(self, phase: str, lane: str) -> list[Part]:
        return [
            part
            for part in self.content.parts
            if part.place.get("phase") == phase and self.lanes.get(part.place.get("lane", "")) == lane
        ]

    def phases(self) -> Iterator[Missing]:
        taken = {part.place["phase"] for part in self.touchpoints}
        for phase, name in self.names.items():
            if phase not in taken:
                yield Missing(gap=Gap.PHASE_WITHOUT_TOUCHPOINT, part=phase, phase=phase, phase_name=name, name=name)

    def rules(self) -> Iterator[Missing]:
        return (self._of(Gap.TOUCHPOINT_WITHOUT_RULE, part) for part in self.touchpoints if not self._says(part, "rule"))

    def owners(self) -> Iterator[Missing]:
        answered = {phase for phase in self.names if self._at(phase, "owner")}
        for part in self.touchpoints:
            if part.place["phase"] not in answered and not self._says(part, "owner"):
                yield self._of(Gap.TOUCHPOINT_WITHOUT_OWNER, part)

    def needs(self) -> Iterator[Missing]:
        cards = self._in_order("card")
        contents = [part for part in cards if self._lane(part) == "contents"]
        answered = {link.rpartition("/")[2] for part in contents for link in _links(part, "answers")}
        for part in cards:
            if self._lane(part) == "needs" and part.id not in answered:
                yield self._of(Gap.NEED_WITHOUT_CONTENT, part)

    def cells(self) -> Iterator[Missing]:
        proven = {part.place.get("phase") for part in self.content.of_kind("proof")}
        proven |= {part.place["phase"] for part in self.touchpoints if self._says(part, "rule")}
        for phase, name in self.names.items():
            for lane in CLAIMS if phase not in proven else ():
                there = self._at(phase, lane)
                if there and not any(_links(part, "links") for part in there):
                    yield Missing(gap=Gap.CELL_WITHOUT_EVIDENCE, part=phase, phase=phase, phase_name=name, lane=lane, name=name)

    def undone(self) -> Iterator[Missing]:
        return (self._of(Gap.DUTY_WITHOUT_DOER, part, duty) for part, duty in self._duties() if not duty.responsible.strip())

    def unanswered(self) -> Iterator[Missing]:
        gap = Gap.DUTY_WITHOUT_ONE_ANSWERABLE
        return (self._of(gap, part, duty) for part, duty in self._duties() if not has_one(duty.accountable))

    def _duties(self) -> Iterator[tuple[Part, Duty]]:
        for part in self.touchpoints:
            for duty in self.shared.get(part.text("shared"), Shared()).duties:
                yield part, duty

    def _says(self, part: Part, field: str) -> str:
        shared = self.shared.get(part.text("shared"), Shared())
        return part.text(field) or str(getattr(shared, field))

    def _lane(self, part: Part) -> str:
        return self.lanes.get(part.place.get("lane", ""), "")

    def _of(self, gap: Gap, part: Part, duty: Duty | None = None) -> Missing:
        phase, name = part.place["phase"], part.text("text")
        return Missing(
            gap=gap,
            part=part.id,
            phase=phase,
            phase_name=self.names[phase],
            lane=self._lane(part),
            name=name if duty is None else f"{name}: {duty.name}",
        )


def _links(part: Part, field: str) -> tuple[str, ...]:
    said = part.said(field)
    return said if isinstance(said, tuple) else ()
