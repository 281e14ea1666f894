"""The guide beside every page: computed again only when somebody drew something or the first events came."""

import msgspec

from tanteemma.serve.pages.views import GuideView
from tanteemma.serve.pages.views_guide import guide_view
from tanteemma.store.operational import Transaction, documents
from tanteemma.workshop.document import Content
from tanteemma.workshop.guide import Drawn, standing_of


class Guiding:
    """Remembers the way as it was seen last. One for the whole edge: a lost race only computes it twice."""

    def __init__(self) -> None:
        self._seen: tuple[object, ...] = ()
        self._view: GuideView | None = None

    def look(self, tx: Transaction, events: int) -> GuideView:
        """The way, with so many events stored."""
        seen = (*documents.stamp(tx), events > 0)
        view = self._view
        if view is None or seen != self._seen:
            drawn = [Drawn(one.key, one.kind, msgspec.json.decode(one.content, type=Content)) for one in documents.every(tx)]
            view = guide_view(standing_of(drawn, events))
            self._seen, self._view = seen, view
        return view
