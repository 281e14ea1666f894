"""In which language does the command line speak? Commands that say their help by key, in the language of whoever calls."""

from collections.abc import Mapping, Sequence
from copy import copy
from difflib import get_close_matches
from functools import cache
from itertools import pairwise
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException
from typer.main import get_command

from tanteemma.model.texts import LANGUAGES, text

_OPTION: Final = "--language"
_VARIABLES: Final = ("EMMA_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
_WIDTH: Final = 28


class _Spoken:
    """The language of this call; English until ``speak`` says otherwise (the reference in the docs is written in it)."""

    now = "en"


def speak(language: str) -> None:
    """Speak this language from now on."""
    _Spoken.now = language


def spoken() -> str:
    """The language of this call."""
    return _Spoken.now


def say(key: str, **params: object) -> str:
    """A text of the command line in the language of this call."""
    return text(key, _Spoken.now, **params)


def language_of(words: Sequence[str], environment: Mapping[str, str]) -> str:
    """``--language``, else EMMA_LANGUAGE, else what the system says; English where that is neither German nor English.

    >>> language_of(["verify", "--language", "de"], {"LANG": "en_US.UTF-8"}), language_of([], {"LANG": "de_AT.UTF-8"})
    ('de', 'de')
    """
    said = [word.removeprefix(f"{_OPTION}=") for word in words if word.startswith(f"{_OPTION}=")]
    said += [after for word, after in pairwise(words) if word == _OPTION]
    said += [environment[name] for name in _VARIABLES if environment.get(name)]
    for one in said:
        language = one[:2].lower()
        if language in LANGUAGES:
            return language
    return "en"


class UnknownCommand(TyperException):
    """There is no command of this name; said in full."""

    exit_code = 2


class _Speaking:
    """What commands and groups of commands share: help by key, laid out by us so that every word of it is translated."""

    def _translate(self, attributes: dict[str, Any]) -> dict[str, Any]:
        parameters = list(attributes.get("params") or ())
        if not any(parameter.name == "language" for parameter in parameters):
            parameters.append(copy(_language_option()))
        attributes["params"] = parameters
        for parameter in parameters:
            if getattr(parameter, "help", None):
                parameter.help = say(parameter.help)
        if attributes.get("help"):
            attributes["help"] = say(attributes["help"].strip())
        return attributes | {"rich_markup_mode": None}

    def _lay_out(self, context: Any, formatter: Any, parameters: Sequence[Any], commands: Mapping[str, Any]) -> None:  # noqa: ANN401 - Typer's
        rows: dict[str, list[tuple[str, str]]] = {"arguments": [], "options": []}
        for parameter in parameters:
            is_option = parameter.param_type_name == "option"
            if not getattr(parameter, "hidden", False):
                rows["options" if is_option else "arguments"].append((_names(parameter), _meaning(parameter)))
        pieces = [_names(parameter) for parameter in parameters if parameter.param_type_name != "option"]
        pieces += [say("cli.help.command_place")] if commands else []
        formatter.width = max(formatter.width, 100)
        formatter.write(
            f"{say('cli.help.usage')}: {' '.join([context.command_path, *pieces, say('cli.help.options_place')])}\n\n"
        )
        formatter.write_text(context.command.help or "")
        shown = [(name, command.help or "") for name, command in sorted(commands.items()) if not command.hidden]
        for key, found in (("arguments", rows["arguments"]), ("commands", shown), ("options", rows["options"])):
            if found:
                with formatter.section(say(f"cli.help.{key}")):
                    formatter.write_dl(found, col_max=_WIDTH)


def _lender(
    language: Annotated[
        str | None, typer.Option(_OPTION, metavar="de|en", expose_value=False, help="cli.option.language")
    ] = None,
) -> None:
    """Lends its option to every command."""


@cache
def _language_option() -> Any:  # noqa: ANN401 - Typer keeps the class of its parameters to itself
    """``--language`` is understood everywhere; it was read before anything else (see ``language_of``)."""
    lender = typer.Typer(add_completion=False)
    lender.command()(_lender)
    return next(parameter for parameter in get_command(lender).params if parameter.name == "language")


def _names(parameter: Any) -> str:  # noqa: ANN401 - Typer keeps the class of its parameters to itself
    if parameter.param_type_name != "option":
        name = parameter.metavar or (parameter.name or "").upper()
        return f"{name}..." if parameter.nargs != 1 else name
    names = ", ".join(sorted((*parameter.opts, *parameter.secondary_opts), key=len))
    return names if parameter.is_flag else f"{names} {parameter.metavar or parameter.name.upper()}"


def _meaning(parameter: Any) -> str:  # noqa: ANN401 - as above
    if "--help" in parameter.opts:
        return say("cli.option.help")
    default = parameter.default
    shown = "" if default in (None, False, ...) or callable(default) else f" [{say('cli.help.default')}: {default}]"
    return f"{parameter.help or ''}{shown}"


class SpeakingCommand(_Speaking, TyperCommand):
    """One command whose ``help`` and whose options' ``help`` are keys of the catalogue."""

    def __init__(self, name: str | None, **attributes: Any) -> None:  # noqa: ANN401 - handed on as Typer gives it
        super().__init__(name, **self._translate(attributes))

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - Typer keeps these classes to itself
        """Usage, meaning, arguments, options."""
        self._lay_out(ctx, formatter, self.get_params(ctx), {})


class SpeakingGroup(_Speaking, TyperGroup):
    """Several commands under one word."""

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401 - handed on as Typer gives it
        super().__init__(**self._translate(attributes))

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - Typer keeps these classes to itself
        """Usage, meaning, commands, options."""
        self._lay_out(ctx, formatter, self.get_params(ctx), self.commands)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - Typer keeps these classes to itself
        """The command meant. Raises UnknownCommand with the nearest one."""
        if not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            nearest = get_close_matches(args[0], list(self.commands), n=1)
            hint = [say("cli.wrong_use.nearest", names=nearest[0])] if nearest else []
            told = [say("cli.wrong_use.command", name=f"{ctx.command_path} {args[0]}"), *hint]
            raise UnknownCommand(" ".join(told))
        return super().resolve_command(ctx, args)
