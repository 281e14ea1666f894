"""Which events belong to a touchpoint of a map? A rule, as a value and as the text that people write.

::

    rule  = part { "or" part }        part = piece { "and" piece }
    piece = "not" piece | "(" rule ")" | one of
      event = NAME      event != NAME      event [not] in (NAME, …)      'NAME'   (short for event = 'NAME')
      channel = NAME    channel != NAME    channel [not] in (NAME, …)    channel exists
      FACT = VALUE      FACT [not] in (VALUE, …)      FACT >= NUMBER     FACT exists
      counts = SERIES   counts in (SERIES, …)   (daily counts by CSV, where nobody is known; alone or joined by "or")
      (FACT: value, currency, source, score, score.metric, score.low, score.high, score.best, property.NAME)

It reads like a condition on journeys, and means one event: NAME in quotes ('' for a quote inside) or one word. No text is no
rule: such a touchpoint is bound to nothing. ``!=`` and ``not in`` of a channel or fact: it says something, and that is none of
them (``not channel = …`` also holds where none is said).
"""

import re
from collections.abc import Mapping
from typing import Final, Union

import msgspec

from tanteemma.model.arrays import Fact, Form
from tanteemma.model.condition_tokens import Compare, Sort, Token, fact_written, quoted, tokens_of, where_invalid
from tanteemma.model.nearest import nearest
from tanteemma.model.problems import Problem, ProblemCode

#: A rule people write by hand is a line or two; a list of names may be longer.
LONGEST: Final = 4_000
_DEEPEST: Final = 20
_FACTS: Final = ("value", "currency", "source", "score", "score.metric", "score.low", "score.high", "score.best")
_PROPERTY: Final = "property."
_WORDS: Final = ("event", "channel", "counts", "not", *_FACTS)
_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")


class _Node(msgspec.Struct, frozen=True, tag=True):
    """One clause of a rule, or several joined."""


class Named(_Node, frozen=True):
    """The event has one of these names, or (``other``) none of them."""

    names: tuple[str, ...]
    other: bool = False


class Through(_Node, frozen=True):
    """The event came through one of these channels, or (``other``) through one that is none of them; of no names: any."""

    channels: tuple[str, ...] = ()
    other: bool = False


class Says(_Node, frozen=True):
    """A fact of the event compares so with one of the values; of no values: it is said at all."""

    fact: str
    compare: Compare = Compare.EQUAL
    values: tuple[str | float, ...] = ()

    @property
    def needs(self) -> Fact:
        """How the fact is read: as a number if every value is one."""
        is_number = bool(self.values) and all(isinstance(value, float) for value in self.values)
        return Fact(self.fact, Form.NUMBER if is_number else Form.WORD)


class Tallied(_Node, frozen=True):
    """Catches no event: daily counts of these series belong to the touchpoint."""

    series: tuple[str, ...]


class Not(_Node, frozen=True):
    """The opposite."""

    part: "Rule"


class Every(_Node, frozen=True):
    """All of them."""

    parts: tuple["Rule", ...]


class Some(_Node, frozen=True):
    """At least one of them."""

    parts: tuple["Rule", ...]


Atom = Named | Through | Says | Tallied
Rule = Union[Atom, Not, Every, Some]  # noqa: UP007 - a union of names that are not there yet


class Seen(msgspec.Struct, frozen=True):
    """One event as a rule looks at it: name, channel, and what it says (numbers as float)."""

    name: str
    channel: str | None = None
    says: Mapping[str, str | float] = {}


def parse_binding(said: str) -> Rule | None:
    """The rule as it is written; None of an empty text: bound to nothing.

    Raises Problem BINDING_INVALID with the place, what stands there and what may stand there.

    >>> parse_binding("event = 'Anruf' and channel = telefon")
    Every(parts=(Named(names=('Anruf',), other=False), Through(channels=('telefon',), other=False)))
    >>> parse_binding("  ") is None
    True
    """
    try:
        if len(said) > LONGEST:
            raise where_invalid(LONGEST, said[-20:], f"≤ {LONGEST}")
        return _Parser(tokens_of(said)).whole() if said.strip() else None
    except Problem as problem:
        raise Problem(ProblemCode.BINDING_INVALID, status=422, **problem.params) from problem


def written_binding(rule: Rule | None) -> str:
    """The rule in words that ``parse_binding`` reads back; empty for none.

    >>> written_binding(parse_binding("'Anruf' or (event in (Mail, Chat) and not property.Grund = 'Adresse')"))
    "event = 'Anruf' or (event in ('Mail', 'Chat') and not property.Grund = 'Adresse')"
    """
    if rule is None:
        return ""
    if isinstance(rule, Not):
        return f"not {_inner(rule.part)}"
    if isinstance(rule, Every | Some):
        return (" and " if isinstance(rule, Every) else " or ").join(map(_inner, rule.parts))
    if isinstance(rule, Named):
        return _of_names("event", rule.names, other=rule.other)
    if isinstance(rule, Through):
        return _of_names("channel", rule.channels, other=rule.other) if rule.channels else "channel exists"
    return _of_names("counts", rule.series, other=False) if isinstance(rule, Tallied) else _says(rule)


