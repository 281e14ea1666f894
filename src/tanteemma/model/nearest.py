"""Which known name was probably meant?"""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

_HINTS: Final = 3


def nearest(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """The known names that read most like this one, whatever the case of their letters.

    >>> nearest("kasse", ["Kasse", "Warenkorb"])
    ('Kasse',)
    """
    folded: dict[str, str] = {}
    for known in names:
        folded.setdefault(known.casefold(), known)
    return tuple(folded[match] for match in get_close_matches(name.casefold(), folded, n=_HINTS))
