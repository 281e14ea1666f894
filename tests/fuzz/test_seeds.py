"""The corpus of the fuzzer, and all it ever found, in every run: nothing but a result or a problem comes of it."""

from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS, survives

HERE: Final = Path(__file__).parent
KEPT: Final = sorted([*(HERE / "corpus").glob("*/*.bin"), *(HERE / "found").glob("*/*.bin")])
CHANGES: Final = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 9), st.binary(max_size=4)), max_size=4)


def test_every_target_has_a_corpus() -> None:
    assert {path.parent.name for path in KEPT} == set(TARGETS)


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}-{path.name[:12]}")
def test_what_was_kept_is_read_or_refused(path: Path) -> None:
    survives(TARGETS[path.parent.name], path.read_bytes())


@pytest.mark.parametrize("name", sorted(TARGETS))
@given(data=st.data(), changes=CHANGES)
def test_what_was_kept_and_damaged_is_read_or_refused(
    name: str, data: st.DataObject, changes: list[tuple[float, int, bytes]]
) -> None:
    kept = data.draw(st.sampled_from([path for path in KEPT if path.parent.name == name]))
    said = kept.read_bytes()
    for where, gone, piece in changes:
        place = int(where * len(said))
        said = said[:place] + piece + said[place + gone :]
    survives(TARGETS[name], said)
