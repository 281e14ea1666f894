"""Maps for the tests of drawings and exports: a whole one, a nasty one, and what was measured."""

from typing import Final

from tanteemma.model.hooks import document_kinds
from tanteemma.workshop.applying import apply_edits
from tanteemma.workshop.document import Content, Scalar, Value
from tanteemma.workshop.drawing.picture import Effect, Felt, Figure, MapPicture, Mark, Measured, WeakSpot
from tanteemma.workshop.drawing.showing import ToShow, picture_of
from tanteemma.workshop.edits import Add, Edit
from tanteemma.workshop.evidence import Evidence
from tanteemma.workshop.templates import map_from, template_named

LONG: Final = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz" * 5
NASTY: Final = (
    "<script>alert(1)</script>",
    "=cmd|'/c calc'!A1",
    "a & b < c > d \"e\" 'f'",
    LONG[:300],
    "x" * 300,
    "日本語のとても長いカードの文章" * 6,
    "{{ 7 * 7 }} {% raw %}",
    "]]> <!-- -->",
)
NAME: Final = "Der Weg zur neuen Waschmaschine"
#: kind of part, phase, lane, fields
_CARDS: Final[tuple[tuple[str, str, str, dict[str, Scalar]], ...]] = (
    ("card", "decision", "goal", {"text": "Sicher entscheiden"}),
    (
        "touchpoint",
        "decision",
        "touchpoints",
        {"text": "Beratung", "belongs": "own", "owner": "Vertrieb", "moment_of_truth": True},
    ),
    ("touchpoint", "retention", "touchpoints", {"text": "Paketverfolgung", "belongs": "partner"}),
    ("feeling", "decision", "emotion", {"feeling": 1, "target": 2, "text": "erleichtert"}),
    ("feeling", "retention", "emotion", {"feeling": -2, "target": 1, "text": "verärgert"}),
    ("card", "retention", "pains", {"text": "Drei Anrufe, bis jemand zuständig ist", "note": "laut Hotline"}),
    ("card", "decision", "needs", {"text": "Passt sie in die Nische?"}),
    ("card", "retention", "opportunities", {"text": "Rückruf mit Termin"}),
    (
        "measure",
        "retention",
        "measures",
        {"text": "Rückruf einführen", "owner": "Yildirim", "due": "2027-02-15", "state": "doing"},
    ),
)
MEASURED: Final = Measured(
    figures={"x2": (Figure(label="Kontakte", shown="1.204", n=1204, range="1.100–1.300"),)},
    marks={"x2": Mark(level=Evidence.MEASURED)},
    felt={"decision": Felt(value=0.8, low=0.5, high=1.1, n=300), "closing": Felt(value=0.2, low=-0.3, high=0.7, n=120)},
    weak_spots=(
        WeakSpot(name="Weitergereicht", touchpoint="Hotline", people=412, low=28000, mid=41200, high=55000, owner="Service"),
        WeakSpot(name="Wartezeit", people=98),
    ),
    effects=(Effect(name="Altgerät kostenlos", effect="NPS +6", evidence=Evidence.PROVEN),),
    sentences=("In der Phase Retention liegt die Einschätzung am weitesten daneben.",),
)


def whole(language: str = "de") -> Content:
    """A map with something of everything."""
    edits = [*map_from(template_named("seven"), NAME, language).edits]
    edits.append(Add(kind="lane", id="lane-measures", fields={"kind": "measures"}))
    edits += [
        Add(kind=kind, id=f"x{place}", place={"phase": phase, "lane": f"lane-{lane}"}, fields=fields)
        for place, (kind, phase, lane, fields) in enumerate(_CARDS)
    ]
    return _applied(
        edits, {"scope": "Privatkunden, vom Gedanken bis zur Empfehlung.", "owner": "Frau Berger", "state": "as_is"}
    )


def nasty() -> Content:
    """Every field is markup, a formula, or as long as it may be."""
    edits: list[Edit] = [Add(kind="phase", id=f"p{at}", fields={"name": one, "task": one}) for at, one in enumerate(NASTY)]
    edits += [
        Add(kind="lane", id="own", fields={"kind": "own", "name": LONG[:300]}),
        Add(kind="lane", id="lane-touchpoints", fields={"kind": "touchpoints"}),
        Add(kind="lane", id="lane-pains", fields={"kind": "pains"}),
    ]
    for at, one in enumerate(NASTY):
        place = {"phase": f"p{at}", "lane": "own"}
        edits.append(Add(kind="card", id=f"c{at}", place=place, fields={"text": one, "note": one, "owner": one}))
        touching = {"text": one, "owner": one}
        edits.append(
            Add(
                kind="touchpoint",
                id=f"t{at}",
                place={**place, "lane": "lane-touchpoints"},
                fields={**touching, "feeling": at % 5 - 2},
            )
        )
        edits.append(Add(kind="card", id=f"d{at}", place={**place, "lane": "lane-pains"}, fields={"text": one}))
    return _applied(edits, {"scope": NASTY[0], "owner": NASTY[1]})


def _applied(edits: list[Edit], fields: dict[str, str]) -> Content:
    begun = Content(fields={name: Value(said, 1) for name, said in fields.items()})
    return apply_edits(document_kinds.all()["map"], begun, edits, 1).content


def picture(language: str = "de", *, content: Content | None = None, name: str = NAME) -> MapPicture:
    """The picture of a map with what was measured."""
    shown = ToShow(name=name, content=whole(language) if content is None else content, version=4, measured=MEASURED)
    return picture_of(shown, language)
