"""How a page or an interface route learns about firms and households."""

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.edge import asking_people
from tanteemma.serve.edge.context import Edge
from tanteemma.serve.known_accounts import Account, FoundAccount, KnownAccounts
from tanteemma.serve.known_people import Missing


async def account(edge: Edge, wanted: str) -> Account:
    """The account of an id. Raises Problem ACCOUNT_UNKNOWN, BUSY while the profiles are being gathered."""
    try:
        return await asking_people.on_thread(edge, lambda: _known(edge).account(wanted, edge.intake.pending))
    except Missing as missing:
        raise Problem(ProblemCode.BUSY, status=503, retry_after=5) from missing


async def find(edge: Edge, asked: str, most: int) -> list[FoundAccount]:
    """Accounts whose name or number begins so; none while the profiles are being made."""
    try:
        return await asking_people.on_thread(edge, lambda: _known(edge).find(asked, most))
    except Missing:
        return []


def _known(edge: Edge) -> KnownAccounts:
    return KnownAccounts(edge.people)
