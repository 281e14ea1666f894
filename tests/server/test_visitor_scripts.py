"""The scripts of the visitor snippet come to pages of any origin; the page and the command give out the code."""

import gzip
import json
import re

import pytest

from tanteemma.serve.snippet.code import scripts
from tests.server.running import Running, emma

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", ["emma.js", "emma-more.js"])
def test_a_script_may_be_loaded_by_pages_of_any_origin(server: Running, name: str) -> None:
    plain = server.get(f"/v1/snippet/{name}", origin="https://anybody.example.org")
    assert plain.status == 200
    assert plain.body == scripts()[name].content
    assert plain.headers["access-control-allow-origin"] == "*"
    assert plain.headers["cross-origin-resource-policy"] == "cross-origin"
    assert plain.headers["content-type"].startswith("text/javascript")
    assert "max-age=3600" in plain.headers["cache-control"]
    assert "set-cookie" not in plain.headers
    small = server.get(f"/v1/snippet/{name}", accept_encoding="gzip")
    assert gzip.decompress(small.body) == plain.body
    assert server.get(f"/v1/snippet/{name}", if_none_match=plain.headers["etag"]).status == 304


@pytest.mark.parametrize("name", ["nothing.js", "..%2fcode.py", "code.py", "emma.js%00"])
def test_nothing_else_lies_there(server: Running, name: str) -> None:
    assert server.get(f"/v1/snippet/{name}").status == 404


def test_a_beacon_of_the_snippet_is_taken_without_a_question_before(server: Running, key: str) -> None:
    body = json.dumps({"sent_at": "2026-11-21T20:05:00Z", "batch": [{"type": "page", "name": "/", "visitor": "day"}]})
    headers = {"origin": "https://shop.example.de", "content-type": "text/plain;charset=UTF-8"}
    reply = server.ask("POST", f"/v1/beacon?key={key}", body, **headers)
    assert (reply.status, reply.document["accepted"]) == (202, 1)
    stranger = server.ask("POST", f"/v1/beacon?key={key}", body, **headers | {"origin": "https://stranger.example.org"})
    assert stranger.status == 403


def test_only_who_is_signed_in_gets_the_page_and_a_forged_form_makes_no_key(server: Running) -> None:
    assert server.get("/data/snippet", accept="text/html").status == 401
    before = server.page("/data/snippet").text
    form = "application/x-www-form-urlencoded"
    forged = server.ask("POST", "/data/snippet", "source=Fremd&action=key", cookie=server.signed_in(), content_type=form)
    assert forged.status == 403
    assert "Fremd" not in server.page("/data/snippet").text
    assert 'data-key="wk_…"' in before.replace("&#34;", '"')


def test_the_command_prints_the_code_with_a_key_that_opens_the_door(server: Running) -> None:
    chosen = "--source Website --consent cookieless --share 25 --without forms,errors --params sku"
    said = emma("snippet", *chosen.split(), "--host", "https://emma.example.de", "--json", data=server.data)
    told = json.loads(said.stdout)
    assert set(told) == {"source", "key", "code"}
    assert f'data-key="{told["key"]}"' in told["code"]
    for part in ('data-consent="cookieless"', 'data-sample="0.25"', 'data-off="forms,errors"', 'data-params="sku"'):
        assert part in told["code"]
    assert server.send({"type": "page", "visitor": "day"}, told["key"], "/v1/beacon").status == 202
    again = emma("snippet", "--source", "Website", "--key", told["key"], "--fixed", data=server.data)
    assert re.search(r'integrity="sha384-[^"]{64}"', again.stdout)
