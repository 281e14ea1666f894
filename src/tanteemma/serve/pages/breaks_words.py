"""A weak spot in sentences: what happens, whom and when, what it costs. The same words on pages and in the terminal."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from tanteemma.journeys.answers_breaks import Break, Circumstance
from tanteemma.journeys.costs.answers import MissingAssumption
from tanteemma.model.money import rounded_money
from tanteemma.serve.pages import numbers

Say = Callable[..., str]
_DIGITS: Final = 1
_HUNDRED: Final = 100


class Sentences:
    """The sentences of one language. ``say``: texts by key; ``zone``: where days begin."""

    def __init__(self, say: Say, language: str, zone: str) -> None:
        self._say = say
        self._language = language
        self._locale = numbers.LOCALES[language]
        self._zone = zone

    def what(self, found: Break) -> str:
        """What happens there, with the figures that show it."""
        reader = _READERS.get(found.kind)
        key, more = reader(found) if reader is not None else ("breaks.what.other", {})
        steps = (*found.steps, "", "", "")
        usual = {
            "first": steps[0],
            "then": steps[1],
            "journeys": self._count(found.journeys),
            "came": self._count(found.came),
            "share": self._share(found.share),
        }
        return self._say(key, **usual | {name: self._written(name, value) for name, value in more.items()})

    def circumstances(self, found: Break) -> str:
        """Whom and when it hits, and how it is elsewhere; empty if it is the same for everybody at all times."""
        parts = [self._one(circumstance) for circumstance in found.where]
        parts += [self.span(found)] if found.since or found.until else []
        sentences = [self._say("breaks.where", where=", ".join(parts))] if parts else []
        outside, hits = (found.evidence.get(name, 0) for name in ("came_in_all", "hits_in_all"))
        if parts and isinstance(outside, int) and isinstance(hits, int) and outside > found.came:
            others, there = hits - found.journeys, outside - found.came
            told = {"share": self._share(others / there), "journeys": self._count(others), "came": self._count(there)}
            sentences.append(self._say("breaks.elsewhere", **told))
        return " ".join(sentences)

    def who(self, found: Break) -> str:
        """Among whom it is denser; empty if nobody stands out."""
        if not found.who:
            return ""
        return self._say("breaks.who", who="; ".join(self._denser(one) for one in found.who))

    def span(self, found: Break) -> str:
        """Since when, until when."""
        since, until = (numbers.day(at, self._locale, self._zone) for at in (found.since, found.until))
        if found.since and found.until:
            return self._say("breaks.span", since=since, until=until)
        if found.until:
            return self._say("breaks.until", until=until)
        return self._say("breaks.since", since=since) if found.since else self._say("breaks.since.always")

    def cost(self, found: Break) -> str:
        """What it costs as a range with its claim, or which assumption is missing. Never a bare figure."""
        if found.kind == "delight":
            return self._say("breaks.cost.delight")
        if found.cost is None:
            if not found.missing:
                return self._say("breaks.cost.nothing")
            return self._say("breaks.cost.none", missing=self.missing(found.missing))
        low, high = (rounded_money(end, found.cost.currency, self._language) for end in (found.cost.low, found.cost.high))
        sentence = f"{self._say('breaks.cost', low=low, high=high)} ({self._say(f'breaks.claim.{found.cost.claim}')})"
        if not found.cost.unpriced:
            return sentence
        return f"{sentence} {self._say('breaks.cost.unpriced', missing=self.missing(found.cost.unpriced))}"

    def missing(self, found: Iterable[MissingAssumption]) -> str:
        """The assumptions that are missing, by their names."""
        return ", ".join(
            self._say(
                "breaks.missing.about" if one.about else "breaks.missing.one",
                kind=self._say(f"assumptions.kind.{one.kind}"),
                about=one.about,
            )
            for one in found
        )

    def reason(self, found: Break) -> str:
        """Everything in one paragraph."""
        parts = (self.what(found), self.circumstances(found), self.who(found), self.cost(found))
        return " ".join(filter(None, parts)).replace("..", ".")  # a sentence may end in an abbreviation

    def _one(self, circumstance: Circumstance) -> str:
        return self._say("breaks.where.one", property=circumstance.property, value=circumstance.value)

    def _denser(self, one: Circumstance) -> str:
        told = {"journeys": self._count(one.journeys), "came": self._count(one.came)}
        share = self._share(one.journeys / one.came if one.came else 0.0)
        return self._say("breaks.who.one", property=one.property, value=one.value, share=share, **told)

    def _written(self, name: str, value: object) -> str:
        if isinstance(value, str):
            return value
        if not isinstance(value, int | float):
            return numbers.NOTHING
        if name in _SHARES:
            return self._share(float(value))
        if name in _POINTS:
            return numbers.rounded(float(value) * _HUNDRED, self._locale, _DIGITS)
        if name in _TIMES:
            return numbers.duration(float(value), self._locale)
        return self._count(value)

    def _count(self, value: float) -> str:
        return numbers.in_full(value, self._locale)

    def _share(self, value: float) -> str:
        return numbers.percent(value, self._locale)


_SHARES: Final = frozenset({"usual_share", "goal", "elsewhere_goal"})
_POINTS: Final = frozenset({"score", "elsewhere", "low", "high"})
_TIMES: Final = frozenset({"within", "median", "usual", "silence", "delay"})
Told = tuple[str, Mapping[str, object]]


def _channel_switch(found: Break) -> Told:
    return "breaks.what.channel_switch", _some(found, within="within_s", median="median_s", usual_share="usual_share")


def _time_eater(found: Break) -> Told:
    key = "breaks.what.time_eater.usual" if found.evidence.get("is_usual") else "breaks.what.time_eater"
    return key, _some(found, median="median_s", usual="usual_s")


def _loop(found: Break) -> Told:
    rounds = found.evidence.get("rounds_from", 1)
    if len(found.steps) > 1 and found.steps[0] == found.steps[1]:
        return "breaks.what.loop.again", {"rounds": rounds}
    return ("breaks.what.loop.once" if rounds == 1 else "breaks.what.loop"), {"rounds": rounds}


def _abandonment(found: Break) -> Told:
    told = _some(found, silence="silent_longer_than_s", usual_share="usual_share", goal_name="goal")
    return "breaks.what.abandonment", told


def _contradiction(found: Break) -> Told:
    told = _some(found, property="property", one="first", other="then", median="median_s")
    if not found.evidence.get("property"):
        return "breaks.what.contradiction.reversal", told
    return ("breaks.what.contradiction" if found.evidence.get("first") else "breaks.what.contradiction.differs"), told


def _detour(found: Break) -> Told:
    told = _some(found, start="from", end="to", median="median_s", usual="usual_s", delay="delay_s")
    return "breaks.what.detour", told | {"first": found.at}


def _delight(found: Break) -> Told:
    if "score" not in found.evidence:
        told = _some(found, goal="goal_share", elsewhere_goal="goal_share_elsewhere")
        return "breaks.what.delight.goal", told | {"first": found.at}
    told = _some(found, score="score", elsewhere="score_elsewhere", low="better_low", high="better_high", scores="scores")
    key = "breaks.what.delight" if found.evidence.get("within_s") else "breaks.what.delight.ever"
    return key, told | {"first": found.at, "within": found.evidence.get("within_s")}


def _some(found: Break, **names: str) -> dict[str, object]:
    return {name: found.evidence.get(key) for name, key in names.items()}


_READERS: Final[dict[str, Callable[[Break], Told]]] = {
    "channel_switch": _channel_switch,
    "time_eater": _time_eater,
    "loop": _loop,
    "abandonment": _abandonment,
    "contradiction": _contradiction,
    "detour": _detour,
    "delight": _delight,
}
