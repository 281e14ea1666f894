"""What does a cell say, whoever wrote it? One spelling for each name, date, address, number."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

import phonenumbers

from tanteemma.identity.keys import is_junk
from tanteemma.identity.matching.nicknames import ROOTS

_UMLAUTS: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "a", "ł": "l", "đ": "d", "œ": "oe", "þ": "th"}
)
#: written out umlauts, but not where the letters are two sounds (neuer, bauer, queen)
_SPELLED_OUT: Final = re.compile(r"(?<![aeq])ue|ae|oe")
_NO_LETTER: Final = re.compile(r"[^a-z0-9]+")
_NO_DIGIT: Final = re.compile(r"\D+")
#: no cell of a person is longer; the rest is cut off
LONGEST: Final = 200
_TITLES: Final = frozenset(
    """
    dr prof professor dipl ing dipling med phil rer nat jur habil mag magister msc bsc ba ma phd md mba herr frau hr fr mr mrs
    ms miss sir lady fraeulein familie fam doktor doctor freifrau junior jr sr senior
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
_LEGAL: Final = frozenset(
    """
    gmbh ag kg ohg gbr ug ek ev eg kgaa se mbh co cokg ltd limited inc llc plc corp corporation company gmbhco und and
    haftungsbeschraenkt the
    """.split()  # noqa: SIM905 - as above
)
_STREET_WORDS: Final = (
    (re.compile(r"str(asse|aße|\.|$)?(?=\s|$|\d)"), "str"),
    (re.compile(r"\b(street|st)\b"), "st"),
    (re.compile(r"\b(road|rd)\b"), "rd"),
    (re.compile(r"\b(avenue|ave|av)\b"), "ave"),
    (re.compile(r"\b(place|pl)\b"), "pl"),
    (re.compile(r"\b(drive|dr)\b"), "dr"),
    (re.compile(r"\b(crescent|cres|cr)\b"), "cres"),
    (re.compile(r"\b(court|crt|ct)\b"), "ct"),
    (re.compile(r"\b(lane|ln)\b"), "ln"),
    (re.compile(r"pl(atz|\.)(?=\s|$|\d)"), "pl"),
)
_HOUSE_LAST: Final = re.compile(r"^(.*?\D)[\s,]*(\d{1,5}\s?[a-z]?(?:\s?[-/]\s?\d{1,5}\s?[a-z]?)?)$", re.IGNORECASE)
_HOUSE_FIRST: Final = re.compile(r"^(\d{1,5}\s?[a-z]?)[\s,]+(\D.*)$", re.IGNORECASE)
_HOUSE: Final = re.compile(r"^0*(\d+)")


def seen(text: str) -> str | None:
    r"""A cell as it reads: NFKC, single blanks, at most 200 letters; None where it says nothing.

    >>> seen("  Anne\u0301 "), seen("NULL"), seen("-")
    ('Anné', None, None)
    """
    composed = text if text.isascii() else unicodedata.normalize("NFKC", text)
    shown = " ".join(composed[: LONGEST * 2].split())[:LONGEST]
    return None if not shown or is_junk(shown) else shown


def _letters(text: str) -> str:
    small = text.casefold().translate(_UMLAUTS)
    if not small.isascii():
        small = "".join(letter for letter in unicodedata.normalize("NFKD", small) if not unicodedata.combining(letter))
    return small


@lru_cache(maxsize=200_000)
def folded(text: str) -> str:
    """Small letters and digits with single blanks; an umlaut, its two letters and its letter without dots are one.

    >>> folded("Müller-Lüdenscheidt"), folded("MUELLER"), folded("Muller"), folded("Neuer")
    ('muller ludenscheidt', 'muller', 'muller', 'neuer')
    """
    small = _SPELLED_OUT.sub(lambda found: found[0][0], _letters(text))
    spaced = _NO_LETTER.sub(" ", small.replace("'", "").replace("`", "")).strip()
    if spaced or not text.strip():
        return spaced
    return " ".join("".join(letter if letter.isalnum() else " " for letter in text.casefold()).split())


_ROOTS: Final = {folded(name): folded(root) for name, root in reversed(ROOTS.items())}


@lru_cache(maxsize=200_000)
def person_name(text: str) -> str | None:
    """A given or family name without titles.

    >>> person_name("Dr. med. Hans-Peter"), person_name("von der Heide")
    ('hans peter', 'von der heide')
    """
    shown = seen(text)
    if shown is None:
        return None
    words = [word for word in folded(shown).split() if word not in _TITLES]
    return " ".join(words) or None


@lru_cache(maxsize=200_000)
def root_of(given: str) -> str:
    """The name that a given name is a form of, by its first word.

    >>> root_of("bob"), root_of("hans peter"), root_of("fatma")
    ('robert', 'johannes', 'fatma')
    """
    first = given.split(maxsplit=1)[0]
    return _ROOTS.get(first, first)


def parted_name(text: str) -> tuple[str | None, str | None]:
    """(given name, family name) of a whole name, however it is turned.

    >>> parted_name("Müller, Dr. Hans"), parted_name("Anna Maria von Stein"), parted_name("Cher")
    (('hans', 'muller'), ('anna maria', 'von stein'), (None, 'cher'))
    """
    shown = seen(text)
    if shown is None:
        return None, None
    family, comma, given = shown.partition(",")
    if comma:
        return person_name(given), person_name(family)
    words = (person_name(shown) or "").split()
    if len(words) < 2:  # noqa: PLR2004 - one word is a family name
        return None, words[0] if words else None
    start = next((place for place in range(1, len(words)) if words[place] in _PARTICLES), len(words) - 1)
    return " ".join(words[:start]), " ".join(words[start:])


