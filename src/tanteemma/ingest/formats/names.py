"""What do companies call their columns? German and English names for each role, the likeliest first."""

import re
import unicodedata
from typing import Final

from tanteemma.ingest.formats.role import Role

_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_INVISIBLE: Final = "\ufeff\u200b\u200c\u200d\u2060\u00ad"
_PARTING: Final = re.compile(r"[\s_\-.:/#()]+")

_NAMES: Final[dict[Role, str]] = {
    Role.TIME: (
        "time timestamp, ocel timestamp, timestamp, zeitstempel, zeitpunkt, datum uhrzeit, datum zeit, date "
        "time, datetime, datum, date, event time, event timestamp, occurred at, created at, time, uhrzeit "
        "datum, erstellt am, erfasst am, erstellt, eingangsdatum, eingang, eingegangen am, ereignisdatum, "
        "ereigniszeit, start timestamp, start time, startzeit, startdatum, beginn, complete timestamp, "
        "bestelldatum, auftragsdatum, kaufdatum, buchungsdatum, rechnungsdatum, anrufdatum, anrufzeit, "
        "kontaktdatum, order date, submitted at, antwortdatum, abgegeben am, zeit, ts"
    ),
    Role.CLOCK: (
        "uhrzeit, zeit, time, time of day, clock, uhrzeit von, startzeit, anrufzeit, bestellzeit, buchungszeit, eingangszeit, "
        "zeit von, start time, order time, call time"
    ),
    Role.JOURNEY: (
        "case concept name, case id, caseid, case key, case number, case, fall id, fallid, fallnummer, fall "
        "nr, fall, vorgangsnummer, vorgangs nr, vorgangsnr, vorgangs id, vorgangsschluessel, vorgang, "
        "bestellnummer, bestell nr, bestellnr, bestell id, bestellung id, order id, orderid, order number, "
        "order no, auftragsnummer, auftrags nr, auftragsnr, auftrag, order, ticket id, ticketid, "
        "ticketnummer, ticket nr, ticket number, ticket, schadennummer, schadensnummer, schaden nr, claim id, "
        "claim number, claim, reklamationsnummer, antragsnummer, antrag, application id, incident id, "
        "incident, session id, sessionid, session, sitzungs id, sitzung, visit id, trace id, rechnungsnummer, "
        "invoice number, sendungsnummer"
    ),
    Role.EMAIL: "e mail, email, e mail adresse, email adresse, emailadresse, mailadresse, email address, e mail address, mail",
    Role.PERSON: (
        "user id, userid, customer id, customerid, kundennummer, kunden nummer, kunden nr, kundennr, kd nr, "
        "kdnr, kunden id, kundenid, customer number, customer no, kunde, customer, client id, client, person "
        "id, person, member id, mitgliedsnummer, mitglied, nutzer id, nutzer, benutzer id, benutzer, user, "
        "account id, account, contact id, kontakt id, versichertennummer, versicherungsnehmer, "
        "debitorennummer, debitornummer, debitor, patient id, patient, anonymous id, visitor id, besucher id"
    ),
    Role.TOUCHPOINT: (
        "concept name, ocel activity, activity, aktivitaet, ereignis, ereignisname, event, event name, "
        "touchpoint, kontaktpunkt, activity name, aktivitaetsname, kontaktart, kontaktgrund, kontaktanlass, "
        "schritt, prozessschritt, step, task, aktion, action, vorgangsart, ereignistyp, event type, anlass, "
        "taetigkeit, aktivitaetstyp, art, typ, type"
    ),
    Role.CHANNEL: "channel, kanal, kontaktkanal, vertriebskanal, kontaktweg, eingangskanal, medium, contact channel",
    Role.VALUE: (
        "betrag, amount, umsatz, revenue, bestellwert, auftragswert, warenwert, order value, rechnungsbetrag, "
        "gesamtbetrag, wert, value, preis, price, summe, total, bruttobetrag, nettobetrag, sales"
    ),
    Role.CURRENCY: "waehrung, currency, waehrungscode, currency code",
    Role.SCORE: (
        "note, schulnote, gesamtnote, bewertung, score, nps, nps score, csat, csat score, ces, zufriedenheit, "
        "gesamtzufriedenheit, kundenzufriedenheit, rating, sterne, stars, satisfaction, review score, "
        "weiterempfehlung, weiterempfehlungsbereitschaft, wrs, punkte, punktzahl"
    ),
    Role.COMMENT: (
        "kommentar, kommentare, comment, comments, freitext, feedback, rueckmeldung, anmerkung, anmerkungen, "
        "bemerkung, bemerkungen, kundenmeinung, verbatim, begruendung, review, nachricht, antworttext, text"
    ),
    Role.PHONE: (
        "telefon, telefonnummer, telefon nr, tel, phone, phone number, mobil, mobilnummer, handy, handynummer, rufnummer"
    ),
    Role.CARD: (
        "kundenkarte, kundenkartennummer, kundenkarten nr, kundenkartennr, kundenkarte nr, bonuskarte, bonuskartennummer, "
        "bonuskarten nr, treuekarte, treuekartennummer, vorteilskarte, vorteilskartennummer, loyalty card, "
        "loyalty card number, loyalty number, loyalty id, customer card, customer card number"
    ),
}

