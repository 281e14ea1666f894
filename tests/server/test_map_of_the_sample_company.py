"""The sample company's map, measured, names the three beliefs that are wrong and shows the planted problems in their cells."""

import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tanteemma.ingest.sources.sample.truth import ProblemKind
from tanteemma.journeys.answers_cells import CellsAnswer
from tanteemma.journeys.answers_conformance import ConformanceAnswer
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.cli.asking import ask_once
from tanteemma.serve.cli.operational_tables import tables_of
from tanteemma.serve.map_asked import map_and_asked, options_of
from tanteemma.serve.map_check import mistakes_of
from tanteemma.serve.worker.messages import Analyse
from tanteemma.workshop.beliefs import Of, beliefs_of, to_be_named
from tanteemma.workshop.document import Content
from tanteemma.workshop.examples import CHECKOUT, MAP, WRONG_BELIEFS
from tanteemma.workshop.keeping import open_document
from tests.server.running import EMMA, environment

pytestmark = pytest.mark.slow
#: the five planted problems: on which map, in which cell
PLANTED = {
    ProblemKind.CHANNEL_SWITCH: (MAP, "tracking"),
    ProblemKind.TIME_EATER: (MAP, "refund"),
    ProblemKind.LOOP: (MAP, "address"),
    ProblemKind.CONTRADICTION: (MAP, "delivery"),
    ProblemKind.ABANDONMENT: (CHECKOUT, "pay-now"),
}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company") / "data"
    words = [*EMMA, "sample", "load", "--data", str(folder)]
    subprocess.run(words, check=True, capture_output=True, timeout=300, env=environment({"language": "de"}))
    return folder


def drawn(folder: Path, key: str) -> Content:
    with tables_of(folder, write=False) as tx:
        return open_document(tx, key).content


def options(folder: Path, key: str) -> dict[str, Any]:
    """What the page asks, with the beliefs about touchpoints alone."""
    content = drawn(folder, key)
    with tables_of(folder, write=False) as tx:
        asked = options_of(map_and_asked(tx, key)[1], {}, "de")
    return asked | {"believed": [f"{one.at}={one.value:g}" for one in beliefs_of(content) if one.of is Of.EMOTION]}


@pytest.fixture(scope="module")
def measured(company: Path) -> dict[str, CellsAnswer]:
    found = {}
    for key in (MAP, CHECKOUT):
        asked = Analyse("cells", msgspec.json.encode(options(company, key)), drawn(company, key).text("journey"))
        found[key] = msgspec.json.decode(ask_once(company, asked), type=CellsAnswer)
    return found


def test_the_three_wrong_beliefs_are_named_and_no_other(company: Path, measured: dict[str, CellsAnswer]) -> None:
    mistakes = mistakes_of(drawn(company, MAP), measured[MAP], "de")
    assert {one.at for one in mistakes} == set(WRONG_BELIEFS)
    sentences = {one.at: one.sentence for one in mistakes}
    assert sentences["tracking"].startswith("Sendungsverfolgung: Ihre Einschätzung ist +2,0, gemessen sind −")
    assert sentences["tracking"].endswith("Hier geht es Kunden schlechter als gedacht.")
    assert sentences["replacement"].endswith("Hier geht es Kunden besser als gedacht.")
    # what the question itself says disagrees most is the same
    assert {one.id for one in measured[MAP].disagreements[:3]} == set(WRONG_BELIEFS)


def test_the_sentence_of_the_page_names_the_three_and_no_phase_besides(company: Path) -> None:
    content = drawn(company, MAP)
    with tables_of(company, write=False) as tx:
        asked = options_of(map_and_asked(tx, MAP)[1], {}, "de")
    found = ask_once(company, Analyse("cells", msgspec.json.encode(asked), content.text("journey")))
    clear = [one.id for one in msgspec.json.decode(found, type=CellsAnswer).disagreements if one.clear]
    phase_of = {part.id: part.place["phase"] for part in content.of_kind("touchpoint")}
    assert set(to_be_named(clear, phase_of)) == set(WRONG_BELIEFS)


