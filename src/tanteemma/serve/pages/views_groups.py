"""What the page of groups shows: who buys how, who behaves alike, who signed up."""

from tanteemma.journeys.answers_groups import Behaviour
from tanteemma.journeys.rfm import Rfm
from tanteemma.serve.pages.views import View
from tanteemma.serve.signed_up import SignedUp


class GroupsView(View, frozen=True, kw_only=True):
    """Each part None where it could not be worked out; ``sentence``: why."""

    tab: str = "groups"
    rfm: Rfm | None = None
    behaviour: Behaviour | None = None
    signed_up: SignedUp | None = None
    touchpoints: tuple[str, ...] = ()
    touchpoint: str = ""
    groups: str = ""
    sentence: str = ""
