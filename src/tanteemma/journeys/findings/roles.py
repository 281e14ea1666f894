"""What part does each touchpoint play? Asides, contacts, surveys, goals: from names, or else from the ways taken."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tanteemma.journeys.bucket import Values
from tanteemma.journeys.findings import words
from tanteemma.journeys.findings.outline import N_ENDS, N_JOURNEYS, N_STARTS, Outline
from tanteemma.journeys.findings.touchpoints import channels_of
from tanteemma.journeys.kernels.positions import Positions
from tanteemma.model.arrays import Touchpoints

#: A touchpoint is an aside if ways go around it for at least this share of its events, and at most so many journeys pass it.
ASIDE_FROM: Final = 0.6
ASIDE_UP_TO: Final = 0.5
#: Where so many of a touchpoint's journeys begin, the customer begins it.
BEGINS_FROM: Final = 0.2
#: A goal is reached by at least this share of journeys, and by so many of its journeys near their end.
GOAL_FROM: Final = 0.05


@dataclass(frozen=True, slots=True)
class Roles:
    """Names of touchpoints by part; one may play several.

    ``asides``: journeys go on as if they had not been. ``surveys``: say how it was. ``contacts``: the customer wants
    something settled. ``customer``: the customer begins it, not the company. ``withdrawn``, ``refused``: bad ends by the
    customer and by the company. ``goals``: good ends.
    """

    asides: frozenset[str]
    surveys: frozenset[str]
    contacts: frozenset[str]
    customer: frozenset[str]
    withdrawn: frozenset[str]
    refused: frozenset[str]
    goals: tuple[str, ...]


def roles_of(outline: Outline, positions: Positions, touchpoints: Touchpoints, goals: Sequence[str] = ()) -> Roles:
    """The parts of all touchpoints; ``goals``: as somebody named them."""
    names, channels = outline.names, channels_of(touchpoints)
    surveys = words.names_saying(names, words.SURVEYS)
    asides = frozenset(_asides(outline, positions.around)) - surveys
    company = words.names_saying(names, words.COMPANY)
    withdrawn = words.names_saying(names, words.WITHDRAWN)
    assisted, served = (_only_on(channels, stems) for stems in (words.ASSISTED, words.SELF_SERVED))
    contacts = (assisted | words.names_saying(names, words.CONTACTS)) - company - surveys - withdrawn
    starts = {
        name
        for name, row in zip(names, outline.nodes.tolist(), strict=True)
        if row[N_STARTS] >= BEGINS_FROM * max(1, row[N_JOURNEYS])
    }
    return Roles(
        asides=asides,
        surveys=surveys,
        contacts=contacts,
        customer=frozenset((served | contacts | starts) - company) | words.names_saying(names, words.COMES_BY),
        withdrawn=withdrawn,
        refused=words.names_saying(names, words.REFUSED),
        goals=tuple(goals) or infer_goals(outline, positions.near_end, surveys),
    )


def _only_on(channels: dict[str, frozenset[str]], stems: re.Pattern[str]) -> frozenset[str]:
    """Touchpoints that are met only on channels whose names hold one of the stems."""
    return frozenset(name for name, on in channels.items() if on and all(words.says(one, stems) for one in on))


def _asides(outline: Outline, around: Values) -> list[str]:
    rows = zip(outline.names, around.reshape(-1, 2).tolist(), outline.nodes[:, N_JOURNEYS].tolist(), strict=True)
    most = ASIDE_UP_TO * outline.journeys
    return [name for name, (inner, round_it), journeys in rows if inner and round_it >= ASIDE_FROM * inner and journeys < most]


def infer_goals(outline: Outline, near_end: Values, surveys: frozenset[str]) -> tuple[str, ...]:
    """The good end, where nobody named one: "most frequent successful end".

    Whose name says success and which mostly stands near the end of its journeys comes first, by how many journeys that is; if
    there is none, what most journeys end with and whose name does not speak against it.
    """
    bad = surveys | words.names_saying(outline.names, words.WITHDRAWN) | words.names_saying(outline.names, words.REFUSED)
    bad |= words.names_saying(outline.names, words.RETURNED)
    successes: list[tuple[int, str]] = []
    ends: list[tuple[int, str]] = []
    for name, node, near in zip(outline.names, outline.nodes.tolist(), near_end.tolist(), strict=True):
        if name in bad or node[N_JOURNEYS] < GOAL_FROM * outline.journeys:
            continue
        if words.says(name, words.REACHED) and 2 * near >= node[N_JOURNEYS]:
            successes.append((near + node[N_ENDS], name))
        ends.append((node[N_ENDS], name))
    best = max(successes or ends, default=(0, ""))
    return (best[1],) if best[0] > 0 else ()
