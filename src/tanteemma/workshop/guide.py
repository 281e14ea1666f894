"""Where does the team stand on the way to a living CX map? Twelve stops, each done by what is really there."""

from collections.abc import Iterable
from enum import StrEnum
from math import ceil
from typing import Final

import msgspec

from tanteemma.workshop.document import Content, Part


class Stop(StrEnum):
    """One stop of the way, in order. Its texts: ``guide.<stop>``, the same with why, how_long, who, template, done, now."""

    READINESS = "readiness"
    COLLECT = "collect"
    VISUALISE = "visualise"
    PERSONAS = "personas"
    STEPS = "steps"
    STORYBOARD = "storyboard"
    CHANNELS = "channels"
    EMOTIONS = "emotions"
    WEIGHTS = "weights"
    MEASURE = "measure"
    FIX = "fix"
    PROVE = "prove"


class State(StrEnum):
    """How far a stop is."""

    OPEN = "open"
    BEGUN = "begun"
    DONE = "done"


#: so many of the touchpoints must be measured, and so many of the phases must have a scene
MEASURED_SHARE: Final = 0.8
SCENES_SHARE: Final = 0.5


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What is there, counted. ``phases_…``, ``touchpoints_…``: of the map with the most touchpoints, ``map`` is its key."""

    map: str = ""
    readiness: int = 0
    events: int = 0
    maps: int = 0
    personas: int = 0
    personas_whole: int = 0
    phases: int = 0
    phases_with_touchpoint: int = 0
    phases_with_scene: int = 0
    phases_felt: int = 0
    phases_weighed: int = 0
    touchpoints: int = 0
    touchpoints_owned: int = 0
    touchpoints_bound: int = 0
    ideas: int = 0
    measures: int = 0
    measures_promised: int = 0
    measures_done: int = 0
    measures_proven: int = 0


class Reached(msgspec.Struct, frozen=True):
    """A stop, how far it is, and how many of how many."""

    stop: Stop
    state: State
    have: int
    need: int


#: kinds of document in which ways to a better experience are written down
_IDEAS: Final = frozenset({"hypothesis", "opportunity", "opportunities", "idea_board", "five_whys"})
_WHOLE_PERSONA: Final = ("goals", "frustrations")


class Drawn(msgspec.Struct, frozen=True):
    """One document as the guide looks at it."""

    key: str
    kind: str
    content: Content


def standing_of(documents: Iterable[Drawn], events: int) -> Standing:
    """Count what is there. ``events``: how many are stored."""
    every = list(documents)
    found = [(one.kind, one.content) for one in every]
    drawn = [one for one in every if one.kind == "map"]
    maps = [one.content for one in drawn]
    personas = [content for kind, content in found if kind == "persona"]
    farthest = max(drawn, key=_extent, default=Drawn("", "map", Content()))
    standing = Standing(
        map=farthest.key,
        readiness=sum(kind == "readiness" and bool(content.parts or content.fields) for kind, content in found),
        events=events,
        maps=len(maps),
        personas=len(personas),
        personas_whole=sum(all(one.text(field) for field in _WHOLE_PERSONA) for one in personas),
        ideas=sum(kind in _IDEAS for kind, _ in found) + sum(len(_in_lane(one, "opportunities")) for one in maps),
    )
    return _of_measures(_of_map(standing, farthest.content), maps)


def _extent(one: Drawn) -> tuple[int, int, str]:
    return len(one.content.of_kind("touchpoint")), len(one.content.of_kind("phase")), one.key


def _of_map(standing: Standing, drawn: Content) -> Standing:
    phases = [part.id for part in drawn.of_kind("phase")]
    touchpoints = drawn.of_kind("touchpoint")
    felt = [*drawn.of_kind("feeling"), *(part for part in touchpoints if part.number("feeling") is not None)]
    weighed = {part.id for part in drawn.of_kind("phase") if part.number("weight") is not None}
    weighed |= _phases_of(part for part in touchpoints if part.number("weight") is not None)
    scenes = [part for part in drawn.of_kind("scene") if part.text("text") or part.text("picture")]
    return msgspec.structs.replace(
        standing,
        phases=len(phases),
        phases_with_touchpoint=len(_phases_of(touchpoints)),
        phases_with_scene=len(_phases_of(scenes)),
        phases_felt=len(_phases_of(felt)),
        phases_weighed=len(weighed),
        touchpoints=len(touchpoints),
        touchpoints_owned=sum(bool(part.text("owner") or part.text("shared")) for part in touchpoints),
        touchpoints_bound=sum(bool(part.text("rule") or part.text("shared")) for part in touchpoints),
    )


def _of_measures(standing: Standing, maps: list[Content]) -> Standing:
    measures = [part for one in maps for part in one.of_kind("measure") if part.text("state") != "dropped"]
    done = [part for part in measures if part.text("state") == "done"]
    return msgspec.structs.replace(
        standing,
        measures=len(measures),
        measures_promised=sum(bool(part.text("owner") and part.text("due")) for part in measures),
        measures_done=len(done),
        measures_proven=sum(bool(part.said("links")) for part in done),
    )


def _phases_of(parts: Iterable[Part]) -> set[str]:
    return {part.place["phase"] for part in parts if "phase" in part.place}


def _in_lane(drawn: Content, kind: str) -> list[Part]:
    lanes = {part.id for part in drawn.of_kind("lane") if part.text("kind") == kind}
    return [part for part in drawn.parts if part.place.get("lane") in lanes]


def way(standing: Standing) -> tuple[Reached, ...]:
    """Every stop with how far it is.

    >>> [one.state.value for one in way(Standing(events=5, personas=1))][:4]
    ['open', 'done', 'open', 'begun']
    """
    there = standing
    counted = {
        Stop.READINESS: (there.readiness, 1, there.readiness),
        Stop.COLLECT: (min(there.events, 1), 1, there.events),
        Stop.VISUALISE: (min(there.maps, there.phases, 1), 1, there.maps),
        Stop.PERSONAS: (there.personas_whole, 1, there.personas),
        Stop.STEPS: (there.phases_with_touchpoint, there.phases, there.touchpoints),
        Stop.STORYBOARD: (there.phases_with_scene, ceil(there.phases * SCENES_SHARE), there.phases_with_scene),
        Stop.CHANNELS: (there.touchpoints_owned, there.touchpoints, there.touchpoints_owned),
        Stop.EMOTIONS: (there.phases_felt, there.phases, there.phases_felt),
        Stop.WEIGHTS: (there.phases_weighed, there.phases, there.phases_weighed),
        Stop.MEASURE: (there.touchpoints_bound, ceil(there.touchpoints * MEASURED_SHARE), there.touchpoints_bound),
        Stop.FIX: (there.measures_promised, 1, there.measures + there.ideas),
        Stop.PROVE: (there.measures_proven, 1, there.measures_done),
    }
    return tuple(_reached(stop, *counted[stop]) for stop in Stop)


def _reached(stop: Stop, have: int, need: int, begun: int) -> Reached:
    """A stop needs at least one of what it asks for."""
    need = max(need, 1)
    if have >= need:
        return Reached(stop, State.DONE, have, need)
    return Reached(stop, State.BEGUN if begun or have else State.OPEN, have, need)


def next_stop(reached: Iterable[Reached]) -> Stop | None:
    """The first stop that is not done; None at the end of the way."""
    return next((one.stop for one in reached if one.state is not State.DONE), None)
