"""Views filled from their own types: every text field holds what the test wants to see, every closed choice a real value."""

import types
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

import msgspec

from tanteemma.model.assumptions import AssumptionKind
from tanteemma.serve.pages import (
    views,
    views_assumptions,
    views_breaks,
    views_comparison,
    views_conformance,
    views_definitions,
    views_effort,
    views_funnel,
    views_one_source,
    views_scores,
    views_segments,
    views_snippet,
    views_sources,
    views_start,
    views_times,
    views_ways,
)
from tanteemma.serve.pages.assumptions import assumptions_view, form_of, history_view, suggestion_row
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.pages.searching import SearchView
from tanteemma.serve.pages.views import Shell, View
from tests.unit.serve.pages.bare_breaks import bare_breaks
from tests.unit.serve.pages.bare_comparison import bare_comparison, bare_sql
from tests.unit.serve.pages.bare_conformance import bare_conformance
from tests.unit.serve.pages.bare_home import bare_home
from tests.unit.serve.pages.bare_segments import bare_segments
from tests.unit.serve.pages.bare_snippet import bare_snippet
from tests.unit.serve.pages.choices import CHOICES

#: nobody wants to see all of it
LONG_FLOAT: Final = 0.123456789
NOW: Final = datetime(2026, 11, 21, 19, 5, tzinfo=UTC)


CONFIRMED: Final = ("remove_sample", "undo_import", "revoke_key", "remove_definition")
REFUSED: Final = (400, 401, 403, 404, 413, 418, 429, 500, 502, 503)
#: numbers that somebody typed, as they stand in an address
ASKED: Final[Mapping[tuple[str, str], float]] = {("FunnelAnswer", "within_s"): 3600.0}
#: whole numbers that count nothing
NUMBERS: Final[Mapping[tuple[str, str], int]] = {
    ("RhythmCell", "weekday"): 3,
    ("RhythmCell", "hour"): 14,
    ("Dropped", "step"): 1,
    ("Move", "step"): 1,
    ("AddedTouchpoint", "after"): 1,
}

Page = tuple[str, View]


_hints: Final = cache(get_type_hints)