_PARTICLES: Final = frozenset(
    ("von", "van", "de", "der", "den", "zu", "zur", "vom", "di", "da", "la", "le", "al", "el", "ten", "ter")
)


@lru_cache(maxsize=200_000)
def parted_street(text: str) -> tuple[str | None, str | None]:
    """(street, house number) of an address line.

    >>> parted_street("Hauptstraße 12a"), parted_street("Haupt-Str. 12 A"), parted_street("12 Gibson Road")
    (('hauptstr', '12'), ('hauptstr', '12'), ('gibson rd', '12'))
    """
    shown = seen(text)
    if shown is None:
        return None, None
    last = _HOUSE_LAST.match(shown)
    if last:
        return street_name(last[1]), house_number(last[2])
    first = _HOUSE_FIRST.match(shown)
    if first:
        return street_name(first[2]), house_number(first[1])
    return street_name(shown), None


@lru_cache(maxsize=200_000)
def street_name(text: str) -> str | None:
    """A street without its number, its ending in one spelling."""
    small = _letters(text).replace("-", " ")
    for form, word in _STREET_WORDS:
        small = form.sub(word, small, count=1)
    words = folded(small).split()
    joined = " ".join(words)
    for ending in ("str", "weg", "pl", "allee", "gasse"):
        joined = joined.replace(f" {ending}", ending) if joined.endswith(f" {ending}") and ending == "str" else joined
    return joined or None


@lru_cache(maxsize=50_000)
def house_number(text: str) -> str | None:
    """The number of a house without the letter behind it.

    >>> house_number("012 a"), house_number("14-16"), house_number("EG")
    ('12', '14', 'eg')
    """
    shown = seen(text)
    if shown is None:
        return None
    found = _HOUSE.match(shown)
    return found[1] if found else folded(shown) or None


@lru_cache(maxsize=50_000)
def postcode(text: str) -> str | None:
    """A postcode; a German one that lost its zero gets it back where its column has five digits (see ``reading``).

    >>> postcode("D-01067"), postcode("1067.0"), postcode("SW1A 1AA")
    ('01067', '1067', 'sw1a1aa')
    """
    shown = seen(text)
    if shown is None:
        return None
    plain = _NO_LETTER.sub("", _letters(shown.removesuffix(".0")))
    return re.sub(r"^(d|de|a|at|ch)(?=\d{4,5}$)", "", plain) or None


@lru_cache(maxsize=100_000)
def place_name(text: str) -> str | None:
    """A town without what stands in brackets or behind a slash.

    >>> place_name("Frankfurt (Main)"), place_name("Frankfurt a. M."), place_name("St. Gallen")
    ('frankfurt', 'frankfurt', 'sankt gallen')
    """
    shown = seen(text)
    if shown is None:
        return None
    short = re.sub(
        r"\(.*?\)|/.*$|\b(a|am|an der|i|im|in|b|bei)\.? (m|d|r|main|rhein|der|breisgau|br)\b\.?.*$",
        " ",
        shown,
        flags=re.IGNORECASE,
    )
    words = ["sankt" if word == "st" else word for word in folded(short or shown).split()]
    return " ".join(words) or None


@lru_cache(maxsize=100_000)
def phone_number(text: str, country: str = "DE") -> str | None:
    """A telephone number as the world dials it.

    >>> phone_number("0171/123 45 67"), phone_number("+49 (0)171 1234567"), phone_number("0049-171-1234567")
    ('+491711234567', '+491711234567', '+491711234567')
    """
    shown = seen(text)
    if shown is None:
        return None
    try:
        read = phonenumbers.parse(shown.replace("(0)", ""), country)
    except phonenumbers.NumberParseException:
        digits = _NO_DIGIT.sub("", shown)
        return digits if len(set(digits)) > 2 else None  # noqa: PLR2004 - 000000 and 0101 are placeholders
    written: str = phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164)
    return written if len(set(written)) > 3 else None  # noqa: PLR2004 - as above


@lru_cache(maxsize=100_000)
def mail_address(text: str) -> str | None:
    """An e-mail address in small letters, None for one of nobody.

    >>> mail_address(" Hans@Example.DE "), mail_address("mailto:a@b.de"), mail_address("noreply@shop.de")
    ('hans@example.de', 'a@b.de', None)
    """
    shown = seen(text)
    if shown is None or "@" not in shown:
        return None
    return shown.casefold().removeprefix("mailto:").replace(" ", "").strip("<>;,.") or None


@lru_cache(maxsize=100_000)
def company_name(text: str) -> str | None:
    """A firm without its legal form.

    >>> company_name("Müller & Söhne GmbH & Co. KG"), company_name("Tante Emma Ltd.")
    ('muller sohne', 'tante emma')
    """
    shown = seen(text)
    if shown is None:
        return None
    words = folded(shown).split()
    return " ".join(word for word in words if word not in _LEGAL) or " ".join(words) or None


@lru_cache(maxsize=200_000)
def plain_number(text: str) -> str | None:
    """A number of letters and digits without what stands between them.

    >>> plain_number("12 345.678-X")
    '12345678x'
    """
    shown = seen(text)
    return None if shown is None else _NO_LETTER.sub("", _letters(shown.removesuffix(".0"))) or None


@lru_cache(maxsize=100_000)
def plain_text(text: str) -> str | None:
    """Words in one spelling."""
    shown = seen(text)
    return None if shown is None else folded(shown) or None
