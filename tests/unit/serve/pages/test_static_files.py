"""Scripts and styles obey the same law as the pages: nothing evaluated, nothing inline, one element a file."""

import re
from pathlib import Path
from typing import Final

import pytest

from tanteemma.ingest.formats.shape import Role
from tanteemma.model.hooks import document_kinds
from tanteemma.serve.pages.addresses import Address
from tanteemma.serve.pages.map_words import SIGNS
from tanteemma.serve.pages.render import CONTENT_SECURITY_POLICY, STATIC, TEMPLATES, static_address, static_version
from tanteemma.serve.pages.views_sources import ROLES

SCRIPTS: Final = sorted((STATIC / "js").rglob("*.js"))
PAGES: Final = sorted(TEMPLATES.rglob("*.html"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_checked_by_type_and_never_writes_markup(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    assert text.startswith("// @ts-check\n// ")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setAttribute\(\"style", text
    )
    assert text.count("customElements.define(") == (1 if script.name.startswith("cx-") else 0)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_a_template_has_no_inline_script_no_inline_style_and_switches_no_escaping_off(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|hx-on|\|\s*safe\b|autoescape", text)
    assert all("src=" in script for script in re.findall(r"<script[^>]*>", text))


def test_every_icon_that_is_used_is_in_the_sprite_and_no_other() -> None:
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "vendor" / "icons.svg").read_text(encoding="utf-8")))
    text = "\n".join(path.read_text(encoding="utf-8") for path in (*PAGES, *SCRIPTS))
    asked = set(re.findall(r"""icon\(\s*(?:sprite|this\.getAttribute\("icons"\))?,?\s*['"]([a-z0-9-]+)['"]""", text))
    named = {name for name in sprite if f'"{name}"' in text or f"'{name}'" in text}
    named |= {kind.icon for kind in document_kinds.all().values()} | set(SIGNS.values())
    assert asked <= sprite
    assert named == sprite


def test_the_roles_of_the_select_box_are_those_of_the_import() -> None:
    assert set(ROLES) == {role.value for role in Role}


def test_the_address_of_a_static_file_changes_with_its_content() -> None:
    assert re.fullmatch(r"/static/[0-9a-f]{12}/css/emma\.css", static_address("css/emma.css"))
    assert static_version() == static_version()


def test_the_policy_allows_no_inline_code_and_no_framing() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "frame-ancestors 'none'" in CONTENT_SECURITY_POLICY


def test_addresses_are_all_different_and_inside_the_product() -> None:
    paths = [address.value for address in Address]
    assert all(path.startswith("/") for path in paths)
    assert Address.IMPORT.of(7) == "/data/imports/7"
