"""The command line speaks German and English, helps quickly, and says what does not fit."""

import re
import subprocess
import sys

import pytest
from typer.main import get_command

from tanteemma import __version__
from tanteemma.serve.cli import app
from tanteemma.serve.cli.speaking import language_of, speak
from tests.unit.serve.cli.conftest import Run

#: begins with a capital letter, unless with a word to be typed ("strict: …"), and ends
SENTENCE = re.compile(r"(?:[^a-zäöü]|\w+[:,] |\w+ \().*[.!?…]\Z", re.DOTALL)


@pytest.mark.parametrize(
    ("words", "environment", "language"),
    [
        ([], {}, "en"),
        ([], {"LANG": "de_DE.UTF-8"}, "de"),
        ([], {"LANG": "de_DE.UTF-8", "EMMA_LANGUAGE": "en"}, "en"),
        ([], {"LANG": "fr_FR.UTF-8"}, "en"),
        (["verify", "--language", "de"], {"EMMA_LANGUAGE": "en"}, "de"),
        (["--language=de", "verify"], {}, "de"),
        (["--language"], {"LC_ALL": "de_AT"}, "de"),
    ],
)
def test_the_language_is_the_one_said_then_the_one_set_then_the_systems(
    words: list[str], environment: dict[str, str], language: str
) -> None:
    assert language_of(words, environment) == language


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_command_and_option_says_its_help_in_words(language: str) -> None:
    speak(language)
    try:
        waiting = [get_command(app)]
        while waiting:
            command = waiting.pop()
            for text in (command.help, *(getattr(parameter, "help", None) for parameter in command.params)):
                assert text
                assert not text.startswith("cli.")
                assert SENTENCE.match(text), text
            waiting += list(getattr(command, "commands", {}).values())
    finally:
        speak("en")


def test_help_is_german_on_a_german_system(emma: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    ran = emma("journeys", "--help")
    assert ran.code == 0
    assert ran.out.startswith("Aufruf: emma journeys BEFEHL")
    assert "Optionen:" in ran.out
    assert "Usage" not in ran.out


def test_help_loads_no_engine() -> None:
    heavy = {"numba", "duckdb", "deltalake", "pyarrow", "sqlalchemy", "litestar", "uvicorn", "rich.table", "rich.progress"}
    script = f"""
import sys
from tanteemma.serve.cli import main
main(["--help"]); main(["import", "--help"]); main(["journeys", "funnel", "--help"])
sys.exit(",".join(sorted({heavy!r} & set(sys.modules))) or 0)
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_version_is_told(emma: Run) -> None:
    ran = emma("--version")
    assert (ran.code, ran.out.strip()) == (0, __version__)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["verfy"], "no command emma verfy. Did you mean: verify?"),
        (["journeys", "grap"], "no command emma journeys grap. Did you mean: graph?"),
        (["verify", "--jsn"], "no option --jsn here.\nDid you mean: --json?"),
        (["journeys", "funnel"], "Missing: --steps."),
        (["journeys", "define", "x", "--by", "moon"], "The value for --by does not fit.\nAllowed: person|case|visit."),
        (["serve", "--port", "70000"], "The value for --port does not fit."),
        (["import"], "Missing: FILE."),
    ],
)
def test_a_wrong_call_is_said_in_words_and_ends_with_two(emma: Run, words: list[str], says: str) -> None:
    ran = emma(*words)
    assert ran.code == 2
    assert ran.out == ""
    assert says in ran.err
    assert "--help" in ran.err


def test_a_wrong_call_is_said_in_german_too(emma: Run) -> None:
    ran = emma("verfy", "--language", "de")
    assert (ran.code, ran.err.splitlines()[0]) == (2, "Den Befehl emma verfy gibt es nicht. Meinten Sie: verify?")


def test_no_command_shows_the_help_and_ends_with_two(emma: Run) -> None:
    ran = emma()
    assert ran.code == 2
    assert "Commands:" in ran.err
