"""Which figures do the data themselves say? Each with its count and 95-% interval; a person takes it or not."""

from collections.abc import Iterator
from math import ceil, floor, sqrt
from typing import Any, Final

import msgspec

from tanteemma.model.assumptions import AssumptionKind
from tanteemma.model.hooks import questions
from tanteemma.model.stating import Computed
from tanteemma.serve.worker.asked import Watched
from tanteemma.serve.worker.asking import Put, Question
from tanteemma.store.snapshot import Snapshot

_Z: Final = 1.959964
#: fewer say nothing that a person should rely on
_FEWEST: Final = 30
_MOST_TOUCHPOINTS: Final = 3
#: touchpoints at which something is bought, in both languages
_PURCHASE: Final = "bestell(ung|t)|(ein|ver)?kauf|buchung|abschluss|order|purchase|checkout|booking|sale"
_VALUES: Final = """
SELECT name, currency, regexp_matches(lower(name), $purchase) AS bought, count(*) AS n, avg(CAST(value AS DOUBLE)) AS mean,
stddev_samp(CAST(value AS DOUBLE)) AS spread FROM events WHERE value > 0 GROUP BY ALL HAVING count(*)
>= $fewest ORDER BY bought DESC, n DESC, name, currency LIMIT $most
"""
#: what each customer bought again after the first time, and for how many years they could have
_AGAIN: Final = """
SELECT count(*) AS n, sum(again) AS again, sum(years) AS years,
       sum(again * again) AS again2, sum(again * years) AS cross, sum(years * years) AS years2
FROM (SELECT sum(CAST(value AS DOUBLE)) - min_by(CAST(value AS DOUBLE), occurred_at) AS again,
             (epoch_us($until) - epoch_us(min(occurred_at))) / 31557600000000.0 AS years
      FROM (SELECT coalesce(CAST(person AS VARCHAR), subject) AS who, value, occurred_at FROM events
            WHERE name = $name AND currency IS NOT DISTINCT FROM $currency AND value > 0 AND subject NOT LIKE 'event:%')
      GROUP BY who HAVING epoch_us($until) - epoch_us(min(occurred_at)) >= 7776000000000)
"""
_UNTIL: Final = "SELECT max(occurred_at) AS until FROM events"
#: properties that say how long somebody worked on a contact, among the newest that say any
_TIMES: Final = """
SELECT channel, key, count(value) AS n, list_sort(list(value)) AS sorted_there
FROM (SELECT channel, key, TRY_CAST(json_extract_string(properties, concat('$."', key, '"')) AS DOUBLE) AS value
      FROM (SELECT channel, properties, unnest(json_keys(properties)) AS key
            FROM (SELECT channel, properties FROM events
                  WHERE channel IS NOT NULL AND regexp_matches(lower(properties), $word) LIMIT 200000))
      WHERE regexp_matches(lower(key), $word))
WHERE value > 0 GROUP BY ALL HAVING count(value) >= $fewest ORDER BY n DESC, channel, key LIMIT 8
"""
_TIME_WORD: Final = "handling|handle_time|bearbeitung|talk_time|gespr|call_duration|dauer"
_PER_MINUTE: Final = {"_ms": 60_000.0, "_min": 1.0, "minuten": 1.0, "minutes": 1.0, "_h": 1 / 60}
_SECONDS_PER_MINUTE: Final = 60.0


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """A figure that the data say."""

    kind: AssumptionKind
    computed: Computed
    about: str = ""
    currency: str | None = None


class SuggestionsOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing to choose."""


class SuggestionsDocument(msgspec.Struct, frozen=True):
    """Every figure that the data say."""

    suggestions: tuple[Suggestion, ...]


def _suggestions(put: Put[SuggestionsOptions]) -> SuggestionsDocument:
    return SuggestionsDocument(tuple(_found(put.snapshot, put.watched)) if put.snapshot.events else ())


def _found(snapshot: Snapshot, watched: Watched) -> Iterator[Suggestion]:
    values = {"fewest": _FEWEST, "purchase": _PURCHASE, "most": _MOST_TOUCHPOINTS}
    rows = snapshot.rows(_VALUES, values).to_pylist()
    for row in rows:
        half = _Z * row["spread"] / sqrt(row["n"])
        computed = Computed(row["n"], row["mean"], max(0.0, row["mean"] - half), row["mean"] + half, row["name"])
        yield Suggestion(kind=AssumptionKind.ORDER_VALUE, currency=row["currency"], computed=computed)
    watched.check()
    if rows:
        until = snapshot.rows(_UNTIL).to_pylist()[0]["until"]
        again = {"until": until, "name": rows[0]["name"], "currency": rows[0]["currency"]}
        yield from _again(snapshot.rows(_AGAIN, again).to_pylist()[0], rows[0])
    watched.check()
    for row in snapshot.rows(_TIMES, {"word": _TIME_WORD, "fewest": _FEWEST}).to_pylist():
        yield _handling(row)


def _again(row: dict[str, Any], of: dict[str, Any]) -> Iterator[Suggestion]:
    """What a customer buys again in a year: all of it by all the time, the interval by the ratio's linear approximation."""
    n = row["n"] or 0
    if n < _FEWEST or not row["years"]:
        return
    ratio = row["again"] / row["years"]
    spread = max(0.0, row["again2"] - 2 * ratio * row["cross"] + ratio**2 * row["years2"]) / (n - 1)
    half = _Z * sqrt(n * spread) / row["years"]
    computed = Computed(n, ratio, max(0.0, ratio - half), ratio + half, of["name"])
    yield Suggestion(kind=AssumptionKind.REPEAT_VALUE, currency=of["currency"], computed=computed)


def _handling(row: dict[str, Any]) -> Suggestion:
    """The median time of a channel in minutes, its interval from the ranks that hold it in 95 of 100 cases."""
    unit = next((per for ending, per in _PER_MINUTE.items() if row["key"].lower().endswith(ending)), _SECONDS_PER_MINUTE)
    times, n = row["sorted_there"], row["n"]
    low = max(0, floor((n - _Z * sqrt(n)) / 2) - 1)
    high = min(n - 1, ceil((n + _Z * sqrt(n)) / 2))
    middle = (times[(n - 1) // 2] + times[n // 2]) / 2
    computed = Computed(n, middle / unit, times[low] / unit, times[high] / unit, row["key"])
    return Suggestion(kind=AssumptionKind.HANDLING_TIME, about=row["channel"], computed=computed)


questions.add("suggestions")(Question(SuggestionsOptions, _suggestions))
