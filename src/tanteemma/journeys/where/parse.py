"""From the written condition to its tree.

::

    condition = part { "or" part }          part = piece { "and" piece }
    piece     = "not" piece | "(" condition ")" | one of
      passes NAME [via CHANNEL] [>= NUMBER]   passes NAME [directly] before|after NAME
      starts NAME      ends NAME              channel NAME           variant NAME > NAME > …
      step NUMBER after|before [first|last] NAME|start|end [merged] is NAME | [not] in (NAME, …) | exists | missing
      happens from DATE until DATE [at NAME]  hour DAY NUMBER [start|end] [at NAME]      (DAY: mon, tue … sun)
      funnel NAME > NAME > … [strictly] [within SPAN] [without (NAME, …)] [stops at NUMBER [then THEN]]
      funnel NUMBER of (NAME, …) [within SPAN] [without (NAME, …)] [stops [then THEN]]
      first NAME|(NAME, …) from DATE until DATE
      first NAME|(NAME, …) says channel|FACT THEN     (THEN: is NAME | [not] in (NAME, …) | exists | missing)
      duration > SPAN  events >= NUMBER       started >= DATE        ended < DATE
      drawn STEP > STEP > … fits | differs | reaches|skips|misplaces|repeats|late NUMBER | adds NAME after NUMBER
        (STEP: NAME|(NAME, …) [optional] [repeatable] [via CHANNEL] [within SPAN])
      weak_spot WORD                          (as a weak spot's own link says it)
      count NAME|any [via CHANNEL] >= NUMBER [WHEN]     since [first] NAME|any > SPAN
      sum|mean|first|last|min|max of FACT >= VALUE [at NAME] [WHEN]     (WHEN: last SPAN | from DATE until DATE)
      segment = NAME          segment != NAME
      trait NAME >= VALUE                     (a trait computed by a declared formula)
      account = NAME|any [as ROLE]            account != NAME|any [as ROLE]
      FACT = VALUE [at NAME]    FACT [not] in (VALUE, …)    FACT exists    (FACT: value, score, currency, source, property.NAME)

NAME: in quotes ('' for a quote inside), or one word. SPAN: 90s, 30m, 12h, 3d, 2w. DATE: 2025-03-01, 2025-03-01T14:30 or
01.03.2025, on the wall clock of the installation unless it names its offset.
"""

from collections.abc import Callable
from typing import Final
from zoneinfo import ZoneInfo

from tanteemma.journeys.drawn import OF_A_STEP, Deviation, DrawnStep
from tanteemma.journeys.findings.tokens import read_spot
from tanteemma.journeys.where import tree
from tanteemma.journeys.where.reading import Reading
from tanteemma.journeys.where.tree import DAYS, Compare, Expr, Sense, Sums, Which, Window
from tanteemma.model.condition_tokens import Sort, Token, tokens_of, where_invalid
from tanteemma.model.nearest import nearest

_FACTS: Final = ("value", "currency", "source", "score")
_NUMBERS: Final = ("value", "score")
_PREFIXES: Final = ("property.", "score.")
_HOURS: Final = 24
_MOST_STEPS: Final = 1_000
_WORDS: Final = (
    "passes",
    "weak_spot",
    "step",
    "happens",
    "hour",
    "funnel",
    "drawn",
    "first",
    "starts",
    "ends",
    "channel",
    "variant",
    "duration",
    "events",
    "started",
    "ended",
    "not",
    "count",
    "since",
    *Sums,
    "segment",
    "account",
    "trait",
    *_FACTS,
)
_DEEPEST: Final = 50


def parse(said: str, zone: ZoneInfo) -> Expr:
    """The tree of a condition. Raises Problem WHERE_INVALID with the place, what stands there and what may stand there.

    >>> parse("passes 'Anruf' and not ends 'Kauf'", ZoneInfo("Europe/Berlin"))
    Every(parts=(Passes(touchpoint='Anruf', channel=None, times=1), Not(part=Ends(touchpoint='Kauf'))))
    """
    return _Parser(tokens_of(said), zone).whole()


def parse_drawn(said: str) -> tuple[DrawnStep, ...]:
    """The steps of a drawn journey. Raises Problem WHERE_INVALID as ``parse``.

    >>> [step.touchpoints for step in parse_drawn("Anfrage > (Anruf, Besuch) optional within 2d > Kauf")]
    [('Anfrage',), ('Anruf', 'Besuch'), ('Kauf',)]
    """
    return _Parser(tokens_of(said), ZoneInfo("UTC")).whole_drawn()


