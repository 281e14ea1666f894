"""A condition as a sentence that a person reads: "führt über Anruf und dauert länger als 3 Tage"."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from tanteemma.journeys.drawn import Deviation
from tanteemma.journeys.findings.tokens import read_spot
from tanteemma.journeys.where import tree
from tanteemma.journeys.where.parse import parse
from tanteemma.journeys.where.tree import Compare, Expr
from tanteemma.model.problems import Problem
from tanteemma.serve.pages import numbers

Say = Callable[..., str]


def in_words(said: str, say: Say, locale: str) -> str:
    """The written condition as a sentence; one that cannot be read stays as it is."""
    try:
        return _Sentence(say, locale).of(parse(said, ZoneInfo("UTC")))
    except Problem:
        return said


def _sense(sense: tree.Sense, names: tuple[str, ...]) -> str:
    """Which of the four things is said: it is one of these, it is another, there is one, there is none."""
    return str(sense) if names or sense is tree.Sense.MISSING else "exists"


class _Sentence:
    def __init__(self, say: Say, locale: str) -> None:
        self._say = say
        self._locale = locale

    def of(self, where: Expr) -> str:
        if isinstance(where, tree.Not):
            return self._say("where.not", what=self._inner(where.part))
        if isinstance(where, tree.Every | tree.Some):
            word = self._say("where.and" if isinstance(where, tree.Every) else "where.or")
            return f" {word} ".join(map(self._inner, where.parts))
        return self._atom(where)

    def _inner(self, where: Expr) -> str:
        return f"({self.of(where)})" if isinstance(where, tree.Every | tree.Some) else self.of(where)

    def _atom(self, atom: tree.Atom) -> str:
        if isinstance(atom, tree.Passes):
            return self._passes(atom)
        if isinstance(atom, tree.Follows):
            key = "where.directly" if atom.directly else "where.before"
            return self._say(key, first=atom.first, then=atom.then)
        if isinstance(atom, tree.Starts | tree.Ends):
            return self._say("where.starts" if isinstance(atom, tree.Starts) else "where.ends", touchpoint=atom.touchpoint)
        if isinstance(atom, tree.Channel):
            return self._say("where.channel", channel=atom.channel)
        if isinstance(atom, tree.Variant):
            return self._say("where.variant", steps=" → ".join(atom.steps))
        readers: dict[type, Callable[..., str]] = {
            tree.Says: self._says,
            tree.Hit: self._hit,
            tree.Step: self._step,
            tree.Happens: self._moments,
            tree.Hour: self._moments,
            tree.Funnel: self._funnel,
            tree.Drawn: self._drawn,
            tree.FirstWhen: self._first,
            tree.FirstSays: self._first,
            tree.Occurs: self._occurs,
            tree.Elapsed: self._elapsed,
            tree.Totals: self._totals,
            tree.InAccount: self._in_account,
            tree.HasTrait: self._has_trait,
            tree.Belongs: lambda atom: self._say("where.segment", name=atom.segment),
        }
        read: Callable[..., str] = readers.get(type(atom), self._measured)
        return read(atom)

    def _has_trait(self, atom: tree.HasTrait) -> str:
        value = f"„{atom.value}“" if isinstance(atom.value, str) else numbers.short(atom.value, self._locale)
        return self._say("where.says", fact=atom.trait, compare=self._compare(atom), value=value)

    def _in_account(self, atom: tree.InAccount) -> str:
        role = "" if atom.role is None else " " + self._say("where.account.as", role=self._say(f"accounts.role.{atom.role}"))
        said = self._say("where.account.any") if atom.account is None else self._say("where.account", name=atom.account)
        return said + role

    def _step(self, atom: tree.Step) -> str:
        side = "after" if atom.ahead else "before"
        anchor = "edge" if atom.touchpoint is None else "last" if atom.last else "first"
        place = self._say(f"where.step.{side}.{anchor}", step=atom.step, touchpoint=atom.touchpoint or "")
        if atom.merge:
            place = f"{place} {self._say('where.step.merged')}"
        if not atom.names:
            return self._say("where.step.missing" if atom.sense is tree.Sense.MISSING else "where.step.exists", place=place)
        either = f" {self._say('where.or')} ".join(atom.names)
        return self._say("where.step.is" if atom.sense is tree.Sense.IS else "where.step.other", place=place, names=either)

    def _hit(self, atom: tree.Hit) -> str:
        place = read_spot(atom.spot).place
        return self._say("where.hit", kind=self._say(f"breaks.kind.{place.kind}"), at=place.at)

    def _funnel(self, atom: tree.Funnel) -> str:
        parts = [
            self._say("where.funnel.any" if atom.order == "any" else "where.funnel", steps=self._steps(atom), count=atom.level)
        ]
        if atom.order == "strict":
            parts.append(self._say("where.funnel.strictly"))
        if atom.within_s is not None:
            parts.append(self._say("where.funnel.within", span=numbers.duration(atom.within_s, self._locale)))
        if atom.without:
            parts.append(self._say("where.funnel.without", names=self._either(atom.without)))
        if atom.stops:
            parts.append(self._say("where.funnel.stops", count=atom.level))
        if atom.then is not None:
            parts.append(self._say(f"where.funnel.then.{_sense(atom.then, atom.names)}", names=self._either(atom.names)))
        return " ".join(parts)

    def _drawn(self, atom: tree.Drawn) -> str:
        steps = " → ".join("/".join(step.touchpoints) for step in atom.steps)
        name = "/".join(atom.steps[atom.step - 1].touchpoints) if atom.step else ""
        what = atom.what if atom.step or atom.what is not Deviation.ADDS else "adds_first"
        return self._say(f"where.drawn.{what}", steps=steps, step=name, touchpoint=atom.touchpoint or "")

    def _steps(self, atom: tree.Funnel) -> str:
        return (", " if atom.order == "any" else " → ").join(atom.steps)

    def _either(self, names: tuple[str, ...]) -> str:
        return f" {self._say('where.or')} ".join(names)

    def _first(self, atom: tree.FirstWhen | tree.FirstSays) -> str:
        touchpoint = self._either(atom.touchpoints)
        if isinstance(atom, tree.FirstWhen):
            begin, end = (one.replace("T", " ") for one in atom.said)
            return self._say("where.first.when", touchpoint=touchpoint, begin=begin, end=end)
        fact = self._say("where.first.channel") if atom.fact == "channel" else self._fact(atom.fact)
        said = self._say(f"where.first.{_sense(atom.sense, atom.words)}", names=self._either(atom.words))
        return self._say("where.first.says", touchpoint=touchpoint, fact=fact, said=said)

    def _occurs(self, atom: tree.Occurs) -> str:
        name = self._say("where.events") if atom.touchpoint is None else atom.touchpoint
        via = " " + self._say("where.via", channel=atom.channel) if atom.channel is not None else ""
        said = self._say("where.occurs", compare=self._compare(atom), times=atom.times, touchpoint=f"{name}{via}")
        return said + self._within(atom.within)

    def _elapsed(self, atom: tree.Elapsed) -> str:
        which = f"where.elapsed.{'first' if atom.first else 'last'}{'.any' if atom.touchpoint is None else ''}"
        span = numbers.duration(atom.seconds, self._locale)
        return self._say(which, touchpoint=atom.touchpoint or "", compare=self._compare(atom), span=span)

    def _totals(self, atom: tree.Totals) -> str:
        at = " " + self._say("where.at", touchpoint=atom.at) if atom.at is not None else ""
        fact = self._say(f"where.totals.{atom.how}", fact=self._fact(atom.fact)) + at + self._within(atom.within)
        return self._say("where.totals", what=fact, compare=self._compare(atom), value=numbers.short(atom.value, self._locale))

    def _within(self, within: tree.Window | None) -> str:
        if within is None:
            return ""
        if within.last_s is not None:
            return " " + self._say("where.within.last", span=numbers.duration(within.last_s, self._locale))
        begin, end = (one.replace("T", " ") for one in within.said)
        return " " + self._say("where.within.dates", begin=begin, end=end)

    def _moments(self, atom: tree.Happens | tree.Hour) -> str:
        at = " " + self._say("where.at", touchpoint=atom.at) if atom.at is not None else ""
        if isinstance(atom, tree.Happens):
            begin, end = (one.replace("T", " ") for one in atom.said)
            return self._say("where.happens", begin=begin, end=end) + at
        day = self._say(f"times.weekday.{atom.weekday}")
        return self._say(f"where.hour.{atom.which}", day=day, hour=f"{atom.hour:02}") + at

    def _passes(self, atom: tree.Passes) -> str:
        via = self._say("where.via", channel=atom.channel) if atom.channel is not None else ""
        times = self._say("where.times", times=atom.times) if atom.times != 1 else ""
        return " ".join(filter(None, (self._say("where.passes", touchpoint=atom.touchpoint), via, times)))

    def _measured(self, atom: Any) -> str:  # noqa: ANN401 - the rest of the atoms, each with its own value
        if isinstance(atom, tree.Lasts):
            return self._say("where.lasts", compare=self._compare(atom), value=numbers.duration(atom.seconds, self._locale))
        if isinstance(atom, tree.Holds):
            return self._say("where.holds", compare=self._compare(atom), value=atom.events)
        key = "where.started" if isinstance(atom, tree.Started) else "where.ended"
        return self._say(key, compare=self._time(atom.compare), value=atom.said.replace("T", " "))

    def _says(self, atom: tree.Says) -> str:
        fact = self._fact(atom.fact)
        at = " " + self._say("where.at", touchpoint=atom.at) if atom.at is not None else ""
        if not atom.values:
            return self._say("where.exists", fact=fact) + at
        values = [one if isinstance(one, str) else numbers.short(one, self._locale) for one in atom.values]
        either = f" {self._say('where.or')} ".join(f"„{one}“" if isinstance(atom.values[0], str) else one for one in values)
        return self._say("where.says", fact=fact, compare=self._compare(atom), value=either) + at

    def _fact(self, fact: str) -> str:
        return fact.removeprefix("property.") if fact.startswith("property.") else self._say(f"where.fact.{fact}")

    def _compare(self, atom: Any) -> str:  # noqa: ANN401 - whatever compares
        return self._say(f"where.compare.{_NAMES[atom.compare]}")

    def _time(self, compare: Compare) -> str:
        return self._say(f"where.time.{_NAMES[compare]}")


_NAMES = {
    Compare.EQUAL: "equal",
    Compare.OTHER: "other",
    Compare.LESS: "less",
    Compare.AT_MOST: "at_most",
    Compare.MORE: "more",
    Compare.AT_LEAST: "at_least",
}
