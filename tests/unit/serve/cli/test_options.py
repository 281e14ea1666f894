"""What is written on the command line is read as it is meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.model.problems import Problem
from tanteemma.serve.cli.erase import subject_of
from tanteemma.serve.cli.options import columns_of, names_of, seconds_of


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("90", 90), ("90s", 90), ("30m", 1800), ("1,5 h", 5400), ("7d", 604_800), ("2w", 1_209_600), (None, None)],
)
def test_spans_are_read_as_people_write_them(written: str | None, seconds: float | None) -> None:
    assert seconds_of(written, "--within") == seconds


@pytest.mark.parametrize("written", ["", "soon", "-1d", "0", "7 moons", "nan", "inf"])
def test_what_is_no_span_is_refused(written: str) -> None:
    with pytest.raises(Problem):
        seconds_of(written, "--within")


@given(
    st.lists(
        st.text(st.characters(exclude_characters='",\r\n\0', exclude_categories=["C"]), min_size=1).map(str.strip).filter(bool),
        min_size=1,
    )
)
def test_names_come_back_as_they_were_listed(names: list[str]) -> None:
    assert names_of(",".join(f'"{name}"' for name in names)) == tuple(names)


def test_columns_are_pairs_of_role_and_column() -> None:
    assert columns_of("person=Kunde, time=Zeit") == {"person": "Kunde", "time": "Zeit"}
    assert columns_of('"value=Betrag, netto"') == {"value": "Betrag, netto"}
    assert columns_of("touchpoint=a=b") == {"touchpoint": "a=b"}
    assert columns_of(None) == {}
    with pytest.raises(Problem):
        columns_of("person")


@pytest.mark.parametrize(
    ("written", "subject"),
    [
        ("4711", "user:4711"),
        ("user:4711", "user:4711"),
        ("anon:a-1", "anon:a-1"),
        (" Anna@Example.ORG ", "mail:anna@example.org"),
        ("mail:Anna@Example.ORG", "mail:anna@example.org"),
        ("A:17", "user:A:17"),
    ],
)
def test_a_person_may_be_named_as_people_name_them(written: str, subject: str) -> None:
    assert subject_of(written) == subject


def test_what_names_nobody_is_refused() -> None:
    with pytest.raises(Problem):
        subject_of("null")
