"""What the page that gives out the visitor snippet shows. As in ``views``: a template reads nothing else."""

from datetime import datetime
from typing import Final

from tanteemma.serve.pages.views import View
from tanteemma.serve.snippet.code import PARTS, Consent

CONSENTS: Final = tuple(Consent)
#: what is recorded before and after consent, in the order of the table
RECORDED: Final = ("pages", "links", "reading", "clicks", "forms", "errors", "vitals", "visitor")
#: what of it a visitor's page is told of without consent
WITHOUT_CONSENT: Final = frozenset({"pages", "links"})
#: shares of visitors that can be chosen, in percent
SHARES: Final = (100, 50, 25, 10, 5, 1)


class SnippetView(View, frozen=True, kw_only=True):
    """``code``: the lines to copy; ``has_key``: they hold a real key; ``new_key``: it was made just now and is seen only here.

    ``events``, ``heard_at``: what came from this source so far. ``origins``: web sites that may send from a browser.
    ``sizes``: bytes of both scripts as they travel.
    """

    address: str
    code: str
    source: str = ""
    key: str = ""
    sources: tuple[str, ...] = ()
    consent: str = Consent.REQUIRED.value
    share: int = 100
    left_out: tuple[str, ...] = ()
    params: str = ""
    titles: bool = False
    fixed: bool = False
    has_key: bool = False
    new_key: bool = False
    events: int = 0
    heard_at: datetime | None = None
    origins: tuple[str, ...] = ()
    sizes: tuple[int, int] = (0, 0)
    problem: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """What can be left out."""
        return PARTS

    @property
    def consents(self) -> tuple[str, ...]:
        """Every mode."""
        return tuple(one.value for one in CONSENTS)

    @property
    def shares(self) -> tuple[int, ...]:
        """Every share."""
        return SHARES

    @property
    def recorded(self) -> tuple[tuple[str, bool], ...]:
        """What is recorded, and whether that is so without consent, too."""
        return tuple((one, one in WITHOUT_CONSENT) for one in RECORDED)
