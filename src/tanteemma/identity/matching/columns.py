"""Which column says what? By its name in German and English, typing errors and prefixes forgiven, else by what stands in it."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from tanteemma.identity.matching.birthdays import birth_date
from tanteemma.identity.matching.cleaning import folded
from tanteemma.identity.matching.fields import Field
from tanteemma.identity.matching.nicknames import ROOTS

_NAMES: Final[dict[Field, str]] = {
    Field.GIVEN: "vorname, vornamen, rufname, vname, given name, givenname, first name, firstname, fname, forename, forenames, "
    "christian name, given, first",
    Field.FAMILY: "nachname, familienname, zuname, nname, name 1, surname, sur name, last name, lastname, lname, family"
    " name, familyname, "
    "family, last",
    Field.NAME: "name, vollname, ganzer name, vollstaendiger name, full name, fullname, kundenname, ansprechpartner, "
    "contact name, "
    "customer name, kontoinhaber, person name, name vorname, nachname vorname, vorname nachname",
    Field.BIRTH: "geburtsdatum, geburtstag, geb datum, gebdatum, geb, geboren, geboren am, date of birth, dateofbirth, "
    "dob, birth date, "
    "birthdate, birthday, birth, born",
    Field.STREET: "strasse, str, adresse, anschrift, strasse hausnummer, strasse hausnr, strasse nr, strasse und "
    "hausnummer, street, "
    "street name, address, address 1, address line 1, adresszeile 1, addr, addr1, address1, street address, street 1, "
    "strassenname",
    Field.HOUSE: "hausnummer, hausnr, haus nr, hnr, house number, house no, houseno, street number, street no, "
    "streetnumber, house",
    Field.EXTRA: "adresszusatz, zusatz, adresszeile 2, address 2, address line 2, addr2, address2, ortsteil, stadtteil, c o, "
    "locality, street 2, apartment, building",
    Field.POSTCODE: "plz, postleitzahl, postcode, post code, zip, zip code, zipcode, postal code, postalcode, postal",
    Field.CITY: "ort, stadt, wohnort, city, town, suburb, place, gemeinde, municipality, stadt ort",
    Field.REGION: "bundesland, land region, region, state, province, kanton, county, provinz",
    Field.PHONE: "telefon, telefonnummer, telefon nr, tel, telnr, tel nr, phone, phone number, telephone, mobil, "
    "mobilnummer, mobiltelefon, "
    "handy, handynummer, rufnummer, mobile, mobile phone, cell, cell phone, festnetz, phone 1",
    Field.EMAIL: "e mail, email, e mail adresse, email adresse, emailadresse, mailadresse, email address, e mail "
    "address, mail, "
    "mail adresse",
    Field.COMPANY: "firma, firmenname, unternehmen, company, company name, organisation, organization, arbeitgeber, "
    "employer, firm",
    Field.NUMBER: "sozialversicherungsnummer, sv nummer, svnr, versichertennummer, krankenversichertennummer, steuer "
    "id, steuerid, "
    "steueridentifikationsnummer, idnr, soc sec id, ssn, social security number, social security, national id, nhs number, "
    "tax id, passport number, passnummer, ausweisnummer, personalausweis, national insurance number, ahv nummer, "
    "rentenversicherungsnummer",
}
_KNOWN: Final = {name: field for field, names in _NAMES.items() for name in names.split(", ")}
#: columns that number the rows, or say the answer
_PASSED_OVER: Final = frozenset(
    """
    id, rec id, record id, row, row id, row number, nr, number, no, unique id, index, nr zeile, zeile, cluster, cluster id,
    ground truth, truth, label,
    kundennummer, kunden nr, kundennr, customer id, customer number, user id, person id, source dataset, dataset, created,
    created at,
    angelegt am, quelle, source, nummer, lfd nr, pk, uuid, guid, person, entity id, match id
    """.replace("\n", " ").strip().split(", ")
)  # fmt: skip
_ID_ROLES: Final = frozenset(("id", "person", "subject", "kunde", "person id"))
_PREFIXES: Final = frozenset(
    """
    kunde kunden customer cust client person user nutzer kontakt contact billing rechnung rechnungs liefer lieferung delivery
    shipping
    bill ship home privat private haupt primary main member mitglied p c k the my antragsteller applicant versicherter patient
    his her current aktuelle aktueller field feld col spalte txt str s n de en
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_CAMEL: Final = re.compile(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])")
_PARTING: Final = re.compile(r"[^a-z0-9]+")
_ALIKE: Final = 0.84
_SHORTEST_TYPO: Final = 5
_ENOUGH: Final = 0.6
_LEAST_CELLS: Final = 3
_MAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.\w+")
_PHONE: Final = re.compile(r"(?:\+|00|0)[\d\s()/.\-]{7,20}")
_POSTCODE: Final = re.compile(r"(?:D-?)?\d{5}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}")
_STREET: Final = re.compile(
    r".*(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|ring|damm|ufer|\b(?:street|road|avenue|lane|drive|court|place|crescent|st|rd|ave)\b).*",
    re.IGNORECASE,
)
_LEGAL: Final = re.compile(r".*\b(?:gmbh|ag|kg|ohg|gbr|ltd|inc|llc|plc|e\.?v)\b.*", re.IGNORECASE)
_GIVEN: Final = frozenset(map(folded, ROOTS))
_FAMILY: Final = frozenset(
    """
    muller schmidt schneider fischer weber meyer wagner becker schulz hoffmann schafer koch bauer richter klein wolf schroder
    neumann
    schwarz zimmermann braun kruger hofmann hartmann lange schmitt werner schmitz krause meier lehmann schmid schulze maier
    kohler
    herrmann konig walter mayer huber kaiser fuchs peters lang scholz moller weiss jung hahn schubert vogel friedrich keller
    gunther
    frank berger winkler roth beck lorenz baumann franke albrecht schuster simon ludwig bohm winter kraus martin schumacher
    kramer
    vogt stein jager otto sommer gross seidel heinrich brandt haas schreiber graf schulte dietrich ziegler kuhn pohl engel horn
    busch
    bergmann thomas voigt sauer arnold wolff pfeiffer yilmaz kaya smith jones taylor brown williams wilson johnson davies
    robinson
    wright thompson evans walker white roberts green hall wood jackson clarke clark lewis harris cooper king lee turner hill
    ward
    """.split()  # noqa: SIM905 - as above
)


