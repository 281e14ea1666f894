"""Which touchpoints of a map does each event of a bucket belong to?

What a rule says of name and channel is decided once for each kind. A clause about what an event says beside its kind splits the
kinds it matters for in two: events of which it holds, and others. So every event has a *class*, and a class a list of targets;
without such clauses the classes are the kinds themselves, and nothing is looked at event by event.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from tanteemma.journeys.bucket import Bucket, bucket_of
from tanteemma.journeys.loops.placing import among, renumbered
from tanteemma.journeys.where.compares import compared
from tanteemma.model.arrays import DROPPED, Fact, Form, JourneyArrays, Kinds, Mask, Selection, Touchpoints
from tanteemma.workshop.binding import Atom, Every, Not, Rule, Says, Seen, Some, atoms_of, catches

Numbers = npt.NDArray[np.int64]


class Bound(msgspec.Struct, frozen=True):
    """One touchpoint of a map and its rule; None: bound to nothing."""

    id: str
    rule: Rule | None = None


class Targets(NamedTuple):
    """For each class of events, which targets it belongs to: those at ``starts[class]`` up to ``starts[class + 1]``."""

    starts: Numbers
    targets: Numbers


@dataclass(frozen=True, slots=True)
class Classed:
    """A bucket whose ``kinds`` are classes (``DROPPED`` where a class is not shown), and what each class belongs to."""

    bucket: Bucket
    targets: Targets


@dataclass(frozen=True, slots=True)
class _Class:
    """What is known of the events of one class."""

    seen: Seen | None
    known: Mapping[Says, bool]


def facts_in(rules: Sequence[Bound]) -> tuple[Fact, ...]:
    """The facts that the rules ask for."""
    return tuple(dict.fromkeys(atom.needs for atom in _clauses(rules)))


@dataclass(frozen=True, slots=True)
class Plan:
    """How events become classes: ``seen`` and ``known`` of each class, the ``targets`` of each, and how clauses split them.

    ``splits``: for each clause in turn the class of which it holds, by class before (-1: it does not matter there).
    """

    classes: tuple[_Class, ...]
    targets: Targets
    shown: npt.NDArray[np.uint32]
    splits: tuple[tuple[Says, Numbers], ...]


def classed(arrays: JourneyArrays, selection: Selection, touchpoints: Touchpoints, rules: Sequence[Bound]) -> Classed:
    """The events of a bucket by class; target i is rule i."""
    bucket, plan = bucket_of(arrays, selection, touchpoints), plan_of(touchpoints, rules)
    codes: Kinds = bucket.kinds
    for atom, renamed in plan.splits:
        holds = _holds(arrays, atom)
        if holds is None:
            continue
        codes = renumbered(codes, holds, renamed)
        codes.flags.writeable = False
    return Classed(bucket._replace(kinds=codes, touchpoint_of=plan.shown), plan.targets)


def classes_of(touchpoints: Touchpoints, rules: Sequence[Bound]) -> list[tuple[Seen | None, tuple[int, ...]]]:
    """Every class that ``classed`` tells apart, in its order: what its events are, and their targets."""
    plan = plan_of(touchpoints, rules)
    starts, targets = (array.tolist() for array in plan.targets)
    return [(one.seen, tuple(targets[starts[place] : starts[place + 1]])) for place, one in enumerate(plan.classes)]


def plan_of(touchpoints: Touchpoints, rules: Sequence[Bound]) -> Plan:
    """The plan of these rules over these kinds, made once for all buckets."""
    kinds = _Kinds(
        touchpoints.of_kind.tobytes(), touchpoints.names, touchpoints.channel_of_kind.tobytes(), touchpoints.channels
    )
    return _plan(kinds, tuple(rules))


class _Kinds(NamedTuple):
    of_kind: bytes
    names: tuple[str, ...]
    channel_of_kind: bytes
    channels: tuple[str, ...]


@lru_cache(16)
def _plan(kinds: _Kinds, rules: tuple[Bound, ...]) -> Plan:
    of_kind, channel_of_kind = (np.frombuffer(each, np.uint32) for each in (kinds.of_kind, kinds.channel_of_kind))
    touchpoints = Touchpoints(of_kind, kinds.names, channel_of_kind, kinds.channels)
    classes, splits = [_Class(seen, {}) for seen in kinds_seen(touchpoints)], []
    for atom in _clauses(rules):
        renamed, grown = _split(classes, atom, [one.rule for one in rules])
        if len(grown) > len(classes):
            splits.append((atom, renamed))
        classes = grown
    found = [_belongs(one, rules) for one in classes]
    starts = np.concatenate([[0], np.cumsum([len(one) for one in found])]).astype(np.int64)
    targets = Targets(starts, np.array([target for one in found for target in one], np.int64))
    shown = np.array([0 if one.seen is not None else DROPPED for one in classes], np.uint32)
    return Plan(tuple(classes), targets, shown, tuple(splits))


def kinds_seen(touchpoints: Touchpoints) -> list[Seen | None]:
    """Name and channel of each kind; None of one that is not shown."""
    channels = touchpoints.channel_of_kind if len(touchpoints.channel_of_kind) else np.full(len(touchpoints.of_kind), DROPPED)
    return [
        None
        if number == DROPPED
        else Seen(touchpoints.names[number], None if channel == DROPPED else touchpoints.channels[channel])
        for number, channel in zip(touchpoints.of_kind.tolist(), channels.tolist(), strict=True)
    ]


def _clauses(rules: Sequence[Bound]) -> tuple[Says, ...]:
    """The clauses about what events say, each once."""
    return tuple(dict.fromkeys(atom for one in rules for atom in atoms_of(one.rule) if isinstance(atom, Says)))


def _belongs(one: _Class, rules: Sequence[Bound]) -> list[int]:
    if one.seen is None:
        return []
    return [place for place, bound in enumerate(rules) if _decided(bound.rule, one) is True]


def _split(classes: list[_Class], atom: Says, rules: Sequence[Rule | None]) -> tuple[Numbers, list[_Class]]:
    """Each class that the clause matters for, in two."""
    about = [rule for rule in rules if atom in atoms_of(rule)]
    renamed = np.full(len(classes), -1, np.int64)
    split = list(classes)
    for place, one in enumerate(classes):
        if one.seen is None or all(_decided(rule, one) is not None for rule in about):
            continue
        renamed[place] = len(split)
        split.append(_Class(one.seen, {**one.known, atom: True}))
        split[place] = _Class(one.seen, {**one.known, atom: False})
    return renamed, split


def _holds(arrays: JourneyArrays, atom: Says) -> Mask | None:
    """Of which events of the bucket the clause holds; None of a bucket without events."""
    column = arrays.facts.get(atom.needs)
    if column is None or not arrays.events:
        return None
    if atom.needs.form is Form.NUMBER:
        with np.errstate(invalid="ignore"):
            return _among(column.values.astype(np.float64), atom)
    said: Mask = column.values >= 0
    if not atom.values:
        return said
    wanted = np.array([*(word in atom.values for word in column.words), False])  # -1 (not said) is the last place
    is_one = among(column.values.astype(np.int32, copy=False), wanted)
    return is_one if atom.compare is atom.compare.EQUAL else said & ~is_one


def _among(values: npt.NDArray[np.float64], atom: Says) -> Mask:
    numbers = [float(value) for value in atom.values]
    if len(numbers) == 1:
        return compared(values, atom.compare, numbers[0]) & ~np.isnan(values)
    is_one: Mask = np.isin(values, numbers)
    return is_one if atom.compare is atom.compare.EQUAL else ~is_one & ~np.isnan(values)


def _decided(rule: Rule | None, one: _Class) -> bool | None:
    """Does the rule catch the events of a class? None where a clause that is not looked at yet decides."""
    if rule is None:
        return False
    if isinstance(rule, Not):
        inner = _decided(rule.part, one)
        return None if inner is None else not inner
    if isinstance(rule, Every | Some):
        return _joined([_decided(part, one) for part in rule.parts], ends_it=isinstance(rule, Some))
    return _of_atom(rule, one)


def _joined(parts: Sequence[bool | None], *, ends_it: bool) -> bool | None:
    """One ``ends_it`` decides, else one that is not known leaves it open."""
    if ends_it in parts:
        return ends_it
    return None if None in parts else not ends_it


def _of_atom(atom: Atom, one: _Class) -> bool | None:
    if isinstance(atom, Says):
        return one.known.get(atom)
    return one.seen is not None and catches(atom, one.seen)


def may_catch(rule: Rule | None, touchpoints: Touchpoints) -> frozenset[str]:
    """The names of events that a rule catches, or may catch if the event says the right thing."""
    return frozenset(
        seen.name for seen in kinds_seen(touchpoints) if seen is not None and _decided(rule, _Class(seen, {})) is not False
    )
