"""What does the name of a touchpoint or channel say about it? Word stems, German and English, that tell roles apart.

Names are all that a foreign log gives; structure (see ``findings.roles``) decides where names say nothing. A stem of fewer than
five letters counts only at the beginning of a word ("app", not "wrapped"), a longer one anywhere ("bestellbestätigung"), one
with an exclamation mark as a whole word.
"""

import re
from collections.abc import Iterable
from typing import Final

_LONG: Final = 5


#: Before and after a word: no letter.
_BEGIN: Final = r"(?<![^\W\d_])"
_END: Final = r"(?![^\W\d_])"


def _any_of(*stems: str) -> re.Pattern[str]:
    parts = []
    for stem in " ".join(stems).split():
        body, is_word = re.escape(stem.rstrip("!")), stem.endswith("!")
        begin = _BEGIN if is_word or len(stem) < _LONG else ""
        parts.append(f"{begin}{body}{_END if is_word else ''}")
    return re.compile("|".join(parts), re.IGNORECASE)


#: Channels on which a customer meets a person of the company or writes to one.
ASSISTED: Final = _any_of(
    "call phone telefon tele hotline chat agent support service desk counter schalter branch filiale store laden",
    "mail email e-mail brief letter post fax whatsapp messenger sms social berat kundendienst person",
)
#: Channels on which customers serve themselves.
SELF_SERVED: Final = _any_of("web app portal online internet site mobil self bot kiosk digital click automat terminal")
#: Touchpoints at which a customer asks for something to be settled.
CONTACTS: Final = _any_of(
    "anruf call rückruf chat beschwerde reklamation complain anfrage nachfrage inquiry enquiry question kontakt contact",
    "hotline beratung escalat eskalat",
)
#: Touchpoints that customers come to by themselves, and what invites them without being waited for.
COMES_BY: Final = _any_of(
    "klick click visit besuch page! seite suche search login logout anmeldung browse newsletter campaign kampagne promo",
    "startseite produktseite kategorieseite homepage view! viewed app_open",
)
#: Touchpoints that the company brings about: what it sends, checks, delivers or pays.
COMPANY: Final = _any_of(
    "bestätig confirm versandmeldung statusmeldung benachrichtig notif notice einladung invit newsletter invoice mahnung",
    "remind versand dispatch ship sent! send! zustell deliver liefer rückfrage prüfung check! approv genehmig erstatt refund",
    "ersatz ablehn reject declin lead",
)
#: Touchpoints at which somebody says how it was.
SURVEYS: Final = _any_of("umfrage survey feedback bewertung review nps csat ces rating kommentar comment befragung")
#: The customer calls it off.
WITHDRAWN: Final = _any_of("storn cancel abbruch abgebroch abort withdraw widerruf zurückgezogen kündig unsubscrib")
#: The company says no.
REFUSED: Final = _any_of("declin reject ablehn abgelehnt refus denied deny verweiger invalid delete gelöscht")
#: A good end.
REACHED: Final = _any_of(
    "purchas kauf filialkauf einkauf bestellung order! ordered zustellung delivered zugestellt paid bezahlt zahlungseingang",
    "approv activat bewillig genehmigt accept resolv closed close gelöst erledigt abgeschlossen complet finish fertig",
    "success billed release contract vertrag subscrib signed erstattung",
)
#: Something went wrong or has to be done again.
REWORK: Final = _any_of(
    "fehler error fail retry wiederhol erneut again reopen rework queue warte rückfrage nachforder incomplete unvollständig",
    "storno reject korrekt correct adjust bug nok wait",
)
#: A return of what was finished.
RETURNED: Final = _any_of("return rücksend retour reopen rückgabe")
#: Properties whose differing values contradict each other: where a thing stands, what it costs, when it comes.
STATUSES: Final = _any_of("status state zustand stand")
AMOUNTS: Final = _any_of("price preis betrag amount kosten cost fee gebühr")
DATES: Final = _any_of("date datum termin deadline eta promised liefertermin due fällig")
#: Properties that come with the recording of events, or that tell journeys apart.
_RECORDING: Final = "lifecycle concept: activity_id instance timestamp case_id session_id event_id uuid guid url http"
TECHNICAL: Final = _any_of(_RECORDING)
#: Those, and dates: they group nobody.
EXPLAINS_NOTHING: Final = _any_of(_RECORDING, "date datum termin deadline promised due! fällig")

#: States in the order in which things go: one said after a later one is a step back.
_ORDER_OF_STATES: Final[tuple[re.Pattern[str], ...]] = (
    _any_of("bestellt ordered placed eingegangen received offen open neu new created angelegt submitted beantragt"),
    _any_of("bestätigt confirmed bearbeitung progress angenommen accepted processing"),
    _any_of("unterwegs transit shipped versandt versendet verschickt dispatched sent"),
    _any_of("zugestellt delivered geliefert erledigt done resolved gelöst completed abgeschlossen closed geschlossen"),
)
#: Statements of touchpoints or properties that take the one before back.
REVERSALS: Final[tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]] = (
    (_any_of("bestätig confirm zugesagt promised"), _any_of("storn cancel widerruf revok abgesagt")),
    (
        _any_of("genehmig bewillig approv accepted angenommen zusage"),
        _any_of("ablehn abgelehnt absage declin reject denied widerruf revok"),
    ),
    (
        _any_of("zugestellt zustellung delivered geliefert"),
        _any_of("unterwegs transit verloren lost undelivered unzustellbar"),
    ),
    (_any_of("bezahlt paid zahlungseingang"), _any_of("mahnung dunning unpaid unbezahlt overdue überfällig")),
    (_any_of("verfügbar available lieferbar instock"), _any_of("ausverkauft unavailable vergriffen lieferengpass")),
    (_any_of("gelöst resolved erledigt closed geschlossen"), _any_of("reopen wiedereröffn")),
)


def says(name: str, stems: re.Pattern[str]) -> bool:
    """Does the name hold one of the stems?

    >>> says("Bestellbestätigung", COMPANY), says("wrapped", SELF_SERVED), says("call_centre", ASSISTED)
    (True, False, True)
    """
    return stems.search(name) is not None


def rank_of_state(word: str) -> int | None:
    """How far along a state is, from 0; None for a word that is no known state.

    >>> rank_of_state("unterwegs"), rank_of_state("Delivered"), rank_of_state("blau")
    (2, 3, None)
    """
    ranks = [rank for rank, stems in enumerate(_ORDER_OF_STATES) if says(word, stems)]
    return ranks[-1] if ranks else None


def takes_back(before: str, after: str) -> bool:
    """Does the second statement take the first back, as its words stand?

    >>> takes_back("Bestellbestätigung", "Stornierung"), takes_back("confirmed", "paid")
    (True, False)
    """
    return any(says(before, first) and says(after, second) and not says(before, second) for first, second in REVERSALS)


def names_saying(names: Iterable[str], stems: re.Pattern[str]) -> frozenset[str]:
    """Those of the names that hold one of the stems."""
    return frozenset(name for name in names if says(name, stems))