_RANK: Final[dict[Role, dict[str, int]]] = {
    role: {name: rank for rank, name in enumerate(names.split(", "))} for role, names in _NAMES.items()
}

#: Metrics told by the name of a score column, with ends and the good end where the name settles them.
METRICS: Final[dict[str, tuple[str, float, float, float]]] = {
    "nps": ("nps", 0, 10, 10),
    "nps score": ("nps", 0, 10, 10),
    "weiterempfehlung": ("nps", 0, 10, 10),
    "weiterempfehlungsbereitschaft": ("nps", 0, 10, 10),
    "sterne": ("csat", 1, 5, 5),
    "stars": ("csat", 1, 5, 5),
    "schulnote": ("csat", 1, 6, 1),
}
_CASE_NAMES: Final = frozenset(
    [
        "case concept name",
        "case id",
        "caseid",
        "case key",
        "case number",
        "case",
        "fall id",
        "fallid",
        "fallnummer",
        "fall nr",
        "fall",
        "trace id",
    ]
)
_BIRTHDAYS: Final = frozenset(
    ["dob", "date of birth", "birthday", "birthdate", "birth date", "geburtsdatum", "geburtstag", "geb datum"]
)
_POST_CODES: Final = frozenset(["plz", "postleitzahl", "zip", "zip code", "zipcode", "postal code", "postcode", "post code"])


def clean_name(name: str) -> str:
    """A column name as it is compared and kept: NFC, no blanks or invisible characters around it."""
    return unicodedata.normalize("NFC", name).strip().strip(_INVISIBLE).strip().replace("\x00", "\ufffd")


def plain_name(name: str) -> str:
    """A column name for comparison: small letters, umlauts written out, one blank between words.

    >>> plain_name("Kunden-Nr."), plain_name("case:concept:name"), plain_name(" Straße")
    ('kunden nr', 'case concept name', 'strasse')
    """
    folded = unicodedata.normalize("NFC", name).casefold().translate(_UMLAUTS)
    return _PARTING.sub(" ", folded).strip()


def rank(role: Role, name: str) -> int | None:
    """How likely has a column of this name this role? 0 is the likeliest; None if the name does not say so."""
    said = plain_name(name)
    names = _RANK.get(role, {})
    if said in names:
        return names[said]
    return names.get(said.removeprefix("case ")) if role in {Role.CHANNEL, Role.PERSON, Role.EMAIL} else None


def journey_key(column: str) -> str:
    """The key under which a journey column is kept: ``case`` for the general names, else the name of the column.

    >>> journey_key("case:concept:name"), journey_key("Bestellnummer")
    ('case', 'Bestellnummer')
    """
    return "case" if plain_name(column) in _CASE_NAMES else column


def is_post_code(name: str) -> bool:
    """Does a column of this name hold post codes?"""
    return plain_name(name) in _POST_CODES


def is_birthday(name: str) -> bool:
    """Does a column of this name hold dates of birth, which are never the time of an event?"""
    return plain_name(name) in _BIRTHDAYS


def is_phone(name: str) -> bool:
    """Does a column of this name hold telephone numbers?"""
    return plain_name(name) in _RANK[Role.PHONE]
