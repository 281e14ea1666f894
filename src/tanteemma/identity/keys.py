"""Who is meant? One spelling for each way of naming a person, so that the same person named twice is found once.

The contract of the doors and of the file import: e-mail addresses are compared after NFC, trimming and case folding; a
domain that mail programs write in ASCII letters (``xn--…``, IDNA) is the one with umlauts that people write; every
other id only after NFC, for only its owner knows what its letters mean. What programs write when they have no id (a null as
text, a GUID of zeros, a placeholder) names nobody: it is kept with the event and joins nothing.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from typing import Final


class Kind(StrEnum):
    """In which way a person is named. ``MAIL`` also where a user id turns out to be an address; ``PHONE`` in one spelling.

    ``CARD``: what stands on a customer's card; ``SOCIAL``: a name in a social network, with the network.
    """

    USER = "user"
    ANON = "anon"
    MAIL = "mail"
    PHONE = "phone"
    CARD = "card"
    SOCIAL = "social"


_MAIL: Final = re.compile(r"[^@\s<>()\",;:]+@[^@\s<>()\",;:]+\.[^@\s<>()\",;:.]+")
_EDGES: Final = " \t\r\n\v\f\"'`()[]<>{}"
_JOINTS: Final = re.compile(r"[\s_-]+")
_NOBODY: Final = frozenset(
    """
    null nil none undefined undef void nan infinity inf true false na n/a n.a. n.a k.a. k.a empty leer blank missing fehlt
    unknown unbekannt anonymous anonym anon guest gast visitor besucher nobody niemand keine kein keiner ohne test
    id userid user username customerid customer kunde kundennummer kundenid anonymousid distinctid deviceid clientid visitorid
    sessionid uuid guid email mail emailaddress notset notavailable notapplicable notauthenticated notloggedin loggedout
    unauthenticated unidentified unassigned default placeholder example beispiel dummy invalid error invaliddate nichtangegeben
    nichtvorhanden nichtbekannt direct other sonstige todo tbd objectobject undefinedundefined nullnull
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
#: the part before the @ of addresses that belong to nobody
_NOBODYS_BOX: Final = frozenset(
    """
    null none undefined nan nil unknown unbekannt anonymous anonym nobody niemand noreply nomail noemail keinemail keine kein
    donotreply test example beispiel guest gast
    """.split()  # noqa: SIM905 - as above
)
_GUID: Final = re.compile(r"[{(]?([0-9a-f])\1{7}-?\1{4}-?\1{4}-?\1{4}-?\1{12}[)}]?", re.IGNORECASE)
_GUID_SIZES: Final = frozenset((32, 36))
#: letters and digits, one of them 1 to 9: nearly every id there is, and of these only GUIDs can be junk (and minus one)
_SOMEBODY: Final = re.compile(r"(?!__|9774d56d682e549c)[A-Za-z0-9_-]*[1-9][A-Za-z0-9_-]*")
_ANON: Final = Kind.ANON.value
_MAIL_KIND: Final = Kind.MAIL.value
_ZEROS: Final = re.compile(r"[-+]?[0.:_-]*0[0.:_-]*|-1|x{2,}|9774d56d682e549c", re.IGNORECASE)
#: text that came out of a program instead of a value: unfilled templates, printed objects
_PRINTED: Final = re.compile(
    r"""\{\{.*\}\} | \$\{.*\} | <%.*%> | \{%.*%\} | \{[^{}]*\} | <[^<>]*> | \*\|.*\|\* | %%?[A-Za-z_]\w*%%? | \$[A-Za-z_]\w*
    | __\w+__ | \[object\b.* | \#<.* | [\w.$]+@[0-9a-f]{5,8} | System\.[A-Z]\w* | map\[.*\]
    | function\b.*\(.* | %!.* | [A-Z]\w*\(.*=.*\)""",
    re.VERBOSE | re.DOTALL,
)
_NETWORK: Final = re.compile(r"[a-z][a-z0-9._-]{0,30}")
_RENAMED: Final = {"twitter": "x"}
#: a label of a domain in ASCII letters that stands for others
_ENCODED: Final = "xn--"
_LONGEST_JUNK: Final = 1024
_SHORTEST_PHONE: Final = 6
_LONGEST_PHONE: Final = 20
_REPLACED: Final = "\ufffd"
_SILENT: Final = frozenset(("Cc", "Cf", "Zs", "Zl", "Zp", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Cn", "Co"))


@lru_cache(maxsize=16_384)
def canonical(kind: Kind | str, value: str) -> str | None:
    """The key of a person as one source names them, None if it names nobody.

    >>> canonical("user", "4711"), canonical("user", " Müller@Example.DE ")
    ('user:4711', 'mail:müller@example.de')
    >>> canonical("anon", "00000000-0000-0000-0000-000000000000") is None
    True
    """
    if is_junk(value):
        return None
    if kind == Kind.PHONE:
        number = telephone(value)
        return None if number is None else f"phone:{number}"
    text = value if value.isascii() else unicodedata.normalize("NFC", value)
    if kind == Kind.CARD:
        return f"card:{_JOINTS.sub('', text.strip()).casefold()}"
    if kind == Kind.SOCIAL:
        named = _network_name(text)
        return None if named is None else f"social:{named}"
    folded = _address(text) if "@" in text and kind != _ANON else None
    if folded is not None:
        return f"mail:{folded}"
    return None if kind == _MAIL_KIND else f"{kind}:{text}"


def _network_name(text: str) -> str | None:
    """A name in a social network, as network and name in one spelling; None without a network or without a name.

    >>> _network_name("Twitter:@Anna_K"), _network_name("instagram: anna.k"), _network_name("@anna")
    ('x:anna_k', 'instagram:anna.k', None)
    """
    network, colon, name = text.casefold().partition(":")
    network, name = network.strip(), name.strip().removeprefix("@")
    if not colon or not name or is_junk(name) or not _NETWORK.fullmatch(network):
        return None
    return f"{_RENAMED.get(network, network)}:{name}"


@lru_cache(maxsize=16_384)
def telephone(value: str, region: str = "DE") -> str | None:
    """A telephone number in its one international spelling, None for what nobody could dial.

    ``region``: whose numbers are written without a country code.

    >>> telephone("0171 / 39 20 000"), telephone("+49 (0)171 3920000"), telephone("0043 1 5880-0"), telephone("4711")
    ('+491713920000', '+491713920000', '+43158800', None)
    """
    import phonenumbers  # noqa: PLC0415 - eight megabytes that most doors never need

    if not _SHORTEST_PHONE <= sum(map(str.isdigit, value)) <= _LONGEST_PHONE:
        return None
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def is_junk(value: str) -> bool:
    """Is this what programs write when they have no id?

    >>> [is_junk(text) for text in ("null", " ", "[object Object]", "0", "{{user.id}}", "noreply@shop.de")]
    [True, True, True, True, True, True]
    >>> [is_junk(text) for text in ("4711", "1", "Gast-Hans", "hans@example.de")]
    [False, False, False, False]
    """
    if _SOMEBODY.fullmatch(value):
        return value == "-1" or (len(value) in _GUID_SIZES and _GUID.fullmatch(value) is not None)
    if len(value) > _LONGEST_JUNK:
        return not value.strip()
    text = (value if value.isascii() else _seen(value)).strip()
    if _GUID.fullmatch(text) or _ZEROS.fullmatch(text) or _PRINTED.fullmatch(text):
        return True
    core = text.strip(_EDGES).casefold()
    if core in _NOBODY or _JOINTS.sub("", core) in _NOBODY:
        return True
    box, at, _ = core.partition("@")
    if at and _JOINTS.sub("", box) in _NOBODYS_BOX:
        return True
    return all(letter == _REPLACED or unicodedata.category(letter) in _SILENT for letter in core)


#: which kinds of identifiers are believed before which, where nobody stated otherwise
PRIORITY: Final = tuple(kind.value for kind in (Kind.USER, Kind.MAIL, Kind.PHONE, Kind.CARD, Kind.SOCIAL, Kind.ANON))


def strongest(subjects: Iterable[str]) -> str:
    """The identifier that most likely stays with a person: a customer number before an address before a device.

    >>> strongest(("anon:a-1", "mail:hans@example.de", "user:4711"))
    'user:4711'
    """
    ranks = {kind: rank for rank, kind in enumerate(PRIORITY)}
    return min(subjects, key=lambda subject: (ranks.get(subject.partition(":")[0], len(ranks)), subject))


def is_address(value: str) -> bool:
    """Is this an e-mail address of somebody?

    >>> is_address("hans@example.de"), is_address("hans"), is_address("noreply@example.de")
    (True, False, False)
    """
    return canonical(Kind.MAIL, value) is not None


def _seen(value: str) -> str:
    """Without characters nobody sees, which must not make a null into somebody."""
    folded = unicodedata.normalize("NFKC", value)
    return "".join(letter for letter in folded if unicodedata.category(letter) not in {"Cf", "Cc"})


def _spelled_out(address: str) -> str:
    """An address whose domain is written for machines, as people write it; one that is no valid domain as it is.

    >>> _spelled_out("hans@xn--mller-kva.de"), _spelled_out("hans@xn--.de")
    ('hans@müller.de', 'hans@xn--.de')
    """
    import idna  # noqa: PLC0415 - 1.4 MiB of tables, needed only by a domain that is written for machines

    box, at, domain = address.rpartition("@")
    try:
        return f"{box}{at}{idna.decode(domain.lower())}"
    except UnicodeError:
        return address


def _address(text: str) -> str | None:
    """An e-mail address in the form addresses are compared in, None if it is none."""
    trimmed = text.strip()
    if not _MAIL.fullmatch(trimmed):
        return None
    folded = (_spelled_out(trimmed) if _ENCODED in trimmed.lower() else trimmed).casefold()
    return folded if folded.isascii() else unicodedata.normalize("NFC", folded)
