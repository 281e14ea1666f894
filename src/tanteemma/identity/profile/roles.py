"""What part does a touchpoint play for a customer? A purchase, a return, a complaint, the end of something promised.

Guessed from its name, German and English; what somebody decided comes before the guess.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Final


class Role(StrEnum):
    """The parts a touchpoint can play. ``CLOSES``: an order or a case is done with it. ``NONE``: decided to be nothing."""

    PURCHASE = "purchase"
    RETURN = "return"
    COMPLAINT = "complaint"
    CLOSES = "closes"
    NONE = "none"


Roles = Mapping[str, Role]

_NOT: Final = re.compile(
    r"bestätig|confirm|status|versuch|attempt|prüf|check|view|ansicht|anfrage|quote|page|seite|start", re.IGNORECASE
)
_GUESSES: Final[tuple[tuple[Role, re.Pattern[str]], ...]] = (
    (Role.PURCHASE, re.compile(r"(order|checkout|purchase|payment) completed", re.IGNORECASE)),
    (
        Role.CLOSES,
        re.compile(
            r"zustellung|zugestellt|delivered|ausgeliefert|abgeholt|picked.?up|erstatt|refund|gutschrift|gelöst|resolved|solved"
            r"|clos(ed|ure)|geschlossen|storn|cancel|abgelehnt|ablehnung|reject|declined|ersatzlieferung|replacement|erledigt"
            r"|abgeschlossen|completed|fulfilled|widerruf",
            re.IGNORECASE,
        ),
    ),
    (Role.RETURN, re.compile(r"rücksend|retoure|returned|return\b|umtausch|exchange", re.IGNORECASE)),
    (Role.COMPLAINT, re.compile(r"reklamation|beschwerde|complaint|claim|mangel|defect", re.IGNORECASE)),
    (
        Role.PURCHASE,
        re.compile(
            r"bestellung|gekauft|\bkauf\b|\w+kauf\b|order (placed|paid|created)|purchase|\border\b|bestellt"
            r"|vertragsabschluss|subscription (created|started)",
            re.IGNORECASE,
        ),
    ),
)
#: names of keys under which a promise runs
_PROMISED: Final = re.compile(
    r"order|bestell|auftrag|ticket|case|claim|vorgang|fall|schaden|complaint|reklamation|parcel|paket|shipment|sendung|delivery"
    r"|contract|vertrag|application|antrag",
    re.IGNORECASE,
)


@lru_cache(maxsize=8_192)
def guessed(touchpoint: str) -> Role | None:
    """The part a touchpoint seems to play by its name, None if nothing is to be seen.

    >>> guessed("Bestellung"), guessed("Bestellbestätigung"), guessed("Order Completed"), guessed("Zustellversuch")
    (<Role.PURCHASE: 'purchase'>, None, <Role.PURCHASE: 'purchase'>, None)
    """
    if _NOT.search(touchpoint):
        return None
    return next((role for role, words in _GUESSES if words.search(touchpoint)), None)


def role_of(touchpoint: str, decided: Roles) -> Role | None:
    """The part a touchpoint plays: as decided, else as guessed."""
    role = decided.get(touchpoint, guessed(touchpoint))
    return None if role is Role.NONE else role


@lru_cache(maxsize=1_024)
def is_promise(key: str) -> bool:
    """Is something promised to a customer under keys of this name (order, ticket), or does it only hold events together?

    >>> is_promise("order"), is_promise("Ticketnummer"), is_promise("cart"), is_promise("session")
    (True, True, False, False)
    """
    return _PROMISED.search(key) is not None
