"""Settings start a working system unsaid, and whatever is wrong in them is named at once, with its place and a way out."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.model.problems import Problem, ProblemCode, Problems
from tanteemma.model.settings import Settings, load_settings


def file_with(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "emma.toml"
    path.write_text(text, encoding=encoding)
    return path


def test_without_file_and_variables_everything_has_its_default(tmp_path: Path) -> None:
    assert load_settings(None, {}) == load_settings(tmp_path / "emma.toml", {"PATH": "/bin"}) == Settings()
    assert (Settings().host, Settings().zone.key) == ("127.0.0.1", "Europe/Berlin")


def test_the_command_line_outranks_the_environment_and_that_the_file(tmp_path: Path) -> None:
    file = file_with(tmp_path, 'port = 1\nhost = "::1"\nlanguage = "en"\nbody_timeout_s = 5\n')
    settings = load_settings(file, {"EMMA_PORT": "2", "EMMA_HOST": "192.0.2.1"}, port=3, language=None)
    assert (settings.port, settings.host, settings.language, settings.body_timeout_s) == (3, "192.0.2.1", "en", 5.0)


def test_a_file_with_a_byte_order_mark_and_lists_is_read(tmp_path: Path) -> None:
    file = file_with(tmp_path, 'allowed_origins = ["https://shop.example"]\n', "utf-8-sig")
    settings = load_settings(file, {"EMMA_TRUSTED_PROXIES": " 10.0.0.1 , ,10.0.0.2"})
    assert settings.allowed_origins == ("https://shop.example",)
    assert settings.trusted_proxies == ("10.0.0.1", "10.0.0.2")


def test_variables_of_the_data_folder_and_the_tests_are_no_settings() -> None:
    environment = {"EMMA_DATA": "x", "EMMA_TEST_DATA": "x", "EMMA_FAULT_ROUNDS": "3"}
    assert load_settings(None, environment) == Settings()


@pytest.mark.parametrize(
    ("environment", "code", "params"),
    [
        ({"EMMA_PRT": "1"}, ProblemCode.SETTING_UNKNOWN, {"field": "EMMA_PRT", "hint": "port"}),
        ({"EMMA_PORT": "x"}, ProblemCode.SETTING_INVALID, {"field": "EMMA_PORT", "value": "x", "allowed": "≥ 0, ≤ 65535"}),
        ({"EMMA_PORT": "65536"}, ProblemCode.SETTING_INVALID, {"allowed": "≥ 0, ≤ 65535"}),
        ({"EMMA_LANGUAGE": "fr"}, ProblemCode.SETTING_INVALID, {"value": "fr", "allowed": "de, en"}),
        ({"EMMA_TIME_ZONE": "Europa/Berlin"}, ProblemCode.SETTING_INVALID, {"allowed": "Europe/Berlin"}),
        ({"EMMA_BODY_TIMEOUT_S": "nan"}, ProblemCode.SETTING_INVALID, {"allowed": "> 0, ≤ 3600"}),
    ],
)
def test_what_is_wrong_is_named_with_what_would_be_right(
    environment: dict[str, str], code: ProblemCode, params: dict[str, object]
) -> None:
    with pytest.raises(Problem) as caught:
        load_settings(None, environment)
    assert caught.value.code is code
    assert params.items() <= caught.value.params.items()


def test_everything_that_is_wrong_is_named_at_once_with_its_file(tmp_path: Path) -> None:
    file = file_with(tmp_path, 'prot = 1\nport = "x"\nhost = 5\n[server]\nport = 1\n')
    with pytest.raises(Problems) as caught:
        load_settings(file, {"EMMA_LANGUAGE": "fr"})
    assert [problem.params["field"] for problem in caught.value.problems] == ["prot", "port", "host", "server", "EMMA_LANGUAGE"]
    assert all(problem.params["file"] == str(file) for problem in caught.value.problems[:4])


@pytest.mark.parametrize("text", ["port = ", "port = 1\nport = 2", "\x00"])
def test_a_file_that_is_no_toml_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(Problem) as caught:
        load_settings(file_with(tmp_path, text), {})
    assert (caught.value.code, caught.value.params["file"]) == (ProblemCode.SETTING_INVALID, str(tmp_path / "emma.toml"))


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_sentence_names_setting_and_way_out(language: str) -> None:
    with pytest.raises(Problem) as caught:
        load_settings(None, {"EMMA_LANGUGE": "de"})
    sentence = caught.value.sentence(language)
    assert "EMMA_LANGUGE" in sentence
    assert "language" in sentence


@given(name=st.sampled_from(Settings.__struct_fields__), value=st.text(st.characters(exclude_characters="\0"), max_size=12))
def test_any_text_for_any_setting_is_taken_or_refused_as_a_problem(name: str, value: str) -> None:
    refused: set[ProblemCode] = set()
    try:
        load_settings(None, {f"EMMA_{name.upper()}": value})
    except Problem as problem:
        refused.add(problem.code)
    assert refused <= {ProblemCode.SETTING_INVALID}
