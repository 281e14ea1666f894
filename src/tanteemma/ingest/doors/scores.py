"""What score does an event carry? Its value with the scale it was given on, checked, kept as ``$score`` of the properties.

``score``: ``{"value": 9, "metric": "nps"}`` or, for a scale that the metric does not settle, also ``low``, ``high`` and
``best`` (which of both ends is good; the high one if it is not said). Whoever writes ``$score`` into the properties says all
of it.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from tanteemma.ingest.steps.strict_json import Strict
from tanteemma.model.problems import Problem, ProblemCode

KEPT: Final = "$score"
_MEMBERS: Final = frozenset(("value", "metric", "low", "high", "best"))
#: Metrics whose question has one scale: low end, high end, good end.
_SCALES: Final[Mapping[str, tuple[int, int, int]]] = {
    "nps": (0, 10, 10),
    "enps": (0, 10, 10),
    "wrs": (0, 10, 10),
    "ces1": (1, 5, 1),
    "ces2": (1, 7, 7),
    "stars": (1, 5, 5),
    "sentiment": (-1, 1, 1),
}
_LONGEST_NAME: Final = 64


def with_score(strict: Strict, properties: str) -> str:
    """The properties as JSON text, the event's score among them.

    Raises Problem 422: FIELD_TYPE, FIELD_MISSING, SCORE_OUT_OF_SCALE, DUPLICATE_KEY for a score that is said twice.
    """
    given, inside = strict.value.get("score"), strict.value.get("properties") or {}
    if given is None:
        if KEPT in inside:
            _checked(inside[KEPT], f"properties.{KEPT}", settled={})
        return properties
    if KEPT in inside:
        raise Problem(ProblemCode.DUPLICATE_KEY, status=422, field="score")
    said = msgspec.json.encode(_checked(given, "score", settled=_SCALES)).decode()
    rest = properties.strip()[1:-1].strip() if inside else ""
    return f'{{"{KEPT}":{said}{"," if rest else ""}{rest}}}'


def _checked(given: object, field: str, settled: Mapping[str, tuple[int, int, int]]) -> dict[str, Any]:
    """The score with its whole scale."""
    if type(given) is not dict or not given.keys() <= _MEMBERS:
        raise Problem(ProblemCode.FIELD_TYPE, status=422, field=field)
    metric = given.get("metric")
    if metric is not None and (type(metric) is not str or not 0 < len(metric) <= _LONGEST_NAME):
        raise Problem(ProblemCode.FIELD_TYPE, status=422, field=f"{field}.metric")
    said: dict[str, Any] = dict(zip(("low", "high", "best"), settled.get(metric or "", ()), strict=False)) | given
    for name in ("value", "low", "high"):
        if said.get(name) is None:
            raise Problem(ProblemCode.FIELD_MISSING, status=422, field=f"{field}.{name}")
    said.setdefault("best", said["high"])
    for name in ("value", "low", "high", "best"):
        if type(said[name]) not in {int, float}:
            raise Problem(ProblemCode.FIELD_TYPE, status=422, field=f"{field}.{name}")
    if not said["low"] <= said["value"] <= said["high"] or said["low"] == said["high"] or said["best"] not in _ends(said):
        allowed = f"{said['low']}–{said['high']}"
        raise Problem(ProblemCode.SCORE_OUT_OF_SCALE, status=422, field=f"{field}.value", allowed=allowed)
    return said


def _ends(said: Mapping[str, Any]) -> tuple[Any, Any]:
    return said["low"], said["high"]
