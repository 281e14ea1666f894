"""Where do rules overlap, what catches none of them? From events by class."""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

from tanteemma.journeys.answers_cells import Warned
from tanteemma.journeys.answers_rules import KindCount, Overlap, RulesAnswer, RuleWarning
from tanteemma.journeys.cells.rules import Bound, classes_of
from tanteemma.journeys.kernels.cell_kinds import Kinds
from tanteemma.model.arrays import Touchpoints
from tanteemma.workshop.binding import Rule, event_names, only_counts


def rules_answer(rules: Sequence[Bound], found: Kinds, touchpoints: Touchpoints, top: int) -> RulesAnswer:
    """What can be said of all rules together."""
    classes = list(zip(classes_of(touchpoints, rules), found.events.tolist(), strict=True))
    caught: Counter[int] = Counter()
    both: Counter[tuple[int, int]] = Counter()
    free: Counter[tuple[str, str | None]] = Counter()
    for (seen, targets), events in classes:
        caught.update(dict.fromkeys(targets, events))
        both.update(dict.fromkeys(combinations(targets, 2), events))
        if seen is not None and not targets and events:
            free[seen.name, seen.channel] += events
    whole = sum(events for _, events in classes)
    overlaps = [
        Overlap(rules[one].id, rules[other].id, events, events / min(caught[one], caught[other]))
        for (one, other), events in both.items()
        if events
    ]
    warned = [
        RuleWarning(bound.id, caught[place], *odd(bound.rule, caught[place], whole, touchpoints))
        for place, bound in enumerate(rules)
    ]
    return RulesAnswer(
        events=whole,
        overlaps=tuple(sorted(overlaps, key=lambda one: (-one.events, one.one, one.other))),
        unbound=kinds_by_events(free)[:top],
        unbound_events=free.total(),
        unbound_kinds=len(free),
        warnings=tuple(one for one in warned if one.warnings),
    )


def kinds_by_events(counted: Counter[tuple[str, str | None]]) -> tuple[KindCount, ...]:
    """Names and channels, the most events first."""
    return tuple(KindCount(*kind, events) for kind, events in sorted(counted.items(), key=lambda one: (-one[1], str(one[0]))))


def caught_kinds(rules: Sequence[Bound], found: Kinds, touchpoints: Touchpoints) -> Counter[tuple[str, str | None]]:
    """What the rules catch, by name and channel."""
    counted: Counter[tuple[str, str | None]] = Counter()
    for (seen, targets), events in zip(classes_of(touchpoints, rules), found.events.tolist(), strict=True):
        if seen is not None and targets and events:
            counted[seen.name, seen.channel] += events
    return counted


def odd(rule: Rule | None, caught: int, whole: int, touchpoints: Touchpoints) -> tuple[tuple[Warned, ...], tuple[str, ...]]:
    """What is odd about a rule, and the names in it that no event has."""
    if rule is None:
        return (Warned.UNBOUND,), ()
    unknown = tuple(name for name in event_names(rule) if name not in touchpoints.names)
    everything = caught == whole and len(touchpoints.names) > 1
    warned = (
        (Warned.CATCHES_NOTHING, not caught and not only_counts(rule)),
        (Warned.CATCHES_EVERYTHING, caught > 0 and everything),
        (Warned.UNKNOWN_NAME, bool(unknown)),
    )
    return tuple(one for one, is_so in warned if is_so), unknown
