"""The program ``emma``: its commands, and what becomes of what they raise. Exit 0 done, 1 refused, 2 wrong use."""

import os
import sys
from collections.abc import Callable, Sequence
from functools import cache
from typing import Annotated, Final, NoReturn

import typer
from typer.exceptions import TyperException
from typer.main import get_command

from tanteemma import __version__
from tanteemma.model.problems import Problem, Problems, problem_body, problems_body
from tanteemma.serve.cli import (
    accounts,
    assumptions,
    compact,
    demo,
    erase,
    files,
    findings,
    formulas,
    imports,
    init,
    journeys,
    keys,
    looking_after,
    mappings,
    maps,
    metrics,
    people,
    pulls,
    quarantine,
    rebuild,
    sample,
    segments,
    serve,
    settings,
    snippet,
    sources,
    sql,
    verify,
)
from tanteemma.serve.cli.output import show_document, tell
from tanteemma.serve.cli.speaking import SpeakingGroup, language_of, say, speak, spoken

_DONE: Final = 0
_REFUSED: Final = 1
_WRONG_USE: Final = 2
_INTERRUPTED: Final = 130
_KNOWN: Final = {"NoSuchOption": "option", "MissingParameter": "missing", "BadParameter": "value"}

app = typer.Typer(
    name="emma", cls=SpeakingGroup, help="cli.emma", no_args_is_help=True, add_completion=False, rich_markup_mode=None
)


def _show_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"{__version__}\n")
        raise typer.Exit(_DONE)


@app.callback()
def emma(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="cli.option.version")
    ] = False,
    language: Annotated[str | None, typer.Option("--language", metavar="de|en", help="cli.option.language")] = None,
) -> None:
    """Everything starts here; the language was found out before."""


for _module in (init, demo, serve, imports, rebuild, verify, compact, erase, sql, snippet, settings):
    _module.add_to(app)
for _module in (journeys, maps, metrics, people, accounts, formulas, segments, keys, sources, pulls, mappings):
    _module.add_to(app)
for _module in (quarantine, files, sample, assumptions, findings, looking_after):
    _module.add_to(app)


@cache
def _commands(language: str) -> Callable[..., object]:
    """Runs any command, with its help in this language: built once, however often a process calls ``main``."""
    speak(language)
    return get_command(app).main


def main(words: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code."""
    said = list(sys.argv[1:] if words is None else words)
    language = language_of(said, os.environ)
    commands = _commands(language)
    speak(language)
    try:
        code = commands(args=said, prog_name="emma", standalone_mode=False)
    except Problem as problem:
        return _refuse([problem], as_json="--json" in said)
    except Problems as several:
        return _refuse(several.problems, as_json="--json" in said)
    except TyperException as wrong:
        return _wrong_use(wrong)
    except (typer.Abort, SystemExit):  # no, or whoever read the output has gone (``| head``)
        return _REFUSED
    except KeyboardInterrupt:
        return _INTERRUPTED
    return code if isinstance(code, int) else _DONE


def run() -> NoReturn:
    """Run the command this process was started for, and end it.

    Nothing is left to do when ``main`` is back: everything was closed or rolled back. Taken apart slowly, the libraries write
    that they leak (DuckDB 2.0) and some crash, so the process ends at once.
    """
    code = main()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:  # whoever read has gone
            code = code or _REFUSED
    os._exit(code)


def _refuse(problems: Sequence[Problem], *, as_json: bool) -> int:
    """Say why, for people and, if a program asked, for the program."""
    for problem in problems:
        tell(problem.sentence(spoken()))
    if as_json and problems:
        several = len(problems) > 1
        show_document(
            problems_body(problems, spoken(), echo=True) if several else problem_body(problems[0], spoken(), echo=True)
        )
    options = all(str(problem.params.get("field", "")).startswith("--") for problem in problems)
    return _WRONG_USE if options and problems else _REFUSED  # a value that no option takes is wrong use, not a refusal


def _wrong_use(wrong: TyperException) -> int:
    """Say what does not fit, what is allowed, and where the help is."""
    context = getattr(wrong, "ctx", None)
    kind = type(wrong).__name__
    parameter = getattr(wrong, "param", None)
    name = str(getattr(wrong, "option_name", None) or (parameter.get_error_hint() if parameter is not None else "")).strip("'")
    if kind in {"NoArgsIsHelpError", "UnknownCommand"}:
        tell(wrong.message)
    elif kind in _KNOWN:
        tell(say(f"cli.wrong_use.{_KNOWN[kind]}", name=name))
    else:
        tell(say("cli.wrong_use.other", value=wrong.message))
    if kind == "BadParameter" and parameter is not None and parameter.metavar:
        tell(say("cli.wrong_use.allowed", allowed=parameter.metavar))
    nearest = getattr(wrong, "possibilities", None)
    if nearest:
        tell(say("cli.wrong_use.nearest", names=", ".join(sorted(nearest))))
    if kind != "NoArgsIsHelpError":
        tell(say("cli.wrong_use.help", command=context.command_path if context is not None else "emma"))
    return _WRONG_USE
