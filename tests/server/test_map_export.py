"""A map leaves by the server: every file, links that end, frames only where they are wanted, nothing without a link."""

import re
from collections.abc import Iterator

import pytest

from tanteemma.serve.exporting.order import ExportFormat
from tanteemma.workshop import exchange
from tanteemma.workshop.keeping import kind_named
from tests.server.running import Reply, Running, emma, running
from tests.unit.workshop.made_maps import NAME, nasty, whole

SITE = "https://intranet.example.de"
BEGINS = {
    "json": b"{",
    "svg": b"<svg",
    "png": b"\x89PNG",
    "pdf": b"%PDF",
    "report": b"%PDF",
    "pptx": b"PK",
    "deck": b"PK",
    "xlsx": b"PK",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("giving") / "data"
    folder.mkdir()
    with running(folder, frame_origins=SITE) as found:
        yield found.ready()


@pytest.fixture(scope="module")
def key(server: Running) -> str:
    return imported(server, NAME, exchange.as_file(kind_named("map"), NAME, whole()))


def imported(server: Running, name: str, raw: bytes) -> str:
    file = server.data.parent / "map.json"
    file.write_bytes(raw)
    assert emma("map", "import", str(file), "--name", name, data=server.data).returncode == 0
    said = emma("map", "list", "--json", data=server.data).stdout
    found = re.findall(r'"key":"([a-z0-9]+)","kind":"map","name":"([^"]*)"', said)
    return str(next(one for one, called in found if called == name))


def send(server: Running, path: str, **fields: str) -> Reply:
    return server.post_form(path, {"_csrf_token": server.form_token(), **fields}, cookie=server.signed_in())


def link(server: Running, key: str, days: str = "30") -> str:
    made = send(server, f"/map/{key}/share", days=days)
    assert made.status == 200
    return str(re.findall(r'value="[^"]*(/share/[A-Za-z0-9_-]+)"', made.text)[0])


@pytest.mark.parametrize("form", BEGINS)
def test_every_file_is_given_as_a_file(server: Running, key: str, form: str) -> None:
    found = server.get(f"/map/{key}/export?format={form}", cookie=server.signed_in())
    assert found.status == 200
    assert found.body.startswith(BEGINS[form])
    assert found.headers["content-disposition"].startswith('attachment; filename="Der-Weg-zur-neuen-Waschmaschine')
    assert "sandbox" in found.headers["content-security-policy"]
    assert set(BEGINS) == {one.value for one in ExportFormat} - {"minutes"}


@pytest.mark.parametrize(
    ("query", "status"),
    [("format=docx", 422), ("paper=a9", 422), ("version=99", 404), ("version=x", 200), ("format=svg&blank=1", 200)],
)
def test_what_is_asked_wrongly_is_said(server: Running, key: str, query: str, status: int) -> None:
    assert server.get(f"/map/{key}/export?{query}", cookie=server.signed_in()).status == status


def test_a_map_that_is_not_there(server: Running) -> None:
    for path in ("/map/nothing/export", "/map/nothing/share", "/map/nothing/present", "/documents/nothing/export"):
        assert server.page(path).status == 404


@pytest.mark.parametrize("path", ["export?format=json", "share", "present"])
def test_nobody_gets_a_map_without_signing_in(server: Running, key: str, path: str) -> None:
    assert server.get(f"/map/{key}/{path}").status in {303, 401, 403}


def test_a_link_shows_the_map_and_nothing_else(server: Running, key: str) -> None:
    found = server.get(link(server, key))
    assert found.status == 200
    assert "Paketverfolgung" in found.text
    assert found.headers["x-robots-tag"] == "noindex, nofollow, noarchive"
    assert found.headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in found.headers["content-security-policy"]
    assert not re.findall(r'href="/(?!static|share)', found.text)
    assert "<form" not in found.text
    assert key not in found.text
    assert "set-cookie" not in found.headers


def test_a_link_that_is_ended_opens_nothing(server: Running, key: str) -> None:
    path = link(server, key)
    assert server.get(path).status == 200
    number = re.findall(r'name="number" value="(\d+)"', server.page(f"/map/{key}/share").text)[0]
    assert send(server, f"/map/{key}/share/revoke", number=number).status == 303
    gone = server.get(path)
    assert gone.status == 404
    assert "Paketverfolgung" not in gone.text
    assert send(server, f"/map/{key}/share/revoke", number="x").status == 303


@pytest.mark.parametrize("token", ["x", "A" * 43, "%00", "..%2F..%2Fetc", "<script>", "ä" * 10])
def test_a_guessed_link_opens_nothing(server: Running, token: str) -> None:
    assert server.get(f"/share/{token}".encode().decode("ascii", "ignore")).status in {400, 404}


def test_a_link_is_shown_once_and_kept_as_its_hash(server: Running, key: str) -> None:
    path = link(server, key, "")
    token = path.rpartition("/")[2]
    assert token not in server.page(f"/map/{key}/share").text
    for file in server.data.rglob("*"):
        if file.is_file():
            assert token.encode() not in file.read_bytes(), file


@pytest.mark.parametrize("days", ["0", "367", "-1", "zwei", "1e3", "9" * 40])
def test_a_wrong_number_of_days_is_said_above_the_form(server: Running, key: str, days: str) -> None:
    said = send(server, f"/map/{key}/share", days=days)
    assert said.status == 422
    assert "1 … 366" in said.text
    assert "/share/" not in said.text.replace(f"/map/{key}/share", "")


def test_only_wanted_sites_may_frame_a_map(server: Running, key: str) -> None:
    framed = server.get(f"{link(server, key)}?embed=1")
    assert f"frame-ancestors {SITE}" in framed.headers["content-security-policy"]


def test_a_map_in_the_bin_is_shared_no_more(server: Running) -> None:
    key = imported(server, "Bald weg", exchange.as_file(kind_named("map"), "Bald weg", whole()))
    path = link(server, key)
    assert emma("map", "remove", key, data=server.data).returncode == 0
    assert server.get(path).status == 404


def test_markup_in_every_field_is_text_everywhere(server: Running) -> None:
    key = imported(server, "Böse", exchange.as_file(kind_named("map"), "Böse", nasty()))
    pages = [server.get(link(server, key)), server.page(f"/map/{key}/present"), server.page(f"/map/{key}/present?phase=1")]
    for page in pages:
        assert page.status == 200
        assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)" in pages[0].text


def test_the_presentation_goes_phase_by_phase(server: Running, key: str) -> None:
    first: Reply = server.page(f"/map/{key}/present")
    assert "<svg" in first.text
    third = server.page(f"/map/{key}/present?phase=3")
    assert "Beratung" in third.text
    assert f'rel="next" href="/map/{key}/present?phase=4"' in third.text
    last = server.page(f"/map/{key}/present?phase=99")
    assert 'rel="next"' not in last.text


def test_whoever_looks_too_often_waits(server: Running) -> None:
    found = [server.get("/share/nobody").status for _ in range(70)]
    assert found[0] in {404, 429}
    assert set(found) <= {404, 429}
