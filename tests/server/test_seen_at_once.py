"""A call comes in: the person is found by telephone number, with the event that arrived a moment ago."""

import statistics
import time
from collections.abc import Iterator

import pytest

from tests.server.running import Running, running

PHONE = "+491713920000"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("calls") / "data"
    folder.mkdir()
    with running(folder) as server:
        yield server.ready()


def _event(number: str, name: str, **who: object) -> dict[str, object]:
    return {"message_id": number, "type": "track", "event": name, "channel": "call_centre"} | who


def test_a_caller_is_found_by_number_and_the_newest_event_is_there_within_a_second(shop: Running) -> None:
    key, cookie, taken = shop.key(), shop.signed_in(), []
    first = _event("first", "Kauf", user_id="K-1", traits={"phone": "0171 39 20 000", "name": "Anna Groß"})
    assert shop.send([first], key).status == 202
    assert shop.get(f"/v1/people?phone={PHONE[1:].replace('49', '0', 1)}", cookie=cookie).document["name"] == "Anna Groß"
    for number in range(20):
        began = time.perf_counter()
        assert shop.send([_event(f"e{number}", f"Anruf {number}", user_id="K-1")], key).status == 202
        found = shop.get(f"/v1/people?phone=%2B{PHONE[1:]}", cookie=cookie).document
        assert found["last"]["name"] == f"Anruf {number}"
        where = dict(shop.get(f"/people/open?phone=%2B{PHONE[1:]}", cookie=cookie, accept="text/html").headers)["location"]
        assert f"Anruf {number}" in shop.page(where).text
        taken.append(time.perf_counter() - began)
    assert statistics.median(taken) < 1.0, taken


def test_somebody_unknown_until_now_is_opened_by_number_at_once(shop: Running) -> None:
    key, cookie = shop.key(), shop.signed_in()
    for number in range(10):
        phone = f"+4917139201{number:02}"
        told = _event(f"new{number}", "Anruf", user_id=f"N-{number}", traits={"phone": phone})
        assert shop.send([told], key).status == 202
        where = dict(shop.get(f"/people/open?phone=%2B{phone[1:]}", cookie=cookie, accept="text/html").headers)["location"]
        assert shop.page(where).status == 200, where
