"""What does a rule catch, where do the rules of a map overlap, what do they miss, and which would fit a card?"""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import msgspec
import numpy as np

from tanteemma.journeys.answers_rules import (
    CardSuggestions,
    EventExample,
    RuleAnswer,
    RulesAnswer,
    SuggestAnswer,
    Suggested,
)
from tanteemma.journeys.ask_cells import ask_kinds
from tanteemma.journeys.cells.overlaps import caught_kinds, kinds_by_events, odd, rules_answer
from tanteemma.journeys.cells.question import Cells, Wanted
from tanteemma.journeys.cells.reading import read_moment, read_named, read_touchpoints
from tanteemma.journeys.cells.rules import Bound
from tanteemma.journeys.filters import narrowed
from tanteemma.journeys.kernels.cell_kinds import Kinds
from tanteemma.journeys.kernels.cells import CellsKernel
from tanteemma.journeys.loops import cells as loop
from tanteemma.model.hooks import questions
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.worker.asking import Put, Question
from tanteemma.serve.worker.cells_counted import counted_of, state_of_counts
from tanteemma.workshop.binding import parse_binding, rule_for, written_binding
from tanteemma.workshop.naming import suggestions

_TOLD: Final = ("name", "channel", "occurred_at", "source", "value", "currency", "properties")
_MOST_EXAMPLES: Final = 50
_MOST_KINDS: Final = 1_000
_EVERY: Final = 1 << 30
_BETWEEN: Final = "|"


class RuleOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """See ``journeys.answers_rules``."""

    rule: str = ""
    since: str = ""
    until: str = ""
    examples: int = 5


class RulesOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"touchpoints": "touchpoint"}):
    """See ``journeys.answers_rules``."""

    touchpoints: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    top: int = 50


class SuggestOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"cards": "card"}):
    """See ``journeys.answers_rules``."""

    cards: tuple[str, ...] = ()
    top: int = 5


def _kinds(put: Put[Any], rules: tuple[Bound, ...], examples: int = 0) -> tuple[Cells, Kinds]:
    zone = put.house.settings.time_zone
    since, until = (read_moment(name, getattr(put.options, name, ""), zone) for name in ("since", "until"))
    wanted = Wanted(rules, since=since, until=until, zone=zone, lives=put.journey.by != "case")
    return ask_kinds(put.watched, put.journey, wanted, examples, selection=put.filter)


def _rule(put: Put[RuleOptions]) -> RuleAnswer:
    rules = (Bound("rule", parse_binding(put.options.rule)),)
    cells, found = _kinds(put, rules, _within(put.options.examples, _MOST_EXAMPLES, "examples"))
    counts = put.watched.ask(narrowed(CellsKernel(), put.filter), cells, journey=put.journey).counts
    touchpoints = put.watched.touchpoints()
    warned, unknown = odd(rules[0].rule, int(counts[0, loop.EVENTS]), int(counts[-1, loop.EVENTS]), touchpoints)
    return RuleAnswer(
        binding=written_binding(rules[0].rule),
        events=int(counts[0, loop.EVENTS]),
        of=int(counts[-1, loop.EVENTS]),
        journeys=int(counts[0, loop.JOURNEYS]),
        persons=int(counts[0, loop.PERSONS]),
        kinds=kinds_by_events(caught_kinds(rules, found, touchpoints)),
        examples=_examples(put, found),
        warnings=warned,
        unknown_names=unknown,
        counted=counted_of(put.house, cells).get(0),
    )


def _examples(put: Put[RuleOptions], found: Kinds) -> tuple[EventExample, ...]:
    told = []
    for place in found.newest:
        rows = put.snapshot.read_events(put.journey, place.part, np.array([place.event], np.int64), _TOLD).to_pylist()
        told.append(_example(rows[0]))
    return tuple(told)


def _example(row: Mapping[str, Any]) -> EventExample:
    return EventExample(
        name=row["name"],
        channel=row["channel"],
        at=row["occurred_at"],
        source=row["source"],
        value=None if row["value"] is None else f"{row['value'].normalize():f}",
        currency=row["currency"],
        properties=row["properties"],
    )


def _rules(put: Put[RulesOptions]) -> RulesAnswer:
    rules = read_touchpoints([one for one in put.options.touchpoints if one.strip()])
    top = _within(put.options.top, _MOST_KINDS, "top")
    return rules_answer(rules, _kinds(put, rules)[1], put.watched.touchpoints(), top)


def _suggest(put: Put[SuggestOptions]) -> SuggestAnswer:
    touchpoints, top = put.watched.touchpoints(), _within(put.options.top, _MOST_EXAMPLES, "top")
    events: Counter[str] = Counter()
    for kind in rules_answer((), _kinds(put, ())[1], touchpoints, _EVERY).unbound:
        events[kind.name] += kind.events
    cards = []
    for card, names in read_named("card", put.options.cards):
        fitting = suggestions(names.split(_BETWEEN), events, top)
        rules = tuple(
            Suggested(written_binding(rule_for((name,))), name, round(like, 3), events[name]) for name, like in fitting
        )
        cards.append(CardSuggestions(card, rules))
    return SuggestAnswer(tuple(cards))


def _within(number: int, most: int, field: str) -> int:
    if not 0 <= number <= most:
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field=field, value=str(number), allowed=f"0–{most}")
    return number


questions.add("cells_rule")(Question(RuleOptions, _rule, also=state_of_counts))
questions.add("cells_rules")(Question(RulesOptions, _rules))
questions.add("cells_suggest")(Question(SuggestOptions, _suggest))
