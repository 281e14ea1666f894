"""A spot as one word: for addresses and conditions, so that every figure of a finding leads to exactly its journeys."""

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b
from typing import Final

import msgspec

from tanteemma.journeys.findings.spot import Spot

#: A longer word, or one that unpacks to more, is none of ours.
_LONGEST: Final = 6_000
_MOST_BYTES: Final = 64 * 1024


def write_spot(spot: Spot) -> str:
    """The spot as letters, digits, ``-`` and ``_``.

    >>> from tanteemma.journeys.findings.shape import Place
    >>> spot = Spot(Place(kind="loop", steps=("A", "B"), at="A → B → A"))
    >>> read_spot(write_spot(spot)) == spot
    True
    """
    return urlsafe_b64encode(zlib.compress(msgspec.json.encode(spot), 9)).decode().rstrip("=")


def read_spot(word: str) -> Spot:
    """The spot behind a word. Raises ValueError if it is none."""
    if not 0 < len(word) <= _LONGEST or not word.isascii():
        raise ValueError("no spot")
    try:
        unpacked = zlib.decompressobj().decompress(urlsafe_b64decode(word + "=" * (-len(word) % 4)), _MOST_BYTES)
        return msgspec.json.decode(unpacked, type=Spot)
    except (ValueError, zlib.error, msgspec.MsgspecError) as error:
        raise ValueError("no spot") from error


def name_of(spot: Spot, journey: str) -> str:
    """A short name that stays the same while the same weak spot is found again, as its figures change.

    Limits and times that are learned anew from newer data are no part of it.
    """
    place = spot.place
    parts = [journey, place.kind, *place.steps, place.fact, *place.said]
    parts += [f"{one.fact}={one.value}" for one in sorted(spot.segment.where)]
    return blake2b("\x1f".join(parts).encode(), digest_size=8).hexdigest()
