"""Which journey does a map draw? Its bound touchpoints in the order of the phases; the others are named, with why."""

from typing import cast

import numpy as np

from tanteemma.journeys.answers_conformance import LeftOut, NoStep
from tanteemma.journeys.drawn import DrawnStep
from tanteemma.model.arrays import Touchpoints
from tanteemma.serve.map_drawn import drawn_on, left_out_by_reason
from tanteemma.store.operational import Transaction
from tanteemma.workshop.document import Content, Part, Value

TABLE = Touchpoints(np.zeros(1, np.uint32), ("Anruf", "Mail", "Kauf"), np.zeros(1, np.uint32), ("telefon", "web"))
NO_TABLES = cast("Transaction", None)


def card(phase: str, name: str, rule: str) -> Part:
    return Part(id=name, kind="touchpoint", place={"phase": phase}, fields={"text": Value(name, 1), "rule": Value(rule, 1)})


def test_steps_follow_the_phases_and_what_is_no_step_says_why() -> None:
    content = Content(
        parts=(
            Part(id="p2", kind="phase"),
            Part(id="p1", kind="phase"),
            card("p1", "Kaufen", "event = 'Kauf' and channel = 'web'"),
            card("p2", "Reden", "'Anruf' or event in ('Mail', 'Brief')"),
            card("p1", "Denken", ""),
            card("p1", "Viel kaufen", "event = 'Kauf' and value > 100"),
            card("p1", "Überall", "event = 'Kauf' and channel in ('web', 'telefon')"),
            card("p1", "Nicht", "event != 'Kauf'"),
            card("p1", "Schreiben", "event = 'Brief'"),
            card("p1", "Faxen", "event = 'Anruf' and channel = 'fax'"),
        )
    )
    steps, left_out = drawn_on(NO_TABLES, content, TABLE)
    assert steps == (DrawnStep(touchpoints=("Anruf", "Mail")), DrawnStep(touchpoints=("Kauf",), channel="web"))
    assert left_out[0] == LeftOut("Denken", NoStep.UNBOUND)
    assert left_out_by_reason(left_out) == {
        "unbound": ("Denken",),
        "too_fine": ("Viel kaufen", "Überall", "Nicht"),
        "no_event": ("Schreiben", "Faxen"),
    }
