"""Every template, in both languages: no key is missing, nothing hostile becomes markup, no bare float is shown."""

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from itertools import count
from typing import Final

import pytest

from tanteemma.model.texts import LANGUAGES
from tanteemma.serve.pages.render import Renderer
from tanteemma.serve.pages.views import Freshness, Shell
from tanteemma.serve.pages.views_sources import ImportProgressView
from tests.unit.serve.pages.filled import NOW, every_bare_page, every_page, filled, shell

#: One of each kind that has got past somebody: tags, attributes, links, templates, entities, comments, control signs, length.
HOSTILE: Final = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)' x='",
    '" autofocus onfocus="alert(1)',
    "javascript:alert(1)",
    "</title></textarea></select><svg/onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}${7*7}",
    "{0} {count} {shell.csrf_token} %s",
    "&lt;b&gt;&amp;quot;&#x3c;",
    "<!-- --> ]]> <![CDATA[",
    "\u202eabc\u2066 \u200b\ufeff",
    "Auftragsbestätigungsbearbeitungsrückfrage" * 8,
    "line\none\ttab\x0b",
    "hx-get=/steal hx-trigger=load",
)
ALLOWED_LINK: Final = re.compile(r"(/|#|\?)")
SPECIAL_ATTRIBUTES: Final = ("src", "href", "action", "formaction", "hx-get", "hx-post", "pages", "icons")


class Reader(HTMLParser):
    """What a browser would make of the page: elements, attributes and the text between them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    def everything(self) -> str:
        values = [value for _, attributes in self.elements for value in attributes.values() if value]
        return "\n".join([*self.said, *values])


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


@cache
def renderer(language: str) -> Renderer:
    return Renderer(language, now=lambda: NOW)


def words(only: str | None = None) -> Iterator[str]:
    for number in count():
        yield only if only is not None else HOSTILE[number % len(HOSTILE)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_renders_with_everything_there_is_to_show(language: str) -> None:
    source = words("Wort")
    for template, view in every_page(lambda: next(source)):
        page = renderer(language).render(template, view, filled(Shell, lambda: next(source)))
        assert f'<html lang="{language}">' in page, template
        assert "Wort" in page, template


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_renders_with_nothing_to_show_and_in_each_state(language: str) -> None:
    for template, view in every_bare_page():
        assert renderer(language).render(template, view, shell()).strip(), template


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_hostile_becomes_markup(hostile: str, language: str) -> None:
    for template, view in every_page(lambda: hostile):
        harmless = elements_with_harmless_words(language)[template]
        found = read(renderer(language).render(template, view, filled(Shell, lambda: hostile)))
        names = [name for name, _ in found.elements]
        assert names == [name for name, _ in harmless], template
        for (name, attributes), (_, expected) in zip(found.elements, harmless, strict=True):
            assert attributes.keys() == expected.keys(), f"{template}: {name}"
            assert not [each for each in attributes if each.startswith("on") or each == "style"], f"{template}: {name}"


@cache
def elements_with_harmless_words(language: str) -> dict[str, list[tuple[str, dict[str, str | None]]]]:
    around = filled(Shell, lambda: "Wort")
    pages = every_page(lambda: "Wort")
    return {template: read(renderer(language).render(template, view, around)).elements for template, view in pages}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_text_is_shown_as_it_is(hostile: str) -> None:
    expected = hostile.replace("\x0b", "")
    for template, view in every_page(lambda: hostile):
        if template in {"pages/setup.html", "pages/import_progress.html", "pages/break_kind.html"}:
            continue
        shown = read(renderer("de").render(template, view, shell())).everything().replace("\x0b", "")
        assert expected in shown, template


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_link_leads_out_of_the_product(language: str) -> None:
    source = words()
    for template, view in every_page(lambda: next(source)):
        for name, attributes in read(renderer(language).render(template, view, filled(Shell, lambda: next(source)))).elements:
            for special in SPECIAL_ATTRIBUTES:
                value = attributes.get(special)
                assert value is None or ALLOWED_LINK.match(value), f"{template}: <{name} {special}={value}>"


@pytest.mark.parametrize("language", LANGUAGES)
def test_scripts_and_styles_are_files_of_the_product(language: str) -> None:
    for template, view in every_page(lambda: "Wort"):
        for name, attributes in read(renderer(language).render(template, view, shell())).elements:
            assert name != "style", template
            if name == "script":
                assert str(attributes["src"]).startswith("/static/"), template


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_shows_a_bare_float(language: str) -> None:
    for template, view in every_page(lambda: "Wort"):
        assert "123456" not in renderer(language).render(template, view, shell()), template


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_that_changes_something_carries_the_token(language: str) -> None:
    for template, view in every_page(lambda: "Wort"):
        page = renderer(language).render(template, view, shell(csrf_token="the-token"))  # noqa: S106 - a made-up token
        for form in re.findall(r'<form method="post".*?</form>', page, flags=re.DOTALL):
            assert '<input type="hidden" name="_csrf_token" value="the-token">' in form, template


def test_the_sample_company_is_named_on_every_page_with_a_way_to_remove_it() -> None:
    for template, view in every_page(lambda: "Wort"):
        page = renderer("de").render(template, view, shell(sample=True))
        assert "Beispieldaten" in page, template
        assert 'href="/data/sample/remove"' in page, template
        assert 'href="/data/sample/remove"' not in renderer("de").render(template, view, shell()), template


def test_whoever_is_not_signed_in_sees_no_sections() -> None:
    for template, view in every_page(lambda: "Wort"):
        page = renderer("en").render(template, view, shell(signed_in=False, freshness=Freshness(events=1)))
        assert 'class="sections"' not in page, template
        assert 'id="live"' not in page, template


def test_switching_the_language_keeps_the_page_and_its_filter() -> None:
    _, view = every_bare_page()[0]
    page = renderer("de").render("pages/journeys.html", view, shell(path="/journeys", query="with=A%26B&language=de"))
    assert 'href="/journeys?with=A%26B&amp;language=en"' in page


def test_an_import_that_runs_asks_again_and_one_that_is_done_does_not() -> None:
    views = [view for name, view in every_bare_page() if name == "pages/import_progress.html"]
    pages = {
        view.state: renderer("de").render("partials/progress.html", view, shell())
        for view in views
        if isinstance(view, ImportProgressView)
    }
    assert 'hx-trigger="every 1s"' in pages["running"]
    assert "hx-trigger" not in pages["done"]
    assert "hx-trigger" not in pages["undone"]
