"""A tree of conditions as it is written: for addresses, the command line and links from a figure to its journeys."""

from collections.abc import Callable
from typing import Final

from tanteemma.journeys.drawn import OF_A_STEP, Deviation, DrawnStep
from tanteemma.journeys.where import tree
from tanteemma.journeys.where.tree import DAYS, Expr
from tanteemma.model.condition_tokens import fact_written, quoted


def written(where: Expr) -> str:
    """The condition in words that ``parse`` reads back.

    >>> written(tree.Every((tree.Passes("Anruf"), tree.Not(tree.Ends("Kauf")))))
    "passes 'Anruf' and not ends 'Kauf'"
    """
    if isinstance(where, tree.Not):
        return f"not {_inner(where.part)}"
    if isinstance(where, tree.Every | tree.Some):
        word = " and " if isinstance(where, tree.Every) else " or "
        return word.join(map(_inner, where.parts))
    return _WRITERS[type(where)](where)


def _inner(where: Expr) -> str:
    return f"({written(where)})" if isinstance(where, tree.Every | tree.Some) else written(where)


def _passes(atom: tree.Passes) -> str:
    via = f" via {quoted(atom.channel)}" if atom.channel is not None else ""
    times = f" >= {atom.times}" if atom.times != 1 else ""
    return f"passes {quoted(atom.touchpoint)}{via}{times}"


def _follows(atom: tree.Follows) -> str:
    return f"passes {quoted(atom.first)} {'directly ' if atom.directly else ''}before {quoted(atom.then)}"


def _step(atom: tree.Step) -> str:
    edge = "start" if atom.ahead else "end"
    anchor = edge if atom.touchpoint is None else f"{'last' if atom.last else 'first'} {quoted(atom.touchpoint)}"
    merged = " merged" if atom.merge else ""
    side = "after" if atom.ahead else "before"
    return f"step {atom.step} {side} {anchor}{merged} {_of_names(atom.sense, atom.names)}"


def _of_names(sense: tree.Sense, names: tuple[str, ...]) -> str:
    among = _listed(names)
    if sense is tree.Sense.MISSING:
        return "missing"
    if sense is tree.Sense.OTHER:
        return f"not in {among}" if names else "exists"
    return f"is {quoted(names[0])}" if len(names) == 1 else f"in {among}"


def _listed(names: tuple[str, ...]) -> str:
    return f"({', '.join(map(quoted, names))})"


def _funnel(atom: tree.Funnel) -> str:
    in_order = " > ".join(map(quoted, atom.steps)) + (" strictly" if atom.order == "strict" else "")
    steps = f"{atom.level} of {_listed(atom.steps)}" if atom.order == "any" else in_order
    within = f" within {atom.within_s!r}s" if atom.within_s is not None else ""
    without = f" without {_listed(atom.without)}" if atom.without else ""
    stops = "" if not atom.stops else " stops" if atom.order == "any" else f" stops at {atom.level}"
    then = f" then {_of_names(atom.then, atom.names)}" if atom.then is not None else ""
    return f"funnel {steps}{within}{without}{stops}{then}"


def drawn_written(steps: tuple[DrawnStep, ...]) -> str:
    """The drawn steps in words that ``parse_drawn`` reads back.

    >>> drawn_written((DrawnStep(touchpoints=("A",)), DrawnStep(touchpoints=("B", "C"), optional=True, within_s=60.0)))
    "'A' > ('B', 'C') optional within 60.0s"
    """
    return " > ".join(map(_drawn_step, steps))


def _drawn_step(step: DrawnStep) -> str:
    names = quoted(step.touchpoints[0]) if len(step.touchpoints) == 1 else _listed(step.touchpoints)
    optional, repeats = " optional" if step.optional else "", " repeatable" if step.repeats else ""
    via = f" via {quoted(step.channel)}" if step.channel is not None else ""
    within = f" within {step.within_s!r}s" if step.within_s is not None else ""
    return f"{names}{optional}{repeats}{via}{within}"


def _drawn(atom: tree.Drawn) -> str:
    step = f" {atom.step}" if atom.what in OF_A_STEP else ""
    added = f" {quoted(atom.touchpoint or '')} after {atom.step}" if atom.what is Deviation.ADDS else ""
    return f"drawn {drawn_written(atom.steps)} {atom.what}{step}{added}"


