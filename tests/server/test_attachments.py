"""Files of a customer on a running server: by page, by program and by command."""

import json
from pathlib import Path

import pytest

from tests.server.running import Running, emma, running, wait_until

PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\n%%EOF"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> "object":
    folder = tmp_path_factory.mktemp("files") / "data"
    folder.mkdir()
    with running(folder, largest_attachment_bytes="20000") as server:
        server.ready()
        told = [
            {"message_id": f"{n}", "type": "track", "event": "Anruf", "user_id": f"K-{n}", "anonymous_id": f"a-{n}"}
            for n in (1, 2)
        ]
        assert server.send(told, server.key()).status == 202
        yield server


def _form(shop: Running, name: str, raw: bytes, token: str | None = None) -> tuple[bytes, dict[str, str]]:
    edge = "----edge"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="_csrf_token"\r\n\r\n{token or shop.form_token()}\r\n'.encode(),
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n".encode()
        + raw
        + b"\r\n",
        f"--{edge}--\r\n".encode(),
    ]
    heads = {"Content-Type": f"multipart/form-data; boundary={edge}", "Origin": shop.origin, "Accept": "text/html"}
    return b"".join(parts), heads | {"Cookie": shop.signed_in()}


def _person(shop: Running, subject: str = "user:K-1") -> str:
    return str(shop.get(f"/v1/people/{subject}", cookie=shop.signed_in()).document["id"])


def test_a_file_is_attached_saved_removed_and_brought_back_on_the_page(shop: Running) -> None:
    person = _person(shop)
    body, heads = _form(shop, "Beschwerde Müller.pdf", PDF)
    assert shop.ask("POST", f"/people/{person}/attachments", body, **heads).status == 303
    page = shop.page(f"/people/{person}").text
    assert "Beschwerde Müller.pdf" in page
    number = page.split(f"/people/{person}/attachments/")[1].split('"')[0]
    given = shop.get(f"/people/{person}/attachments/{number}", cookie=shop.signed_in())
    assert given.body == PDF
    assert given.headers["content-disposition"].startswith("attachment; filename*=UTF-8''Beschwerde%20M%C3%BCller.pdf")
    assert given.headers["x-content-type-options"] == "nosniff"
    token = {"_csrf_token": shop.form_token()}
    cookie = shop.signed_in()
    assert shop.post_form(f"/people/{person}/attachments/{number}/remove", token, cookie=cookie).status == 303
    assert shop.get(f"/people/{person}/attachments/{number}", cookie=cookie).status == 404
    assert f"attachments/{number}/restore" in shop.page(f"/people/{person}").text
    assert shop.post_form(f"/people/{person}/attachments/{number}/restore", token, cookie=cookie).status == 303
    assert shop.get(f"/people/{person}/attachments/{number}", cookie=cookie).body == PDF


def test_what_cannot_be_taken_is_said_on_the_page(shop: Running) -> None:
    person = _person(shop)
    body, heads = _form(shop, "start.exe", b"MZ\x90\x00")
    refused = shop.ask("POST", f"/people/{person}/attachments", body, **heads)
    assert refused.status == 422
    assert "start.exe wird nicht angenommen" in refused.text
    body, heads = _form(shop, "gross.txt", b"x" * 30_000)
    large = shop.ask("POST", f"/people/{person}/attachments", body, **heads)
    assert large.status == 413
    assert "20,000" in large.text
    body, heads = _form(shop, "huge.txt", b"x" * 300_000)
    assert shop.ask("POST", f"/people/{person}/attachments", body, **heads).status == 413
    body, heads = _form(shop, "a.txt", b"x", token="0" * 64)
    assert shop.ask("POST", f"/people/{person}/attachments", body, **heads).status == 403


def test_programs_attach_list_give_and_remove(shop: Running) -> None:
    admin, read, write = (f"Bearer {shop.key(kind, 'crm')}" for kind in ("admin", "read", "write"))
    address = "/v1/people/user:K-2/attachments"
    assert shop.ask("POST", f"{address}?name=a.pdf", PDF, Authorization=read).status == 403
    assert shop.ask("POST", f"{address}?name=a.pdf", PDF, Authorization=write).status == 403
    kept = shop.ask("POST", f"{address}?name=a.pdf", PDF, Authorization=admin)
    assert (kept.status, kept.document["bytes"], kept.document["subject"]) == (201, len(PDF), "user:K-2")
    number = kept.document["number"]
    assert shop.ask("POST", f"{address}?name=a.pdf", PDF, Authorization=admin).document["number"] == number
    assert [one["number"] for one in shop.get(address, authorization=read).document["attachments"]] == [number]
    assert shop.get(f"{address}/{number}", authorization=read).body == PDF
    assert shop.get(f"/v1/people/user:K-1/attachments/{number}", authorization=read).status == 404
    assert shop.ask("DELETE", f"{address}/{number}", Authorization=admin).document["removed"] is not None
    assert [one["number"] for one in shop.get(address, authorization=read).document["removed"]] == [number]
    assert shop.ask("POST", f"{address}/{number}/restore", Authorization=admin).status == 200
    assert shop.ask("POST", f"{address}?name=a.pdf", b"", Authorization=admin).code == "empty_body"
    assert shop.ask("POST", address, PDF, Authorization=admin).code == "field_missing"
    lines = [json.loads(line) for line in shop.get("/v1/people/user:K-2/export", authorization=read).text.splitlines()]
    assert [line["attachment"]["name"] for line in lines if "attachment" in line] == ["a.pdf"]


def test_the_command_line_does_the_same_and_erasing_takes_all(shop: Running, tmp_path: Path) -> None:
    file = tmp_path / "Notiz.txt"
    file.write_text("geheim-4711-geheim", encoding="utf-8")
    kept = json.loads(emma("people", "attach", "user:K-1", str(file), "--json", data=shop.data).stdout)
    saved = tmp_path / "saved.txt"
    emma("people", "attachments", "user:K-1", "--save", str(kept["number"]), "-o", str(saved), data=shop.data)
    assert saved.read_bytes() == file.read_bytes()
    assert "Notiz.txt" in emma("people", "attachments", "user:K-1", data=shop.data).stdout
    emma("people", "detach", str(kept["number"]), data=shop.data)
    emma("people", "detach", str(kept["number"]), "--undo", data=shop.data)
    wait_until(lambda: shop.get("/v1/people/user:K-1/events", cookie=shop.signed_in()).status == 200)
    emma("erase", "user:K-1", "--yes", data=shop.data)
    assert shop.get("/v1/people/user:K-1/attachments", cookie=shop.signed_in()).status == 404
    for path in shop.data.glob("operational.db*"):
        assert b"geheim-4711-geheim" not in path.read_bytes()
