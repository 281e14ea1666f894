"""Which events does a payload hold, by this mapping? And what of it no rule asked for: kept as properties, never dropped."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from tanteemma.ingest.webhooks.conditions import holds
from tanteemma.ingest.webhooks.expressions import Scene, Seen, value_of
from tanteemma.ingest.webhooks.mapping import ReadMapping, ReadRule
from tanteemma.ingest.webhooks.places import MISSING, ROOT, Payload, exact_steps, found_at
from tanteemma.ingest.webhooks.readings import READINGS, Literal, as_text
from tanteemma.model.problems import Problem, ProblemCode

#: in the properties of the first event of a list: what stood in the payload around the list
AROUND: Final = "$payload"
_PLAIN: Final = ("user_id", "anonymous_id")
_TEXTS: Final = ("channel", "purpose")
#: what names a person and is a trait of theirs
_NAMING: Final = ("email", "phone", "card")
_NUMBERS: Final = ("score", "low", "high", "best")

Path = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Drafted:
    """One event in native form, or why it is none. ``each``, ``element``: the list and the place in it, if it is of one."""

    event: dict[str, Any] | Problem
    rule: int
    each: Path | None = None
    element: int | None = None


@dataclass(slots=True)
class _Draft:
    """What is common to the events of one payload."""

    mapping: ReadMapping
    payload: Payload
    lists: set[Path] = field(default_factory=set)
    around_given: bool = False
    ids: dict[str, int] = field(default_factory=dict)


def drafted(mapping: ReadMapping, payload: Payload, most: int) -> list[Drafted]:
    """The events of a payload. Raises Problem HOOK_UNMATCHED (422) if no rule applies, TOO_MANY_EVENTS (413)."""
    draft = _Draft(mapping, payload)
    whole = Scene(payload.root, payload, mapping.mapping.tables)
    rules = [rule for rule in mapping.rules if not rule.fallback and _concerns(rule, whole)]
    rules = rules or [rule for rule in mapping.rules if rule.fallback and _concerns(rule, whole)]
    found: list[Drafted] = []
    scenes = [(rule, each, at, scene) for rule in rules for each, at, scene in _scenes(rule, whole, draft, most)]
    if len(scenes) > most:
        raise Problem(ProblemCode.TOO_MANY_EVENTS, status=413, limit=most, events=len(scenes))
    for rule, each, at, scene in scenes:
        if each is not None and not all(holds(one, scene) for one in rule.when if not one.place.root):
            continue
        found.append(Drafted(_event(rule, scene, draft, listed=each is not None), rule.number, each, at))
    if not found:
        raise Problem(ProblemCode.HOOK_UNMATCHED, status=422)
    return found


def _concerns(rule: ReadRule, whole: Scene) -> bool:
    """Conditions on elements of a list are asked element by element."""
    return all(holds(one, whole) for one in rule.when if rule.each is None or one.place.root)


def _scenes(rule: ReadRule, whole: Scene, draft: _Draft, most: int) -> Iterator[tuple[Path | None, int | None, Scene]]:
    if rule.each is None:
        yield None, None, whole
        return
    elements = (
        whole.payload.root if rule.each.root == ROOT and not rule.each.steps else found_at(rule.each, whole.here, whole.payload)
    )
    steps = exact_steps(rule.each, whole.here, whole.payload)
    if isinstance(elements, dict):
        elements = [elements]
    if not isinstance(elements, list):
        return
    if len(elements) > most:
        raise Problem(ProblemCode.TOO_MANY_EVENTS, status=413, limit=most, events=len(elements))
    draft.lists.add(steps)
    for at, element in enumerate(elements):
        yield steps, at, Scene(element, whole.payload, whole.tables)


def _event(rule: ReadRule, scene: Scene, draft: _Draft, *, listed: bool) -> dict[str, Any] | Problem:
    seen = Seen()
    try:
        return _filled(rule, scene, draft, seen, listed=listed)
    except Problem as problem:
        return problem


def _filled(rule: ReadRule, scene: Scene, draft: _Draft, seen: Seen, *, listed: bool) -> dict[str, Any]:
    said = {name: value for name, one in rule.fields.items() if (value := _asked(name, one, scene, seen)) is not MISSING}
    named = {
        group: {
            name: value
            for name, one in members.items()
            if (value := _asked(f"{group}.{name}", one, scene, seen)) is not MISSING
        }
        for group, members in rule.named.items()
    }
    event: dict[str, Any] = {"type": rule.type, **{name: said[name] for name in _PLAIN if name in said}}
    if rule.type == "track":
        event["event"] = as_text(said.get("event", ""))
    if "message_id" in said:
        event["message_id"] = _own_id(as_text(said["message_id"]), draft)
    if "time" in said:
        event["timestamp"] = said["time"]
    defaults = {"channel": draft.mapping.mapping.channel, "purpose": draft.mapping.mapping.purpose}
    for name in _TEXTS:
        text = as_text(said[name]) if name in said else defaults[name]
        if text:
            event[name] = text
    _with_money(event, said)
    _with_score(event, said)
    properties = _rest(scene, seen, draft, listed=listed) | named["properties"]
    _with_named(event, said, named, properties, draft.mapping.mapping.department)
    return event


def _with_named(
    event: dict[str, Any],
    said: dict[str, object],
    named: dict[str, dict[str, object]],
    properties: dict[str, Any],
    department: str,
) -> None:
    if named["keys"]:
        event["keys"] = {name: as_text(value) for name, value in named["keys"].items()}
    traits = named["traits"] | {name: as_text(said[name]).strip() for name in _NAMING if name in said}
    if traits:
        event["traits"] = traits
    if department:
        properties.setdefault("department", department)
    if properties:
        event["properties"] = properties


def _asked(name: str, expression: Any, scene: Scene, seen: Seen) -> object:  # noqa: ANN401 - an Expression
    try:
        return value_of(expression, scene, seen)
    except Problem as problem:
        problem.params["field"] = name
        raise


def _own_id(said: str, draft: _Draft) -> str:
    """The message id; several events of one payload that would share it are numbered."""
    before = draft.ids.get(said, 0)
    draft.ids[said] = before + 1
    return f"{said}#{before + 1}" if before else said


def _with_money(event: dict[str, Any], said: dict[str, object]) -> None:
    if "value" in said:
        event["value"] = _number("value", said["value"])
    if "currency" in said:
        event["currency"] = as_text(said["currency"]).upper()


def _with_score(event: dict[str, Any], said: dict[str, object]) -> None:
    if "score" not in said:
        return
    score: dict[str, object] = {"value": _number("score", said["score"])}
    score |= {name: _number(name, said[name]) for name in _NUMBERS[1:] if name in said}
    if "metric" in said:
        score["metric"] = as_text(said["metric"])
    event["score"] = score


def _number(field: str, value: object) -> object:
    if isinstance(value, Literal) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    try:
        return READINGS["number"](value, "")
    except Problem as problem:
        problem.params["field"] = field
        raise


def _rest(scene: Scene, seen: Seen, draft: _Draft, *, listed: bool) -> dict[str, Any]:
    """What no rule asked for: of the element, and once in a payload what stood around it."""
    payload = scene.payload
    taken = [*seen.places, *draft.mapping.of_delivery]
    here = [exact_steps(one, scene.here, payload) for one in taken if not one.root]
    whole = [exact_steps(one, scene.here, payload) for one in taken if one.root == ROOT]
    if not listed:
        rest = _without(payload.root, {*here, *whole, *draft.lists}) if not draft.around_given else MISSING
        draft.around_given = True
        return _as_properties(rest)
    found = _as_properties(_without(scene.here, set(here)))
    if not draft.around_given:
        draft.around_given = True
        around = _without(payload.root, {*whole, *draft.lists})
        if around is not MISSING:
            found[AROUND] = around
    return found


def _as_properties(rest: object) -> dict[str, Any]:
    if rest is MISSING:
        return {}
    return rest if isinstance(rest, dict) else {"value": rest}


def _without(value: object, taken: set[Path]) -> Any:  # noqa: ANN401 - what JSON can say
    """The value without what stands at these paths; what is left empty by it goes, too."""
    if () in taken:
        return MISSING
    if not taken:
        return value
    firsts: dict[Any, set[Path]] = {}
    for path in taken:
        firsts.setdefault(path[0], set()).add(path[1:])
    if isinstance(value, dict):
        kept = {name: _without(one, firsts[name]) if name in firsts else one for name, one in value.items()}
        return {name: one for name, one in kept.items() if one is not MISSING} or MISSING
    if isinstance(value, list):
        listed = [_without(one, firsts[at]) if at in firsts else one for at, one in enumerate(value)]
        return [one for one in listed if one is not MISSING] or MISSING
    return value


def only_element(root: object, steps: Path, at: int) -> Any:  # noqa: ANN401 - what JSON can say
    """The payload with only one element left in a list, so that this one can be tried again alone."""
    if not steps:
        return [root[at]] if isinstance(root, list) else root
    if isinstance(root, dict):
        return {name: only_element(one, steps[1:], at) if name == steps[0] else one for name, one in root.items()}
    if isinstance(root, list):
        return [only_element(one, steps[1:], at) if number == steps[0] else one for number, one in enumerate(root)]
    return root
