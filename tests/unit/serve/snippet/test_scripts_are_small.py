"""The scripts of the visitor snippet: small, the same for everybody, and safe to put into a page."""

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.web_client import COPIES, PACKAGE
from tanteemma.serve.edge.routes.snippet import wanted_of
from tanteemma.serve.snippet.code import CORE, MORE, PARTS, Consent, Wanted, code_for, names_in, scripts
from tanteemma.serve.snippet.packing import packed

LIMIT: Final = 3 * 1024
SCRIPTS: Final = ("emma.js", "emma-more.js")


@pytest.mark.parametrize("name", [CORE, MORE])
def test_each_script_travels_in_at_most_three_kilobytes(name: str) -> None:
    assert 1000 < len(scripts()[name].compressed) <= LIMIT


@pytest.mark.parametrize("name", [CORE, MORE])
def test_a_script_evaluates_nothing_writes_no_markup_and_names_no_host(name: str) -> None:
    text = (PACKAGE / name).read_text(encoding="utf-8").replace("span += entry.value", "")  # how far the layout shifted
    assert text.startswith("// @ts-check\n// ")
    assert not re.search(r"\beval\b|new Function|innerHTML|outerHTML|insertAdjacent|document\.write|\.cookie", text)
    assert not re.search(r"https?://\w", text.replace("https?:\\/\\/", ""))
    assert not re.search(r"\.value\b|textContent|innerText", text), "what somebody typed or reads is never looked at"


@pytest.mark.parametrize("name", COPIES)
def test_the_package_for_npm_holds_the_same_files(name: str) -> None:
    assert (PACKAGE / name).read_bytes() == COPIES[name].read_bytes(), "python scripts/web_client.py copies them"


@pytest.mark.parametrize("name", [CORE, MORE])
def test_a_packed_script_is_still_a_script(name: str, tmp_path: Path) -> None:
    _needs("node")
    file = tmp_path / name
    file.write_bytes(scripts()[name].content)
    subprocess.run(["node", "--check", str(file)], check=True, capture_output=True)


def test_a_packed_script_computes_what_it_did_before(tmp_path: Path) -> None:
    _needs("node")
    script = """
// names that are members, keys, choices and patterns at once
function sum(list, name) { var total = 0, label = "total"; list.forEach(function (one) { total += one[name] || one.name; });
  return total > 3 ? total : { total: total, label: label + name.replace(/[/\\w]"+/g, "'") }; }
var list = [{ name: 1 }, { name: 2 }, { total: 7, name: 5 }];
try { null.x; } catch (wrong) { var failed = wrong instanceof TypeError; }
console.log(JSON.stringify([sum(list, "total"), sum([{ name: 1 }], "name"), failed, 7 / 2 / 1]));
"""
    said = []
    for text in (script, packed(script)):
        file = tmp_path / "one.js"
        file.write_text(text, encoding="utf-8")
        said.append(subprocess.run(["node", str(file)], check=True, capture_output=True, text=True).stdout)
    assert said[0] == said[1]
    assert json.loads(said[0])[2] is True
    assert len(packed(script)) < len(script) / 1.4


def test_the_package_can_be_packed_and_imported_on_a_server(tmp_path: Path) -> None:
    _needs("npm")
    packing = ["npm", "pack", "--json", "--offline", "--ignore-scripts", "--pack-destination", str(tmp_path)]
    told = subprocess.run(packing, cwd=PACKAGE, check=True, capture_output=True, text=True)
    names = {file["path"] for file in json.loads(told.stdout)[0]["files"]}
    assert names == {"package.json", "index.js", "index.d.ts", "emma.js", "emma-more.js", "LICENSE", "README.md"}
    module = (PACKAGE / "index.js").as_uri()
    script = f"const m = await import('{module}'); m.emma('track', 'x'); await m.start({{}}); console.log(Object.keys(m))"
    said = subprocess.run(["node", "--input-type=module", "-e", script], check=True, capture_output=True, text=True).stdout
    assert all(name in said for name in ("start", "consent", "track", "page", "identify", "default"))


def _needs(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"no {program}: apt-get install {program}")


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag == "script"
        self.tags.append(dict(attrs))


@given(st.text(max_size=40), st.sets(st.sampled_from(PARTS)), st.sampled_from(Consent), st.floats(0.01, 1))
def test_whatever_is_chosen_the_code_is_two_scripts_with_what_was_said(
    text: str, left_out: set[str], consent: Consent, sample: float
) -> None:
    wanted = Wanted(host="https://emma.example.de", key=text, left_out=tuple(left_out), consent=consent, sample=sample)
    found = _Tags()
    found.feed(code_for(wanted))
    stub, script = found.tags
    assert stub == {}
    assert script["data-key"] == text.replace("\r\n", "\n").replace("\r", "\n") or "\x00" in text or "\r" in text
    assert script["data-consent"] == consent.value
    assert script["src"] == "https://emma.example.de/v1/snippet/emma.js"
    assert set((script.get("data-off") or "").split(",")) - {""} == (set() if left_out == set(PARTS) else left_out)
    assert (script.get("data-more") == "off") is (left_out == set(PARTS))


@given(st.dictionaries(st.sampled_from(["consent", "share", "left_out", "params", "names", "fixed"]), st.text(max_size=30)))
def test_a_form_that_says_nonsense_gives_the_careful_choice(said: dict[str, str]) -> None:
    wanted = wanted_of(said, "https://emma.example.de")
    assert wanted.consent.value == said.get("consent") or wanted.consent is Consent.REQUIRED
    assert set(wanted.left_out) <= set(PARTS)
    assert 0 < wanted.sample <= 1
    assert not set("<>\"' ,") & set("".join(wanted.params))
    assert names_in(",".join(wanted.params)) == wanted.params
