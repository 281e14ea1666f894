"""What the pages about firms and households show."""

from typing import Final

from tanteemma.identity.accounts import AccountRole
from tanteemma.identity.profile.profile import Counter, Event, Mood, Promise, Worth
from tanteemma.serve.known_accounts import Account, FoundAccount, Member
from tanteemma.serve.pages.views import View
from tanteemma.serve.pages.views_people import Decision, TimelineView, TraitRow, feeling, trait_row

ROLES: Final = tuple(role.value for role in AccountRole)


class AccountsView(View, frozen=True, kw_only=True):
    """Accounts whose name or number begins so; ``whole``: is everybody in the profiles already?"""

    tab: str = "accounts"
    query: str = ""
    rows: tuple[FoundAccount, ...] = ()
    whole: bool = True
    roles: tuple[str, ...] = ROLES


class MemberRow(View, frozen=True, kw_only=True):
    """Somebody who belongs to the account."""

    member: Member
    feeling: str


class AccountView(View, frozen=True, kw_only=True):
    """The page of one account."""

    tab: str = "accounts"
    id: str
    kind: str
    name: str | None
    subjects: tuple[str, ...]
    members: tuple[MemberRow, ...]
    former: tuple[MemberRow, ...]
    more: bool
    traits: tuple[TraitRow, ...]
    events: int
    feeling: str
    mood: Mood | None
    worth: tuple[Worth, ...]
    first: Event | None
    last: Event | None
    promises: tuple[Promise, ...]
    counters: tuple[Counter, ...]
    contacts: tuple[Counter, ...]
    interests: tuple[str, ...]
    decisions: tuple[Decision, ...]
    timeline: TimelineView
    roles: tuple[str, ...] = ROLES


def account_view(account: Account, decisions: tuple[Decision, ...], timeline: TimelineView) -> AccountView:
    """An account as its page shows it."""
    whole = account.together
    rows = tuple(MemberRow(member=one, feeling=feeling(one.mood)) for one in account.members)
    return AccountView(
        id=account.id,
        kind=account.kind,
        name=account.name,
        subjects=account.subjects,
        members=tuple(row for row in rows if not row.member.left),
        former=tuple(row for row in rows if row.member.left),
        more=account.more,
        traits=tuple(map(trait_row, whole.traits)),
        feeling=feeling(whole.mood),
        decisions=decisions,
        timeline=timeline,
        **{name: getattr(whole, name) for name in _SAME},
    )


_SAME: Final = ("events", "mood", "worth", "first", "last", "promises", "counters", "contacts", "interests")
