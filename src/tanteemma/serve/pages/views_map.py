"""What the pages of maps show. As in ``views``: a template reads nothing else."""

from datetime import datetime

import msgspec

from tanteemma.journeys.answers_cells import Cell
from tanteemma.serve.pages.views import View
from tanteemma.workshop.document import Scalar
from tanteemma.workshop.schema import Field


class MapRow(View, frozen=True, kw_only=True):
    """One map in the overview."""

    key: str
    name: str
    state: str
    phases: tuple[str, ...]
    cards: int
    touchpoints: int
    bound: int
    changed: datetime
    changed_by: str
    sample: bool


class TemplateChoice(View, frozen=True, kw_only=True):
    """One beginning of a map; ``optional``: phases that one may choose."""

    name: str
    phases: tuple[str, ...]
    optional: tuple[str, ...]


class OtherRow(View, frozen=True, kw_only=True):
    """Another document in a list."""

    key: str
    kind: str
    name: str
    changed: datetime


class MapsView(View, frozen=True, kw_only=True):
    """Every map, and the ways to begin a new one; ``own``: maps that serve as templates."""

    maps: tuple[MapRow, ...] = ()
    templates: tuple[TemplateChoice, ...] = ()
    own: tuple[OtherRow, ...] = ()
    bin: tuple[OtherRow, ...] = ()
    problem: str = ""


class CardView(View, frozen=True, kw_only=True):
    """One card of the map. ``shared``: the name of the building block it shows; ``comments``: those that are not settled."""

    id: str
    kind: str
    phase: str
    lane: str
    text: str
    note: str = ""
    owner: str = ""
    feeling: int | None = None
    target: int | None = None
    moment_of_truth: bool = False
    weight: float | None = None
    picture: str = ""
    rule: str = ""
    shared: str = ""
    sub: str = ""
    state: str = ""
    due: str = ""
    method: str = ""
    comments: int = 0
    links: int = 0
    version: int = 0


class CellView(View, frozen=True, kw_only=True):
    """Where a phase and a lane meet."""

    phase: str
    lane: str
    cards: tuple[CardView, ...] = ()

    @property
    def id(self) -> str:
        """How the page knows it."""
        return f"{self.phase}.{self.lane}"


class PhaseView(View, frozen=True, kw_only=True):
    """One phase; ``felt``: how it is believed to feel (the mean of what was said in it), ``target``: how it should."""

    id: str
    name: str
    task: str = ""
    note: str = ""
    weight: float | None = None
    sub: str = ""
    felt: float | None = None
    target: float | None = None
    version: int = 0


class LaneView(View, frozen=True, kw_only=True):
    """One lane with its cells, one a phase; ``holds``: the kind of part that lies in it."""

    id: str
    kind: str
    name: str
    persona: str
    holds: str
    cells: tuple[CellView, ...]
    version: int = 0


class Apart(View, frozen=True, kw_only=True):
    """Where the belief of the team and the measurement are clearly apart, by name."""

    id: str
    name: str
    believed: float
    measured: float
    low: float
    high: float


class PersonaChip(View, frozen=True, kw_only=True):
    """A persona of the map."""

    key: str
    name: str


class CurvePoint(View, frozen=True, kw_only=True):
    """The emotion at one phase, −2 to +2: believed, wished for, measured with its band."""

    name: str
    believed: float | None = None
    target: float | None = None
    measured: float | None = None
    low: float | None = None
    high: float | None = None


class VoiceView(View, frozen=True, kw_only=True):
    """The curve of one persona: how she is believed to feel in each phase; ``place``: which of the strokes is hers (1 to 5)."""

    key: str
    name: str
    place: int
    felt: tuple[float | None, ...]
    chosen: bool = True


class PlaceView(View, frozen=True, kw_only=True):
    """A place on the map where something is missing; ``lane``: of a cell, the name of its kind."""

    name: str
    phase: str
    lane: str
    address: str


class GapView(View, frozen=True, kw_only=True):
    """One kind of what is missing (texts ``map.check.<gap>``), and where."""

    gap: str
    places: tuple[PlaceView, ...]


class BesideCard(View, frozen=True, kw_only=True):
    """A card on both maps, or on one: its ``fate``, what it says now and what it shall say, how it feels."""

    fate: str
    kind: str
    now: str = ""
    then: str = ""
    now_id: str = ""
    then_id: str = ""
    felt_now: float | None = None
    felt_then: float | None = None


class BesideLane(View, frozen=True, kw_only=True):
    """A lane of both maps; ``quiet``: nothing changes in it."""

    kind: str
    name: str
    cells: tuple[tuple[BesideCard, ...], ...]
    quiet: bool


class BesidePhase(View, frozen=True, kw_only=True):
    """A phase of both maps; ``fate``: same, new or gone."""

    name: str
    fate: str
    felt_now: float | None = None
    felt_then: float | None = None


