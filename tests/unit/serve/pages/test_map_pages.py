"""The pages of maps: hostile texts stay texts, and the curve and the wheel are drawn where they belong."""

from html.parser import HTMLParser

import msgspec
import pytest

from tanteemma.journeys.answers_weights import Apart
from tanteemma.model.hooks import document_kinds
from tanteemma.model.texts import LANGUAGES
from tanteemma.serve.pages.drawing_map import HIGH, STEP, curve_shape, height_of, wheel
from tanteemma.serve.pages.map_page import curve_of, lanes_of, phases_of
from tanteemma.serve.pages.render import Renderer
from tanteemma.serve.pages.views import Shell, View
from tanteemma.serve.pages.views_documents import UndoChoiceView
from tanteemma.serve.pages.views_export import FillView
from tanteemma.serve.pages.views_map import (
    BesideCard,
    BesideLane,
    BesidePhase,
    BesideView,
    CommentRow,
    CurvePoint,
    DifferenceRow,
    DocumentHistoryView,
    FieldInput,
    MapRow,
    MapsView,
    MapView,
    OtherRow,
    PartView,
    PersonaChip,
    TemplateChoice,
    VersionRow,
    VoiceView,
)
from tanteemma.serve.pages.views_map_compared import (
    ComparedLine,
    ComparedMapView,
    ReplayLine,
    ReplayView,
    WeightLine,
    WeightsView,
)
from tanteemma.workshop.applying import apply_edits
from tanteemma.workshop.document import Content, Scalar
from tanteemma.workshop.edits import Add, Edit
from tanteemma.workshop.schema import FieldKind
from tanteemma.workshop.voices import believed
from tests.unit.serve.pages.filled import NOW
from tests.unit.serve.pages.test_every_page_renders import HOSTILE

MAP = document_kinds.named("map")
LOOKS = ("grid", "curve", "wheel", "list", "beside")


def content(words: str) -> Content:
    text = words.replace("\x0b", "").replace("\t", " ").strip()[:300]
    edits: list[Edit] = [
        Add(kind="phase", id=f"p{at}", fields={"name": text, "weight": 12.3456, "sub": "abc"}) for at in range(2)
    ]
    lanes = ("touchpoints", "emotion", "pains", "storyboard", "evidence", "measures")
    edits += [Add(kind="lane", id=lane, fields={"kind": lane, "name": text}) for lane in lanes]
    place = {"phase": "p0", "lane": "touchpoints"}
    fields: dict[str, Scalar] = {
        "text": text,
        "owner": text,
        "note": text,
        "feeling": -2,
        "moment_of_truth": True,
        "weight": 7.123456,
        "sub": "x",
    }
    edits.append(Add(kind="touchpoint", id="t", place=place, fields=fields))
    edits.append(
        Add(kind="feeling", id="f", place=place | {"lane": "emotion"}, fields={"feeling": 1, "target": 2, "text": text})
    )
    edits.append(Add(kind="card", id="c", place=place | {"lane": "pains"}, fields={"text": text, "links": ("document:a",)}))
    edits.append(Add(kind="scene", id="s", place=place | {"lane": "storyboard"}, fields={"text": text, "picture": "abc"}))
    edits.append(Add(kind="proof", id="e", place=place | {"lane": "evidence"}, fields={"text": text, "method": "interview"}))
    measure: dict[str, Scalar] = {"text": text, "state": "done", "due": "2026-12-24", "department": text}
    edits.append(Add(kind="measure", id="m", place=place | {"lane": "measures"}, fields=measure))
    return apply_edits(MAP, Content(), edits, 1).content


def part_view(words: str) -> PartView:
    comment = CommentRow(number=1, part="t", about=words, text=words, made=NOW, made_by=words, settled=True)
    inputs = tuple(
        FieldInput(
            field=field,
            label=f"document.map.touchpoint.{field.name}",
            value="1" if field.kind in {FieldKind.SCALE, FieldKind.SWITCH} else words,
            options=(("a", words),),
            links=(("document:a", words, "/map/a"), ("finding:b", words, "")),
            problem=words,
        )
        for field in (MAP.part("touchpoint") or MAP.parts[0]).fields
    )
    return PartView(
        key="k",
        document=words,
        version=7,
        kind="touchpoint",
        id="t",
        title=words,
        inputs=inputs,
        places=(("phase", (("p0", words),), "p0"),),
        order=(("x", words),),
        comments=(comment,),
        pointing=(OtherRow(key="k", kind="map", name=words, changed=NOW),),
        back="/map/k",
        window=words,
        problems=(words,),
        who=words,
    )


