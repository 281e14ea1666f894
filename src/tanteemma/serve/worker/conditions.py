"""What is checked before journeys are narrowed down: dates on the clocks of this installation, properties that there are."""

from typing import Final

import msgspec

from tanteemma.journeys.kernels.told import ToldKernel, ToldQuestion
from tanteemma.journeys.where.masks import facts_in
from tanteemma.model.arrays import Fact, Form
from tanteemma.model.nearest import nearest
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.worker.house import House
from tanteemma.store.index.definition import JourneyDefinition
from tanteemma.store.snapshot import Snapshot

_PROPERTY: Final = "property."
_ANY_NAMES: Final = 12
#: Names of properties, the most frequent first, of a sample large enough to meet those that matter.
_FACTS: Final = """
SELECT name FROM (SELECT unnest(json_keys(properties)) AS name
                  FROM (SELECT properties FROM events WHERE properties IS NOT NULL USING SAMPLE 20000 ROWS (reservoir, 7)))
WHERE name NOT LIKE '$%' GROUP BY name ORDER BY count(*) DESC, name LIMIT 200
"""


def known_properties(snapshot: Snapshot) -> tuple[str, ...]:
    """The names of properties that events have, the most frequent first."""
    return tuple(row["name"] for row in snapshot.rows(_FACTS).to_pylist()) if snapshot.events else ()


def ready(house: House, snapshot: Snapshot, journey: JourneyDefinition, wanted: JourneyFilter) -> JourneyFilter:
    """The filter as it is meant here.

    Raises Problem WHERE_INVALID, and UNKNOWN_PROPERTY (404) if a condition asks for a property that no event has, or asks for
    a number where none is said.
    """
    wanted = msgspec.structs.replace(wanted, zone=house.settings.time_zone)
    where = wanted.expression()
    facts = () if where is None else tuple(fact for fact in facts_in(where) if fact.name.startswith(_PROPERTY))
    if facts and snapshot.events:
        told = snapshot.ask(ToldKernel(), ToldQuestion(facts), journey=journey)
        for fact in facts:
            if not told[fact]:
                raise _unknown(snapshot, fact)
    return wanted


def _unknown(snapshot: Snapshot, fact: Fact) -> Problem:
    name, known = fact.name.removeprefix(_PROPERTY), known_properties(snapshot)
    if name in known:
        code = ProblemCode.PROPERTY_NOT_NUMBER if fact.form is Form.NUMBER else ProblemCode.UNKNOWN_PROPERTY
        return Problem(code, status=422, value=name)
    close = nearest(name, known) or tuple(one for one in known if name.casefold() in one.casefold()) or known[:_ANY_NAMES]
    return Problem(ProblemCode.UNKNOWN_PROPERTY, status=404, value=name, hint=", ".join(close[:_ANY_NAMES]))
