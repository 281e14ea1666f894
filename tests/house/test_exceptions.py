"""Every exception to a rule says why; tests neither look away nor pretend."""

import ast
import re
from typing import Final

import pytest

from tests.house.tree import SRC, modules, one_a_line, product, texts

_MARK: Final = re.compile(r"#\s*(noqa|type:\s*ignore|pragma|mypy:|ruff:|fmt:\s*off)", re.IGNORECASE)
_EXPLAINED: Final = (
    re.compile(r"# (ruff: )?noqa: [A-Z]+\d+(, [A-Z]+\d+)*[ :#(–-]+\w.{5,}"),
    re.compile(r"# type: ignore\[[a-z-]+(, ?[a-z-]+)*\][ :#(–-]+\w.{5,}"),
    re.compile(r"# fmt: off  ?# \w.{5,}"),
)


def _unexplained(line: str) -> bool:
    """A rule is switched off in this line without a code or without a reason."""
    return _MARK.search(line) is not None and not any(shape.search(line) for shape in _EXPLAINED)


def test_every_exception_to_a_rule_names_the_rule_and_the_reason() -> None:
    silent = [
        f"{module.place}:{number} {line.strip()}"
        for module in modules()
        if module.path.name != "test_exceptions.py"
        for number, line in enumerate(module.text.splitlines(), 1)
        if _unexplained(line)
    ]
    assert not silent, one_a_line(silent)


@pytest.mark.parametrize(
    "line", ["x = 1  # noqa", "x = 1  # noqa: S101", "x = 1  # type: ignore", "x = 1  # type: ignore[misc]", "# fmt: off"]
)
def test_an_exception_without_a_reason_is_found(line: str) -> None:
    assert _unexplained(line)


@pytest.mark.parametrize(
    "line", ["x  # noqa: S101, D102 - as the law says", "x  # type: ignore[misc]  # the stubs are older", "x = 1  # no mark"]
)
def test_an_exception_with_a_reason_is_fine(line: str) -> None:
    assert not _unexplained(line)


def test_no_test_is_expected_to_fail_or_stands_on_mocks() -> None:
    pretending = [
        f"{module.place}:{node.lineno}"
        for module in modules()
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("unittest", "mock")))
        or (isinstance(node, ast.Import) and any(name.name.startswith(("unittest", "mock")) for name in node.names))
        or (
            isinstance(node, ast.Attribute) and node.attr in {"xfail", "skipif"} and ast.unparse(node).startswith("pytest.mark")
        )
    ]
    assert not pretending, one_a_line(pretending)


def test_every_skip_says_what_is_missing() -> None:
    silent = [
        f"{module.place}:{node.lineno}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"pytest.skip", "pytest.mark.skip", "pytest.importorskip"}
        and not (node.args or node.keywords)
    ]
    assert not silent, one_a_line(silent)


def test_the_product_never_sleeps_by_the_wall_clock() -> None:
    """``time.sleep`` breaks under a jumping clock and delays a stop; waiting is done on an event with a time-out."""
    sleeping = [
        f"{module.place}:{node.lineno}"
        for module in product()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "time.sleep"
    ]
    assert not sleeping, one_a_line(sleeping)


def test_a_broad_except_stands_only_where_a_plug_in_or_a_request_ends() -> None:
    """Ruff's BLE001 finds them; here they are counted, so that a reason text does not become a habit."""
    broad = [module.place for module in product() for line in module.text.splitlines() if "BLE001" in line]
    assert len(broad) <= 8, broad


def test_no_text_is_left_for_later() -> None:
    later = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    found = [f"{path}" for path, text in texts(".py", ".js", ".css", ".html", ".po", under=SRC) if later.search(text)]
    assert not found, one_a_line(found)
