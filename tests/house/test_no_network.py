"""Unit and house tests cannot reach the network, by whatever way."""

import asyncio
import socket
from pathlib import Path

import pytest


def test_a_connection_is_refused_before_it_is_made() -> None:
    with socket.socket() as one, pytest.raises(AssertionError, match="network"):
        one.connect(("127.0.0.1", 9))


def test_a_name_is_not_looked_up() -> None:
    with pytest.raises(AssertionError, match="network"):
        socket.getaddrinfo("example.org", 443)


def test_a_datagram_is_not_sent() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as one, pytest.raises(AssertionError, match="network"):
        one.sendto(b"x", ("127.0.0.1", 9))


def test_an_event_loop_still_runs() -> None:
    async def answer() -> int:
        await asyncio.sleep(0)
        return 42

    assert asyncio.run(answer()) == 42


def test_a_local_socket_file_needs_the_mark(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one, pytest.raises(AssertionError, match="network"):
        one.connect(str(tmp_path / "socket"))


@pytest.mark.unix_socket
def test_a_local_socket_file_can_be_used_with_the_mark(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as there, socket.socket(socket.AF_UNIX) as here:
        there.bind(str(tmp_path / "socket"))
        there.listen()
        here.connect(str(tmp_path / "socket"))
