"""A file, a function, a folder stays small enough to be read at once."""

import ast
from typing import Final

import pytest

from tests.house.tree import ROOT, SRC, Function, Module, modules, one_a_line, product, texts

FILE_LINES: Final = 400
SCRIPT_LINES: Final = 300
FUNCTION_LINES: Final = 40
PARAMETERS: Final = 5
FOLDERS: Final = 3
COMMANDS: Final = SRC / "serve" / "cli"


def _function_lines(function: Function) -> int:
    """Lines of a function without its docstring: a formula with its source may be long, a body may not."""
    last = function.end_lineno or function.lineno
    length = last - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function, clean=False) is not None:
        length -= (first.end_lineno or first.lineno) - first.lineno + 1
    return length


def _parameters(function: Function) -> int:
    given = function.args
    names = [argument.arg for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len([name for name in names if name not in {"self", "cls"}])


def _may_take_many(module: Module, function: Function) -> bool:
    """A command, whose parameters are the options users were promised; or a compiled loop, which takes plain arrays only."""
    if module.path.is_relative_to(COMMANDS) and not function.name.startswith("_"):
        return True
    marks = [mark.func if isinstance(mark, ast.Call) else mark for mark in function.decorator_list]
    return not {ast.unparse(mark) for mark in marks}.isdisjoint({"compiled", "njit"})


def test_no_file_is_longer_than_400_lines() -> None:
    long = [f"{module.place}: {lines}" for module in modules() if (lines := module.text.count("\n")) > FILE_LINES]
    assert not long, one_a_line(long)


def test_no_script_style_or_template_is_longer_than_300_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {lines}"
        for path, text in texts(".js", ".css", ".html", ".jinja", under=SRC)
        if (lines := text.count("\n")) > SCRIPT_LINES
    ]
    assert not long, one_a_line(long)


def test_no_function_is_longer_than_40_lines() -> None:
    long = [
        f"{module.place}:{function.lineno} {function.name}: {lines}"
        for module in modules()
        for function in module.functions()
        if (lines := _function_lines(function)) > FUNCTION_LINES
    ]
    assert not long, one_a_line(long)


def test_no_function_takes_more_than_five_parameters_unless_it_is_a_command_a_compiled_loop_or_a_test() -> None:
    many = [
        f"{module.place}:{function.lineno} {function.name}: {count}"
        for module in modules()
        if not module.is_test
        for function in module.functions()
        if (count := _parameters(function)) > PARAMETERS and not _may_take_many(module, function)
    ]
    assert not many, one_a_line(many)


def test_no_folder_lies_deeper_than_three_below_the_package() -> None:
    deep = [module.place for module in product() if len(module.path.relative_to(SRC).parts) - 1 > FOLDERS]
    assert not deep, one_a_line(deep)


def _module(text: str) -> Module:
    return Module(ROOT / "example.py", text, ast.parse(text))


@pytest.mark.parametrize(
    ("text", "lines", "parameters", "free"),
    [
        ("def f(a, b):\n    return a\n", 2, 2, False),
        ('def f(a, *, b):\n    """One.\n\n    Two.\n    """\n    return a\n', 2, 2, False),
        ("class A:\n    def f(self, a):\n        return a\n", 2, 1, False),
        ("@njit(nogil=True)\ndef f(a, b, c, d, e, g):\n    pass\n", 2, 6, True),
    ],
)
def test_lines_and_parameters_are_counted_as_said(text: str, lines: int, parameters: int, *, free: bool) -> None:
    (function,) = _module(text).functions()
    assert (_function_lines(function), _parameters(function), _may_take_many(_module(text), function)) == (
        lines,
        parameters,
        free,
    )
