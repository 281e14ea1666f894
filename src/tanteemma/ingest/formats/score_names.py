"""What does the heading of a score column say? Survey tools put the whole question there, and often the scale behind it."""

import re
from typing import Final

#: The question a heading asks, by the words it is asked with; the first that fits counts.
_ASKED: Final = (
    ("nps", re.compile(r"weiter(?:zu)?empf|\bempfehlen\b|\brecommend|\bnps\b|net promoter", re.IGNORECASE)),
    ("csat", re.compile(r"zufrieden|\bsatisf|\bcsat\b", re.IGNORECASE)),
    (
        "ces",
        re.compile(r"\bces\b|customer effort|kundenaufwand|\bwie (?:einfach|leicht)\b|\b(?:how easy|easy to)\b", re.IGNORECASE),
    ),
)
_EMPLOYER: Final = re.compile(r"arbeitgeber|arbeitsplatz|mitarbeit|employer|place to work|\benps\b", re.IGNORECASE)
_PRINTED: Final = re.compile(r"(?<![\d.,])([01])\s*(?:-|–|—|bis|to|\.\.\.?|…|/)\s*(\d{1,3})(?![\d.,])")
_SAID: Final = re.compile(r"(?<!\d)(\d{1,3})\s*[=:]\s*([^\d,;()]+)")
_BAD: Final = re.compile(
    r"\bun(?:zufrieden|genügend|wahrscheinlich|likely|satisf)|dissatisf|disagree|schlecht|mangelhaft|schwierig|schwer\b|difficult|"
    r"\bnicht\b|\bnot\b|\bpoor|worst|never|\bnie\b|keinesfalls|trifft nicht",
    re.IGNORECASE,
)
_GOOD: Final = re.compile(
    r"\b(?:sehr )?gut\b|\bbest|excellent|ausgezeichnet|zufrieden|satisf|wahrscheinlich|likely|agree|stimme|trifft|einfach|"
    r"leicht|easy|\bja\b|immer|always|perfekt|perfect|hervorragend",
    re.IGNORECASE,
)
#: Highest ends of printed scales; anything else behind a 0 or 1 is a stretch of something else.
_HIGHEST: Final = frozenset({4, 5, 6, 7, 10, 100})
_FIT: Final = {
    "nps": frozenset({(0, 10)}),
    "enps": frozenset({(0, 10), (1, 5)}),
    "csat": frozenset({(1, 5), (1, 6), (1, 7)}),
    "ces": frozenset({(1, 5), (1, 7)}),
}


def metric_asked(heading: str) -> str | None:
    """The metric whose question this is.

    >>> metric_asked("Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen? (0-10)"), metric_asked("Filiale")
    ('nps', None)
    """
    found = next((metric for metric, words in _ASKED if words.search(heading)), None)
    return "enps" if found == "nps" and _EMPLOYER.search(heading) else found


def printed_scale(heading: str) -> tuple[float, float, float | None] | None:
    """Low end, high end and the good one as far as the heading says them.

    >>> (
    ...     printed_scale("Gesamtnote (1 = sehr gut bis 6 = ungenügend)"),
    ...     printed_scale("Service, 1-5"),
    ...     printed_scale("Umsatz 1-3"),
    ... )
    ((1.0, 6.0, 1.0), (1.0, 5.0, None), None)
    """
    said = {float(number): words for number, words in _SAID.findall(heading)}
    ends = _PRINTED.search(heading)
    low, high = (float(ends[1]), float(ends[2])) if ends else (min(said, default=-1.0), max(said, default=-1.0))
    if low not in {0, 1} or high not in _HIGHEST:
        return None
    votes = {_good_end(low, high, number, words) for number, words in said.items()} - {None}
    return low, high, votes.pop() if len(votes) == 1 else None


def _good_end(low: float, high: float, number: float, words: str) -> float | None:
    """Which end is good if this point of the scale means these words?"""
    if number not in {low, high} or not (_BAD.search(words) or _GOOD.search(words)):
        return None
    other = high if number == low else low
    return other if _BAD.search(words) else number


def metric_on(heading: str, low: float, high: float) -> str | None:
    """The metric a column of answers on this scale is, as far as its heading says it.

    >>> metric_on("Zufriedenheit mit der Beratung", 1, 5), metric_on("Zufriedenheit in Prozent", 0, 100)
    ('csat', None)
    """
    metric = metric_asked(heading)
    return metric if metric is not None and (low, high) in _FIT[metric] else None
