"""The result of the work on a map in five chapters, taken from its cards; one that has nothing to say says what is missing.

How the customer decides, what she does after the purchase, what an ideal experience is for her and for us, how to improve it,
and what organisation and technology it needs.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from tanteemma.model.money import money_ends
from tanteemma.model.texts import text
from tanteemma.workshop.drawing.cards import evidence_words, figure_lines, mark_words
from tanteemma.workshop.drawing.picture import CardShown, Effect, MapPicture, PhaseShown, Photo, WeakSpot

#: phases of the templates in which somebody buys
_PURCHASE: Final = ("closing", "buy", "action", "adopt")
_LIVED: Final = ("storyboard", "goal", "actions", "thoughts", "needs", "touchpoints", "emotion", "pains", "delights")
_OPEN: Final = ("", "open", "doing")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One statement: where on the map, what, smaller lines below it (owner, day, figures), and a picture."""

    where: str = ""
    text: str
    small: tuple[str, ...] = ()
    photo: Photo | None = None


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a chapter; ``missing``: what to do so that something stands here; ``lane``: it shows a lane of the map."""

    title: str
    entries: tuple[Entry, ...] = ()
    missing: str = ""
    lane: bool = False


class Chapter(msgspec.Struct, frozen=True, kw_only=True):
    """One of the five; ``intro``: how it was made; ``missing``: what would have to be done so that it is whole."""

    title: str
    intro: str
    sections: tuple[Section, ...]
    missing: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Has no section anything to say?"""
        return not any(section.entries for section in self.sections)


def chapters_of(picture: MapPicture) -> tuple[Chapter, ...]:
    """The five chapters of this map."""
    return _Report(picture).chapters()


def purchase_at(phases: Sequence[PhaseShown]) -> tuple[int, bool]:
    """How many phases lead to the purchase, and whether that is known (else it is half of them).

    >>> purchase_at([PhaseShown(id="decision", name="Decision"), PhaseShown(id="closing", name="Closing")])
    (2, True)
    """
    for place, phase in enumerate(phases):
        if phase.id in _PURCHASE:
            return place + 1, True
    return (len(phases) + 1) // 2, False


