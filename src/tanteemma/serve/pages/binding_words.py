"""A rule of a touchpoint as a sentence: "Ereignis Anruf über den Kanal telefon"."""

from collections.abc import Callable

from tanteemma.model.condition_tokens import Compare
from tanteemma.model.problems import Problem
from tanteemma.serve.pages import numbers
from tanteemma.workshop.binding import Every, Named, Not, Rule, Says, Some, Tallied, Through, parse_binding

Say = Callable[..., str]


def binding_in_words(said: str, say: Say, locale: str) -> str:
    """The written rule as a sentence, an empty one as what it means; one that cannot be read stays as it is."""
    try:
        rule = parse_binding(said)
    except Problem:
        return said
    return say("binding.none") if rule is None else _of(rule, say, locale)


def _of(rule: Rule, say: Say, locale: str) -> str:
    if isinstance(rule, Not):
        return say("where.not", what=_inner(rule.part, say, locale))
    if isinstance(rule, Every | Some):
        word = say("where.and" if isinstance(rule, Every) else "where.or")
        return f" {word} ".join(_inner(part, say, locale) for part in rule.parts)
    if isinstance(rule, Tallied):
        return say("binding.counts", names=_either(rule.series, say))
    if isinstance(rule, Named):
        return say("binding.not_event" if rule.other else "binding.event", names=_either(rule.names, say))
    return _through(rule, say) if isinstance(rule, Through) else _says(rule, say, locale)


def _through(rule: Through, say: Say) -> str:
    if not rule.channels:
        return say("binding.any_channel")
    return say("binding.not_channel" if rule.other else "binding.channel", names=_either(rule.channels, say))


def _inner(rule: Rule, say: Say, locale: str) -> str:
    return f"({_of(rule, say, locale)})" if isinstance(rule, Every | Some) else _of(rule, say, locale)


def _says(atom: Says, say: Say, locale: str) -> str:
    is_property = atom.fact.startswith("property.")
    fact = atom.fact.removeprefix("property.") if is_property else say(f"where.fact.{atom.fact}")
    if not atom.values:
        return say("where.exists", fact=fact)
    values = tuple(one if isinstance(one, str) else numbers.short(one, locale) for one in atom.values)
    compare = say(f"where.compare.{_NAMES[atom.compare]}")
    return say("where.says", fact=fact, compare=compare, value=_either(values, say))


def _either(names: tuple[str, ...], say: Say) -> str:
    return f" {say('where.or')} ".join(names)


_NAMES = {
    Compare.EQUAL: "equal",
    Compare.OTHER: "other",
    Compare.LESS: "less",
    Compare.AT_MOST: "at_most",
    Compare.MORE: "more",
    Compare.AT_LEAST: "at_least",
}
