"""What axe finds on a page, in one place and cheaply: only violations travel, and a page is told the script once."""

from typing import Final

from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]  # the package has no types
from playwright.sync_api import Page

RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN: Final = """async rules => {
    const { violations } = await axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
    return violations.map(each => [each.id, each.nodes[0].html]);
}"""


def violations(page: Page) -> list[tuple[str, str]]:
    """Each rule of WCAG 2.2 AA (and best practice) that the page breaks, with the first element that does."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    return [(rule, element) for rule, element in page.evaluate(_RUN, RULES)]