class _Report:
    """The chapters while they are written."""

    def __init__(self, picture: MapPicture) -> None:
        self._picture = picture
        self._titles: dict[str, str] = {}
        for lane in picture.lanes:
            self._titles.setdefault(lane.kind, lane.title)

    def chapters(self) -> tuple[Chapter, ...]:
        """In their order."""
        until, known = purchase_at(self._picture.phases)
        said = self._say("report.split.known" if known else "report.split.half", phase=self._phase_name(until - 1))
        phases = self._picture.phases
        return (
            self._chapter("decides", said, self._lived(phases[:until])),
            self._chapter("after", said, self._lived(phases[until:])),
            self._chapter("ideal", self._say("report.ideal.intro"), self._ideal()),
            self._chapter("improve", self._say("report.improve.intro"), self._improve()),
            self._chapter("needs", self._say("report.needs.intro"), self._organisation()),
        )

    def _chapter(self, name: str, intro: str, sections: tuple[Section, ...]) -> Chapter:
        """Lanes in which nothing stands are named together in one sentence."""
        missing = [section.missing for section in sections if section.missing and not section.lane]
        lanes = [section.title for section in sections if section.missing and section.lane]
        if lanes:
            missing.append(self._say("report.fill", lanes=", ".join(lanes)))
        return Chapter(title=self._say(f"report.{name}"), intro=intro, sections=sections, missing=tuple(missing))

    def _say(self, key: str, **params: object) -> str:
        return text(f"map_export.{key}", self._picture.language, **params)

    def _phase_name(self, place: int) -> str:
        return self._picture.phases[place].name if 0 <= place < len(self._picture.phases) else "…"

    def _title(self, kind: str) -> str:
        return self._titles.get(kind) or text(f"document.map.lane.kind.{kind}", self._picture.language)

    def _lived(self, phases: Sequence[PhaseShown]) -> tuple[Section, ...]:
        within = {phase.id for phase in phases}
        sections = [self._lane(kind, within) for kind in _LIVED]
        if not phases:
            return (Section(title=self._say("report.phases"), missing=self._say("report.no_phases")),)
        return tuple(sections)

    def _lane(self, kind: str, within: set[str] | None = None) -> Section:
        found = [
            _entry(phase, card, self._picture.language)
            for phase, card in self._picture.cards(kind)
            if within is None or phase.id in within
        ]
        title = self._title(kind)
        return Section(title=title, entries=tuple(found), missing="" if found else title, lane=True)

    def _ideal(self) -> tuple[Section, ...]:
        targets = [
            Entry(where=phase.name, text=self._say(f"felt.{round(phase.target)}"))
            for phase in self._picture.phases
            if phase.target is not None
        ]
        aimed = Section(
            title=self._say("report.target"),
            entries=tuple(targets),
            missing="" if targets else self._say("report.no_target"),
        )
        lived = (self._lane(kind) for kind in ("wishes", "expectations", "delights"))
        return (aimed, *lived, self._tasks())

    def _tasks(self) -> Section:
        own = [Entry(where=phase.name, text=phase.task) for phase in self._picture.phases if phase.task]
        found = (*own, *self._lane("task").entries)
        title = self._say("report.for_us")
        return Section(title=title, entries=found, missing="" if found else title, lane=True)

    def _improve(self) -> tuple[Section, ...]:
        picture = self._picture
        spots = [_spot(one, picture.language) for one in picture.measured.weak_spots]
        worked = [_effect(one, picture.language) for one in picture.measured.effects]
        lanes = (self._lane(kind) for kind in ("pains", "opportunities", "measures"))
        return (
            self._measured("report.spots", spots, "report.no_spots"),
            *lanes,
            self._measured("report.worked", worked, "report.no_effects"),
        )

    def _measured(self, title: str, entries: list[Entry], missing: str) -> Section:
        return Section(title=self._say(title), entries=tuple(entries), missing="" if entries else self._say(missing))

    def _organisation(self) -> tuple[Section, ...]:
        touchpoints = self._picture.cards("touchpoints")
        owned = [Entry(where=phase.name, text=f"{card.text}: {card.owner}") for phase, card in touchpoints if card.owner]
        orphans = [Entry(where=phase.name, text=card.text) for phase, card in touchpoints if not card.owner]
        gaps = [
            Entry(where=phase.name, text=card.text)
            for phase, card in self._picture.cards("needs")
            if not self._in("contents", phase)
        ]
        sections = (
            Section(
                title=self._say("report.owned"),
                entries=tuple(owned),
                missing="" if owned else self._say("report.no_owners"),
            ),
            Section(title=self._say("report.orphans"), entries=tuple(orphans)),
            Section(title=self._say("report.gaps"), entries=tuple(gaps)),
            *(self._lane(kind) for kind in ("frontstage", "backstage", "channels", "contents")),
        )
        return tuple(section for section in sections if section.entries or section.missing)

    def _in(self, lane: str, phase: PhaseShown) -> bool:
        return any(there.id == phase.id for there, _ in self._picture.cards(lane))


def _entry(phase: PhaseShown, card: CardShown, language: str) -> Entry:
    small: list[str] = list(card.small)
    if card.note:
        small.append(card.note)
    for figure in card.figures:
        small += [" – ".join(filter(None, figure_lines(figure, language)))]
    if card.mark is not None:
        small.append(mark_words(card.mark, language))
    return Entry(where=phase.name, text=card.text, small=tuple(small), photo=card.photo)


def _spot(one: WeakSpot, language: str) -> Entry:
    small = (money_range(one.low, one.high, one.currency, language), one.next_step, one.owner)
    return Entry(where=one.touchpoint, text=one.name, small=tuple(filter(None, small)))


def _effect(one: Effect, language: str) -> Entry:
    return Entry(text=one.name, small=tuple(filter(None, (one.effect, evidence_words(one.evidence, language), one.owner))))


def open_measures(picture: MapPicture) -> list[tuple[PhaseShown, CardShown]]:
    """The measures that are not finished."""
    return [(phase, card) for phase, card in picture.cards("measures") if card.state in _OPEN]


def money_range(low: float | None, high: float | None, currency: str, language: str) -> str:
    """A range of money as a sentence; empty if nobody knows.

    >>> money_range(28000, 55000, "EUR", "de").replace(chr(160), " ")
    'wahrscheinlich zwischen 28.000 und 55.000 €'
    """
    if low is None or high is None:
        return ""
    ends = money_ends(low, high, currency, language)
    return text("map_export.range", language, low=ends[0], high=ends[1])


def missing_in(chapters: Iterable[Chapter]) -> list[str]:
    """Everything that is missing, each thing once."""
    return list(dict.fromkeys(said for chapter in chapters for said in chapter.missing))