def filled(kind: Any, words: Callable[[], str], place: tuple[str, str] = ("", "")) -> Any:
    """A value of this type with nothing left out; ``words`` gives the next text."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        return filled(next(each for each in inner if each is not type(None)), words, place)
    if origin is tuple:
        shapes = (inner[0], inner[0]) if inner[-1] is Ellipsis else inner
        return tuple(filled(each, words, place) for each in shapes)
    if origin is dict:
        return {}
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        hints = _hints(kind)
        return kind(**{name: filled(hints[name], words, (kind.__name__, name)) for name in kind.__struct_fields__})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    plain: dict[Any, Callable[[], Any]] = {
        str: lambda: CHOICES.get(place) or words(),
        bool: lambda: True,
        int: lambda: NUMBERS.get(place, 12_345),
        float: lambda: ASKED.get(place, LONG_FLOAT),
        datetime: lambda: NOW,
        date: NOW.date,
    }
    return plain[kind]()


def every_page(words: Callable[[], str]) -> list[Page]:
    """Every template once with everything there is to show."""
    shown: dict[str, type[View]] = {
        "start": views_start.StartView,
        "search": SearchView,
        "journeys": views.JourneysView,
        "journey_list": views.ListView,
        "journey_told": views.ToldView,
        "journey_paths": views_ways.PathsView,
        "journey_times": views_times.TimesView,
        "definitions": views_definitions.DefinitionsView,
        "segments": views_segments.SegmentsView,
        "segment_edit": views_segments.SegmentEditView,
        "segment": views_segments.SegmentView,
        "segment_overlap": views_segments.OverlapView,
        "segment_compare": views_segments.SegmentsComparedView,
        "definition_edit": views_definitions.DefinitionEditView,
        "journey_metrics": views_scores.MetricsView,
        "journey_drivers": views_scores.DriversView,
        "journey_attribution": views_scores.AttributionView,
        "journey_effort": views_effort.EffortView,
        "journey_funnel": views_funnel.FunnelView,
        "journey_comparison": views_comparison.ComparisonView,
        "journey_conformance": views_conformance.ConformanceView,
        "journey_breaks": views_breaks.BreaksView,
        "break_kind": views_breaks.BreakKindView,
        "data": views_sources.SourcesView,
        "import_preview": views_sources.ImportPreviewView,
        "import_progress": views_sources.ImportProgressView,
        "one_source": views_one_source.SourceView,
        "arrivals": views_one_source.ArrivalsView,
        "quarantine": views_sources.QuarantineView,
        "snippet": views_snippet.SnippetView,
        "setup": views.SetupView,
        "confirm": views.ConfirmView,
        "error": views.ErrorView,
        "assumptions": views_assumptions.AssumptionsView,
        "assumption_form": views_assumptions.AssumptionForm,
        "assumption_history": views_assumptions.HistoryView,
    }
    return [(f"pages/{name}.html", filled(kind, words)) for name, kind in shown.items()]


def every_bare_page() -> list[Page]:
    """Every template with nothing to show, and each state that changes what a template says."""
    progress = views_sources.ImportProgressView
    wrong = views_sources.Equation(received=5, accepted=1, duplicate=1, quarantined=1, rejected=1)
    return [
        ("pages/journeys.html", views.JourneysView()),
        ("pages/journeys.html", views.JourneysView(has_events=True, problem="…")),
        ("pages/journeys.html", views.JourneysView(has_events=True, selected=0, filter=JourneyFilter(where=("passes A",)))),
        ("pages/journey_list.html", views.ListView(has_events=True, selected=0)),
        ("pages/journey_told.html", views.ToldView(has_events=True, problem="…")),
        *bare_ways(),
        *_bare_assumptions(),
        *bare_segments(),
        *[
            ("pages/definition_edit.html", views_definitions.DefinitionEditView(form=views_definitions.DefinitionForm(by=by)))
            for by in ("person", "visit", "case")
        ],
        ("pages/data.html", views_sources.SourcesView(address="http://127.0.0.1", formats=(".csv",), largest_bytes=10)),
        *[
            ("pages/import_preview.html", preview)
            for preview in (
                views_sources.ImportPreviewView(number=1, file_name="a.xes", format="xes", columns=(), rows=(), tabular=False),
                views_sources.ImportPreviewView(number=1, file_name="a.csv", format="csv", columns=(), rows=()),
            )
        ],
        *[
            ("pages/import_progress.html", progress(number=1, file_name="a.csv", state=state))
            for state in ("waiting", "running", "failed", "undone")
        ],
        ("pages/import_progress.html", progress(number=1, file_name="a.csv", state="done", result=wrong)),
        (
            "partials/progress.html",
            progress(number=1, file_name="a.csv", state="running", share=0.5, rate=3.7, remaining_s=70.0),
        ),
        ("partials/live.html", views.Freshness(events=0, worker_away=True)),
        *_bare_sources(),
        *[("pages/setup.html", views.SetupView(state=state)) for state in ("ready", "used", "wrong", "closed")],
        *[("pages/confirm.html", views.ConfirmView(kind=kind, action="/", back="/")) for kind in CONFIRMED],
        *[("pages/error.html", views.ErrorView(status=status)) for status in REFUSED],
        *bare_home(filled(views_start.StartView, lambda: "…")),
    ]


def _bare_sources() -> list[Page]:
    nothing = views_sources.Equation(received=0, accepted=0, duplicate=0, quarantined=0, rejected=0)
    line = views_one_source.KeyLine(number=1, starts_with="wk_abc", state="valid", created=NOW)
    drift = views_one_source.DriftRow(
        drift="kind", event="Kauf", member="Betrag", kind="text", since=NOW, last_seen=NOW, before=("number",)
    )
    view = views_one_source.SourceView(name="shop", address="http://127.0.0.1", total=nothing)
    keys = tuple(msgspec.structs.replace(line, state=state) for state in ("valid", "ending", "ended", "revoked"))
    changes = tuple(msgspec.structs.replace(drift, drift=one) for one in ("new", "gone", "kind"))
    return [
        ("pages/one_source.html", view),
        ("pages/one_source.html", msgspec.structs.replace(view, keys=keys, changes=changes, lag_s=0.1)),
        ("pages/arrivals.html", views_one_source.ArrivalsView(worker_away=True)),
        ("partials/arrivals.html", views_one_source.ArrivalsView()),
        ("pages/quarantine.html", views_sources.QuarantineView(total=0)),
    ]


def bare_ways() -> list[Page]:
    """The pages of single analyses of journeys."""
    return [
        *[("pages/journey_paths.html", view) for view in bare_paths()],
        ("pages/journey_times.html", bare_times()),
        *bare_scores(),
        *bare_breaks(),
        *[("pages/journey_funnel.html", view) for view in bare_funnels()],
        *[("pages/journey_comparison.html", view) for view in bare_comparison()],
        *[("pages/sql.html", view) for view in bare_sql()],
        *[("pages/snippet.html", view) for view in bare_snippet()],
        *[("pages/journey_conformance.html", view) for view in bare_conformance()],
        *[("pages/journey_effort.html", view) for view in bare_efforts()],
    ]


def bare_efforts() -> list[View]:
    """Nothing asked for, a refusal, no event that counts, nothing that is weighed, and a stage that nobody comes to."""
    nothing = views_effort.EffortStage(
        start="A", end=None, journeys=0, reached=0, rated=0, mean=None, median=None, p90=None, bands=(), components=()
    )
    scale: dict[str, Any] = {"goal": None, "pause_s": 0.0, "has_channels": False, "weights": {}, "halves": {}, "most": ()}
    replace = msgspec.structs.replace
    answers = [
        views_effort.Effort(whole=whole, stages=(nothing,), **scale)
        for whole in (nothing, replace(nothing, journeys=3), replace(nothing, journeys=3, rated=3, mean=0.0, reached=None))
    ]
    asked: dict[str, Any] = {"has_events": True, "selected": 3}
    return [views_effort.EffortView(**asked, effort=effort, sentence="…") for effort in (None, *answers)]


def bare_funnels() -> list[View]:
    """Nothing asked, nobody at the start, everybody at the end, in any order."""
    step = views_funnel.FunnelStep(
        name=None,
        journeys=0,
        share_of_start=0.0,
        low=None,
        high=None,
        share_of_previous=0.0,
        median_s=None,
        mean_s=None,
        p90_s=None,
        dropped=0,
    )
    nobody = views_funnel.FunnelAnswer(
        order="any", within_s=None, without=(), steps=(step, step), dropped=(), grain=None, periods=(), by=None, groups=()
    )
    reached = msgspec.structs.replace(step, journeys=3, share_of_start=1.0, low=0.4, high=1.0)
    everybody = msgspec.structs.replace(nobody, steps=(reached, reached))
    asked = views_funnel.FunnelAsked(steps=("A", "B"), order="any", within="")
    return [
        views_funnel.FunnelView(has_events=True, selected=3, asked=asked, funnel=funnel) for funnel in (None, nobody, everybody)
    ]


def bare_scores() -> list[Page]:
    """No answer, an answer of nobody, and a refusal."""
    asked: dict[str, Any] = {"has_events": True, "selected": 3}
    nobody = views_scores.Drivers(n=0, r2=0, drivers=(), method="relative_weights", outcome="nps")
    nothing = views_scores.Attribution(conversions=0, ways=3, rate=0.0, channels=())
    views_shown: list[tuple[str, View]] = [
        ("metrics", views_scores.MetricsView(**asked)),
        ("metrics", views_scores.MetricsView(**asked, metrics=views_scores.Metrics(metrics=()), sentence="…", every=True)),
        ("drivers", views_scores.DriversView(**asked)),
        ("drivers", views_scores.DriversView(**asked, drivers=nobody, asked="goal:Kauf", sentence="…")),
        ("attribution", views_scores.AttributionView(**asked)),
        ("attribution", views_scores.AttributionView(**asked, goal="Kauf", attribution=nothing, sentence="…")),
    ]
    return [(f"pages/journey_{name}.html", view) for name, view in views_shown]


def bare_paths() -> list[View]:
    """No answer, one of nobody, and from an edge of the journey."""
    nobody = views_ways.Paths(direction="to", touchpoint=None, journeys=3, reached=0, columns=(), flows=())
    somebody = msgspec.structs.replace(nobody, reached=1)
    return [
        views_ways.PathsView(has_events=True, selected=3, paths=paths, asked=views_ways.PathsAsked(direction="to"))
        for paths in (None, nobody, somebody)
    ]


def _bare_assumptions() -> list[Page]:
    """Without any figure, each form empty, and a suggestion that could be asked for."""
    computed = {"n": 40, "value": 12.345, "low": 12.0, "high": 13.0, "what": "Kauf"}
    row = suggestion_row({"kind": "order_value", "about": "", "currency": None, "computed": computed}, "de")
    return [
        ("pages/assumptions.html", assumptions_view([], "de")),
        ("pages/assumption_history.html", history_view([], AssumptionKind.MARGIN, "", "de")),
        *[("pages/assumption_form.html", form_of(kind, "de", None, {})) for kind in AssumptionKind],
        ("partials/suggestions.html", views_assumptions.SuggestionsView()),
        ("partials/suggestions.html", views_assumptions.SuggestionsView(rows=(row,))),
    ]


def bare_times() -> View:
    """Nothing happened, nothing is open, nobody came."""
    return views_times.TimesView(
        has_events=True,
        selected=1,
        rhythm=views_times.Rhythm(time_zone="UTC", of="ends", touchpoint=None, events=0, cells=()),
        concurrency=views_times.Concurrency(time_zone="UTC", most=0, at=None, until=None, grain="day", periods=()),
        cohorts=views_times.Cohorts(time_zone="UTC", grain="week", journeys=0, incomplete_since=None, cohorts=(), together=()),
    )


def shell(**fields: Any) -> Shell:
    """A shell with nothing special about it."""
    return Shell(**({"path": "/", "csrf_token": "token"} | fields))
