"""What the page of beliefs shows. As in ``views``: a template reads nothing else."""

from tanteemma.serve.map_check import Mistake
from tanteemma.serve.pages.views import View


class BeliefsView(View, frozen=True, kw_only=True):
    """Every belief of one map beside what was measured. ``found``: the wrong ones first.

    ``no_weights``: why the weight of steps could not be measured.
    """

    key: str
    document: str
    bound: bool
    found: tuple[Mistake, ...] = ()
    no_weights: str = ""
    outcome: str = ""
    answered: bool = False
    problem: str = ""

    def with_verdict(self, verdict: str) -> tuple[Mistake, ...]:
        """Those that stand up so."""
        return tuple(one for one in self.found if one.verdict == verdict)
