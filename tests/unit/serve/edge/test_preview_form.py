"""The preview as a form and back: what was guessed and what a person said become the mapping a file is read with."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.ingest.formats import shape
from tanteemma.serve.edge.previewing import MappingDocument, PreviewDocument, answers_in, mapping_from, preview_view
from tanteemma.serve.pages.views_sources import ROLES

FOUND = shape.Preview(
    format="csv",
    fingerprint="f",
    columns=("Kunde", "Datum", "Note"),
    rows=(("A-1", "01.02.2026", "2"),),
    mapping=shape.Mapping(
        format="csv",
        dialect=shape.Dialect(delimiter=";", decimal=None),
        columns={shape.Role.PERSON: "Kunde", shape.Role.TIME: "Datum", shape.Role.SCORE: "Note"},
        constants={shape.Role.TOUCHPOINT: "Umfrage"},
    ),
    questions=(shape.Question(code="decimal", column="Note", choices=(",", "."), example="1,234"),),
    warnings=(shape.Warn(code="leading_zero", column="Kunde", row=3, value="01067"),),
)


def document() -> PreviewDocument:
    return msgspec.json.decode(msgspec.json.encode(FOUND), type=PreviewDocument)


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("PreviewDocument", shape.Preview),
        ("MappingDocument", shape.Mapping),
        ("DialectDocument", shape.Dialect),
        ("ScaleDocument", shape.Scale),
        ("QuestionDocument", shape.Question),
        ("WarnDocument", shape.Warn),
    ],
)
def test_the_documents_have_the_fields_of_the_shapes(here: str, there: type[msgspec.Struct]) -> None:
    from tanteemma.serve.edge import previewing  # noqa: PLC0415 - found by name

    assert getattr(previewing, here).__struct_fields__ == there.__struct_fields__


def test_the_roles_of_the_page_are_the_roles_of_a_file() -> None:
    assert set(ROLES) == {role.value for role in shape.Role}


def test_without_answers_the_guess_stays() -> None:
    mapping = mapping_from(document(), {})
    assert msgspec.json.decode(msgspec.json.encode(mapping), type=shape.Mapping) == FOUND.mapping


def asked_for_a_scale(*choices: str) -> PreviewDocument:
    question = shape.Question(code="scale", column="Note", choices=choices)
    found = msgspec.structs.replace(FOUND, questions=(question,))
    return msgspec.json.decode(msgspec.json.encode(found), type=PreviewDocument)


def test_the_ends_of_a_scale_stand_in_the_form_when_only_the_good_end_is_open() -> None:
    scale = preview_view(1, "a.csv", asked_for_a_scale("1-6:6", "1-6:1"), {}, "de").scale
    assert (scale.low, scale.high, scale.best) == (1.0, 6.0, None)
    scale = preview_view(1, "a.csv", asked_for_a_scale("1-6:6", "1-6:1"), {"scale.high": "5", "scale.best": "low"}, "de").scale
    assert (scale.low, scale.high, scale.best) == (1.0, 5.0, "low")


def test_the_ends_of_a_scale_stay_open_when_the_values_fit_several() -> None:
    scale = preview_view(1, "a.csv", asked_for_a_scale("1-5:5", "1-6:1", "0-10:10"), {}, "de").scale
    assert (scale.low, scale.high) == (None, None)


def test_what_a_person_says_counts() -> None:
    form = {
        "role.0": "journey",
        "role.1": "time",
        "role.2": "",
        "constant.touchpoint": " Telefon ",
        "decimal": ",",
        "date_order": "dmy",
        "scale.low": "1",
        "scale.high": "6",
        "scale.best": "low",
        "scale.metric": "csat",
    }
    mapping = mapping_from(document(), form)
    assert mapping.columns == {"journey": "Kunde", "time": "Datum"}
    assert mapping.constants == {"touchpoint": "Telefon"}
    assert (mapping.dialect.decimal, mapping.dialect.date_order, mapping.dialect.delimiter) == (",", "dmy", ";")
    assert mapping.scale is not None
    assert (mapping.scale.low, mapping.scale.high, mapping.scale.best, mapping.scale.metric) == (1.0, 6.0, 1.0, "csat")


def test_an_answer_that_was_not_offered_does_not_count() -> None:
    assert answers_in(document(), {"answer.0": "x", "answer.7": ","}) == {}
    assert answers_in(document(), {"answer.0": "."}) == {"decimal": "."}


@given(
    st.dictionaries(
        st.sampled_from([f"role.{n}" for n in range(4)] + ["scale.low", "delimiter", "answer.0"]), st.text(max_size=30)
    )
)
def test_no_form_however_strange_is_a_fault(form: dict[str, str]) -> None:
    mapping = mapping_from(document(), form)
    assert isinstance(mapping, MappingDocument)
    msgspec.json.encode(mapping)


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_view_shows_questions_guesses_and_remarks(language: str) -> None:
    view = preview_view(3, "mai.csv", document(), {"answer.0": "."}, language)
    assert [column.role for column in view.columns] == ["person", "time", "score"]
    assert view.questions[0].answer == "."
    assert [choice.value for choice in view.questions[0].choices] == [",", "."]
    assert view.constant_touchpoint == "Umfrage"
    assert view.remarks[0].row == 3
    assert view.tabular
