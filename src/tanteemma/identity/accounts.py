"""To which firms and households does a customer belong, and in which role? What events say of it, and how accounts are named.

An account is one more kind of subject (``account:acme``, ``household:7``), so it lies in the same mapping as people: two
accounts are merged and parted by the same decisions, and whoever belonged to one of them then belongs to the whole. That
somebody belongs is said by events and kept with the person's own subject, so it moves with the person.

- a ``group`` event: every key of it (``groupId`` of the Segment family, PostHog's and Amplitude's groups too) names an account;
  its traits are the account's, not the person's
- any other event with a key ``account``, ``group``, ``company``, ``firma``, ``household`` or ``haushalt``
- traits ``company.id``, ``account_id``, ``household_id`` (and what ``company.…`` says beside is the account's)

The role stands in the property ``role`` of a group event (``account_role`` in traits). ``left`` true: no longer.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, Final

import msgspec

from tanteemma.identity.keys import is_junk

ACCOUNT: Final = "account"
HOUSEHOLD: Final = "household"
ACCOUNT_KINDS: Final = (ACCOUNT, HOUSEHOLD)
LONGEST_ID: Final = 200
#: one event names no more accounts than these
_MOST_AT_ONCE: Final = 10


class AccountRole(StrEnum):
    """The parts of the buying centre (Webster and Wind 1972), and a member of a household or of a firm without one of them."""

    USER = "user"
    INFLUENCER = "influencer"
    BUYER = "buyer"
    DECIDER = "decider"
    GATEKEEPER = "gatekeeper"
    MEMBER = "member"


_ROLES: Final[Mapping[str, AccountRole]] = {
    **{role.value: role for role in AccountRole},
    "anwender": AccountRole.USER,
    "anwenderin": AccountRole.USER,
    "nutzer": AccountRole.USER,
    "nutzerin": AccountRole.USER,
    "beeinflusser": AccountRole.INFLUENCER,
    "beeinflusserin": AccountRole.INFLUENCER,
    "einkäufer": AccountRole.BUYER,
    "einkäuferin": AccountRole.BUYER,
    "entscheider": AccountRole.DECIDER,
    "entscheiderin": AccountRole.DECIDER,
    "türöffner": AccountRole.GATEKEEPER,
    "mitglied": AccountRole.MEMBER,
}
_KEYS: Final[Mapping[str, str]] = {
    "account": ACCOUNT,
    "group": ACCOUNT,
    "company": ACCOUNT,
    "firma": ACCOUNT,
    "household": HOUSEHOLD,
    "haushalt": HOUSEHOLD,
}
_TRAITS: Final[Mapping[str, str]] = {
    "company.id": ACCOUNT,
    "account_id": ACCOUNT,
    "account.id": ACCOUNT,
    "firma_id": ACCOUNT,
    "household_id": HOUSEHOLD,
    "household.id": HOUSEHOLD,
    "haushalt_id": HOUSEHOLD,
}
#: what may name an account in properties, traits or context (JSON text); looked for before they are taken apart
_WORTH_READING: Final = re.compile(r'"(?:groupId|groups|\$groups|\$group_key)"')
_ROLE_NAMES: Final = ("role", "$role", "account_role", "rolle")
_ROLE_TRAITS: Final = ("account_role", "buying_role", "rolle_im_einkauf")
_json: Final = msgspec.json.Decoder()


class SaidAccount(msgspec.Struct, frozen=True, gc=False):
    """What one event says: whoever it is about belongs to ``account``, in a role (None: not said), or no longer (``left``).

    ``traits``: of the account, each value as JSON text.
    """

    account: str
    role: str | None = None
    left: bool = False
    traits: Mapping[str, str] = {}


def account_key(kind: str, value: str) -> str | None:
    """The subject of an account, None for what names none.

    >>> account_key("account", " ACME "), account_key("household", "null")
    ('account:ACME', None)
    """
    text = value.strip() if value.isascii() else unicodedata.normalize("NFC", value).strip()
    if not text or len(text) > LONGEST_ID or is_junk(text):
        return None
    return f"{kind}:{text}"


def is_account(subject: str) -> bool:
    """Does this subject name a firm or a household?

    >>> is_account("account:acme"), is_account("user:4711")
    (True, False)
    """
    return subject.partition(":")[0] in ACCOUNT_KINDS


def role_named(word: object) -> AccountRole | None:
    """The role of a word, German or English, None for any other.

    >>> role_named("Entscheiderin"), role_named("boss")
    (<AccountRole.DECIDER: 'decider'>, None)
    """
    return _ROLES.get(word.strip().casefold()) if isinstance(word, str) else None


def may_say_accounts(text: str) -> bool:
    """May these properties or this context (JSON text) name an account?"""
    return _WORTH_READING.search(text) is not None


def accounts_in(
    keys: Mapping[str, str], texts: tuple[str, str, str], traits: Mapping[str, str], *, is_group: bool
) -> tuple[SaidAccount, ...]:
    """Every account an event names. ``texts``: its properties, traits and context as JSON text; ``traits``: taken apart."""
    properties, own, context = texts
    named = dict.fromkeys(_by_key(keys, is_group=is_group))
    if is_group or may_say_accounts(properties) or may_say_accounts(context):
        named |= dict.fromkeys(_by_members(_object(properties), _object(context), is_group=is_group))
    by_trait = list(_by_trait(traits))
    if not named and not by_trait:
        return ()
    said = _object(properties) if is_group else {}
    role = _role(said, _ROLE_NAMES) or (_role(_object(own), _ROLE_TRAITS) if own else None)
    left = said.get("left") is True
    theirs = traits if is_group else {}
    found = [SaidAccount(account, role, left, theirs) for account in list(named)[:_MOST_AT_ONCE]]
    found += [SaidAccount(account, role, left, more) for account, more in by_trait if account not in named]
    return tuple(found[:_MOST_AT_ONCE])


def _by_key(keys: Mapping[str, str], *, is_group: bool) -> Iterator[str]:
    for name, value in keys.items():
        kind = _KEYS.get(name.casefold(), ACCOUNT if is_group else None)
        account = account_key(kind, value) if kind is not None else None
        if account is not None:
            yield account


def _by_members(properties: dict[str, Any], context: dict[str, Any], *, is_group: bool) -> Iterator[str]:
    """As the vendors' libraries say it: ``groupId`` beside an event or in its context, PostHog's and Amplitude's groups."""
    extra = context.get("$extra")
    told = extra if isinstance(extra, dict) else {}
    for value in (told.get("groupId"), context.get("groupId"), properties.get("$group_key") if is_group else None):
        yield from _accounts_of(ACCOUNT, value)
    for groups in (properties.get("$groups"), told.get("groups"), context.get("groups")):
        if isinstance(groups, dict):
            for name, value in groups.items():
                for one in value if isinstance(value, list) else [value]:
                    yield from _accounts_of(_KEYS.get(name.casefold(), ACCOUNT), one)


def _accounts_of(kind: str, value: object) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return
    account = account_key(kind, str(value))
    if account is not None:
        yield account


def _by_trait(traits: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    for name, kind in _TRAITS.items():
        if name not in traits:
            continue
        for account in _accounts_of(kind, _json.decode(traits[name])):
            head = name.removesuffix("id")
            inner = [path for path in traits if head.endswith(".") and path.startswith(head) and path != name]
            yield account, {path.removeprefix(head): traits[path] for path in inner}


def _role(said: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    found = next((role for name in names if (role := role_named(said.get(name))) is not None), None)
    return None if found is None else found.value


def _object(text: str) -> dict[str, Any]:
    try:
        said = _json.decode(text) if text else {}
    except msgspec.DecodeError:
        return {}
    return said if isinstance(said, dict) else {}
