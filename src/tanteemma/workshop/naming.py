"""Does the name of a card on a map mean the same as the name of an event? Across spelling, word order, German and English.

Names are taken apart into stems; stems that mean the same in either language are one idea ("Paket verfolgen", "Track parcel",
"Sendungsverfolgung": parcel + track). Alike is what shares ideas, else what is spelt alike.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from rapidfuzz import fuzz

#: From here on a name is worth suggesting.
ENOUGH: Final = 0.6
#: Names that share no idea are alike if they are spelt so much alike.
_SPELT: Final = 0.75
_WORD: Final = re.compile(r"[a-z0-9]+")
_CAMEL: Final = re.compile(r"(?<=[a-zäöüß0-9])(?=[A-ZÄÖÜ])")
_FLAT: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_SHORTEST: Final = 3
#: Each row one idea: beginnings or parts of words, flat and small.
_IDEAS: Final = (
    ("paket", "parcel", "sendung", "shipment", "package", "paeckchen"),
    ("verfolg", "track"),
    ("liefer", "zustell", "deliver"),
    ("versand", "versend", "dispatch", "shipped", "shipping"),
    ("versuch", "attempt"),
    ("verzoeger", "verspaet", "delay"),
    ("bestell", "order", "auftrag"),
    ("bestaetig", "confirm"),
    ("kauf", "purchase", "buy", "bought"),
    ("warenkorb", "basket", "cart"),
    ("kasse", "checkout"),
    ("zahl", "payment", "paid", "pay"),
    ("rechnung", "invoice", "bill"),
    ("mahnung", "dunning", "reminder"),
    ("anruf", "telefon", "call", "phone", "hotline"),
    ("rueckruf", "callback"),
    ("mail", "brief", "letter"),
    ("chat",),
    ("besuch", "visit"),
    ("termin", "appointment", "meeting"),
    ("beratung", "advice", "consult", "advis"),
    ("filiale", "branch", "store", "laden", "shop"),
    ("startseite", "homepage", "landing"),
    ("kategorie", "category"),
    ("produkt", "product", "artikel"),
    ("suche", "search"),
    ("hilfe", "help", "faq", "support"),
    ("anmeld", "login", "signin", "einlogg"),
    ("registr", "signup", "konto", "account"),
    ("passwort", "password", "kennwort"),
    ("zuruecksetz", "reset"),
    ("adress", "address", "anschrift"),
    ("fehler", "error"),
    ("reklam", "beschwer", "complain", "claim"),
    ("rueckgabe", "ruecksend", "retour", "return"),
    ("umtausch", "exchange"),
    ("ersatz", "replacement"),
    ("erstatt", "refund"),
    ("storn", "cancel", "widerruf"),
    ("kuendig", "terminat"),
    ("ablehn", "reject", "declin", "refus"),
    ("umfrage", "survey", "befrag", "questionnaire"),
    ("einlad", "invit"),
    ("nps", "weiterempfehl", "recommend"),
    ("zufrieden", "csat", "satisf"),
    ("aufwand", "effort", "ces"),
    ("bewert", "review", "rating"),
    ("kommentar", "comment"),
    ("social", "instagram", "facebook"),
    ("newsletter",),
    ("werb", "anzeige", "advert", "campaign", "kampagne"),
    ("angebot", "offer", "quote"),
    ("anfrage", "inquir", "enquir", "request"),
    ("antrag", "application"),
    ("vertrag", "contract", "police", "policy"),
    ("abschluss", "clos", "sign"),
    ("schaden", "damage"),
    ("pruef", "check", "review"),
    ("montage", "installation", "einbau"),
    ("wartung", "maintenance", "service"),
    ("reparatur", "repair"),
    ("formular", "form"),
    ("download", "herunterlad"),
    ("zaehler", "meter"),
    ("tarif", "tariff"),
)


def ideas(name: str) -> frozenset[int]:
    """The ideas that a name holds, by their places.

    >>> ideas("Paket verfolgen") == ideas("Track parcel") == ideas("Sendungsverfolgung") == ideas("parcel_tracked")
    True
    """
    flat = _flat(name)
    return frozenset(place for place, parts in enumerate(_IDEAS) if any(_holds(flat, part) for part in parts))


def likeness(card: Sequence[str], event: str) -> float:
    """How well does an event's name fit the names of a card, 0 to 1?

    The larger of: shared ideas (twice the shared by all ideas of both), and spelling (ratio of the flattened, sorted words,
    from 0.75 on).

    >>> round(likeness(["Paket verfolgen", "Track parcel"], "Sendungsverfolgung"), 2), likeness(["Anruf"], "Warenkorb") < 0.6
    (1.0, True)
    """
    return max((_alike(name, event) for name in card if name.strip()), default=0.0)


def suggestions(card: Sequence[str], events: Iterable[str], most: int = 5) -> list[tuple[str, float]]:
    """The event names that fit a card, the best first, then by name."""
    fitting = [(name, found) for name in events if (found := likeness(card, name)) >= ENOUGH]
    return sorted(fitting, key=lambda one: (-one[1], one[0]))[:most]


def _alike(card: str, event: str) -> float:
    one, other = ideas(card), ideas(event)
    shared = 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0
    spelt = fuzz.token_sort_ratio(_flat(card), _flat(event)) / 100
    return max(shared, spelt if spelt >= _SPELT else 0.0)


def _flat(name: str) -> str:
    spaced = _CAMEL.sub(" ", name).casefold().translate(_FLAT)
    return " ".join(_WORD.findall(spaced))


def _holds(flat: str, part: str) -> bool:
    """A short part stands only for a word's beginning: "ces" is not in "services"."""
    if len(part) > _SHORTEST:
        return part in flat.replace(" ", "") if len(part) > _SHORTEST + 3 else any(part in word for word in flat.split())
    return any(word.startswith(part) for word in flat.split())