def plain(name: str) -> str:
    """A head as it is compared.

    >>> plain(" Geb.-Datum"), plain("billingFirstName"), plain("STRASSE_NR")
    ('geb datum', 'billing first name', 'strasse nr')
    """
    return _PARTING.sub(" ", _CAMEL.sub(" ", name.strip().strip("\ufeff")).casefold().translate(_UMLAUTS)).strip()


@lru_cache(maxsize=4_096)
def field_named(name: str) -> Field | None:
    """What a column of this name says, None if the name does not tell.

    >>> [str(field_named(name)) for name in (" given_name", "Kunde.Nachname", "Gebrutsdatum", "billingZip", "rec_id", "Notiz")]
    ['given_name', 'family_name', 'birth_date', 'postcode', 'None', 'None']
    """
    said = plain(name)
    if said in _PASSED_OVER:
        return None
    words = said.split()
    while words:
        known = _KNOWN.get(" ".join(words))
        if known is not None:
            return known
        if words[-1].isdigit() and len(words) > 1 and words[-1] == "1":
            words = words[:-1]
        elif words[0] in _PREFIXES and len(words) > 1:
            words = words[1:]
        else:
            break
    joined = " ".join(words)
    if joined in _PASSED_OVER or len(joined) < _SHORTEST_TYPO:
        return None
    near = difflib.get_close_matches(joined, [known for known in _KNOWN if len(known) >= _SHORTEST_TYPO], n=1, cutoff=_ALIKE)
    return _KNOWN[near[0]] if near else None


def role_named(role: str) -> Field | None:
    """What somebody means on the left of ``role=column``: a field's own name or any name a column of it could have.

    >>> role_named("birth_date"), role_named("Vorname"), role_named("id"), role_named("colour")
    (<Field.BIRTH: 'birth_date'>, <Field.GIVEN: 'given_name'>, <Field.ID: 'id'>, None)
    """
    if role in set(Field):
        return Field(role)
    return Field.ID if plain(role) in _ID_ROLES else field_named(role)


def recognised(columns: Mapping[str, Sequence[str]]) -> dict[str, Field]:
    """What each column says: by its name; columns whose names tell nothing by a sample of their cells.

    ``columns``: name -> some cells that say something. Several columns may say the same (two telephones).
    """
    found = {name: field for name in columns if (field := field_named(name)) is not None}
    taken = set(found.values())
    for name, cells in columns.items():
        if name in found or plain(name) in _PASSED_OVER:
            continue
        field = field_of_cells(cells)
        if field is not None and field not in taken:
            found[name] = field
            taken.add(field)
    return found


def field_of_cells(cells: Iterable[str]) -> Field | None:
    """What a column says by what stands in it, None if that is not clear.

    >>> (
    ...     field_of_cells(["a@b.de", "c@d.de", "e@f.org"]),
    ...     field_of_cells(["Hans", "Anna", "Peter"]),
    ...     field_of_cells(["1", "2", "3"]),
    ... )
    (<Field.EMAIL: 'email'>, <Field.GIVEN: 'given_name'>, None)
    """
    sample = [cell.strip() for cell in cells if cell.strip()]
    if len(sample) < _LEAST_CELLS:
        return None
    for field, fits in _TESTS:
        if sum(map(fits, sample)) >= _ENOUGH * len(sample):
            return field
    return None


def _is_birth(cell: str) -> bool:
    day = birth_date(cell) if not cell.isdigit() or len(cell) == len("19850307") else None
    return day is not None and "1900" <= day[:4] <= "2015" and "01" <= day[4:6] <= "12"


_TESTS: Final = (
    (Field.EMAIL, lambda cell: _MAIL.fullmatch(cell) is not None),
    (Field.BIRTH, _is_birth),
    (Field.PHONE, lambda cell: _PHONE.fullmatch(cell) is not None),
    (Field.POSTCODE, lambda cell: _POSTCODE.fullmatch(cell) is not None),
    (Field.COMPANY, lambda cell: _LEGAL.fullmatch(cell) is not None),
    (Field.STREET, lambda cell: _STREET.fullmatch(cell) is not None),
    (Field.GIVEN, lambda cell: folded(cell).split()[:1] != [] and folded(cell).split()[0] in _GIVEN and len(cell.split()) == 1),
    (Field.FAMILY, lambda cell: folded(cell) in _FAMILY),
    (Field.NAME, lambda cell: len(cell.split()) > 1 and not _GIVEN.isdisjoint(folded(cell).split())),
)
