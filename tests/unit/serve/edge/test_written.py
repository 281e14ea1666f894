"""Answers as bytes: one head for all that differ only in length and number, and no header that breaks out of its line."""

import pytest

from tanteemma.serve.edge.written import Heads, written_head

DATE = [(b"date", b"Fri, 27 Nov 2026 20:00:00 GMT")]


def test_a_head_ends_the_connection_when_somebody_says_so() -> None:
    assert written_head(200, DATE, keep_alive=True) == (b"HTTP/1.1 200 OK\r\ndate: Fri, 27 Nov 2026 20:00:00 GMT\r\n\r\n", True)
    head, goes_on = written_head(200, DATE, keep_alive=False)
    assert head.endswith(b"GMT\r\nconnection: close\r\n\r\n")
    assert not goes_on
    head, goes_on = written_head(503, [(b"connection", b"close")], keep_alive=True)
    assert head.count(b"close") == 1
    assert not goes_on


@pytest.mark.parametrize("value", [b"a\r\nx: y", b"a\n", b"\r"])
def test_a_header_with_a_line_end_is_never_sent(value: bytes) -> None:
    with pytest.raises(RuntimeError):
        written_head(200, [(b"x", value)], keep_alive=True)


def test_a_kept_head_holds_as_long_as_the_date_is_the_same() -> None:
    heads, later = Heads(), [(b"date", b"Fri, 27 Nov 2026 20:00:01 GMT")]
    heads.keep(202, DATE, (b"before", b"after"))
    heads.keep(422, DATE, (b"other", b"end"))
    assert heads.find(202, DATE) == (b"before", b"after")
    assert heads.find(422, DATE) == (b"other", b"end")
    assert heads.find(400, DATE) is None
    assert heads.find(202, later) is None
    heads.keep(202, later, (b"new", b"after"))
    assert heads.find(202, later) == (b"new", b"after")
    assert heads.find(422, later) is None
