"""German and English say the same things, completely, and nothing else."""

import ast
import re
import string
from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import Final

import pytest

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.model.texts import LANGUAGES, catalogue
from tests.house.tree import SRC, one_a_line, product, texts

#: How code and templates ask for a text: text("key", …), t("key"), say("key", …), any of them with a computed end.
_ASK: Final = re.compile(
    r"""\b(?:text|t|tb|say|plural)\(\s*(?P<f>f?)(?P<q>["'])(?P<key>[a-z][a-z0-9_]*\.[^"']*)(?P=q)(?P<more>\s*[~+%])?"""
)
_KEY: Final = re.compile(r"[a-z][a-z0-9_]*(\.[A-Za-z0-9_-]+)+")
_ASCII_UMLAUT: Final = re.compile(
    r"\b(fuer|ueber|koennen|muessen|moechten|waehlen|loeschen|Massnahme|Aender|groess|Schluessel)", re.IGNORECASE
)
_FAMILIAR: Final = re.compile(r"\b(du|dich|dir|dein|deine|deinen|deiner|deinem|euch|euer|eure)\b", re.IGNORECASE)
_BUILDING: Final = re.compile(r"\b(journal|lake|kernel|projector|Projektor)\b", re.IGNORECASE)


def _forms(language: str, key: str) -> tuple[str, ...]:
    found = catalogue(language)[key]
    return found if isinstance(found, tuple) else (found,)


def _all(language: str) -> Iterator[tuple[str, str]]:
    for key in catalogue(language):
        for form in _forms(language, key):
            yield key, form


def _places(form: str) -> set[str]:
    return {name.split(".")[0].split("[")[0] for _, name, _, _ in string.Formatter().parse(form) if name is not None}


@cache
def _asked() -> tuple[frozenset[str], frozenset[str]]:
    """Keys asked for by their full name, and the beginnings of those whose end is computed."""
    full, begun = set(), set()
    sources = chain(((m.path, m.text) for m in product()), texts(".html", ".jinja", ".js", ".xml", ".txt", under=SRC))
    for _, source in sources:
        for hit in _ASK.finditer(source):
            key = hit["key"]
            if "{" in key or hit["more"]:
                begun.add(key.split("{")[0])
            else:
                full.add(key)
    return frozenset(full), frozenset(begun)


@cache
def _mentioned() -> frozenset[str]:
    """Everything shaped like a key in a string of the code or anywhere in a template."""
    found: set[str] = set()
    for module in product():
        for value in module.strings():
            found.update(hit[0] for hit in _KEY.finditer(value))
    for _, source in texts(".html", ".jinja", ".js", under=SRC):
        found.update(hit[0] for hit in _KEY.finditer(source))
    return frozenset(found)


def _begun_in_code() -> set[str]:
    """Beginnings of keys from f-strings wherever they are built: f"problem.{code}" stands for all problems."""
    begun = set()
    for module in product():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                start = str(node.values[0].value)
                if re.fullmatch(r"[a-z][a-z0-9_]*\.([a-z0-9_]+\.)*[a-z0-9_]*", start):
                    begun.add(start)
    return begun | _asked()[1]


def test_both_languages_have_the_same_keys() -> None:
    german, english = (set(catalogue(language)) for language in LANGUAGES)
    assert german == english, one_a_line(sorted(german ^ english))


def test_both_languages_have_singular_and_plural_for_the_same_keys() -> None:
    unequal = [key for key in catalogue("de") if len(_forms("de", key)) != len(_forms("en", key))]
    assert not unequal, one_a_line(unequal)


def test_both_languages_fill_the_same_places() -> None:
    unequal = []
    for key in catalogue("de"):
        german, english = (set().union(*map(_places, _forms(language, key))) for language in LANGUAGES)
        if german != english:
            unequal.append(f"{key}: {sorted(german ^ english)}")
    assert not unequal, one_a_line(unequal)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_or_has_loose_ends(language: str) -> None:
    loose = [key for key, form in _all(language) if not form.strip() or form != form.strip()]
    assert not loose, one_a_line(loose)


def test_german_is_formal_and_has_its_umlauts() -> None:
    wrong = [f"{key}: {form}" for key, form in _all("de") if _FAMILIAR.search(form) or _ASCII_UMLAUT.search(form)]
    assert not wrong, one_a_line(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_speaks_of_how_the_product_is_built(language: str) -> None:
    """The glossary keeps these words from the screen."""
    wrong = [f"{key}: {form}" for key, form in _all(language) if _BUILDING.search(form)]
    assert not wrong, one_a_line(wrong)


def test_every_text_that_is_asked_for_exists() -> None:
    full, begun = _asked()
    keys = set(catalogue("de"))
    missing = sorted(full - keys) + [f"{start}…" for start in sorted(begun) if not any(key.startswith(start) for key in keys)]
    assert not missing, one_a_line(missing)


def test_every_text_that_exists_is_used() -> None:
    begun = tuple(_begun_in_code())
    unused = [key for key in catalogue("de") if key not in _mentioned() and not key.startswith(begun)]
    assert not unused, one_a_line(unused)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_problem_has_its_sentence(language: str) -> None:
    missing = [code.value for code in ProblemCode if f"problem.{code.value}" not in catalogue(language)]
    assert not missing, one_a_line(missing)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_problem_has_a_sentence_without_a_code(language: str) -> None:
    codes = {f"problem.{code.value}" for code in ProblemCode}
    left = [key for key in catalogue(language) if key.startswith("problem.") and key not in codes]
    assert not left, one_a_line(left)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ProblemCode)
def test_a_problem_reads_as_a_sentence_even_when_no_detail_is_known(code: ProblemCode, language: str) -> None:
    sentence = Problem(code).sentence(language)
    assert sentence[0].isupper() or sentence[0] in "…„\"“'"
    assert sentence.endswith((".", "?", "!"))
    assert len(sentence.split()) > 5


def _raised() -> Iterator[tuple[str, str, set[str] | None]]:
    """Each place that makes a problem: where, the code's name, the details it gives (None = only known when it runs)."""
    for module in product():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Problem") and node.args:
                code = ast.unparse(node.args[0])
                if re.fullmatch(r"ProblemCode\.[A-Z_0-9]+", code):
                    given = {keyword.arg for keyword in node.keywords}
                    details = None if None in given else {name for name in given if name is not None}
                    yield f"{module.place}:{node.lineno}", code.removeprefix("ProblemCode."), details


def test_every_problem_is_raised_with_the_details_its_sentence_names() -> None:
    wanting = [
        f"{place} {name}: {sorted(missing)}"
        for place, name, details in _raised()
        for form in _forms("de", f"problem.{ProblemCode[name].value}")
        if details is not None and (missing := _places(form) - details)
    ]
    assert not wanting, one_a_line(wanting)


def test_every_problem_code_is_used_somewhere() -> None:
    used = {
        node.attr
        for module in product()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "ProblemCode"
    }
    never = [code.name for code in ProblemCode if code.name not in used]
    assert not never, one_a_line(never)
