"""Journey definitions: stated, listed with what they said before, removed, made the default."""

from typing import Final

import msgspec

from tanteemma.journeys.names import touchpoint_numbers
from tanteemma.model.nearest import nearest
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.worker.asked import Asked
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.messages import Answered, DefaultJourney, DefineJourney, ListJourneys, RemoveJourney
from tanteemma.store import defining
from tanteemma.store.index.definition import JourneyDefinition
from tanteemma.store.operational import definitions
from tanteemma.store.snapshot import Snapshot

_KINDS: Final = ("person", "case", "visit")
_LONGEST_NAME: Final = 200
_NAMED: Final = 10
#: The case keys that events have, the most frequent first.
_KEYS: Final = """
SELECT met.key AS key, count(*) AS events FROM (SELECT unnest(map_entries(keys)) AS met FROM events WHERE keys IS NOT NULL)
GROUP BY met.key ORDER BY events DESC, key LIMIT 1000
"""
#: a century; longer ones do not fit into microseconds for ever
_LONGEST_GAP_S: Final = 100 * 366 * 86_400.0


def define_journey(house: House, message: DefineJourney, asked: Asked) -> Answered:
    """Save a definition. Raises Problem QUESTION_INVALID naming what does not fit."""
    with house.readers.pinned() as snapshot:
        house.store.define(definition_of(message, snapshot))
    house.changed()
    return list_journeys(house, ListJourneys(), asked)


def definition_of(message: DefineJourney, snapshot: Snapshot) -> JourneyDefinition:
    """The definition that is stated. Raises Problem QUESTION_INVALID, UNKNOWN_TOUCHPOINT naming what does not fit."""
    gap_s, name = message.gap_s, message.name.strip()
    if message.by not in _KINDS:
        raise _wrong("by", message.by, ", ".join(_KINDS))
    if message.by == "case" and not message.key:
        raise _wrong("key", "", "…")
    if message.by == "visit" and not (gap_s is not None and 0 < gap_s <= _LONGEST_GAP_S):
        raise _wrong("gap", gap_s, "30m")
    if not 0 < len(name) <= _LONGEST_NAME:
        raise _wrong("name", name, f"1–{_LONGEST_NAME}")
    milestones = (message.starts_at or None, message.ends_at or None)
    touchpoint_numbers([one for one in milestones if one], snapshot.touchpoints())
    key = message.key if message.by == "case" else None
    if key == name:  # as where none is said
        _check_key(name, snapshot)
    return JourneyDefinition(name, message.by, key, gap_s if message.by == "visit" else None, *milestones)


def _check_key(said: str, snapshot: Snapshot) -> None:
    """Do events have a case key of this name? Raises Problem QUESTION_INVALID naming those there are."""
    if not snapshot.events or said in snapshot.view.generation.manifest.keys:
        return
    known = [row["key"] for row in snapshot.rows(_KEYS).to_pylist()]
    if known and said not in known:
        raise _wrong("key", said, ", ".join(nearest(said, known) or known[:_NAMED]))


def _wrong(field: str, value: object, allowed: str) -> Problem:
    return Problem(ProblemCode.QUESTION_INVALID, status=422, field=field, value=value, allowed=allowed)


def list_journeys(house: House, message: ListJourneys, _asked: Asked) -> Answered:
    """Every definition, the default first; what each said before, the newest first, if that is asked for."""
    with house.readers.pinned() as snapshot:
        found = [msgspec.structs.asdict(one) | {"default": place == 0} for place, one in enumerate(snapshot.definitions())]
        document: dict[str, object] = {"journeys": found}
        if message.history:
            with house.operational.read() as tx:
                document["history"] = definitions.history(tx)
        return Answered(body=msgspec.json.encode(document), version=snapshot.version)


def remove_journey(house: House, message: RemoveJourney, asked: Asked) -> Answered:
    """Remove a definition. Raises Problem UNKNOWN_JOURNEY, JOURNEY_STAYS."""
    with house.operational.begin() as tx:
        defining.remove(tx, message.name)
    house.changed()
    return list_journeys(house, ListJourneys(), asked)


def default_journey(house: House, message: DefaultJourney, asked: Asked) -> Answered:
    """Make a definition the one that counts where none is named. Raises Problem UNKNOWN_JOURNEY."""
    with house.operational.begin() as tx:
        defining.make_default(tx, message.name)
    house.changed()
    return list_journeys(house, ListJourneys(), asked)
