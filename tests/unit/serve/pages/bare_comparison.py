"""The pages of the comparison and of questions in SQL with nothing to show, and each state that changes what they say."""

import msgspec

from tanteemma.journeys.answers_comparison import ComparedDurations, ComparisonAnswer, Spread
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.pages.views import View
from tanteemma.serve.pages.views_comparison import ComparisonView
from tanteemma.serve.pages.views_sql import SqlColumn, SqlFound, SqlView


def bare_comparison() -> list[View]:
    """Nothing chosen, a refusal, nobody on either side, the same people on both."""
    nobody = Spread(0, None, None, None, None, None)
    durations = ComparedDurations(nobody, nobody, None, None, None, differs=False)
    empty = ComparisonAnswer(0, 3, 0, durations, (), (), ())
    both = msgspec.structs.replace(empty, one=3, overlap=2)
    shown = ComparisonView(has_events=True, selected=3, others=JourneyFilter(where=("passes A",)))
    return [
        ComparisonView(has_events=True, selected=3),
        ComparisonView(has_events=True, selected=3, sentence="…"),
        *[msgspec.structs.replace(shown, compared=answer) for answer in (empty, both)],
    ]


def bare_sql() -> list[View]:
    """Nothing asked, a refusal, no row, every kind of cell."""
    column = SqlColumn("a", "string")
    found = SqlFound((column, SqlColumn("b", "int64")), (("x", 1), (None, None), ([1], {"a": 2}), (True, 0.5)), more=True)
    return [
        SqlView(),
        SqlView(question="SELECT", sentence="…", has_events=True),
        SqlView(question="SELECT", found=SqlFound((column,), (), more=False), has_events=True),
        SqlView(question="SELECT", found=found, has_events=True),
    ]