class BesideView(View, frozen=True, kw_only=True):
    """The map as it is beside the one as it shall be; ``then_felt``: its curve over the phases of the map that is shown."""

    now_key: str
    now_name: str
    then_key: str
    then_name: str
    phases: tuple[BesidePhase, ...] = ()
    lanes: tuple[BesideLane, ...] = ()
    new: int = 0
    gone: int = 0
    changed: int = 0
    same: int = 0
    other_felt: tuple[float | None, ...] = ()
    other_name: str = ""


class MapView(View, frozen=True, kw_only=True):
    """One map. ``look``: grid, curve, wheel or list; ``undo`` and ``redo``: there is something to take back or do again.

    ``cells``: what is measured, by id of touchpoint or phase; ``pending``: it is being counted; ``apart``: where belief and
    measurement are clearly apart, ``told``: those of them that a sentence names; ``voices``: the curves of its personas;
    ``counterpart``: this map beside the one it belongs to, whose curve is drawn too if it is ``counterpart_shown``;
    ``parents``: maps of which this is a part; ``unbound``: events that no rule of the map catches; ``…_said``: what was asked
    for; ``weights``: of the emotion, as they were asked for.
    """

    key: str
    name: str
    version: int
    newest: int
    state: str
    scope: str
    owner: str
    template: bool
    removed: bool = False
    look: str = "grid"
    window: str = ""
    phases: tuple[PhaseView, ...] = ()
    lanes: tuple[LaneView, ...] = ()
    personas: tuple[PersonaChip, ...] = ()
    curve: tuple[CurvePoint, ...] = ()
    voices: tuple[VoiceView, ...] = ()
    counterpart: BesideView | None = None
    counterpart_shown: bool = False
    parents: tuple[OtherRow, ...] = ()
    undo: bool = False
    redo: bool = False
    comments: int = 0
    beside: OtherRow | None = None
    problem: str = ""
    hidden: tuple[str, ...] = ()
    gaps: tuple[GapView, ...] = ()
    cells: dict[str, Cell] = msgspec.field(default_factory=dict)
    apart: tuple[Apart, ...] = ()
    told: tuple[Apart, ...] = ()
    measured: bool = False
    pending: bool = False
    measured_events: int = 0
    unbound: int = 0
    unbound_touchpoints: int = 0
    until: datetime | None = None
    since_said: str = ""
    until_said: str = ""
    segment_said: str = ""
    segments: tuple[str, ...] = ()
    definitions: dict[str, str] = msgspec.field(default_factory=dict)
    weights: dict[str, str] = msgspec.field(default_factory=dict)
    weights_changed: bool = False

    @property
    def editable(self) -> bool:
        """May it be drawn on? Not an old version, not a map in the bin."""
        return self.version == self.newest and not self.removed


class FieldInput(View, frozen=True, kw_only=True):
    """One field of a form. ``label``: its text key; ``options``: (value, what is shown); ``problem``: a sentence."""

    field: Field
    label: str
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str, str], ...] = ()
    problem: str = ""

    @property
    def name(self) -> str:
        """Its name in the form."""
        return f"field.{self.field.name}"


class CommentRow(View, frozen=True, kw_only=True):
    """One comment."""

    number: int
    part: str
    about: str
    text: str
    made: datetime
    made_by: str
    settled: bool


class PartView(View, frozen=True, kw_only=True):
    """The form of one part of a document, or of a new one (``id`` empty); ``places``: where it may lie, by axis.

    ``removed``: the document lies in the bin, so nothing can be changed.
    """

    key: str
    document: str
    version: int
    kind: str
    id: str = ""
    title: str = ""
    asks: str = ""
    persona: str = ""
    inputs: tuple[FieldInput, ...] = ()
    places: tuple[tuple[str, tuple[tuple[str, str], ...], str], ...] = ()
    order: tuple[tuple[str, str], ...] = ()
    after: str = ""
    comments: tuple[CommentRow, ...] = ()
    pointing: tuple[OtherRow, ...] = ()
    back: str = ""
    window: str = ""
    whole: bool = True
    problems: tuple[str, ...] = ()
    who: str = ""
    removed: bool = False

    @property
    def sub(self) -> str:
        """The map of its own that this part has, empty if it has none."""
        return next((one.value for one in self.inputs if one.field.name == "sub"), "")


class VersionRow(View, frozen=True, kw_only=True):
    """One version of a document; ``what``: how many parts it added, changed, moved, removed."""

    version: int
    made: datetime
    made_by: str
    edits: int
    undoes: int | None
    mark: str = ""
    mark_number: int = 0


class DifferenceRow(View, frozen=True, kw_only=True):
    """One difference between two versions."""

    what: str
    kind: str
    text: str
    place: str
    field: str = ""
    old: str = ""
    new: str = ""


class DocumentHistoryView(View, frozen=True, kw_only=True):
    """The versions of a document and the differences between two of them."""

    key: str
    kind: str
    name: str
    home: str
    newest: int
    versions: tuple[VersionRow, ...] = ()
    old: int | None = None
    new: int | None = None
    differences: tuple[DifferenceRow, ...] = ()
    more: int | None = None


def plain(value: Scalar) -> str:
    """A value in a sentence."""
    return ", ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
