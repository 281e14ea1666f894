"""By which words is a person found? Names as they are spelt and as they sound, numbers and addresses without their signs.

Two kinds of words: names (``n:mueller``, with how they sound, ``k:657``), which may be misspelt, and everything that names
exactly one thing (``i:b100000``: customer number, order, ticket, phone, e-mail).
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import msgspec

from tanteemma.identity.profile.belonging import Belonging
from tanteemma.identity.profile.facet import Facet
from tanteemma.identity.profile.profile import kind_and_value
from tanteemma.store.profiles.kept import NAME

EXACT: Final = "i:"
SOUND: Final = "k:"
#: whoever belongs to an account; whoever has a role in any; an account by its name
BELONGS: Final = "a:"
ROLE: Final = "ar:"
ACCOUNT_NAME: Final = "an:"
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_SIGNS: Final = re.compile(r"[\W_]+")
_NAMING: Final = re.compile(r"name|company|firma|organi[sz]ation|town|city|\bort\b|stadt", re.IGNORECASE)
_EXACT_TRAITS: Final = re.compile(
    r"mail|phone|telefon|mobil|handy|fax|postcode|plz|zip|number|nummer|iban|card|karte|handle|user", re.IGNORECASE
)
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "œ": "oe"})
_LONGEST: Final = 64
_SHORTEST_NAME: Final = 2
_MOST: Final = 400
#: whoever is only a device has no words: nobody looks for a cookie by typing it, but by its whole value
_COLOGNE: Final[tuple[tuple[str, str], ...]] = (
    ("aeijouy", "0"), ("b", "1"), ("fvw", "3"), ("gkq", "4"), ("l", "5"), ("mn", "6"), ("r", "7"), ("sz", "8"),
)  # fmt: skip
_CODE: Final = {letter: code for letters, code in _COLOGNE for letter in letters}


def words_of(subject: str, facet: Facet) -> frozenset[str]:
    """Every word a subject is found by."""
    kind, value = kind_and_value(subject)
    found = {EXACT + squeezed(value)}
    if kind == "mail":
        found |= _names(value.partition("@")[0])
    for key in facet.things:
        found.add(EXACT + squeezed(key.partition("\x1f")[2]))
    for name, said in facet.traits.items():
        is_name, is_exact = _NAMING.search(name), _EXACT_TRAITS.search(name)
        if not is_name and not is_exact:
            continue
        for trait in said.values():
            text = _text(trait.value)
            if is_name:
                found |= _names(text)
            if is_exact:
                found.add(EXACT + squeezed(text))
    found.discard(EXACT)
    for account, belonging in facet.accounts.items():
        found |= _account_words(account, belonging)
    return frozenset(sorted(found)[:_MOST])


def _account_words(account: str, belonging: Belonging) -> set[str]:
    """What finds the members of an account, those of a role, and the account by its name; whoever left is found too."""
    found = {BELONGS + account} | {ROLE + role for _, role in belonging.roles.values()}
    names = {account.partition(":")[2]}
    for name, said in belonging.traits.items():
        if _NAMING.search(name):
            names |= {_text(value) for _, value in said.values()}
    for name in names:
        found.add(f"{ACCOUNT_NAME}{squeezed(name)}\x1f{account}")
        found |= _names(name)
    return found


def name_words(text: str) -> list[str]:
    """The single names in a text, in one spelling.

    >>> name_words("Dr. Jürgen Groß-Müller")
    ['dr', 'juergen', 'gross', 'mueller']
    """
    return [word for word in _LETTERS.findall(folded(text)) if _SHORTEST_NAME <= len(word) <= _LONGEST]


def squeezed(text: str) -> str:
    """Letters and digits alone: one spelling for numbers that people write with blanks, dots and dashes.

    >>> squeezed("B-100 000"), squeezed("+49 171/392-20")
    ('b100000', '4917139220')
    """
    return _SIGNS.sub("", folded(text))[:_LONGEST]


@lru_cache(maxsize=65_536)
def folded(text: str) -> str:
    """Lower case, umlauts spelt out, no accents.

    >>> folded("Müller-Lüdenscheidt"), folded("René")
    ('mueller-luedenscheidt', 'rene')
    """
    lower = unicodedata.normalize("NFC", text).casefold().translate(_UMLAUTS)
    if lower.isascii():
        return lower
    return "".join(letter for letter in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(letter))


@lru_cache(maxsize=65_536)
def sound(name: str) -> str:
    """How a German ear hears a name (the Cologne phonetics of H. J. Postel, 1969).

    >>> sound("mueller-luedenscheidt"), sound("meier") == sound("mayer"), sound("schmidt") == sound("schmitt")
    ('65752682', True, True)
    """
    letters = [letter for letter in folded(name) if letter.isalpha()]
    codes: list[str] = []
    for place, letter in enumerate(letters):
        before = letters[place - 1] if place else ""
        after = letters[place + 1] if place + 1 < len(letters) else ""
        codes.append(_sound_of(letter, before, after))
    joined = "".join(codes)
    once = "".join(code for place, code in enumerate(joined) if not place or joined[place - 1] != code)
    return once[:1] + once[1:].replace("0", "")


def _sound_of(letter: str, before: str, after: str) -> str:
    if letter == "h":
        return ""
    if letter == "p":
        return "3" if after == "h" else "1"
    if letter in "dt":
        return "8" if after in {"c", "s", "z"} else "2"
    if letter == "x":
        return "8" if before in {"c", "k", "q"} else "48"
    if letter == "c":
        hard = after in set("ahkloqrux") if not before else after in set("ahkoqux") and before not in {"s", "z"}
        return "4" if hard else "8"
    return _CODE.get(letter, "")


def _names(text: str) -> set[str]:
    words = name_words(text)
    return {NAME + word for word in words} | {SOUND + code for word in words if len(code := sound(word)) > 1}


def _text(value: str) -> str:
    try:
        said = msgspec.json.decode(value)
    except msgspec.DecodeError:
        return ""
    return said if isinstance(said, str) else value


def trigrams(word: str) -> list[str]:
    """Pieces of three letters.

    >>> trigrams("meier")
    ['mei', 'eie', 'ier']
    """
    return [word[place : place + 3] for place in range(len(word) - 2)]


def every_word(texts: Iterable[str]) -> list[str]:
    """The single names of several texts."""
    return [word for text in texts for word in name_words(text)]
