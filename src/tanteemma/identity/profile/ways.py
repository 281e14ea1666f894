"""Does a customer rather help themselves, call, or write? Seen from the channels they used."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tanteemma.identity.profile.facet import Tally

_LATELY: Final = 90


class Way(StrEnum):
    """The ways in which customers get what they want."""

    SELF_SERVICE = "self_service"
    PHONE = "phone"
    CHAT = "chat"
    MAIL = "mail"
    COUNTER = "counter"


_WORDS: Final[Mapping[Way, tuple[str, ...]]] = {
    Way.PHONE: ("call", "anruf", "telefon", "phone", "hotline"),
    Way.CHAT: ("chat", "messenger", "whatsapp", "sms"),
    Way.MAIL: ("mail", "brief", "letter"),
    Way.COUNTER: ("branch", "filiale", "store", "laden", "counter", "schalter", "kasse"),
    Way.SELF_SERVICE: ("web", "site", "online", "app", "portal", "shop", "faq", "help", "hilfe", "checkout"),
}
#: what a company sends is no choice of the customer
_SENT: Final = (
    "newsletter",
    "campaign",
    "kampagne",
    "marketing",
    "advert",
    "werbung",
    "survey",
    "umfrage",
    "logisti",
    "parcel",
    "paket",
)


def way_of(channel: str) -> Way | None:
    """The way a channel stands for, None for one that says nothing.

    >>> way_of("call_centre"), way_of("Newsletter-Mail"), way_of("App")
    (<Way.PHONE: 'phone'>, None, <Way.SELF_SERVICE: 'self_service'>)
    """
    low = channel.lower()
    if any(word in low for word in _SENT):
        return None
    return next((way for way, words in _WORDS.items() if any(word in low for word in words)), None)


def preferred_way(channels: "Mapping[str, Tally]", today: int) -> str | None:
    """The way used most in the last 90 days, of equals the one used most in all; None where no channel says one."""
    counted: dict[Way, tuple[int, int]] = {}
    for name, tally in channels.items():
        way = way_of(name)
        if way is not None:
            lately, total = counted.get(way, (0, 0))
            counted[way] = (lately + tally.within(today, _LATELY), total + tally.count)
    best = max(counted.items(), key=lambda pair: (pair[1], pair[0].value), default=None)
    return None if best is None else best[0].value