def rule_for(names: tuple[str, ...], channels: tuple[str, ...] = ()) -> Rule | None:
    """Events of these names, through one of these channels if any are said; None of no names."""
    if not names:
        return None
    return Every((Named(names), Through(channels))) if channels else Named(names)


def catches(rule: Rule | None, seen: Seen) -> bool:
    """Does the rule catch this event? The slow, obvious way; over many events the kernel ``cells`` says the same.

    >>> catches(parse_binding("channel != web"), Seen("Anruf")), catches(parse_binding("not channel = web"), Seen("Anruf"))
    (False, True)
    """
    if rule is None:
        return False
    if isinstance(rule, Not):
        return not catches(rule.part, seen)
    if isinstance(rule, Every | Some):
        join = all if isinstance(rule, Every) else any
        return join(catches(part, seen) for part in rule.parts)
    return _catches(rule, seen)


def _catches(atom: Atom, seen: Seen) -> bool:
    if isinstance(atom, Named):
        return (seen.name in atom.names) != atom.other
    if isinstance(atom, Tallied):
        return False
    return _through(atom, seen.channel) if isinstance(atom, Through) else holds(atom, seen.says.get(atom.fact))


def _through(rule: Through, channel: str | None) -> bool:
    if channel is None or not rule.channels:
        return channel is not None
    return (channel in rule.channels) != rule.other


def holds(atom: Says, value: str | float | None) -> bool:
    """Is what an event says of the fact so? A number where a word is asked for is no word, and the other way round."""
    if value is None:
        return False
    if not atom.values:
        return True
    if isinstance(value, str) is not isinstance(atom.values[0], str):
        return False
    if atom.compare in {Compare.EQUAL, Compare.OTHER}:
        return (value in atom.values) == (atom.compare is Compare.EQUAL)
    number, wanted = float(value), float(atom.values[0])
    less, more = atom.compare in {Compare.LESS, Compare.AT_MOST}, atom.compare in {Compare.MORE, Compare.AT_LEAST}
    same = atom.compare in {Compare.AT_MOST, Compare.AT_LEAST} and number == wanted
    return same or (less and number < wanted) or (more and number > wanted)


def atoms_of(rule: Rule | None) -> tuple[Atom, ...]:
    """The clauses of a rule, from left to right.

    >>> atoms_of(parse_binding("not ('A' or channel exists)"))
    (Named(names=('A',), other=False), Through(channels=(), other=False))
    """
    if rule is None:
        return ()
    if isinstance(rule, Not):
        return atoms_of(rule.part)
    if isinstance(rule, Every | Some):
        return tuple(atom for part in rule.parts for atom in atoms_of(part))
    return (rule,)


def event_names(rule: Rule | None) -> tuple[str, ...]:
    """The names of events that the rule names, in the order of its text; for a card that says what it is bound to."""
    return tuple(dict.fromkeys(name for atom in atoms_of(rule) if isinstance(atom, Named) for name in atom.names))


def series_of(rule: Rule | None) -> tuple[str, ...]:
    """The series of daily counts that belong to the touchpoint.

    >>> series_of(parse_binding("event = 'Anzeige' or counts in (Suche, Banner)"))
    ('Suche', 'Banner')
    """
    return tuple(dict.fromkeys(name for atom in atoms_of(rule) if isinstance(atom, Tallied) for name in atom.series))


def only_counts(rule: Rule | None) -> bool:
    """Is the touchpoint bound to daily counts alone, to no event?

    >>> only_counts(parse_binding("counts = Suche")), only_counts(parse_binding("counts = Suche or 'Klick'"))
    (True, False)
    """
    atoms = atoms_of(rule)
    return bool(atoms) and all(isinstance(atom, Tallied) for atom in atoms)


def _inner(rule: Rule) -> str:
    return f"({written_binding(rule)})" if isinstance(rule, Every | Some) else written_binding(rule)


def _of_names(word: str, names: tuple[str, ...], *, other: bool) -> str:
    if len(names) == 1:
        return f"{word} {'!=' if other else '='} {quoted(names[0])}"
    return f"{word} {'not in' if other else 'in'} ({', '.join(map(quoted, names))})"


