"""The page of groups: RFM, who behaves alike, who signed up; each group can be kept as a segment."""

from typing import Final

from litestar import Response, get

from tanteemma.journeys.answers_groups import Behaviour
from tanteemma.journeys.rfm import Rfm
from tanteemma.model.problems import Problem
from tanteemma.serve.edge.reading import AnyRequest, language_for
from tanteemma.serve.edge.routes.journey_frame import frame, question
from tanteemma.serve.edge.routes.pages import Page, show
from tanteemma.serve.edge.visitor import Permission
from tanteemma.serve.pages.addresses import Address
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.pages.views_groups import GroupsView
from tanteemma.serve.signed_up import SignedUp

_READ: Final = {"permission": Permission.DATA_READ}
_LONGEST: Final = 2_000


@get(Address.GROUPS.value, opt=_READ)
async def groups_page(request: AnyRequest) -> Response[str]:
    """Which groups of customers are there, seen from what they buy, what they do and what they say of themselves?"""
    said = request.query_params
    touchpoint, groups = said.get("touchpoint", "")[:_LONGEST], said.get("groups", "")[:_LONGEST]
    found = await frame(request, "groups")
    everybody = JourneyFilter()
    rfm = behaviour = signed_up = None
    sentence = ""
    try:
        rfm = await question(request, "rfm", {"touchpoint": touchpoint} if touchpoint else {}, Rfm, everybody)
        options = {"groups": int(groups)} if groups.isascii() and groups.isdecimal() else {}
        behaviour = await question(request, "behaviour", options, Behaviour, everybody)
        signed_up = await question(request, "signed_up", {}, SignedUp, everybody)
    except Problem as problem:
        sentence = problem.sentence(language_for(request))
    view = GroupsView(
        rfm=rfm,
        behaviour=behaviour,
        signed_up=signed_up,
        touchpoints=found.touchpoints,
        touchpoint=touchpoint,
        groups=groups,
        sentence=sentence,
    )
    return await show(request, Page(template="pages/groups.html", view=view, section="customers"))


ROUTES = (groups_page,)
