"""A compaction takes its time; events, merges and questions meanwhile find everything as it is, then and afterwards."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tanteemma.store.compaction import Compacted, Compaction, Exclusion
from tanteemma.store.folder import DataFolder
from tanteemma.store.house import Store
from tanteemma.store.index.definition import WHOLE_LIFE, JourneyDefinition
from tanteemma.store.lake import Lake
from tests.store.made_events import Made, expected_journeys, expected_numbers, flush_of, journeys_in, numbers_in, properties_of

ORDERS = JourneyDefinition("order", "case", "order")
EVENTS = [
    Made(n, f"user:{n % 17}" if n % 9 else None, f"{n % 11}", "ABCDEFG"[n // 150], n % 50, properties=properties_of(n))
    for n in range(1, 1000)
]


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    """Do something on another thread in the middle of the next compaction, which goes on when it is done."""
    run = Compaction.run

    def arrange(work: Callable[[], None]) -> None:
        def interrupted(compaction: Compaction) -> Compacted:
            done = run(compaction)
            monkeypatch.setattr(Compaction, "run", run)
            thread = threading.Thread(target=work)
            thread.start()
            thread.join(20)
            assert not thread.is_alive(), "it waits for the compaction"
            return done

        monkeypatch.setattr(Compaction, "run", interrupted)

    return arrange


def agree(store: Store, events: list[Made], same: dict[str, str]) -> None:
    with store.snapshot() as snapshot:
        for definition in (WHOLE_LIFE, ORDERS):
            assert journeys_in(snapshot, definition) == expected_journeys(events, definition, same), definition
            assert numbers_in(snapshot, definition) == expected_numbers(events, definition, same), definition


@pytest.mark.parametrize("before", [0, 300])
def test_what_comes_meanwhile_stays_fresh_and_counts(
    tmp_path: Path, before: int, meanwhile: Callable[[Callable[[], None]], None]
) -> None:
    folder, same = DataFolder.create(tmp_path), {"user:2": "user:1"}
    with Store.open(folder, write=True) as store:
        store.ensure_case_definition("order")
        store.commit(flush_of(1, EVENTS[:before]))
        store.compact()
        store.commit(flush_of(2, EVENTS[before:500]))

        def more() -> None:
            store.commit(flush_of(3, EVENTS[500:700]))
            store.link([("user:1", "user:2")])
            agree(store, EVENTS[:700], same)
            store.commit(flush_of(4, EVENTS[700:800]))

        meanwhile(more)
        store.compact()
        agree(store, EVENTS[:800], same)
        store.commit(flush_of(5, EVENTS[800:]))
        agree(store, EVENTS, same)
        assert store.commit(flush_of(4, EVENTS[700:800])).again
        store.compact()
        agree(store, EVENTS, same)
        assert store.rebuild().equal
    with Store.open(folder, write=True) as store:
        agree(store, EVENTS, same)


def test_a_stop_in_the_middle_leaves_everything_as_it_was(
    tmp_path: Path, meanwhile: Callable[[Callable[[], None]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, commit = DataFolder.create(tmp_path), Lake.commit

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with Store.open(folder, write=True) as store:
        store.ensure_case_definition("order")
        store.commit(flush_of(1, EVENTS[:500]))

        def more() -> None:
            store.commit(flush_of(2, EVENTS[500:]))
            monkeypatch.setattr(Lake, "commit", stopped)

        meanwhile(more)
        with pytest.raises(KeyboardInterrupt):
            store.compact()
        monkeypatch.setattr(Lake, "commit", commit)
    with Store.open(folder, write=True) as store:
        agree(store, EVENTS, {})


def test_what_makes_generations_comes_one_after_the_other(
    tmp_path: Path, meanwhile: Callable[[Callable[[], None]], None]
) -> None:
    with Store.open(DataFolder.create(tmp_path), write=True) as store:
        store.commit(flush_of(1, EVENTS))
        waiting: list[threading.Thread] = []

        def others() -> None:
            for work in (store.rebuild, lambda: store.ensure_case_definition("order"), store.tidy, store.compact):
                waiting.append(threading.Thread(target=work))
                waiting[-1].start()

        meanwhile(others)
        store.compact()
        for thread in waiting:
            thread.join()
        agree(store, EVENTS, {})
        gone = store.compact(Exclusion(subjects=frozenset(("user:3",))))
        agree(store, [one for one in EVENTS if one.subject != "user:3"], {})
        assert len(gone.gone_ids) == sum(one.subject == "user:3" for one in EVENTS)
