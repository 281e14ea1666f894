"""What somebody asks of a file, and what is said when it cannot be answered."""

from pathlib import Path

import numpy as np
import pytest

from tanteemma.ingest.formats.table import read_table
from tanteemma.journeys.drivers.answers import DriversAnswer
from tanteemma.journeys.drivers.reading import TableQuestion, analyse_table
from tanteemma.model.problems import Problem, Problems

ROWS = 60


def _file(folder: Path, **columns: list[object]) -> Path:
    chance = np.random.default_rng(9)
    quality = chance.integers(1, 8, ROWS)
    score = np.clip(quality + chance.integers(-2, 5, ROWS), 0, 10)
    written: dict[str, list[object]] = {
        "score": score.tolist(),
        "quality": quality.tolist(),
        "speed": chance.integers(1, 8, ROWS).tolist(),
        "channel": chance.choice(["Telefon", "Filiale", "Netz"], ROWS).tolist(),
        "customer": [f"K-{place}" for place in range(ROWS)],
        **columns,
    }
    path = folder / "answers.csv"
    lines = [";".join(written), *(";".join(str(column[row]) for column in written.values()) for row in range(ROWS))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _ask(path: Path, outcome: str, *drivers: str, **more: object) -> DriversAnswer:
    return analyse_table(read_table(path), TableQuestion(outcome, drivers, shapes=False, **more))  # type: ignore[arg-type]  # tests say it by name


def _refused(path: Path, outcome: str, *drivers: str, **more: object) -> list[Problem]:
    with pytest.raises((Problem, Problems)) as refused:
        _ask(path, outcome, *drivers, **more)
    error = refused.value
    if isinstance(error, Problems):
        return list(error.problems)
    assert isinstance(error, Problem)
    return [error]


def test_numbers_and_words_can_be_drivers(tmp_path: Path) -> None:
    found = _ask(_file(tmp_path), "score", "quality", "channel")
    assert [driver.name for driver in found.drivers] == ["quality", "channel"]
    assert found.drivers[1].words == ("Filiale", "Netz", "Telefon")
    assert found.drivers[0].correlation is not None
    assert found.drivers[0].correlation > 0.5
    assert sum(driver.share or 0 for driver in found.drivers) == pytest.approx(1)
    assert (found.n, found.method, found.claim) == (ROWS, "lmg", "goes_with")


def test_the_interval_of_a_share_lies_around_it(tmp_path: Path) -> None:
    for driver in _ask(_file(tmp_path), "score", "quality", "speed").drivers:
        assert driver.low is not None
        assert driver.high is not None
        assert driver.share is not None
        assert driver.low <= driver.share <= driver.high


def test_without_a_choice_every_column_that_can_be_is_a_driver(tmp_path: Path) -> None:
    found = _ask(_file(tmp_path), "score")
    assert {driver.name for driver in found.drivers} == {"quality", "speed", "channel"}
    assert [(left.name, left.reason) for left in found.left_out] == [("customer", "many_words")]


def test_several_columns_make_one_driver_and_a_word_makes_an_outcome(tmp_path: Path) -> None:
    mean = _ask(_file(tmp_path), "score", "both=quality+speed")
    assert [driver.name for driver in mean.drivers] == ["both"]
    star = _ask(_file(tmp_path, item1=[1, 2] * 30, item2=[3, 4, 5] * 20), "score", "items=item*")
    assert [driver.name for driver in star.drivers] == ["items"]
    word = _ask(_file(tmp_path), "channel=Netz", "quality", "speed")
    assert (word.outcome, word.outcome_word) == ("channel", "Netz")
    assert 0 < (word.mean or 0) < 1


def test_a_comma_is_read_as_the_file_writes_it(tmp_path: Path) -> None:
    plain = _ask(_file(tmp_path, half=[place / 2 for place in range(ROWS)]), "score", "half")
    comma = _ask(_file(tmp_path, half=[f"{place / 2}".replace(".", ",") for place in range(ROWS)]), "score", "half")
    assert comma.r2 == pytest.approx(plain.r2)


def test_a_row_with_a_gap_is_left_out_and_counted(tmp_path: Path) -> None:
    found = _ask(_file(tmp_path, gap=["", "k.A.", *range(ROWS - 2)]), "score", "gap", "quality")
    assert (found.n, found.rows_left_out) == (ROWS - 2, 2)


def test_a_word_in_a_column_of_numbers_is_named_with_its_row(tmp_path: Path) -> None:
    (problem,) = _refused(_file(tmp_path, wrong=[*range(40), "zwölf", *range(19)]), "score", "wrong")
    assert problem.code == "number_invalid"
    assert {name: problem.params[name] for name in ("field", "row", "value")} == {"field": "wrong", "row": 41, "value": "zwölf"}


def test_an_unknown_column_is_named_with_the_nearest(tmp_path: Path) -> None:
    (problem,) = _refused(_file(tmp_path), "Scoer", "quality")
    assert problem.code == "column_unknown"
    assert str(problem.params["hint"]).startswith("score")
    assert "score" in problem.sentence("de")


def test_everything_wrong_with_the_drivers_is_said_at_once(tmp_path: Path) -> None:
    path = _file(tmp_path, wrong=[*range(40), "zwölf", *range(19)], same=[7] * ROWS)
    assert [problem.code for problem in _refused(path, "score", "qualitty", "wrong")] == ["column_unknown", "number_invalid"]
    assert [problem.params["field"] for problem in _refused(path, "score", "same", "customer")] == ["same", "customer"]


def test_what_never_varies_follows_from_others_or_has_too_few_rows_is_refused(tmp_path: Path) -> None:
    path = _file(tmp_path, same=[7] * ROWS)
    assert [problem.code for problem in _refused(path, "score", "same")] == ["column_constant"]
    assert [problem.code for problem in _refused(path, "same", "score")] == ["column_constant"]
    doubled = _file(tmp_path, one=list(range(ROWS)), two=[2 * place + 1 for place in range(ROWS)])
    (problem,) = _refused(doubled, "score", "one", "quality", "two")
    assert (problem.code, problem.params["field"], problem.params["others"]) == ("column_determined", "two", "one")
    gaps = _file(tmp_path, gap=[1, 2, 3, *[""] * (ROWS - 3)])
    (problem,) = _refused(gaps, "score", "gap", "quality")
    assert (problem.code, problem.params["value"], problem.params["needed"]) == ("too_few_rows", 3, 5)


def test_of_columns_nobody_chose_those_that_follow_from_others_are_left_out(tmp_path: Path) -> None:
    found = _ask(_file(tmp_path, one=list(range(ROWS)), two=[2 * place + 1 for place in range(ROWS)], same=[7] * ROWS), "score")
    assert {left.name: left.reason for left in found.left_out} == {
        "customer": "many_words",
        "two": "determined",
        "same": "constant",
    }


def test_drivers_that_mostly_say_the_same_are_named(tmp_path: Path) -> None:
    near: list[object] = [place + (place % 2) for place in range(ROWS)]
    found = _ask(_file(tmp_path, one=list(range(ROWS)), near=near), "score", "one", "near", "quality")
    assert found.together == ("one", "near")


def test_a_driver_cannot_be_the_outcome_or_stand_twice(tmp_path: Path) -> None:
    path = _file(tmp_path)
    assert [problem.params["value"] for problem in _refused(path, "score", "score", "quality")] == ["score"]
    assert [problem.params["value"] for problem in _refused(path, "score", "quality", "quality")] == ["quality"]


def test_an_outcome_of_many_words_asks_which_one_counts(tmp_path: Path) -> None:
    (problem,) = _refused(_file(tmp_path), "channel", "quality")
    assert problem.code == "column_of_words"
    assert "channel=Filiale" in str(problem.params["hint"])
    (problem,) = _refused(_file(tmp_path), "channel=Fax", "quality")
    assert (problem.code, problem.params["value"]) == ("question_invalid", "Fax")


def test_a_weight_below_zero_is_named_with_its_row(tmp_path: Path) -> None:
    path = _file(tmp_path, often=[3, -1, *[1] * (ROWS - 2)])
    (problem,) = _refused(path, "score", "quality", weight="often")
    assert (problem.code, problem.params["row"], problem.params["field"]) == ("count_invalid", 2, "often")
    weighted = _ask(_file(tmp_path, often=[3] * ROWS), "score", "quality", weight="often")
    assert (weighted.n, weighted.drivers[0].low) == (3 * ROWS, None)


def test_sixteen_drivers_are_answered_by_relative_weights(tmp_path: Path) -> None:
    chance = np.random.default_rng(3)
    many: dict[str, list[object]] = {f"d{place}": chance.normal(size=ROWS).round(4).tolist() for place in range(16)}
    found = _ask(_file(tmp_path, **many), "score", *many)
    assert found.method == "relative_weights"
    assert all(driver.lmg is None for driver in found.drivers)
    assert sum(driver.relative_weight for driver in found.drivers) == pytest.approx(found.r2)
    assert sum(driver.share or 0 for driver in found.drivers) == pytest.approx(1)
