import gzip
import json
import os
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.ingest.doors.shape import Limits
from tests.unit.ingest.doors.knocking import Shop, order, told

ONE = json.dumps(order()).encode()


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(ONE)),
        ("x-gzip", gzip.compress(ONE)),
        (" GZIP ", gzip.compress(ONE)),
        ("gzip", gzip.compress(ONE[:20]) + gzip.compress(ONE[20:])),
        ("gzip", gzip.compress(ONE) + b"\0" * 512),
        (None, gzip.compress(ONE)),
        ("identity", gzip.compress(ONE)),
        ("deflate", zlib.compress(ONE)),
        ("deflate", raw_deflate(ONE)),
        ("identity", ONE),
        ("", ONE),
    ],
)
def test_one_layer_of_compression_is_undone(coding: str | None, body: bytes) -> None:
    assert Shop().accepted(body, content_encoding=coding).message_id == "m-1"


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(ONE)[:-9]),
        ("gzip", gzip.compress(ONE)[:-1]),
        ("gzip", ONE),
        ("gzip", gzip.compress(ONE) + b"more"),
        ("gzip", gzip.compress(ONE)[:-8] + b"\0\0\0\0" + gzip.compress(ONE)[-4:]),
        ("gzip", b"\x1f\x8b"),
        (None, b"\x1f\x8b"),
        ("deflate", zlib.compress(ONE)[:-3]),
        ("deflate", raw_deflate(ONE)[:-3]),
        ("deflate", ONE),
        ("deflate", zlib.compress(ONE) + b"more"),
    ],
)
def test_broken_compression_is_said_and_nothing_is_kept(coding: str | None, body: bytes) -> None:
    answer = Shop().send(body, content_encoding=coding)
    assert told(answer) == (400, "bad_compression", 0, 0, 0, 1)
    assert answer.entry is None


@pytest.mark.parametrize("coding", ["gzip", None])
def test_what_was_packed_twice_is_unpacked_once(coding: str | None) -> None:
    assert told(Shop().send(gzip.compress(gzip.compress(ONE)), content_encoding=coding)) == (400, "invalid_utf8", 0, 0, 1, 0)


@pytest.mark.parametrize("coding", ["br", "zstd", "rot13", "gzip, gzip", "gzip, deflate", "compress"])
def test_an_unknown_coding_is_refused(coding: str) -> None:
    assert told(Shop().send(ONE, content_encoding=coding)) == (415, "unsupported_encoding", 0, 0, 0, 1)


@pytest.mark.parametrize("coding", ["gzip", "deflate", None])
def test_nothing_packed_is_an_empty_request(coding: str | None) -> None:
    assert told(Shop().send(b"", content_encoding=coding))[:2] == (400, "empty_body")
    assert told(Shop().send(gzip.compress(b""), content_encoding="gzip"))[:2] == (400, "empty_body")


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, raw_deflate])
def test_a_bomb_is_refused_before_it_goes_off(pack: object) -> None:
    assert callable(pack)
    bomb = pack(b"0" * 50_000_000)
    coding = "gzip" if pack is gzip.compress else "deflate"
    tracemalloc.start()
    answer = Shop().send(bomb, content_encoding=coding)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert told(answer) == (413, "too_large_uncompressed", 0, 0, 0, 1)
    assert most < 16 * 1024 * 1024


def test_a_small_body_may_be_packed_as_tightly_as_it_can_but_a_large_one_only_two_hundred_times() -> None:
    limits = Limits(unpacked_bytes=10_000_000)
    small = json.dumps([order(message_id=f"m-{number % 2}") for number in range(400)]).encode()
    assert len(small) < 65_536
    assert Shop().send(gzip.compress(small), content_encoding="gzip", limits=limits).accepted == 2
    large = b"[" + b" " * 1_000_000 + b"]"
    assert told(Shop().send(gzip.compress(large), content_encoding="gzip", limits=limits))[:2] == (
        413,
        "too_large_uncompressed",
    )


def test_many_members_together_stay_within_the_limit() -> None:
    body = gzip.compress(os.urandom(60_000)) * 4
    answer = Shop().send(body, content_encoding="gzip", limits=Limits(unpacked_bytes=200_000))
    assert told(answer)[:2] == (413, "too_large_uncompressed")


@given(st.binary(max_size=200), st.sampled_from(["gzip", "deflate", None]), st.booleans())
def test_whatever_is_packed_or_not_is_answered(body: bytes, coding: str | None, packed: bool) -> None:
    answer = Shop().send(gzip.compress(body) if packed else body, content_encoding=coding)
    assert answer.status in {202, 400, 413, 422}
