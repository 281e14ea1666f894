"""What lz-string packed is read; what only looks like it is refused, quickly."""

import base64
import contextlib
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.ingest.doors.lz64 import MOST_PACKED, MOST_UNPACKED, unpacked_lz64
from tanteemma.model.problems import Problem, ProblemCode
from tests.unit.ingest.doors.test_dialects import knock, read

#: texts and what lz-string 1.5.0 (``compressToBase64``) makes of them
KNOWN: Final = {
    "": "Q===",
    "a": "IZA=",
    '{"event":"Kauf"}': "N4IgpgbmB2AuIC4QGkCGBXAZiAvkA===",
    '{"stadt":"Köln","emoji":"🛒"}': "N4IgzgLghgJhIC4QGkBvAbAdiANCApgLYD2AVgJaIiC8G4Et7IAvkA==",
}


def packed(text: str) -> str:
    """The slow, obvious packing: every sign is said anew, the dictionary is built and never used."""
    bits: list[int] = []

    def say(number: int, width: int) -> None:
        bits.extend(number >> place & 1 for place in range(width))

    room, width = 2, 2
    units = [
        int.from_bytes(text.encode("utf-16-le", "surrogatepass")[at : at + 2], "little")
        for at in range(0, len(text.encode("utf-16-le", "surrogatepass")), 2)
    ]
    for place, unit in enumerate(units):
        say(0 if unit < 256 else 1, width)
        say(unit, 8 if unit < 256 else 16)
        if place == 0:
            room, width = 4, 3
            continue
        for _ in range(2):
            room -= 1
            if not room:
                room, width = 1 << width, width + 1
    say(2, width)
    bits += [0] * (-len(bits) % 24)
    whole = int("".join(map(str, bits)), 2).to_bytes(len(bits) // 8, "big")
    return base64.b64encode(whole).decode()


@pytest.mark.parametrize("text", KNOWN)
def test_known_texts_come_out_as_they_were(text: str) -> None:
    assert unpacked_lz64(KNOWN[text]).decode() == text


@given(st.text(max_size=300))
def test_what_was_packed_comes_out(text: str) -> None:
    assert unpacked_lz64(packed(text)).decode() == text


@given(st.text("ABCDEFGHabcxyz0189+/=", max_size=400))
def test_any_signs_are_text_or_a_problem(signs: str) -> None:
    with contextlib.suppress(Problem):
        unpacked_lz64(signs)


def test_too_much_is_refused_before_and_while_it_is_unpacked() -> None:
    with pytest.raises(Problem) as packed_too_large:
        unpacked_lz64("A" * (MOST_PACKED + 1))
    assert packed_too_large.value.code is ProblemCode.TOO_LARGE
    bits, width, room = [0, 0, *[1] * 8], 3, 4
    code = 4
    while len(bits) < MOST_PACKED * 6 - 64:  # each code names the entry that is just being made: it grows by one sign each time
        bits += [code >> place & 1 for place in range(width)]
        code, room = code + 1, room - 1
        if not room:
            room, width = 1 << width, width + 1
    bits += [0] * (-len(bits) % 24)
    bomb = base64.b64encode(int("".join(map(str, bits)), 2).to_bytes(len(bits) // 8, "big")).decode()
    with pytest.raises(Problem) as unpacked_too_large:
        unpacked_lz64(bomb)
    assert unpacked_too_large.value.code is ProblemCode.TOO_LARGE_UNCOMPRESSED
    assert unpacked_too_large.value.params["limit"] == MOST_UNPACKED


def test_posthogs_old_library_is_understood() -> None:
    text = '{"token":"wk_1","event":"Kauf","distinct_id":"u-1","properties":{"stadt":"Köln 🛒","menge":3}}'
    body = f"data={packed(text).replace('+', '%2B')}&compression=lz64".encode()
    in_form = read("posthog", knock("/e", body))
    in_address = read("posthog", knock("/e", body.partition(b"&")[0], query=(("compression", "lz64"),)))
    for (event,) in (in_form, in_address):
        assert (event.name, event.subject, event.properties) == ("Kauf", "user:u-1", '{"stadt":"Köln 🛒","menge":3}')
