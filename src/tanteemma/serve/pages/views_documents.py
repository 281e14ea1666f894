"""What the pages of the workshop's tools show. As in ``views``: a template reads nothing else."""

from datetime import date, datetime
from typing import Final

from tanteemma.journeys.answers_segments import SegmentDifference
from tanteemma.serve.pages.views import View
from tanteemma.serve.pages.views_map import CommentRow, FieldInput, OtherRow
from tanteemma.serve.pages.views_segments import SegmentsComparedView
from tanteemma.workshop.readiness import Check
from tanteemma.workshop.scoring import Score

#: so many figures say who they are; the page of the comparison has all
_MOST_FIGURES: Final = 12


class Shown(View, frozen=True, kw_only=True):
    """What one field of a part says. ``kind``: of the field; ``value``: as people read it; ``number``: of a scale."""

    name: str
    label: str
    kind: str
    value: str
    number: float | None = None


class Place(View, frozen=True, kw_only=True):
    """Where a part may be put: the axis, its places with their names, where it lies now."""

    axis: str
    label: str
    marks: tuple[tuple[str, str], ...]
    here: str


class BoardCard(View, frozen=True, kw_only=True):
    """One part on the board. ``up`` and ``down``: behind which part it comes one place further; None: it is there already.

    ``depth``, ``parent``, ``number`` of one that lies under others; ``marked``: a cause found, an idea chosen.
    """

    id: str
    text: str
    version: int
    shown: tuple[Shown, ...] = ()
    picture: str = ""
    area: str = ""
    places: tuple[Place, ...] = ()
    up: str | None = None
    down: str | None = None
    depth: int = 0
    parent: str = ""
    number: str = ""
    across: float | None = None
    above: float | None = None
    stance: str = ""
    comments: int = 0
    links: int = 0
    marked: bool = False
    votes: int = 0


class BoardArea(View, frozen=True, kw_only=True):
    """One area of a board with its cards."""

    mark: str
    label: str
    cards: tuple[BoardCard, ...] = ()


class BoardView(View, frozen=True, kw_only=True):
    """The parts of a document as its kind lays them out; ``needed``: fields that a new part must have beside its text."""

    layout: str
    part: str
    prefix: str
    axis: str = ""
    rows: str = ""
    areas: tuple[BoardArea, ...] = ()
    cards: tuple[BoardCard, ...] = ()
    needed: tuple[FieldInput, ...] = ()


class FieldGroup(View, frozen=True, kw_only=True):
    """Fields that stand together below a heading (a text key, empty: none)."""

    title: str
    inputs: tuple[FieldInput, ...]


class LinkRow(View, frozen=True, kw_only=True):
    """Something a document points to or that points to it: what it is (text key), its name, where it is looked at."""

    kind: str
    name: str
    href: str
    target: str = ""


class FollowRow(View, frozen=True, kw_only=True):
    """What may be made from here."""

    kind: str
    href: str


class Piece(View, frozen=True, kw_only=True):
    """A piece of a sentence: words as they stand, or what a field says (``said`` empty: its label stands there)."""

    words: str
    field: str = ""
    said: str = ""


class DocumentView(View, frozen=True, kw_only=True):
    """One document with its form and its board. ``at``: the version that is shown, ``newest``: the one that stands now.

    ``gaps``: of a touchpoint, what is missing among its duties (texts ``map.check.<gap>``), and which duties.
    """

    key: str
    kind: str
    icon: str
    name: str
    version: int
    newest: int
    changed: datetime
    changed_by: str
    removed: bool = False
    window: str = ""
    who: str = ""
    groups: tuple[FieldGroup, ...] = ()
    board: BoardView | None = None
    points_to: tuple[LinkRow, ...] = ()
    pointing: tuple[LinkRow, ...] = ()
    follows: tuple[FollowRow, ...] = ()
    cells: tuple[tuple[str, str], ...] = ()
    comments: tuple[CommentRow, ...] = ()
    undo: bool = False
    redo: bool = False
    problems: tuple[str, ...] = ()
    theirs: str = ""
    sentence: tuple[Piece, ...] = ()
    score: Score | None = None
    rank: int | None = None
    ranked: int = 0
    checks: tuple[Check, ...] = ()
    gaps: tuple[tuple[str, tuple[str, ...]], ...] = ()
    segment: str = ""
    id: str = ""