class _Parser(Reading):
    def __init__(self, tokens: list[Token], zone: ZoneInfo) -> None:
        super().__init__(tokens, zone)
        self._depth = 0

    def whole(self) -> Expr:
        found = self._some()
        if self._now.sort is not Sort.END:
            raise self._wrong("and, or")
        return found

    def whole_drawn(self) -> tuple[DrawnStep, ...]:
        found = self._drawn_steps()
        if self._now.sort is not Sort.END:
            raise self._wrong(">, optional, repeatable, via, within")
        return found

    # --- joining ---------------------------------------------------------------------------------------------------------

    def _some(self) -> Expr:
        parts = [self._every()]
        while self._take("or"):
            parts.append(self._every())
        return parts[0] if len(parts) == 1 else tree.Some(tuple(parts))

    def _every(self) -> Expr:
        parts = [self._piece()]
        while self._take("and"):
            parts.append(self._piece())
        return parts[0] if len(parts) == 1 else tree.Every(tuple(parts))

    def _piece(self) -> Expr:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._wrong(f"≤ {_DEEPEST} ( )")
        found = self._nested()
        self._depth -= 1
        return found

    def _nested(self) -> Expr:
        if self._take("not"):
            return tree.Not(self._piece())
        if self._take_sign("("):
            found = self._some()
            self._expect(")")
            return found
        return self._atom()

    # --- conditions ------------------------------------------------------------------------------------------------------

    def _atom(self) -> Expr:
        token = self._now
        word = token.said.casefold() if token.sort is Sort.WORD else ""
        readers: dict[str, Callable[[], Expr]] = {
            "passes": self._passes,
            "starts": lambda: tree.Starts(self._name()),
            "ends": lambda: tree.Ends(self._name()),
            "channel": self._channel,
            "variant": self._variant,
            "weak_spot": self._weak_spot,
            "step": self._step,
            "happens": self._happens,
            "hour": self._hour,
            "funnel": self._funnel,
            "drawn": self._drawn,
            **dict.fromkeys(Sums, lambda: self._totals(Sums(word))),
            "first": self._first,
            "count": self._occurs,
            "since": self._elapsed,
            "segment": self._belongs,
            "account": self._in_account,
            "trait": lambda: tree.HasTrait(self._name(), self._compare(), self._value()),
            "duration": lambda: tree.Lasts(self._compare(), self._span()),
            "events": lambda: tree.Holds(self._compare(), self._whole_number()),
            "started": lambda: tree.Started(self._compare(), *self._moment()),
            "ended": lambda: tree.Ended(self._compare(), *self._moment()),
        }
        if word in readers:
            self._at += 1
            return readers[word]()
        if token.sort is Sort.WORD and (word in _FACTS or word.startswith(_PREFIXES)):
            self._at += 1
            return self._says(word if word in _FACTS else word.split(".", 1)[0] + "." + token.said.split(".", 1)[1])
        hint = nearest(token.said, _WORDS) if token.sort is Sort.WORD else ()
        raise self._wrong(", ".join(hint) or ", ".join((*_WORDS, "property.…")))

    def _passes(self) -> Expr:
        name = self._name()
        directly = self._take("directly")
        for word in ("before", "after"):
            if self._take(word):
                other = self._name()
                first, then = (name, other) if word == "before" else (other, name)
                return tree.Follows(first, then, directly=directly)
        if directly:
            raise self._wrong("before, after")
        channel = self._name() if self._take("via") else None
        times = 1
        if self._take_sign(">="):
            times = self._whole_number()
        return tree.Passes(name, channel, times)

    def _channel(self) -> Expr:
        self._take_sign("=")
        return tree.Channel(self._name())

    def _variant(self) -> Expr:
        steps = [self._name()]
        while self._take_sign(">"):
            steps.append(self._name())
        return tree.Variant(tuple(steps))

    def _weak_spot(self) -> Expr:
        word = self._name()
        try:
            read_spot(word)
        except ValueError as error:
            raise self._wrong("weak_spot …") from error
        return tree.Hit(word)

    def _step(self) -> Expr:
        step = self._up_to(_MOST_STEPS)
        ahead = self._take("after")
        if not ahead and not self._take("before"):
            raise self._wrong("after, before")
        last = self._take("last")
        if not last:
            self._take("first")
        edge = "start" if ahead else "end"
        touchpoint = None if self._take(edge) else self._name()
        merge = self._take("merged")
        sense, names = self._said_of_step()
        return tree.Step(touchpoint, step, sense, names, ahead=ahead, last=last and touchpoint is not None, merge=merge)

    def _said_of_step(self) -> tuple[Sense, tuple[str, ...]]:
        if self._take("is"):
            return Sense.IS, (self._name(),)
        if self._take("exists"):
            return Sense.OTHER, ()
        if self._take("missing"):
            return Sense.MISSING, ()
        sense = Sense.OTHER if self._take("not") else Sense.IS
        if not self._take("in"):
            raise self._wrong("in" if sense is Sense.OTHER else "is, in, not in, exists, missing")
        return sense, self._names()

    def _happens(self) -> Expr:
        if not self._take("from"):
            raise self._wrong("from")
        begin = self._moment()
        if not self._take("until"):
            raise self._wrong("until")
        end = self._moment()
        return tree.Happens(begin[0], end[0], (begin[1], end[1]), self._where_said())

    def _funnel(self) -> Expr:
        counted = self._now.said.isdecimal() and self._tokens[self._at + 1].said.casefold() == "of"
        level = self._whole_number() if counted else 0
        if counted:
            self._at += 1
            steps = self._names()
            order = "any"
        else:
            steps = (self._name(),)
            while self._take_sign(">"):
                steps = (*steps, self._name())
            order = "strict" if self._take("strictly") else "loose"
        within_s = self._span() if self._take("within") else None
        without = self._names() if self._take("without") else ()
        stops = self._take("stops")
        if stops and not counted:
            if not self._take("at"):
                raise self._wrong("at")
            level = self._up_to(len(steps))
        then, names = self._said_of_step() if stops and self._take("then") else (None, ())
        return tree.Funnel(steps, level if counted or stops else len(steps), order, within_s, without, stops, then, names)

    def _drawn(self) -> Expr:
        steps = self._drawn_steps()
        what = next((one for one in Deviation if self._take(one)), None)
        if what is None:
            raise self._wrong(", ".join(Deviation))
        if what in OF_A_STEP:
            return tree.Drawn(steps, what, self._up_to(len(steps)))
        if what is not Deviation.ADDS:
            return tree.Drawn(steps, what)
        name = self._name()
        if not self._take("after"):
            raise self._wrong("after")
        return tree.Drawn(steps, what, self._up_to(len(steps)), name)

    def _first(self) -> Expr:
        if self._is("of"):
            return self._totals(Sums.FIRST)
        names = self._names() if self._now.said == "(" and self._now.sort is Sort.SIGN else (self._name(),)
        if self._take("from"):
            begin = self._moment()
            if not self._take("until"):
                raise self._wrong("until")
            end = self._moment()
            return tree.FirstWhen(names, begin[0], end[0], (begin[1], end[1]))
        if not self._take("says"):
            raise self._wrong("from, says")
        fact = self._now.said
        if self._now.sort is not Sort.WORD or not (fact in {"channel", *_FACTS} or fact.casefold().startswith(_PREFIXES)):
            raise self._wrong("channel, property.…")
        self._at += 1
        sense, words = self._said_of_step()
        return tree.FirstSays(names, fact, sense, words)

    def _any_name(self) -> str | None:
        return None if self._take("any") else self._name()

    def _occurs(self) -> Expr:
        name = self._any_name()
        channel = self._name() if self._take("via") else None
        return tree.Occurs(self._compare(), self._whole_number(), name, channel, self._window())

    def _elapsed(self) -> Expr:
        first = self._take("first")
        name = self._any_name()
        return tree.Elapsed(self._compare(), self._span(), name, first)

    def _totals(self, how: Sums) -> Expr:
        if not self._take("of"):
            raise self._wrong("of")
        token = self._now
        word = token.said.casefold()
        if token.sort is not Sort.WORD or not (word in _NUMBERS or word.startswith("property.")):
            raise self._wrong(", ".join((*_NUMBERS, "property.…")))
        self._at += 1
        fact = word if word in _NUMBERS else "property." + token.said.split(".", 1)[1]
        compare, place, value = self._compare(), self._now, self._value()
        if isinstance(value, str):
            raise where_invalid(place.place, place.said, "42")
        return tree.Totals(how, fact, compare, value, self._where_said(), self._window())

    def _window(self) -> Window | None:
        if self._take("last"):
            return Window(last_s=self._span())
        if not self._take("from"):
            return None
        begin = self._moment()
        if not self._take("until"):
            raise self._wrong("until")
        end = self._moment()
        return Window(begin[0], end[0], (begin[1], end[1]))

    def _in_account(self) -> Expr:
        other = self._take_sign("!=")
        if not other:
            self._expect("=")
        account = None if self._take("any") else self._name()
        role = self._role() if self._take("as") else None
        found = tree.InAccount(account, role)
        return tree.Not(found) if other else found

    def _belongs(self) -> Expr:
        if self._take_sign("!="):
            return tree.Not(tree.Belongs(self._name()))
        self._expect("=")
        return tree.Belongs(self._name())

    def _hour(self) -> Expr:
        day = self._now.said.casefold()
        if self._now.sort is not Sort.WORD or day not in DAYS:
            raise self._wrong(", ".join(DAYS))
        self._at += 1
        hour = self._up_to(_HOURS - 1)
        which = next((each for each in (Which.START, Which.END) if self._take(each)), Which.ANY)
        return tree.Hour(DAYS.index(day) + 1, hour, self._zone.key, which, self._where_said())

    def _says(self, fact: str) -> Expr:
        if self._take("exists"):
            return tree.Says(fact, Compare.EQUAL, (), self._where_said())
        other = self._take("not")
        if other and not self._is("in"):
            raise self._wrong("in")
        if self._take("in"):
            self._expect("(")
            values = [self._value()]
            while self._take_sign(","):
                values.append(self._value())
            self._expect(")")
            compare = Compare.OTHER if other else Compare.EQUAL
            return tree.Says(fact, compare, tuple(values), self._where_said())
        place, compare = self._now, self._compare()
        value = self._value()
        if isinstance(value, str) and compare not in {Compare.EQUAL, Compare.OTHER}:
            raise where_invalid(place.place, place.said, "=, !=")
        return tree.Says(fact, compare, (value,), self._where_said())

    def _where_said(self) -> str | None:
        return self._name() if self._take("at") else None