def map_view(words: str, look: str, newest: int) -> MapView:
    drawn = content(words)
    phases = phases_of(drawn)
    return MapView(
        key="k",
        name=words,
        version=7,
        newest=newest,
        state="as_is",
        scope=words,
        owner=words,
        template=True,
        look=look,
        phases=phases,
        lanes=lanes_of(drawn, {}, {"t": 3}, {}),
        curve=curve_of(phases),
        comments=3,
        voices=(
            VoiceView(key="p", name=words, place=1, felt=(1.0, None)),
            VoiceView(key="q", name=words, place=2, felt=(None, 2.0)),
        ),
        counterpart=beside_of(words),
        counterpart_shown=True,
        parents=(OtherRow(key="up", kind="map", name=words, changed=NOW),),
        personas=(PersonaChip(key="p", name=words), PersonaChip(key="q", name=words)),
        beside=OtherRow(key="k", kind="map", name=words, changed=NOW),
        hidden=("own",),
    )


def beside_of(words: str) -> BesideView:
    cards = tuple(
        BesideCard(fate=fate, kind="card", now=words, then=words, now_id="a", then_id="b", felt_now=-1, felt_then=2)
        for fate in ("same", "new", "gone", "changed")
    )
    lane = BesideLane(kind="pains", name=words, cells=(cards, ()), quiet=False)
    phases = tuple(BesidePhase(name=words, fate=fate, felt_now=1, felt_then=None) for fate in ("same", "gone"))
    shown = BesideView(now_key="k", now_name=words, then_key="l", then_name=words, other_name=words)
    return msgspec.structs.replace(
        shown, phases=phases, lanes=(lane,), new=1, gone=1, changed=1, same=1, other_felt=(0.5, None)
    )


def fill_views(words: str) -> list[tuple[str, View]]:
    rows = history_view(words).differences
    changes = FillView(key="k", name=words, document=words, made=words, differences=rows, missing=(words,), more=3)
    new = FillView(document=words, made=words, drawing="<svg></svg>", cards=12345)
    return [
        ("pages/map_fill.html", view)
        for view in (changes, new, FillView(document=words, made=words, kind="persona"), FillView(problems=(words, words)))
    ]


def history_view(words: str) -> DocumentHistoryView:
    version = VersionRow(version=3, made=NOW, made_by=words, edits=2, undoes=1, mark=words, mark_number=1)
    difference = DifferenceRow(what="moved", kind="card", text=words, place=words, field=words, old=words, new=words)
    page = DocumentHistoryView(key="k", kind="map", name=words, home="/map/k", newest=9, versions=(version,))
    return msgspec.structs.replace(page, old=1, new=9, differences=(difference,), more=3)


def maps_view(words: str) -> MapsView:
    tile = MapRow(
        key="k",
        name=words,
        state="to_be",
        phases=(words,),
        cards=12345,
        touchpoints=3,
        bound=1,
        changed=NOW,
        changed_by=words,
        sample=True,
    )
    other = OtherRow(key="k", kind="map", name=words, changed=NOW)
    template = TemplateChoice(name="seven", phases=("awareness",), optional=("use",))
    return MapsView(maps=(tile,), templates=(template,), own=(other,), bin=(other,), problem=words)


def views(words: str) -> list[tuple[str, View]]:
    pages: list[tuple[str, View]] = [
        (f"pages/{name}.html", part_view(words)) for name in ("part", "map_settings", "map_comments")
    ]
    pages.append(("pages/part.html", msgspec.structs.replace(part_view(words), removed=True)))
    binned = msgspec.structs.replace(map_view(words, "grid", 7), removed=True)
    choice = UndoChoiceView(action="/documents/k/undo", name=words, home="/map/k", window=words, theirs=words, mine=words)
    pages += [("pages/map.html", binned), ("pages/undo_choice.html", choice), *fill_views(words)]
    pages.append(("pages/undo_choice.html", msgspec.structs.replace(choice, gone=True)))
    maps = [("pages/map.html", map_view(words, look, newest)) for look in LOOKS for newest in (7, 8)]
    return [("pages/maps.html", maps_view(words)), ("pages/history.html", history_view(words)), *pages, *maps]


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _ in attrs)))


def elements(page: str) -> list[tuple[str, tuple[str, ...]]]:
    reader = Elements()
    reader.feed(page)
    return reader.found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_markup_in_every_field_stays_text(hostile: str, language: str) -> None:
    renderer, shell = Renderer(language, now=lambda: NOW), Shell(path="/map/k", csrf_token="the-token")  # noqa: S106 - made up
    for (template, view), (_, plain) in zip(views(hostile), views("Wort"), strict=True):
        page = renderer.render(template, view, shell)
        assert elements(page) == elements(renderer.render(template, plain, shell)), template
        assert "3456" not in page.replace("12345", ""), template
        for form in page.split('<form method="post"')[1:]:
            assert 'value="the-token"' in form.partition("</form>")[0], template


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_map_says_what_comes_next(language: str) -> None:
    renderer, shell = Renderer(language), Shell(path="/map", csrf_token="")
    nothing = MapView(key="k", name="K", version=1, newest=1, state="as_is", scope="", owner="", template=False)
    for look in LOOKS:
        assert renderer.render(
            "pages/map.html",
            msgspec.structs.replace(nothing, look=look),
            shell,
        )
    assert "/map/k/new?kind=phase" in renderer.render("pages/map.html", nothing, shell)
    assert renderer.render("pages/maps.html", MapsView(), shell)


