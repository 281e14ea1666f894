"""Webhooks and forms at a running server: what comes in is found again, whatever comes in."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest

from tanteemma.ingest.webhooks.ready import every_ready, ready_mapping
from tests.server.running import Reply, Running, running, wait_until

SITE = "https://www.example.de"
FORM: dict[str, Any] = {
    "title": "Kontakt",
    "source": "website",
    "event": "Kontaktanfrage",
    "fields": [
        {"name": "email", "label": "E-Mail", "kind": "email", "required": True, "needed": True},
        {"name": "place", "label": "Wohnort", "kind": "text"},
        {"name": "age", "label": "Alter", "kind": "age"},
        {"name": "gender", "label": "Geschlecht", "kind": "choice", "choices": ["weiblich", "männlich", "divers"]},
        {"name": "message", "label": "Nachricht", "kind": "long_text", "needed": True},
    ],
    "consent": {"text": "Ich bin einverstanden.", "version": "2026-11", "purposes": ["newsletter", "offers"]},
    "sites": ["https://www.example.de"],
    "redirect": "https://www.example.de/danke",
}
RULES = {"rules": [{"event": "=Bestellung", "user_id": "customer", "time": "at", "keys": {"order": "order"}}]}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("hooks") / "data"
    folder.mkdir()
    with running(folder, trusted_proxies="127.0.0.1") as found:
        yield found.ready()


@pytest.fixture(scope="module")
def admin(server: Running) -> str:
    return server.key("admin")


def put(server: Running, admin: str, path: str, body: object) -> Reply:
    return server.ask("PUT", path, json.dumps(body), **{"Authorization": f"Bearer {admin}", "Content-Type": "application/json"})


def keep(server: Running, admin: str, name: str, mapping: object, secret: str | None = None) -> None:
    kept = put(server, admin, "/api/mappings", {"name": name, "mapping": mapping, "secret": secret})
    assert kept.status == 200, kept.text


def events_of(server: Running, admin: str, where: str) -> list[dict[str, Any]]:
    sql = f"SELECT * FROM emma_events WHERE {where}"  # noqa: S608 - the test itself says where
    asked = server.send({"sql": sql}, admin, "/api/sql")
    assert asked.status == 200, asked.text
    found = asked.document
    return [dict(zip([one["name"] for one in found["columns"]], row, strict=True)) for row in found["rows"]]


def test_an_order_of_shopify_is_found_again_with_person_value_and_key(server: Running, admin: str) -> None:
    mapping = json.loads(json.dumps(_plain(ready_mapping("shopify", "de"))))
    keep(server, admin, "shopify", mapping, "shpss_1")
    key = server.key(source="shopify-shop")
    example = every_ready()["shopify"].examples[0]
    body = json.dumps(example.body).encode()
    signature = base64.b64encode(hmac.new(b"shpss_1", body, hashlib.sha256).digest()).decode()
    headers = {"X-Shopify-Topic": "orders/create", "X-Shopify-Hmac-Sha256": signature}
    taken = server.ask("POST", f"/v1/hooks/shopify?key={key}", body, **headers)
    assert (taken.status, taken.document["accepted"]) == (202, 1)
    again = server.ask("POST", f"/v1/hooks/shopify?key={key}", body, **headers)
    assert (again.status, again.document["duplicates"]) == (202, 1)
    (found,) = wait_until(lambda: events_of(server, admin, "source = 'shopify-shop'"))
    assert (found["touchpoint"], found["channel"], found["value"], found["currency"]) == (
        "Bestellung",
        "Onlineshop",
        "59.95",
        "EUR",
    ) or float(found["value"]) == 59.95
    assert key not in json.dumps(found, default=str)


def test_a_call_of_the_telephone_system_stands_with_the_customer_whose_number_it_is(server: Running, admin: str) -> None:
    keep(server, admin, "asterisk", _plain(ready_mapping("asterisk", "de")))
    known = {"message_id": "known", "type": "identify", "user_id": "K-77", "traits": {"phone": "+49 171 3920077"}}
    assert server.send(known, server.key(source="crm")).status == 202
    call = {"disposition": "ANSWERED", "src": "01713920077", "uniqueid": "1764240000.7", "start": "2026-11-20 10:00:00"}
    taken = server.send(call | {"billsec": 61}, server.key(source="pbx"), "/v1/hooks/asterisk")
    assert (taken.status, taken.document["accepted"]) == (202, 1), taken.text
    cookie = server.signed_in()
    found = server.get("/v1/people?phone=0171%203920077", cookie=cookie).document
    assert "user:K-77" in {one["subject"] for one in found["identifiers"]}
    assert "Anruf" in {one["name"] for one in found["recent"]}, "at once"
    wait_until(lambda: "Anruf" in server.get("/v1/people/user:K-77/events", cookie=cookie).text)


def test_a_sender_that_wants_to_hear_words_of_its_own_hears_them(server: Running, admin: str) -> None:
    keep(server, admin, "dpd", _plain(ready_mapping("dpd", "de")))
    key = server.key(source="dpd")
    said = {"pushid": "335 298&<", "pnr": "01234567890123", "status": "delivery_customer", "statusdate": "20112026140000"}
    for _ in range(2):  # DPD calls again until it hears this
        heard = server.ask("GET", f"/v1/hooks/dpd?key={key}&{urlencode(said)}")
        assert (heard.status, heard.text) == (200, "<push><pushid>335 298&amp;&lt;</pushid><status>OK</status></push>")
        assert heard.headers["content-type"] == "application/xml"
    unread = server.ask("GET", f"/v1/hooks/dpd?key={key}&pushid=7&status=new_word")
    assert unread.status == 200, "kept for a better mapping, so it need not come again"
    assert wait_until(lambda: events_of(server, admin, "source = 'dpd' and touchpoint = 'Zustellung'"))
    wrong = put(
        server, admin, "/api/mappings", {"name": "dpd", "mapping": {**RULES, "answer": {"type": "text/html", "body": ""}}}
    )
    assert (wrong.status, wrong.code) == (422, "mapping_invalid"), wrong.text
    assert "answer.type" in wrong.text


def _plain(value: object) -> Any:
    return msgspec.to_builtins(value)


def test_what_is_not_signed_or_signed_wrongly_is_refused_and_not_kept(server: Running, admin: str) -> None:
    keep(server, admin, "signed", {**RULES, "signature": {"kind": "stripe"}}, "whsec_1")
    key = server.key(source="signed")
    body = b'{"customer":"1","at":"2026-11-20T10:00:00Z"}'
    path = f"/v1/hooks/signed?key={key}"
    assert server.ask("POST", path, body).code == "signature_missing"

    def signed(at: int, secret: bytes = b"whsec_1") -> Reply:
        told = hmac.new(secret, f"{at}.".encode() + body, hashlib.sha256).hexdigest()
        return server.ask("POST", path, body, **{"Stripe-Signature": f"t={at},v1={told}"})

    now = int(time.time())
    assert (signed(now, b"other").status, signed(now, b"other").code) == (401, "signature_wrong")
    assert signed(now - 400).code == "signature_old"
    assert signed(now).document["accepted"] == 1


def test_a_webhook_needs_a_write_key_of_the_right_source(server: Running, admin: str) -> None:
    keep(server, admin, "only-erp", {**RULES, "source": "erp"})
    assert server.ask("POST", "/v1/hooks/only-erp", b"{}").code == "no_key"
    assert server.ask("POST", "/v1/hooks/only-erp?key=wk_no", b"{}").code == "wrong_key"
    assert server.ask("POST", f"/v1/hooks/only-erp?key={server.key('read')}", b"{}").status == 403
    other = server.ask("POST", f"/v1/hooks/only-erp?key={server.key(source='other')}", b"{}")
    assert (other.status, other.code) == (403, "wrong_source")
    by_source = server.send({"customer": "7", "at": "2026-11-20T10:00:00Z"}, server.key(source="erp"), "/v1/hooks/erp")
    assert by_source.document["accepted"] == 1


def test_what_no_mapping_reads_is_kept_and_read_by_the_one_that_is_saved_later(server: Running, admin: str) -> None:
    key = server.key(source="late")
    event = {"customer": "k1", "at": "2026-11-20T10:00:00Z", "order": "A7", "more": {"deep": [1.50]}}
    kept = server.send(event, key, "/v1/hooks/late-mapping")
    assert (kept.status, kept.document["quarantined"], kept.document["results"][0]["code"]) == (202, 1, "mapping_unknown")
    keep(server, admin, "late-mapping", RULES)
    wait_until(lambda: "mapping_unknown" in server.page("/data/quarantine").text)
    page = server.page("/data/mappings/edit?name=late-mapping").text
    assert "k1" in page
    token = server.form_token()
    done = server.post_form("/data/mappings/replay", {"_csrf_token": token}, Cookie=server.signed_in())
    assert done.status == 303, done.text
    (found,) = wait_until(lambda: events_of(server, admin, "source = 'late'"))
    assert found["touchpoint"] == "Bestellung"
    assert json.loads(found["properties"]) == {"more": {"deep": [1.5]}}


def test_hostile_names_and_bodies_are_never_a_fault(server: Running, admin: str) -> None:
    keep(server, admin, "any", RULES)
    key = server.key(source="hostile")
    names = ["../any", "any%00", "a" * 300, "%2e%2e", "ANY", "ä", "any/x", "'", "any;drop"]
    for name in names:
        assert server.send({"customer": "1"}, key, f"/v1/hooks/{name.encode('ascii', 'ignore').decode()}").status in {404, 202}
    bodies = [
        b"",
        b"{",
        b"[" * 100_000,
        b'{"a":' + b"[" * 2_000 + b"]" * 2_000 + b"}",
        b"\xff\xfe",
        b"null",
        b"1",
        b'{"a":1,"a":2}',
        b'{"a":NaN}',
    ]
    bodies += [b"a=1&b=2", b"<xml/>", b'{"at":' + b"9" * 400 + b"}", b"\x1f\x8b\x00", b'"text"']
    for body in bodies:
        reply = server.ask("POST", f"/v1/hooks/any?key={key}", body)
        assert 200 <= reply.status < 500, body[:40]
    assert server.get("/healthz").status == 200


def test_a_list_that_is_too_long_is_refused_with_its_limit(server: Running, admin: str) -> None:
    keep(server, admin, "listed", {"rules": [{"each": "$", "event": "=Schritt", "user_id": "id"}]})
    key = server.key(source="listed")
    reply = server.send([{"id": str(at)} for at in range(100_000)], key, "/v1/hooks/listed")
    assert (reply.status, reply.code) == (413, "too_many_events")
    some = server.send([{"id": str(at), "n": at} for at in range(3)] + [{"n": 3}], key, "/v1/hooks/listed")
    assert (some.document["accepted"], some.document["quarantined"]) == (3, 1)


def saying(words: str) -> str:
    return f"source = 'website' AND CAST(properties AS VARCHAR) LIKE '%{words}%'"


def form(server: Running, fields: dict[str, str], **headers: str) -> Reply:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return server.ask("POST", "/v1/forms/contact", urlencode(fields), **{**kind, **headers})


@pytest.fixture(scope="module")
def contact(server: Running, admin: str) -> Running:
    kept = put(server, admin, "/api/forms", {"name": "contact", "form": FORM})
    assert kept.status == 200, kept.text
    return server


def test_without_consent_only_what_the_request_needs_is_kept(contact: Running, admin: str) -> None:
    full = {"email": "ida@example.org", "place": "Köln", "age": "41", "gender": "divers", "message": "Bitte Rückruf von Ida."}
    taken = form(contact, full, X_Forwarded_For="10.0.0.1")
    assert (taken.status, taken.document["accepted"]) == (202, 1)
    assert sorted(taken.document["left_out"]) == ["age", "gender", "place"]
    (found,) = wait_until(
        lambda: events_of(contact, admin, "source = 'website' AND CAST(properties AS VARCHAR) LIKE '%Bitte Rückruf von Ida%'")
    )
    told = json.dumps(found, ensure_ascii=False, default=str)
    assert "Köln" not in told
    assert "41" not in json.loads(found["properties"]).values()
    assert found["purpose"] == "contact_request"
    assert json.loads(found["properties"])["consent"] == {"given": False, "purposes": ["contact_request"]}
    agreed = form(
        contact,
        {**full, "email": "ole@example.org", "message": "Rückruf von Ole.", "consent": "yes"},
        X_Forwarded_For="10.0.0.1",
    )
    assert agreed.document["left_out"] == []
    (found,) = wait_until(lambda: events_of(contact, admin, saying("Rückruf von Ole")))
    consent = json.loads(found["properties"])["consent"]
    assert (consent["given"], consent["purposes"], consent["version"]) == (True, ["newsletter", "offers"], "2026-11")
    assert found["purpose"] == "newsletter"


def test_a_browser_is_led_back_only_to_allowed_pages(contact: Running) -> None:
    page = {"Accept": "text/html", "X_Forwarded_For": "10.0.0.2"}
    said = {"email": "eva@example.org", "message": "Hallo"}
    there = form(contact, said, Origin="https://www.example.de", **page)
    assert (there.status, there.headers["location"]) == (303, "https://www.example.de/danke")
    for target in (
        "https://evil.example.com/",
        "//evil.example.com",
        f"{SITE}@evil.test/",
        "javascript:alert(1)",
    ):
        refused = form(contact, {**said, "redirect": target}, **page)
        assert refused.status == 422, target
        assert "location" not in refused.headers
    assert form(contact, said, Origin="https://evil.example.com", **page).status == 403


def test_a_refusal_speaks_the_visitors_language_and_names_every_field(contact: Running) -> None:
    said = {"email": "keine", "age": "alt", "consent": "yes"}
    german = form(contact, said, Accept="text/html", X_Forwarded_For="10.0.0.3")
    assert german.status == 422
    assert "E-Mail" in german.text
    assert "Alter" in german.text
    assert "passt nicht" in german.text
    english = form(contact, said, Accept="text/html", Accept_Language="en", X_Forwarded_For="10.0.0.3")
    assert "does not fit" in english.text
    assert "alt" not in german.text.replace("Alter", "").split("<main>")[1].replace("gehalten", "")


def test_a_program_that_fills_in_what_nobody_sees_is_thanked_and_nothing_is_kept(contact: Running, admin: str) -> None:
    said = {"email": "bot@example.org", "message": "Kaufen!", "homepage": "https://spam.example.com"}
    assert form(contact, said, X_Forwarded_For="10.0.0.4").status == 202
    form(contact, {"email": "after@example.org", "message": "Nachher"}, X_Forwarded_For="10.0.0.4")
    wait_until(lambda: events_of(contact, admin, saying("Nachher")))
    assert events_of(contact, admin, saying("Kaufen")) == []


def test_many_answers_in_a_moment_are_asked_to_wait(contact: Running) -> None:
    replies = [form(contact, {"email": f"a{at}@example.org"}, X_Forwarded_For="10.9.9.9") for at in range(12)]
    assert [reply.status for reply in replies[:10]] == [202] * 10
    assert replies[-1].status == 429
    assert int(replies[-1].headers["retry-after"]) > 0
    assert form(contact, {"email": "b@example.org"}, X_Forwarded_For="10.9.9.8").status == 202


def test_a_form_comes_as_multipart_and_json_too_and_the_same_twice_counts_once(contact: Running) -> None:
    parts = '--x\r\nContent-Disposition: form-data; name="email"\r\n\r\nm@example.org\r\n--x--\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=x", "X_Forwarded_For": "10.0.0.5"}
    assert contact.ask("POST", "/v1/forms/contact", parts, **headers).document["accepted"] == 1
    as_json = {"Content-Type": "application/json", "X_Forwarded_For": "10.0.0.5"}
    again = contact.ask("POST", "/v1/forms/contact", b'{"email":"m@example.org"}', **as_json).document
    assert again["accepted"] + again["duplicates"] == 1
    for body in (b"", b"\x00", b"[1]", b"--x", b"{" * 5000, b"=" * 300):
        reply = contact.ask(
            "POST", "/v1/forms/contact", body, **{**headers, "X_Forwarded_For": f"10.1.{len(body)}.{body[:1].hex()}"}
        )
        assert 400 <= reply.status < 500
    assert contact.ask("POST", "/v1/forms/nothing", b"a=1").status == 404


def test_pages_of_mappings_and_forms_save_what_was_typed(server: Running) -> None:
    cookie, token = server.signed_in(), server.form_token()
    example = '{"kundennummer": "K7", "datum": "20.11.2026 10:00", "bestellnummer": "A1", "betrag": "1.234,50"}'
    typed = {"_csrf_token": token, "rules": "1", "name": "typed", "example": example, "action": "suggest"}
    page = server.post_form("/data/mappings/edit", typed, Cookie=cookie)
    assert page.status == 200
    for wanted in ('value="kundennummer"', 'value="datum"', "order = bestellnummer", "1234.50"):
        assert wanted in page.text, wanted
    rule = {"0.event": "=Bestellung", "0.user_id": "kundennummer", "0.time": "datum", "0.keys": "order = bestellnummer"}
    wrong = server.post_form("/data/mappings/edit", {**typed, **rule, "0.time": "a..b", "action": "save"}, Cookie=cookie)
    assert wrong.status == 422
    assert "rules[0].time" in wrong.text
    saved = server.post_form("/data/mappings/edit", {**typed, **rule, "action": "save"}, Cookie=cookie)
    assert saved.status == 303
    assert "typed" in server.page("/data/mappings").text
    tried = server.post_form("/data/mappings/try", {**typed, **rule}, Cookie=cookie)
    assert "K7" in tried.text


def test_a_form_saved_on_the_page_shows_html_without_a_script(server: Running) -> None:
    typed = {
        "_csrf_token": server.form_token(),
        "name": "signup",
        "title": "Anmeldung",
        "event": "Anmeldung",
        "source": "website",
        "fields": "email | E-Mail | email required needed\ngender | Geschlecht | choice | weiblich; männlich; divers",
        "consent_text": "Ja <b>gern</b>",
        "consent_version": "1",
        "purposes": "newsletter",
        "purpose": "contact_request",
    }
    saved = server.post_form("/data/forms/edit", typed, Cookie=server.signed_in())
    assert saved.status == 303, saved.text[-900:]
    page = server.page("/data/forms/edit?name=signup").text
    assert "/v1/forms/signup" in page
    assert "&amp;lt;b&amp;gt;" in page
    assert "&lt;script" not in page


def test_the_limits_of_a_webhook_are_those_of_every_door(server: Running, admin: str) -> None:
    each = {"rules": [{"each": "orders", "event": "=Bestellung", "user_id": "customer", "time": "at"}]}
    keep(server, admin, "limited", each)
    free = server.key(source="limited-shop")
    orders = [{"customer": f"K{n}", "at": "2026-11-20T10:00:00Z"} for n in range(5_001)]
    assert hook(server, "limited", free, {"orders": orders}).code == "too_many_events"
    assert hook(server, "limited", free, {"orders": orders[:5_000]}).document["accepted"] == 5_000
    assert server.ask("POST", f"/v1/hooks/limited?key={free}", b" " * (17 * 1024 * 1024)).code == "too_large"
    made = put_key(server, admin, {"source": "limited-shop", "events_per_s": 5})
    assert hook(server, "limited", made, {"orders": orders[:300]}).status == 202
    late = hook(server, "limited", made, {"orders": orders[:1]})
    assert (late.status, late.code) == (429, "too_many_requests")
    assert int(late.headers["retry-after"]) >= 1
    lines = server.ask("GET", "/api/arrivals?source=limited-shop", Authorization=f"Bearer {admin}").document
    assert {"webhook"} == {line["dialect"] for line in lines["arrivals"]}
    assert any(line["code"] == "too_many_requests" for line in lines["arrivals"])


def hook(server: Running, name: str, key: str, said: object) -> Reply:
    return server.ask("POST", f"/v1/hooks/{name}?key={key}", json.dumps(said))


def put_key(server: Running, admin: str, wanted: object) -> str:
    return str(server.send(wanted, admin, "/api/keys").document["key"])
