"""What the page of daily counts shows. As in ``views``: a template reads nothing else."""

from tanteemma.model.daily_counts import CountLoad
from tanteemma.serve.daily_counts import SeriesShown, Taken
from tanteemma.serve.pages.views import View


class CountsView(View, frozen=True, kw_only=True):
    """Series, files, and what became of the file that was just given; ``bound``: touchpoints of maps by series."""

    series: tuple[SeriesShown, ...] = ()
    files: tuple[CountLoad, ...] = ()
    taken: Taken | None = None
    problem: str = ""
    largest: int = 0
