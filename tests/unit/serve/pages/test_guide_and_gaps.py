"""The guide and what is missing on a map: both languages, every state, links to where the work is done."""

import msgspec
import pytest

from tanteemma.model.texts import LANGUAGES
from tanteemma.serve.pages.map_gaps import gap_views
from tanteemma.serve.pages.render import Renderer
from tanteemma.serve.pages.views import GuideView
from tanteemma.serve.pages.views_guide import guide_view
from tanteemma.serve.pages.views_map import MapView
from tanteemma.workshop.completeness import Gap, Missing
from tanteemma.workshop.guide import Standing
from tests.unit.serve.pages.filled import NOW, shell

COUNTS = tuple(name for name in Standing.__struct_fields__ if name != "map")
EMPTY, END = guide_view(Standing()), guide_view(msgspec.structs.replace(Standing(map="abc"), **dict.fromkeys(COUNTS, 9)))


def page(view: GuideView, language: str, *, is_open: bool = False) -> str:
    around = shell(path="/guide", guide=view, guide_open=is_open)
    return Renderer(language, now=lambda: NOW).render("pages/guide.html", view, around)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", [EMPTY, END])
def test_the_guide_shows_twelve_stops_in_every_state(view: GuideView, language: str) -> None:
    shown = page(view, language)
    assert shown.count('class="card guide-stop ') == 12
    assert ("<details open>" in page(view, language, is_open=True), "<details open>" in shown) == (True, False)


def test_the_way_leads_to_the_map_that_is_there() -> None:
    assert EMPTY.here is not None
    assert (EMPTY.here.name, EMPTY.done) == ("readiness", 0)
    assert {stop.name: stop.address for stop in EMPTY.stops}["measure"] == "/map#new"
    assert (END.here, END.done) == (None, 12)
    assert {stop.name: stop.address for stop in END.stops}["measure"] == "/map/abc"
    assert all(stop.have <= stop.need for stop in END.stops)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_missing_is_named_with_the_way_to_it(language: str) -> None:
    hostile = "<script>alert(1)</script>"
    missing = [
        Missing(gap=Gap.PHASE_WITHOUT_TOUCHPOINT, part="p", phase="p", phase_name=hostile, name=hostile),
        Missing(gap=Gap.CELL_WITHOUT_EVIDENCE, part="p", phase="p", phase_name=hostile, lane="pains", name=hostile),
        Missing(gap=Gap.NEED_WITHOUT_CONTENT, part="n", phase="p", phase_name=hostile, lane="needs", name=f"{hostile}?"),
    ]
    view = MapView(
        key="k", name="", version=1, newest=1, state="as_is", scope="", owner="", template=False, gaps=gap_views("k", missing)
    )
    shown = Renderer(language).render("partials/map_check.html", view, shell())
    assert hostile not in shown
    assert shown.count("&lt;script&gt;") == 4
    assert shown.count('href="/map/k/part/p"') == 2
    bare = Renderer(language).render("partials/map_check.html", msgspec.structs.replace(view, gaps=()), shell())
    assert "<li>" not in bare
