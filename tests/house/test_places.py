"""The repository points at nothing it should not: known hosts only, no machine of ours, links that lead somewhere."""

import re
from pathlib import Path
from typing import Final

from tests.house.tree import ROOT, SRC, VENDORED, files, one_a_line, texts

#: Hosts a file may name: examples, this machine, standards, the licence. A package registry is never among them.
HOSTS: Final = re.compile(
    r"(localhost|127|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|([\w-]+\.)*example(\.(org|com|net|de))?|([\w-]+\.)*(test|invalid)|\{.*"
    r"|www\.w3\.org|www\.apache\.org|www\.xes-standard\.org|(www\.)?ocel-standard\.org|json-schema\.org|keepachangelog\.com"
    r"|semver\.org|schemas\.openxmlformats\.org|doi\.org|www\.sqlite\.org|docs\.delta\.io|www\.iana\.org|www\.rfc-editor\.org"
    r"|datatracker\.ietf\.org|testserver(\.local)?)"
)
_URL: Final = re.compile(r"\b(?:https?|wss?)://([^/\s\"'`)>\\:]*(?:\[::1\])?)")
_LINK: Final = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_TEXT: Final = (
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".po",
    ".html",
    ".js",
    ".css",
    ".cfg",
    ".ini",
    ".yml",
    ".yaml",
    ".json",
    ".sh",
    "",
)
_MACHINE: Final = re.compile(r"(?<![\w.])/(work|root|opt)/\w|/home/[a-z]+/")


def test_files_name_only_known_hosts() -> None:
    strange = {
        f"{path.relative_to(ROOT)}: {hit[1]}"
        for path, text in texts(*_TEXT)
        for hit in _URL.finditer(text)
        if hit[1] and not HOSTS.fullmatch(hit[1])
    }
    assert not strange, one_a_line(sorted(strange))


def test_no_file_names_a_folder_of_the_machine_it_was_written_on() -> None:
    strange = [
        f"{path.relative_to(ROOT)}: {hit[0]}"
        for path, text in texts(*_TEXT)
        if path != Path(__file__)
        for hit in _MACHINE.finditer(text)
    ]
    assert not strange, one_a_line(strange)


def test_pages_load_nothing_from_elsewhere() -> None:
    """No content delivery network: scripts, styles, fonts and pictures come from the product itself."""
    loads = re.compile(r"""(?:src|href|action|url\(|from|import)\s*=?\s*["'(]\s*(?:https?:)?//[^"')]+""")
    foreign = [
        f"{path.relative_to(ROOT)}: {hit[0]}"
        for path, text in texts(".html", ".js", ".css", under=SRC)
        for hit in loads.finditer(text)
    ]
    assert not foreign, one_a_line(foreign)


def test_every_link_in_the_documentation_leads_somewhere() -> None:
    broken = []
    for path, text in texts(".md"):
        for hit in _LINK.finditer(text):
            target = hit[1].split("#")[0]
            if target and "://" not in target and not target.startswith("mailto:") and not (path.parent / target).exists():
                broken.append(f"{path.relative_to(ROOT)}: {hit[1]}")
    assert not broken, one_a_line(broken)


def test_no_large_file_and_no_log_of_real_people_is_kept_here() -> None:
    allowed = 600_000
    large = [
        f"{path.relative_to(ROOT)}: {path.stat().st_size}"
        for path in files()
        if path.stat().st_size > allowed and VENDORED not in path.parts
    ]
    logs = [
        str(path.relative_to(ROOT))
        for path in files()
        if path.name.endswith((".xes", ".xes.gz", ".csv.gz", ".rda", ".parquet"))
    ]
    assert not large, one_a_line(large)
    assert not logs, one_a_line(logs)
