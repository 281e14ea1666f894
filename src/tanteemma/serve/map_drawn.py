"""The journey that a CX map draws: its phases in their order, in each the touchpoints, by the rules they are bound with."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tanteemma.journeys.answers_conformance import LeftOut, NoStep
from tanteemma.journeys.drawn import DrawnStep
from tanteemma.model.problems import Problem
from tanteemma.serve.map_check import shared_on
from tanteemma.store.operational import Transaction
from tanteemma.workshop.binding import Every, Named, Rule, Some, Through, parse_binding
from tanteemma.workshop.document import Content

if TYPE_CHECKING:
    from tanteemma.model.arrays import Touchpoints

_Wanted = tuple[tuple[str, ...], str | None]


def drawn_on(tx: Transaction, content: Content, table: "Touchpoints") -> tuple[tuple[DrawnStep, ...], tuple[LeftOut, ...]]:
    """The steps of a map from left to right and from top to bottom, and the touchpoints that are no step, with why.

    ``table``: the names and channels that events have. A step needs a rule that says names, through one channel at most:
    *unbound* ones have no rule, *too fine* ones say more than that, of *no event* no event has the name.
    """
    shared = {key: one.rule for key, one in shared_on(tx, content).items()}
    steps, left_out = [], []
    for phase in content.of_kind("phase"):
        for part in content.at({"phase": phase.id}, "touchpoint"):
            found = _step(part.text("rule") or shared.get(part.text("shared"), ""), table)
            if isinstance(found, DrawnStep):
                steps.append(found)
            else:
                left_out.append(LeftOut(part.text("text"), found))
    return tuple(steps), tuple(left_out)


def _step(said: str, table: "Touchpoints") -> DrawnStep | NoStep:
    try:
        rule = parse_binding(said)
    except Problem:
        return NoStep.TOO_FINE
    if rule is None:
        return NoStep.UNBOUND
    wanted = _wanted(rule)
    if wanted is None:
        return NoStep.TOO_FINE
    names, channel = wanted
    known = tuple(name for name in names if name in table.names)
    is_there = bool(known) and (channel is None or channel in table.channels)
    return DrawnStep(touchpoints=known, channel=channel) if is_there else NoStep.NO_EVENT


def _wanted(rule: Rule) -> _Wanted | None:
    """The names of a rule and the one channel it may ask for; None if it says more than that."""
    if isinstance(rule, Named):
        return None if rule.other else (rule.names, None)
    if isinstance(rule, Some):
        parts = [_wanted(part) for part in rule.parts]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts) or len({channel for _, channel in known}) > 1:
            return None
        return tuple(dict.fromkeys(name for names, _ in known for name in names)), known[0][1]
    if isinstance(rule, Every):
        return _through(rule)
    return None


def _through(rule: Every) -> _Wanted | None:
    """Names through one channel."""
    names = [part for part in rule.parts if isinstance(part, Named) and not part.other]
    channels = [part.channels for part in rule.parts if isinstance(part, Through) and not part.other]
    if len(rule.parts) != 2 or len(names) != 1 or len(channels) != 1 or len(channels[0]) != 1:  # noqa: PLR2004 - a name, a channel
        return None
    return names[0].names, channels[0][0]


def left_out_by_reason(left_out: tuple[LeftOut, ...]) -> Mapping[NoStep, tuple[str, ...]]:
    """The names of those left out, by why."""
    return {why: tuple(one.name for one in left_out if one.why == why) for why in dict.fromkeys(one.why for one in left_out)}
