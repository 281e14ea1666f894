"""Which two sides of a map are compared: two times, two personas, two segments? The same for page, interface, command line."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.exporting.ordering import find_document
from tanteemma.serve.map_asked import Measurable, filter_of, options_of, through
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.store.operational import Transaction, documents
from tanteemma.workshop import keeping

#: what is said of each side; of the other one with ``other_`` in front
SIDE: Final = ("since", "until", "segment", "persona")
SAID: Final = (*SIDE, *(f"other_{name}" for name in SIDE))
_PERSONA: Final = "persona"


class Sides(msgspec.Struct, frozen=True, kw_only=True):
    """The question ``cells_compare``: its options, the journeys of the first side, the segments both stand for (None: all)."""

    options: dict[str, Any]
    filter: JourneyFilter
    segment: str | None = None
    other_segment: str | None = None


class PersonaSegment(msgspec.Struct, frozen=True):
    """A persona that stands for a segment of real customers."""

    key: str
    name: str
    segment: str


def personas_with_segment(tx: Transaction) -> tuple[PersonaSegment, ...]:
    """Every persona that names the segment she stands for."""
    found = (keeping.open_document(tx, one.key) for one in documents.every(tx, (_PERSONA,)))
    return tuple(PersonaSegment(one.key, one.name, segment) for one in found if (segment := one.content.text("segment")))


def segment_said(tx: Transaction, said: Mapping[str, str], prefix: str = "") -> str:
    """The segment of one side: as it is named, or that of its persona (by name or key); empty: none is meant.

    Raises Problem DOCUMENT_UNKNOWN, DOCUMENT_AMBIGUOUS for a persona, QUESTION_INVALID if she stands for no segment or if both
    are said.
    """
    segment, persona = said.get(f"{prefix}segment", "").strip(), said.get(f"{prefix}persona", "").strip()
    if not persona:
        return segment
    found = find_document(tx, persona, _PERSONA)
    own = found.content.text("segment")
    if segment or not own:
        able = ", ".join(one.name for one in personas_with_segment(tx)) or "–"
        allowed = f"{prefix}segment | {prefix}persona" if segment else able
        raise Problem(
            ProblemCode.QUESTION_INVALID, status=422, field=f"{prefix}persona", value=found.name[:80], allowed=allowed
        )
    return own


def sides_of(tx: Transaction, asked: Measurable, said: Mapping[str, str], language: str) -> Sides:
    """The question: what is said of both sides in the names ``SAID``.

    A side that names nobody means the map's own journeys; if only the other one names somebody, all but those. Raises Problem.
    """
    segment = segment_said(tx, said) or asked.segment
    other = segment_said(tx, said, "other_") or asked.segment
    whole = options_of(asked, {}, language)
    options: dict[str, Any] = {name: whole[name] for name in ("touchpoint", "phase")}
    options |= {name: said[name][:10] for name in ("since", "other_since") if said.get(name)}
    options |= {name: through(said[name]) for name in ("until", "other_until") if said.get(name)}
    mine = filter_of(asked, segment or "")
    if segment != other:
        options["against"] = (_only(other) if other else _all_but(segment),)
        mine = mine if segment else msgspec.structs.replace(mine, where=(_all_but(other),))
    return Sides(options=options, filter=mine, segment=segment, other_segment=other)


def _only(segment: str | None) -> str:
    return f"segment = {_quoted(segment)}"


def _all_but(segment: str | None) -> str:
    return f"segment != {_quoted(segment)}"


def _quoted(segment: str | None) -> str:
    return "'{}'".format((segment or "").replace("'", "''"))