def _says(atom: Says) -> str:
    values = [quoted(value) if isinstance(value, str) else f"{value:.15f}".rstrip("0").rstrip(".") for value in atom.values]
    if not values:
        return f"{fact_written(atom.fact)} exists"
    if len(values) == 1:
        return f"{fact_written(atom.fact)} {atom.compare} {values[0]}"
    return f"{fact_written(atom.fact)} {'in' if atom.compare is Compare.EQUAL else 'not in'} ({', '.join(values)})"


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self._counts_at = 0

    def whole(self) -> Rule:
        found = self._some()
        if self._now.sort is not Sort.END:
            raise self._wrong("and, or")
        alone = found.parts if isinstance(found, Some) else (found,)
        if series_of(found) and any(series_of(part) and not isinstance(part, Tallied) for part in alone):
            raise where_invalid(self._counts_at, "counts", "… or counts = '…'")
        return found

    def _some(self) -> Rule:
        parts = [self._every()]
        while self._take("or"):
            parts.append(self._every())
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def _every(self) -> Rule:
        parts = [self._piece()]
        while self._take("and"):
            parts.append(self._piece())
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _piece(self) -> Rule:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._wrong(f"≤ {_DEEPEST} ( )")
        if self._take("not"):
            found: Rule = Not(self._piece())
        elif self._take_sign("("):
            found = self._some()
            self._expect(")")
        else:
            found = self._atom()
        self._depth -= 1
        return found

    def _atom(self) -> Rule:
        token = self._now
        if token.sort is Sort.TEXT:
            return Named((self._name(),))
        word = token.said.casefold() if token.sort is Sort.WORD else ""
        if word == "event":
            self._at += 1
            return Named(*self._names())
        if word == "channel":
            self._at += 1
            return Through() if self._take("exists") else Through(*self._names())
        if word == "counts":
            self._counts_at = token.place
            self._at += 1
            names, other = self._names()
            if other:
                raise where_invalid(token.place, "not", "=, in")
            return Tallied(names)
        if word in _FACTS or (word.startswith(_PROPERTY) and word != _PROPERTY):
            self._at += 1
            return self._fact(word if word in _FACTS else _PROPERTY + token.said[len(_PROPERTY) :])
        hint = nearest(token.said, _WORDS) if token.sort is Sort.WORD else ()
        raise self._wrong(", ".join(hint) or ", ".join((*_WORDS, "property.…")))

    def _names(self) -> tuple[tuple[str, ...], bool]:
        if self._take_sign("="):
            return (self._name(),), False
        if self._take_sign("!="):
            return (self._name(),), True
        other = self._take("not")
        if not self._take("in"):
            raise self._wrong("in" if other else "=, !=, in, not in")
        self._expect("(")
        names = [self._name()]
        while self._take_sign(","):
            names.append(self._name())
        self._expect(")")
        return tuple(names), other

    def _fact(self, fact: str) -> Rule:
        if self._take("exists"):
            return Says(fact)
        other = self._take("not")
        if other or self._is("in"):
            return self._among(fact, other=other)
        sign = self._now
        if sign.sort is not Sort.SIGN or sign.said not in set(Compare):
            raise self._wrong(", ".join((*Compare, "in", "exists")))
        self._at += 1
        compare, value = Compare(sign.said), self._value()
        if isinstance(value, str) and compare not in {Compare.EQUAL, Compare.OTHER}:
            raise where_invalid(sign.place, sign.said, "=, !=")
        return Says(fact, compare, (value,))

    def _among(self, fact: str, *, other: bool) -> Rule:
        if not self._take("in"):
            raise self._wrong("in")
        self._expect("(")
        values = [self._value()]
        while self._take_sign(","):
            place, value = self._now, self._value()
            if isinstance(value, str) is not isinstance(values[0], str):
                raise where_invalid(place.place, place.said, "'…'" if isinstance(values[0], str) else "42")
            values.append(value)
        self._expect(")")
        return Says(fact, Compare.OTHER if other else Compare.EQUAL, tuple(values))

    def _value(self) -> str | float:
        token = self._now
        if token.sort is Sort.WORD and _NUMBER.fullmatch(token.said):
            self._at += 1
            return float(token.said)
        return self._name()

    def _name(self) -> str:
        token = self._now
        if token.sort not in {Sort.TEXT, Sort.WORD} or not token.said:
            raise self._wrong("'…'")
        self._at += 1
        return token.said

    @property
    def _now(self) -> Token:
        return self._tokens[self._at]

    def _is(self, word: str) -> bool:
        return self._now.sort is Sort.WORD and self._now.said.casefold() == word

    def _take(self, word: str) -> bool:
        taken = self._is(word)
        self._at += taken
        return taken

    def _take_sign(self, sign: str) -> bool:
        taken = self._now.sort is Sort.SIGN and self._now.said == sign
        self._at += taken
        return taken

    def _expect(self, sign: str) -> None:
        if not self._take_sign(sign):
            raise self._wrong(sign)

    def _wrong(self, allowed: str) -> Problem:
        return where_invalid(self._now.place, self._now.said or "…", allowed)