def _first(atom: tree.FirstWhen | tree.FirstSays) -> str:
    names = quoted(atom.touchpoints[0]) if len(atom.touchpoints) == 1 else _listed(atom.touchpoints)
    if isinstance(atom, tree.FirstWhen):
        return f"first {names} from {atom.said[0]} until {atom.said[1]}"
    return f"first {names} says {fact_written(atom.fact)} {_of_names(atom.sense, atom.words)}"


def _happens(atom: tree.Happens) -> str:
    return f"happens from {atom.said[0]} until {atom.said[1]}{_at(atom)}"


def _hour(atom: tree.Hour) -> str:
    which = "" if atom.which is tree.Which.ANY else f" {atom.which}"
    return f"hour {DAYS[atom.weekday - 1]} {atom.hour}{which}{_at(atom)}"


def _at(atom: tree.Says | tree.Happens | tree.Hour) -> str:
    return f" at {quoted(atom.at)}" if atom.at is not None else ""


def _says(atom: tree.Says) -> str:
    at, fact = _at(atom), fact_written(atom.fact)
    values = [quoted(value) if isinstance(value, str) else f"{value!r}" for value in atom.values]
    if not values:
        return f"{fact} exists{at}"
    if len(values) == 1:
        return f"{fact} {atom.compare} {values[0]}{at}"
    among = f"({', '.join(values)})"
    return f"{fact} {'in' if atom.compare is tree.Compare.EQUAL else 'not in'} {among}{at}"


def _within(within: tree.Window | None) -> str:
    if within is None:
        return ""
    return f" last {within.last_s!r}s" if within.last_s is not None else f" from {within.said[0]} until {within.said[1]}"


def _occurs(atom: tree.Occurs) -> str:
    name = "any" if atom.touchpoint is None else quoted(atom.touchpoint)
    via = f" via {quoted(atom.channel)}" if atom.channel is not None else ""
    return f"count {name}{via} {atom.compare} {atom.times}{_within(atom.within)}"


def _elapsed(atom: tree.Elapsed) -> str:
    name = "any" if atom.touchpoint is None else quoted(atom.touchpoint)
    return f"since {'first ' if atom.first else ''}{name} {atom.compare} {atom.seconds!r}s"


def _totals(atom: tree.Totals) -> str:
    at = f" at {quoted(atom.at)}" if atom.at is not None else ""
    return f"{atom.how} of {fact_written(atom.fact)} {atom.compare} {atom.value!r}{at}{_within(atom.within)}"


def _has_trait(atom: tree.HasTrait) -> str:
    value = quoted(atom.value) if isinstance(atom.value, str) else repr(atom.value)
    return f"trait {quoted(atom.trait)} {atom.compare} {value}"


def _in_account(atom: tree.InAccount) -> str:
    name = "any" if atom.account is None else quoted(atom.account)
    return f"account = {name}" + (f" as {atom.role}" if atom.role is not None else "")


_WRITERS: Final[dict[type, Callable[..., str]]] = {
    tree.Passes: _passes,
    tree.Follows: _follows,
    tree.Starts: lambda atom: f"starts {quoted(atom.touchpoint)}",
    tree.Ends: lambda atom: f"ends {quoted(atom.touchpoint)}",
    tree.Channel: lambda atom: f"channel {quoted(atom.channel)}",
    tree.Lasts: lambda atom: f"duration {atom.compare} {atom.seconds!r}s",
    tree.Holds: lambda atom: f"events {atom.compare} {atom.events}",
    tree.Started: lambda atom: f"started {atom.compare} {atom.said}",
    tree.Ended: lambda atom: f"ended {atom.compare} {atom.said}",
    tree.Variant: lambda atom: "variant " + " > ".join(map(quoted, atom.steps)),
    tree.Step: _step,
    tree.Happens: _happens,
    tree.Hour: _hour,
    tree.Funnel: _funnel,
    tree.FirstWhen: _first,
    tree.FirstSays: _first,
    tree.Says: _says,
    tree.Drawn: _drawn,
    tree.Occurs: _occurs,
    tree.Elapsed: _elapsed,
    tree.Totals: _totals,
    tree.Belongs: lambda atom: f"segment = {quoted(atom.segment)}",
    tree.InAccount: _in_account,
    tree.HasTrait: _has_trait,
    tree.Hit: lambda atom: f"weak_spot {quoted(atom.spot)}",
}