@pytest.mark.parametrize("kind", PLANTED)
def test_each_planted_problem_is_shown_in_its_cell(measured: dict[str, CellsAnswer], kind: ProblemKind) -> None:
    key, at = PLANTED[kind]
    cell = next(one for one in measured[key].touchpoints if one.id == at)
    assert kind.value in {finding.kind for finding in cell.findings}


def test_everything_bound_on_the_map_is_measured(measured: dict[str, CellsAnswer]) -> None:
    bare = {one.id for one in measured[MAP].touchpoints if not one.volume}
    assert bare == {"advertisement", "word-of-mouth"}
    counted = {one.id: one.counted for one in measured[MAP].touchpoints if one.counted is not None}
    assert set(counted) == {"advertisement", "newsletter"}
    assert all(one.contacts > 100_000 and one.spend["EUR"] > 1_000 and not one.missing for one in counted.values())


def test_of_weights_and_pains_none_is_wrong_besides(company: Path, measured: dict[str, CellsAnswer]) -> None:
    said = subprocess.run(
        [*EMMA, "map", "check", MAP, "--measured", "--json", "--data", str(company)],
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
        env=environment({"language": "de"}),
    ).stdout
    assert {(one["at"], one["of"]) for one in msgspec.json.decode(said)["mistakes"]} == {
        (at, "emotion") for at in WRONG_BELIEFS
    }
    drawn_map = drawn(company, MAP)
    assert {one.at for one in mistakes_of(drawn_map, measured[MAP], "en")} == set(WRONG_BELIEFS)


def test_a_file_of_the_command_line_carries_what_is_measured(company: Path, tmp_path: Path) -> None:
    file = tmp_path / "map.svg"
    words = ["map", "export", MAP, "--output", str(file), "--data", str(company)]
    subprocess.run([*EMMA, *words], check=True, capture_output=True, timeout=300, env=environment({"language": "de"}))
    drawing = file.read_text(encoding="utf-8")
    assert "Sendungsverfolgung" in drawing
    assert "Ereignisse" in drawing
    blank = tmp_path / "blank.svg"
    words = ["map", "export", MAP, "--blank", "--output", str(blank), "--data", str(company)]
    subprocess.run([*EMMA, *words], check=True, capture_output=True, timeout=300, env=environment({"language": "de"}))
    assert "Ereignisse" not in blank.read_text(encoding="utf-8")


def test_journeys_are_laid_beside_the_map_as_beside_its_steps_in_words(company: Path) -> None:
    def asked(**options: str) -> ConformanceAnswer:
        question = Analyse("conformance", msgspec.json.encode(options), drawn(company, MAP).text("journey"))
        return msgspec.json.decode(ask_once(company, question), type=ConformanceAnswer)

    found = asked(map=MAP)
    with tables_of(company, write=False) as tx:
        assert found.map == open_document(tx, MAP).name
    names = {part.text("text") for part in drawn(company, MAP).of_kind("touchpoint")}
    assert len(found.steps) + len(found.left_out) == len(drawn(company, MAP).of_kind("touchpoint"))
    assert {one.name for one in found.left_out} <= names
    assert found.journeys > 0
    assert any(step.reached for step in found.steps)
    beside = asked(drawn=found.drawn)
    assert msgspec.structs.replace(found, map="", left_out=()) == beside


def test_a_map_is_laid_beside_its_own_journeys_where_none_are_named(company: Path) -> None:
    def asked(key: str, journey: str | None = None) -> ConformanceAnswer:
        question = Analyse("conformance", msgspec.json.encode({"map": key}), journey)
        return msgspec.json.decode(ask_once(company, question), type=ConformanceAnswer)

    own = drawn(company, CHECKOUT).text("journey")
    assert asked(CHECKOUT) == asked(CHECKOUT, own)
    assert asked(CHECKOUT).journey == own != asked(MAP).journey
    assert asked(CHECKOUT, asked(MAP).journey).journey == asked(MAP).journey


@pytest.mark.parametrize("options", [{"map": "no-such-map"}, {}])
def test_no_map_and_no_steps_are_refused(company: Path, options: dict[str, str]) -> None:
    with pytest.raises(Problem) as refused:
        ask_once(company, Analyse("conformance", msgspec.json.encode(options), None))
    assert refused.value.code in {ProblemCode.DOCUMENT_UNKNOWN, ProblemCode.FIELD_MISSING}
