"""What a map asks of the events, by the rules that people wrote on it: the same for page, files and command line."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec

from tanteemma.journeys.cells.emotion import WEIGHTS
from tanteemma.model.problems import Problem
from tanteemma.serve.figures import read_day
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.store.operational import Transaction, documents
from tanteemma.workshop import keeping
from tanteemma.workshop.document import Content, Part
from tanteemma.workshop.keeping import Document
from tanteemma.workshop.research import linked_documents, researched


class Measurable(msgspec.Struct, frozen=True):
    """What a map asks: the rule of each touchpoint, the touchpoints of each phase, what is believed, on which journeys.

    ``researched``: the touchpoints and phases of which research speaks.
    """

    rules: Mapping[str, str]
    phases: Mapping[str, tuple[str, ...]]
    believed: Mapping[str, float]
    journey: str | None
    segment: str | None
    researched: frozenset[str] = frozenset()

    @property
    def bound(self) -> bool:
        """Is anything bound at all?"""
        return any(self.rules.values())

    @property
    def evidenced(self) -> bool:
        """Is there anything to say about its cells: data, or research?"""
        return self.bound or bool(self.researched)


def measurable(tx: Transaction, document: Document) -> Measurable:
    """What this map asks; a touchpoint without a rule of its own is measured by the building block it shows."""
    content = document.content
    touchpoints = content.of_kind("touchpoint")
    shared = {key: _rule_of(tx, key) for key in sorted({part.text("shared") for part in touchpoints} - {""})}
    phases = [part.id for part in content.of_kind("phase")]
    return Measurable(
        rules={part.id: part.text("rule") or shared.get(part.text("shared"), "") for part in touchpoints},
        phases={phase: tuple(part.id for part in touchpoints if part.place.get("phase") == phase) for phase in phases},
        believed=_believed(content, touchpoints, phases),
        journey=content.text("journey") or None,
        segment=content.text("segment") or None,
        researched=researched(content, document.key, _insights(tx, content)),
    )


def map_and_asked(tx: Transaction, key: str) -> tuple[Document, Measurable]:
    """A map and what it asks. Raises Problem NOT_FOUND, also for a document that is no map."""
    document = keeping.open_document(tx, key)
    keeping.check_kind(document, "map")
    return document, measurable(tx, document)


def _insights(tx: Transaction, content: Content) -> frozenset[str]:
    found = (documents.find(tx, key) for key in sorted(linked_documents(content)))
    return frozenset(one.key for one in found if one is not None and one.kind == "insight" and one.removed is None)


def _rule_of(tx: Transaction, key: str) -> str:
    try:
        return keeping.open_document(tx, key).content.text("rule")
    except Problem:
        return ""


def _believed(content: Content, touchpoints: list[Part], phases: list[str]) -> dict[str, float]:
    found = {part.id: part.number("feeling") for part in touchpoints}
    for phase in phases:
        said = [one.number("feeling") for one in content.at({"phase": phase}, "feeling")]
        known = [one for one in said if one is not None]
        found[phase] = sum(known) / len(known) if known else None
    return {name: value for name, value in found.items() if value is not None}


def options_of(asked: Measurable, said: Mapping[str, str], language: str) -> dict[str, Any]:
    """The options of the question ``cells``; ``said``: ``since``, ``until`` (both with that day), ``weight.score`` …."""
    return {
        "touchpoint": tuple(f"{name}={rule}" for name, rule in asked.rules.items()),
        "phase": tuple(f"{name}={','.join(inside)}" for name, inside in asked.phases.items() if inside),
        "believed": tuple(f"{name}={value:g}" for name, value in asked.believed.items()),
        "since": said.get("since", "")[:10],
        "until": through(said.get("until", "")),
        "researched": tuple(sorted(asked.researched)),
        "weights": tuple(f"{name}={weight}" for name, weight in weights_said(said).items()),
        "breaks": True,
        "language": language,
    }


def through(said: str) -> str:
    """Until the end of a day, as a question asks: before the day after it. What is no day stays for the question to refuse.

    >>> through("2026-05-31"), through("31.5.2026"), through(""), through("bald")
    ('2026-06-01', '2026-06-01', '', 'bald')
    """
    try:
        return (read_day(said) + timedelta(days=1)).isoformat()
    except (Problem, OverflowError):
        return said[:10]


def weights_said(said: Mapping[str, str]) -> dict[str, str]:
    """The weights of the emotion that an address names; the others stay as usual."""
    named = {name: said.get(f"weight.{name}", "").strip()[:12] for name in WEIGHTS}
    return {name: weight for name, weight in named.items() if weight}


def filter_of(asked: Measurable, segment: str = "") -> JourneyFilter:
    """The journeys a map is measured on: its own, of one segment if it names one."""
    return _of_segment(asked.journey, segment or asked.segment)


def own_journeys(content: Content) -> JourneyFilter:
    """The journeys a map is about: those of its definition (None: the usual one), of its segment if it names one."""
    return _of_segment(content.text("journey") or None, content.text("segment"))


def _of_segment(journey: str | None, segment: str | None) -> JourneyFilter:
    where = () if not segment else ("segment = '{}'".format(segment.replace("'", "''")),)
    return JourneyFilter(journey=journey, where=where)
