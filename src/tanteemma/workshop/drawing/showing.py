"""A document of the kind map becomes the picture of it: every word in one language, every mean computed."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

import msgspec

from tanteemma.model.texts import text
from tanteemma.workshop.document import Content, Part, as_number
from tanteemma.workshop.drawing.picture import CardShown, LaneShown, MapPicture, Measured, PhaseShown, Photo, Tone
from tanteemma.workshop.voices import believed, mean

_LANE_TONES: Final = {"pains": Tone.BAD, "delights": Tone.GOOD, "opportunities": Tone.IDEA, "wishes": Tone.IDEA}
_KIND_TONES: Final = {"proof": Tone.PROOF, "measure": Tone.MEASURE}
_BELONGS: Final = {"own": Tone.OWN, "partner": Tone.PARTNER, "public": Tone.PUBLIC}
_SIGNS: Final = {Tone.BAD: "−", Tone.GOOD: "+"}
_MOMENT: Final = "★"


class ToShow(msgspec.Struct, frozen=True, kw_only=True):
    """A map to be shown. ``names``: how documents are called that it refers to, ``photos``: the pictures on it, by key."""

    name: str
    content: Content
    version: int = 0
    names: Mapping[str, str] = {}
    photos: Mapping[str, Photo] = {}
    measured: Measured = Measured()


def picture_of(shown: ToShow, language: str) -> MapPicture:
    """The picture of a map in a language."""
    content, measured = shown.content, shown.measured
    phases = content.of_kind("phase")
    return MapPicture(
        name=shown.name,
        language=language,
        facts=tuple(_facts(shown, language)),
        scope=content.text("scope"),
        phases=tuple(_phase(content, phase, measured) for phase in phases),
        lanes=tuple(_lane(shown, lane, phases, language) for lane in content.of_kind("lane")),
        measured=measured,
    )


def _facts(shown: ToShow, language: str) -> Iterable[str]:
    content = shown.content
    state, owner, personas = content.text("state"), content.text("owner"), content.said("personas")
    if state:
        yield text(f"document.map.state.{state}", language)
    if isinstance(personas, tuple):
        called = [shown.names.get(one.removeprefix("document:").partition("/")[0], "") for one in personas]
        if any(called):
            yield text("map_export.persona", language, names=", ".join(filter(None, called)))
    if owner:
        yield text("map_export.owner", language, name=owner)
    if shown.version:
        yield text("map_export.version", language, number=shown.version)


def _phase(content: Content, phase: Part, measured: Measured) -> PhaseShown:
    here = content.at({"phase": phase.id})
    return PhaseShown(
        id=phase.id,
        name=phase.text("name"),
        task=phase.text("task"),
        weight=phase.number("weight"),
        believed=believed(content, phase.id),
        target=mean(part.number("target") for part in here),
        measured=measured.felt.get(phase.id),
        mark=measured.marks.get(phase.id),
    )


def _lane(shown: ToShow, lane: Part, phases: Iterable[Part], language: str) -> LaneShown:
    kind = lane.text("kind")
    title = lane.text("name") or text(f"document.map.lane.kind.{kind}", language)
    persona = shown.names.get(lane.text("persona"), "")
    return LaneShown(
        id=lane.id,
        kind=kind,
        title=f"{title} ({persona})" if persona and persona not in title else title,
        persona=persona if kind == "emotion" else "",
        cells=tuple(
            tuple(_card(shown, part, kind, language) for part in shown.content.at({"phase": phase.id, "lane": lane.id}))
            for phase in phases
        ),
    )


def _card(shown: ToShow, part: Part, lane: str, language: str) -> CardShown:
    tone = _KIND_TONES.get(part.kind) or _BELONGS.get(part.text("belongs")) or _LANE_TONES.get(lane, Tone.PLAIN)
    said = part.text("text") or shown.names.get(part.text("shared"), "")
    return CardShown(
        id=part.id,
        kind=part.kind,
        text=said or _blank(part, language),
        tone=tone,
        sign=_MOMENT if part.said("moment_of_truth") else _SIGNS.get(tone, ""),
        small=tuple(_small(part, language)),
        note=part.text("note"),
        owner=part.text("owner"),
        due=date.fromisoformat(part.text("due")) if part.text("due") else None,
        state=part.text("state"),
        feeling=as_number(part.said("feeling")),
        target=as_number(part.said("target")),
        figures=shown.measured.figures.get(part.id, ()),
        mark=shown.measured.marks.get(part.id),
        photo=shown.photos.get(part.text("picture")),
    )


def _blank(part: Part, language: str) -> str:
    feeling = part.number("feeling")
    return text("map_export.blank", language) if feeling is None else text(f"map_export.felt.{round(feeling)}", language)


def _small(part: Part, language: str) -> Iterable[str]:
    belongs, method, people = part.text("belongs"), part.text("method"), part.number("people")
    if belongs in {"partner", "public"}:
        yield text(f"map_export.legend.{belongs}", language)
    if method:
        named = text(f"document.map.proof.method.{method}", language)
        yield named if people is None else text("map_export.method", language, name=named, count=round(people))
    if part.text("department") or part.text("owner"):
        yield " · ".join(dict.fromkeys(filter(None, (part.text("department"), part.text("owner")))))
    if part.text("due") or (part.kind == "measure" and part.text("state")):
        state = part.text("state")
        named = text(f"document.map.measure.state.{state}", language) if state else ""
        yield " · ".join(filter(None, (_day(part.text("due"), language), named)))


def _day(said: str, language: str) -> str:
    if not said:
        return ""
    day = date.fromisoformat(said)
    return f"{day.day}.{day.month}.{day.year}" if language == "de" else f"{day.day} {day:%b} {day.year}"