class PartPageView(View, frozen=True, kw_only=True):
    """The form of one part of a document."""

    key: str
    document: str
    kind: str
    part: str
    version: int
    id: str
    title: str
    groups: tuple[FieldGroup, ...]
    card: BoardCard
    follows: tuple[FollowRow, ...] = ()
    pointing: tuple[LinkRow, ...] = ()
    comments: tuple[CommentRow, ...] = ()
    window: str = ""
    whole: bool = True
    problems: tuple[str, ...] = ()
    theirs: str = ""
    confirm: bool = False


class NewDocumentView(View, frozen=True, kw_only=True):
    """The form of a document that is not there yet; ``source``: where it comes from (a link), ``kept``: words that go along."""

    kind: str
    icon: str
    name: str = ""
    source: str = ""
    source_kind: str = ""
    source_name: str = ""
    inputs: tuple[FieldInput, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()


class KindRow(View, frozen=True, kw_only=True):
    """One tool and the documents of it, the one changed last first."""

    kind: str
    icon: str
    documents: tuple[OtherRow, ...] = ()


class ToolsView(View, frozen=True, kw_only=True):
    """Every tool by group; ``bin``: documents in the bin."""

    groups: tuple[tuple[str, tuple[KindRow, ...]], ...]
    bin: tuple[OtherRow, ...] = ()


class WorkRow(View, frozen=True, kw_only=True):
    """Something that somebody sees to: an initiative, a measure on a map, a decision of a review."""

    kind: str
    text: str
    href: str
    where: str
    owner: str
    department: str
    due: date | None
    late: bool
    state: str
    about: tuple[LinkRow, ...] = ()


class OpportunityRow(View, frozen=True, kw_only=True):
    """An opportunity in the ranked list."""

    place: int | None
    key: str
    name: str
    state: str
    owner: str
    score: Score | None
    confidence: int | None
    effort: int | None


class HypothesisRow(View, frozen=True, kw_only=True):
    """A hypothesis as its sentence."""

    key: str
    name: str
    state: str
    owner: str
    due: date | None
    sentence: tuple[Piece, ...]
    result: str


class CauseRow(View, frozen=True, kw_only=True):
    """A question of five whys, how many answers it has and the causes that were found."""

    key: str
    name: str
    trouble: str
    answers: int
    causes: tuple[str, ...]


class InitiativesView(View, frozen=True, kw_only=True):
    """Everything that is to change, from every document; ``owner`` and ``state``: what it was narrowed to.

    ``over``: what is done or dropped, folded unless somebody asks for a state.
    """

    work: tuple[WorkRow, ...] = ()
    over: tuple[WorkRow, ...] = ()
    opportunities: tuple[OpportunityRow, ...] = ()
    hypotheses: tuple[HypothesisRow, ...] = ()
    causes: tuple[CauseRow, ...] = ()
    ideas: tuple[OtherRow, ...] = ()
    insights: tuple[OtherRow, ...] = ()
    owners: tuple[str, ...] = ()
    owner: str = ""
    state: str = ""
    open: int = 0
    late: int = 0


class PersonaFiguresView(View, frozen=True, kw_only=True):
    """The real customers behind a persona: how many, and where they differ from all others."""

    segment: str
    size: int | None = None
    people: int = 0
    compared: SegmentsComparedView | None = None
    problem: str = ""

    @property
    def rows(self) -> tuple[SegmentDifference, ...]:
        """What customers are worth and do, their scores, and the touchpoints they meet more or less often than others."""
        if self.compared is None:
            return ()
        apart = [row for row in self.compared.rows("share") if row.differs]
        return (*self.compared.rows("mean"), *self.compared.rows("metric"), *apart)[:_MOST_FIGURES]


class UndoChoiceView(View, frozen=True, kw_only=True):
    """Undo met what somebody else did since: both texts, and the choice; ``gone``: the entry itself was removed meanwhile."""

    action: str
    name: str
    home: str
    window: str = ""
    back: str = ""
    theirs: str = ""
    mine: str = ""
    gone: bool = False
