"""What the page Start shows."""

from tanteemma.serve.pages.views import CommentRow, DayCount, Graph, Imported, ScoreRow, Variants, View
from tanteemma.serve.pages.views_scores import Metric


class StartView(View, frozen=True, kw_only=True):
    """The page Start. ``imported`` None: the honest empty state with the ways to connect data.

    ``address``: origin under which the product is reached, e.g. ``http://127.0.0.1:8642``, for the examples.
    """

    address: str
    imported: Imported | None = None
    graph: Graph | None = None
    variants: Variants | None = None
    days: tuple[DayCount, ...] = ()
    quarantined: int = 0
    scores: tuple[ScoreRow, ...] = ()
    comments: tuple[CommentRow, ...] = ()
    metrics: tuple[Metric, ...] = ()
    alerts: int = 0
    tracked_journey: str | None = None