def test_a_phase_feels_as_its_emotions_say_else_as_its_touchpoints() -> None:
    drawn = content("x")
    assert believed(drawn, "p0") == 1
    without = Content(parts=tuple(part for part in drawn.parts if part.kind != "feeling"))
    assert believed(without, "p0") == -2
    assert believed(without, "p1") is None


def test_the_curve_has_a_gap_where_nothing_is_known() -> None:
    points = [CurvePoint(name=str(at), believed=value) for at, value in enumerate((2.0, None, -2.0, 0.0))]
    shape = curve_shape(points)
    assert shape.wide == 4 * STEP
    assert shape.believed.count("M") == 2
    assert [dot[1:] for dot in shape.dots] == [(80.0, height_of(2)), (400.0, height_of(-2)), (560.0, HIGH / 2)]
    assert (shape.measured, shape.band) == ("", "")


def test_the_band_of_a_single_phase_can_be_seen() -> None:
    shape = curve_shape([CurvePoint(name="a", measured=0.5, low=0.0, high=1.0)])
    assert shape.band.startswith("M74.0")
    assert shape.band.endswith("Z")


@pytest.mark.parametrize("count", [0, 1, 2, 9])
def test_the_wheel_has_a_slice_for_each_phase(count: int) -> None:
    slices = wheel([(f"p{at}", None, [("t", 1.0)]) for at in range(count)])
    assert len(slices) == count
    assert all(len(one.dots) == 1 for one in slices)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_a_map_over_time_and_compared_render_with_and_without_answers(language: str) -> None:
    renderer, shell = Renderer(language, now=lambda: NOW), Shell(path="/map/k", csrf_token="")
    apart = Apart(one=0.2, other=0.3, n=40, other_n=50, value=-0.1, low=-0.2, high=-0.01, p=0.01, differs=True)
    nothing = msgspec.structs.replace(apart, one=None, other=None, value=None, low=None, high=None, p=None, differs=False)
    line = ReplayLine(id="p", name="Kaufen", phase=True, volume=(0, 5), emotion=(None, 1.2), highest=5)
    replay = ReplayView(key="k", document="K", bound=True, weeks=(NOW, NOW), rows=(line,))
    both = ComparedLine(id="p", name="Kaufen", volume=1, other_volume=2, share=apart, drop_off=nothing, waiting=apart)
    weight = WeightLine(id="p", name="Kaufen", share=0.4, believed=12.0, met=3, effect=-0.5)
    cannot = msgspec.structs.replace(weight, share=None, believed=None, effect=None)
    weights = WeightsView(
        key="k", document="K", bound=True, outcome="nps", outcomes=("nps",), rows=(weight, cannot), answered=True
    )
    for template, view in (
        ("map_time", replay),
        ("map_time", ReplayView(key="k", document="K", bound=False, problem="…")),
        ("map_compare", ComparedMapView(key="k", document="K", bound=True, segments=("A",), rows=(both,), answered=True)),
        ("map_compare", ComparedMapView(key="k", document="K", bound=False, problem="…")),
        ("map_weights", weights),
        ("map_weights", WeightsView(key="k", document="K", bound=False, outcome="nps", outcomes=(), problem="…")),
    ):
        assert renderer.render(f"pages/{template}.html", view, shell)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_map_in_the_bin_is_read_only_and_says_how_it_comes_back(language: str) -> None:
    renderer, shell = Renderer(language), Shell(path="/map/k", csrf_token="t")  # noqa: S106 - made up
    page = renderer.render("pages/map.html", msgspec.structs.replace(map_view("Wort", "grid", 7), removed=True), shell)
    assert 'action="/documents/k/restore"' in page
    for drawing in ("data-editable", 'draggable="true"', "cx-add", "data-undo ", "/new?kind="):
        assert drawing not in page.replace("data-undo-", "")
    part = renderer.render("partials/part_form.html", msgspec.structs.replace(part_view("Wort"), removed=True), shell)
    assert part.count("<form") - part.count('action="/documents/k/comment"') <= 1
    assert '<fieldset class="bare" disabled>' in part
    assert "data-save" not in part
