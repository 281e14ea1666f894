"""What axe finds on a page, in one place and cheaply: only violations travel, and a page is told the script once.

Contrast is looked at for two of each kind of text, not for each of a thousand cells of a table: a kind is what decides about
contrast, so colours, size, weight and all that lies behind. Everything else is looked at for the whole page.
"""

from typing import Final

from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]  # the package has no types
from playwright.sync_api import Page

RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN: Final = """async rules => {
    const behind = element => {
        const style = getComputedStyle(element), bare = style.backgroundColor === "rgba(0, 0, 0, 0)";
        const plain = bare && style.backgroundImage === "none" && style.opacity === "1";
        return plain ? "" : [style.backgroundColor, style.backgroundImage, style.opacity].join("|");
    };
    const kinds = new Map();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        if (!texts.currentNode.data.trim()) continue;
        const element = texts.currentNode.parentElement, style = getComputedStyle(element);
        const name = [element.localName, element.className.baseVal ?? element.className];
        let kind = [...name, style.color, style.fill, style.fontSize, style.fontWeight].join("|");
        for (let each = element; each; each = each.parentElement) kind += behind(each);
        if (!kinds.has(kind)) kinds.set(kind, [element]); else kinds.get(kind)[1] = element;
    }
    const contrast = { "color-contrast": { enabled: false } };
    const found = (await axe.run(document, { runOnly: rules, rules: contrast, resultTypes: ["violations"] })).violations;
    const some = [...new Set([...kinds.values()].flat())];
    const only = { runOnly: { type: "rule", values: ["color-contrast"] }, resultTypes: ["violations"] };
    if (some.length) found.push(...(await axe.run({ include: some }, only)).violations);
    return found.map(each => [each.id, each.nodes[0].html]);
}"""


def violations(page: Page) -> list[tuple[str, str]]:
    """Each rule of WCAG 2.2 AA (and best practice) that the page breaks, with the first element that does."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    return [(rule, element) for rule, element in page.evaluate(_RUN, RULES)]
