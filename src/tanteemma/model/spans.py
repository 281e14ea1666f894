"""How long is "7d"? Spans of time as people write them."""

from typing import Final

_UNITS: Final = {"s": 1, "m": 60, "min": 60, "h": 3_600, "d": 86_400, "w": 7 * 86_400}


def seconds_of_span(span: str) -> float | None:
    """Seconds of a span; None for an empty or unreadable one, and for one without an end.

    >>> seconds_of_span("7d"), seconds_of_span("30 min"), seconds_of_span("1,5h"), seconds_of_span("soon")
    (604800.0, 1800.0, 5400.0, None)
    """
    text = span.strip().lower().replace(" ", "")
    number = text.rstrip("abcdefghijklmnopqrstuvwxyz")
    try:
        seconds = float(number.replace(",", ".")) * _UNITS[text[len(number) :] or "s"]
    except (KeyError, ValueError):
        return None
    return seconds if 0 <= seconds < float("inf") else None
