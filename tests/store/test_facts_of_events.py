"""What events say beside kind and time is read from every shape it may have, and kept only as long as its lake file."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from tanteemma.model.arrays import Fact, Form
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.engines.extract import values_of
from tanteemma.store.folder import DataFolder
from tanteemma.store.house import Store
from tanteemma.store.index.definition import WHOLE_LIFE
from tests.store.made_events import Made, flush_of, numbers_in, properties_of, table_of


def _told(fact: Fact, *properties: object) -> list[object]:
    rows = [None if one is None else msgspec.json.encode(one).decode() for one in properties]
    table = table_of([Made(number, "u", None, "A", 1, properties=row) for number, row in enumerate(rows)])
    values, words = values_of(table["properties"], fact)
    if fact.form is Form.NUMBER:
        return [None if np.isnan(value) else float(value) for value in values]
    return [words[code] if code >= 0 else None for code in values.tolist()]


def test_numbers_are_read_as_they_are_written() -> None:
    number = Fact("property.n", Form.NUMBER)
    written: tuple[object, ...] = (1, 2.5, "3", "4.5", "1.234,5", "0,75", "-7,5", "1.23,4", "viel", True, None, [1], {})
    said = [{"n": one} for one in written]
    assert _told(number, *said, {}, None) == [1, 2.5, 3, 4.5, 1234.5, 0.75, -7.5, None, None, *[None] * 6]


def test_words_are_read_wherever_they_stand() -> None:
    rows = ({"a.b": "ganz"}, {"a": {"b": "innen"}}, {"a": 1}, {"a": {"b": 5}}, {"a": {"b": True}}, None)
    assert _told(Fact("property.a.b"), *rows) == ["ganz", "innen", None, "5", "true", None]
    assert _told(Fact("property.a/b~c"), {"a/b~c": "ja"}) == ["ja"]
    assert _told(Fact("property.$x'; DROP"), {"$x'; DROP": "ja"}) == ["ja"]


def test_a_score_is_read_as_the_importer_states_it() -> None:
    rows = ({"$score": {"metric": "nps", "value": 9, "low": 0, "high": 10}}, {"score": 3})
    assert _told(Fact("score", Form.NUMBER), *rows) == [9, None]
    assert _told(Fact("score.metric"), *rows) == ["nps", None]


def test_what_was_read_is_kept_on_disk_until_its_file_goes(tmp_path: Path) -> None:
    folder = DataFolder.create(tmp_path)
    events = [Made(n, f"user:{n % 5}", None, "A", n, properties=properties_of(n)) for n in range(1, 60)]
    with Store.open(folder, write=True) as store:
        store.commit(flush_of(0, events[:30]))
        with store.snapshot() as snapshot:
            first = numbers_in(snapshot, WHOLE_LIFE)
        kept = {path.name for path in folder.facts.iterdir()}
        assert len(kept) == 2
    with Store.open(folder, write=True) as store:
        with store.snapshot() as snapshot:
            assert numbers_in(snapshot, WHOLE_LIFE) == first
        assert {path.name for path in folder.facts.iterdir()} == kept
        store.commit(flush_of(1, events[30:]))
        store.compact()
        assert not kept & {path.name for path in folder.facts.iterdir()}
        with store.snapshot() as snapshot:
            assert len(numbers_in(snapshot, WHOLE_LIFE)) == 5


def test_a_damaged_file_of_facts_is_read_anew(tmp_path: Path) -> None:
    folder = DataFolder.create(tmp_path)
    with Store.open(folder, write=True) as store:
        store.commit(flush_of(0, [Made(n, f"user:{n % 5}", None, "A", n, properties=properties_of(n)) for n in range(1, 60)]))
        with store.snapshot() as snapshot:
            first = numbers_in(snapshot, WHOLE_LIFE)
    for path in folder.facts.iterdir():
        content = bytearray(path.read_bytes())
        content[-9] ^= 1
        path.write_bytes(content)
    with Store.open(folder, write=True) as store, store.snapshot() as snapshot:
        assert numbers_in(snapshot, WHOLE_LIFE) == first


def test_there_is_no_fact_of_any_other_name(tmp_path: Path) -> None:
    with Store.open(DataFolder.create(tmp_path), write=True) as store:
        store.commit(flush_of(0, [Made(1, "user:1", None, "A", 1)]))
        with store.snapshot() as snapshot, pytest.raises(Problem) as refused:
            snapshot.view.told(WHOLE_LIFE, len(snapshot.parts(WHOLE_LIFE)) - 1, Fact("weather"))
        assert refused.value.code is ProblemCode.QUESTION_INVALID
