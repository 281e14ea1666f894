"""Names say what a thing is in the field's words; words that fit anything say nothing."""

import ast
import re
from typing import Final

import pytest

from tests.house.tree import modules, one_a_line

EMPTY_WORDS: Final = frozenset(
    {
        "manager",
        "managers",
        "service",
        "services",
        "helper",
        "helpers",
        "util",
        "utils",
        "common",
        "base",
        "data",
        "info",
        "infos",
    }
    | {"handle", "handler", "handlers", "process", "misc"}
)
#: Names that others gave: a word of the user, or of a library whose method is overridden.
GIVEN: Final = {
    "DataFolder": "the user's word: --data names the data folder",
    "data_folder": "as DataFolder",
    "handle_starttag": "overrides html.parser",
    "handle_endtag": "overrides html.parser",
    "handle_data": "overrides html.parser",
    "handle_exit": "overrides uvicorn.Server",
    "timeout_keep_alive_handler": "overrides uvicorn's HttpToolsProtocol",
    "handle_error": "overrides socketserver.BaseServer",
    "data_received": "overrides asyncio.Protocol",
    "process_bind_param": "overrides SQLAlchemy's TypeDecorator",
    "process_result_value": "as process_bind_param",
}

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORDS.findall(name)]


def _is_empty(name: str) -> bool:
    return name not in GIVEN and not EMPTY_WORDS.isdisjoint(_words(name))


def test_no_module_function_or_class_has_a_name_that_fits_anything() -> None:
    empty = []
    for module in modules():
        if _is_empty(module.path.stem):
            empty.append(module.place)
        empty += [
            f"{module.place}:{node.lineno} {node.name}"
            for node in module.definitions()
            if _is_empty(node.name) and not (module.is_test and node.name.startswith("test_"))
        ]
    assert not empty, one_a_line(empty)


@pytest.mark.parametrize(
    "name", ["UserManager", "handle_event", "journal_utils", "HTTPInfo", "base", "_process_row", "RowData"]
)
def test_an_empty_word_is_found_in_any_spelling(name: str) -> None:
    assert _is_empty(name)


@pytest.mark.parametrize(
    "name", ["database_url", "processed", "Baseline", "serviceable", "DataFolder", "information", "handled"]
)
def test_a_word_that_only_contains_an_empty_one_is_free(name: str) -> None:
    assert not _is_empty(name)


def test_every_test_is_named_by_a_sentence() -> None:
    short = [
        f"{module.place}:{node.lineno} {node.name}"
        for module in modules()
        if module.is_test
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and len(node.name.split("_")) < 4
    ]
    assert not short, one_a_line(short)
