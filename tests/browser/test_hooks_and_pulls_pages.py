"""The pages of webhooks, forms and pulls, as somebody at a browser meets them: nothing for axe, nothing too wide."""

from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser

from tests.browser.visiting import SIGHTS, visit
from tests.server.running import Running, running

pytestmark = pytest.mark.browser
PAGES: Final = {
    "mappings": "/data/mappings",
    "mapping-new": "/data/mappings/edit",
    "mapping-ready": "/data/mappings/edit?ready=shopify",
    "form-new": "/data/forms/edit",
    "pulls": "/data/pulls",
    "pull-kinds": "/data/pulls/new",
    "pull-sql": "/data/pulls/new?kind=sql",
    "pull-rest": "/data/pulls/new?kind=rest",
    "pull-files": "/data/pulls/new?kind=files",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("hooks-and-pulls") / "data"
    folder.mkdir()
    with running(folder) as found:
        yield found.ready()


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_pages_read_well(browser: Browser, server: Running, sight: tuple[str, int]) -> None:
    with visit(browser, server, sight) as visitor:
        for name, path in PAGES.items():
            visitor.go(path)
            visitor.look(name)
