"""Settings: from file, environment and command line, every mistake named."""

from pathlib import Path

import pytest

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.settings import Settings, load_settings


def refused(file: str | None = None, environment: dict[str, str] | None = None, tmp: Path | None = None) -> Exception:
    path = None
    if file is not None and tmp is not None:
        path = tmp / "emma.toml"
        path.write_text(file, encoding="utf-8")
    with pytest.raises(Exception) as found:  # noqa: PT011 - one problem or several
        load_settings(path, environment or {})
    return found.value


def codes(error: Exception) -> set[ProblemCode]:
    several = getattr(error, "problems", (error,))
    return {problem.code for problem in several if isinstance(problem, Problem)}


def test_without_a_file_everything_works() -> None:
    settings = load_settings(None, {})
    assert settings == Settings()
    assert settings.host == "127.0.0.1"
    assert settings.zone.key == "Europe/Berlin"


def test_the_command_line_goes_over_the_environment_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "emma.toml"
    file.write_text('port = 1\nlanguage = "en"\nallowed_origins = ["https://a.example"]\n', encoding="utf-8")
    assert load_settings(file, {}).port == 1
    assert load_settings(file, {"EMMA_PORT": "2"}).port == 2
    assert load_settings(file, {"EMMA_PORT": "2"}, port=3).port == 3
    assert load_settings(file, {}, port=None).language == "en"
    assert load_settings(file, {}).allowed_origins == ("https://a.example",)
    listed = load_settings(file, {"EMMA_ALLOWED_ORIGINS": "https://b.example , https://c.example"})
    assert listed.allowed_origins == ("https://b.example", "https://c.example")


def test_a_misspelt_setting_is_named_with_the_nearest(tmp_path: Path) -> None:
    error = refused("prot = 1", tmp=tmp_path)
    assert codes(error) == {ProblemCode.SETTING_UNKNOWN}
    assert codes(refused(environment={"EMMA_PROT": "1"})) == {ProblemCode.SETTING_UNKNOWN}


@pytest.mark.parametrize(
    "wrong", ['port = "no"', "port = 70000", 'language = "fr"', 'time_zone = "Mars/Base"', "body_timeout_s = 0"]
)
def test_a_value_that_does_not_fit_is_refused(tmp_path: Path, wrong: str) -> None:
    assert codes(refused(wrong, tmp=tmp_path)) == {ProblemCode.SETTING_INVALID}


def test_a_file_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    assert codes(refused("port = = 1", tmp=tmp_path)) == {ProblemCode.SETTING_INVALID}


def test_what_is_no_setting_of_an_installation_is_left_alone() -> None:
    assert load_settings(None, {"EMMA_DATA": "/x", "EMMA_TEST_DATA": "/y", "PATH": "/bin"}) == Settings()
