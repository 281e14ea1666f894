"""The page Soll-Ist-Abgleich with nothing to show."""

import msgspec

from tanteemma.journeys.answers_conformance import ConformanceAnswer
from tanteemma.serve.pages.views import View
from tanteemma.serve.pages.views_conformance import ConformanceView, DrawnRow


def bare_conformance() -> list[View]:
    """Nothing drawn, nobody there, nobody who deviates."""
    nobody = ConformanceAnswer(
        journeys=0, conforming=0, share=None, low=None, high=None, fitness=None, steps=(), added=(), added_left=0, examples=()
    )
    everyone = msgspec.structs.replace(nobody, journeys=2, conforming=2, share=1.0, low=0.3, high=1.0, fitness=1.0)
    shown = ConformanceView(has_events=True, selected=3, rows=(DrawnRow(names=("A",)),))
    answered = [msgspec.structs.replace(shown, drawn="A", found=found) for found in (nobody, everyone)]
    return [ConformanceView(has_events=True, selected=3), *answered]
