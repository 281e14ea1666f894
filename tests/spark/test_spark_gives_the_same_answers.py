"""Two executors, one task per bucket: every kernel answers as on one machine, with touched people and merges under way."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pytest

from benchmarks.logs import LogShape, generated, touchpoints_of
from tanteemma.journeys.ask import Snapshot as AnySnapshot
from tanteemma.journeys.ask import ask_durations, ask_funnel, ask_graph, ask_variants
from tanteemma.journeys.kernels.funnel import FunnelQuestion
from tanteemma.journeys.where.wish import Passing
from tanteemma.store.engines.spark import OnSpark
from tanteemma.store.folder import DataFolder
from tanteemma.store.house import Store
from tanteemma.store.index.definition import WHOLE_LIFE, JourneyDefinition
from tanteemma.store.intake import Flush
from tanteemma.store.schema import EVENT
from tanteemma.store.snapshot import Snapshot
from tests.server.running import EMMA, emma, environment
from tests.spark.conftest import MASTER
from tests.store.made_events import Made, flush_of

pytestmark = pytest.mark.spark

Ask = Callable[[AnySnapshot[JourneyDefinition], JourneyDefinition], Any]
BIG: Final = 10_000_000
FUNNEL: Final = FunnelQuestion(("A", "B", "C"), within_s=400_000.0)
#: with facts as numbers and as words, and without
WHERE: Final = (
    None,
    Passing(where=("passes 'A' before 'B'",)),
    Passing(where=("property.Land = 'AT' or property.Land = 'CH'", "duration > 1s")),
    Passing(where=("value >= 20 at 'C'",)),
)


def questions(steps: FunnelQuestion, where: Passing | None) -> dict[str, Ask]:
    return {
        "graph": lambda on, journey: ask_graph(on, journey, selection=where),
        "exact": lambda on, journey: ask_graph(on, journey, selection=where, exact=True),
        "variants": lambda on, journey: ask_variants(on, journey, top=50, selection=where),
        "durations": lambda on, journey: ask_durations(on, journey, selection=where),
        "funnel": lambda on, journey: ask_funnel(on, journey, steps, selection=where),
    }


def same(session: Any, snapshot: Snapshot, journey: JourneyDefinition, asked: dict[str, Ask]) -> dict[str, Any]:
    """Each question answered here and there."""
    found = {}
    for name, ask in asked.items():
        found[name] = ask(snapshot, journey)
        assert ask(OnSpark(session, snapshot), journey) == found[name], name
    return found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """Settled and fresh events, cases of several people, people that were joined since."""
    dice = np.random.default_rng(7)
    events = [
        Made(
            n,
            f"user:{dice.integers(300)}",
            str(dice.integers(200)),
            "ABCDEFG"[dice.integers(7)],
            int(dice.integers(10**12)),
            properties=json.dumps({"Land": ["DE", "AT", "CH", "FR"][dice.integers(4)], "Stück": int(dice.integers(50))}),
        )
        for n in range(1, 4000)
    ]
    with Store.open(DataFolder.create(tmp_path_factory.mktemp("made") / "data"), write=True) as store:
        store.ensure_case_definition("order")
        store.commit(flush_of(0, events[:3000]))
        store.compact()
        store.commit(flush_of(1, events[3000:]))
        store.link([("user:1", "user:2"), ("user:3", "user:4")])
        with store.snapshot() as snapshot:
            yield snapshot


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize(
    "journey",
    [WHOLE_LIFE, JourneyDefinition("order", "case", "order"), JourneyDefinition("visit", "visit", gap_s=20_000.0)],
    ids=lambda journey: journey.name,
)
def test_every_kernel_answers_as_on_one_machine(
    session: Any, made: Snapshot, journey: JourneyDefinition, where: Passing | None
) -> None:
    found = same(session, made, journey, questions(FUNNEL, where))
    assert found["graph"].journeys > (0 if where is None or "value" not in where.where[0] else -1)


def test_nothing_is_asked_of_a_folder_without_events(session: Any, tmp_path: Path) -> None:
    with Store.open(DataFolder.create(tmp_path / "data"), write=True) as store, store.snapshot() as snapshot:
        found = same(session, snapshot, WHOLE_LIFE, {"graph": ask_graph})
    assert found["graph"].events == 0


def test_a_real_log_by_the_command_line(real_logs: Path, tmp_path: Path) -> None:
    golden = json.loads((real_logs / "golden_dev.json").read_text())["eventlogs/bpic2012.xes.gz"]
    data = tmp_path / "data"
    emma("init", data=data)
    emma("import", str(real_logs / "eventlogs" / "bpic2012.xes.gz"), data=data)
    asked = ["journeys", "graph", "--exact", "--json", "--data", str(data)]
    here, there = (
        json.loads(
            subprocess.run(
                [*EMMA, *asked, *more], capture_output=True, text=True, check=True, timeout=300, env=environment({})
            ).stdout
        )
        for more in ([], ["--engine", MASTER])
    )
    assert there == here
    assert (there["events"], there["journeys"], len(there["edges"])) == (
        golden["events"],
        golden["cases"],
        golden["dfg_edges"],
    )


def test_every_kernel_on_a_real_log(session: Any, real_logs: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    emma("init", data=data)
    emma("import", str(real_logs / "eventlogs" / "bpic2012.xes.gz"), data=data)
    with Store.open(DataFolder.open(data), write=False) as store, store.snapshot() as snapshot:
        steps = FunnelQuestion(("A_SUBMITTED", "A_PREACCEPTED", "A_ACCEPTED", "A_APPROVED"))
        found = same(session, snapshot, snapshot.default_definition(), questions(steps, None))
    assert found["variants"].variants_total == 4366


def test_ten_million_events(session: Any, tmp_path: Path) -> None:
    shape = LogShape(BIG)
    names = pa.array(touchpoints_of(shape).names, pa.string())
    with Store.open(DataFolder.create(tmp_path / "data"), write=True) as store:
        before = 0
        for position, bucket in enumerate(generated(shape)):
            person = np.repeat(np.arange(bucket.journeys), np.diff(bucket.offsets)) + before
            store.commit(_flush(position, person, bucket.times, names.take(pa.array(bucket.kinds.astype(np.int32)))))
            before += bucket.journeys
        store.compact()
        with store.snapshot() as snapshot:
            assert snapshot.events == BIG
            steps = FunnelQuestion(touchpoints_of(shape).names[:5])
            same(session, snapshot, WHOLE_LIFE, questions(steps, None))


def _flush(position: int, person: Any, times: Any, names: pa.Array) -> Flush:
    count = len(times)
    number = np.arange(count, dtype=">u8") + (position << 40)
    ids = pa.Array.from_buffers(pa.binary(16), count, [None, pa.py_buffer(np.stack([number, number], axis=1).tobytes())]).cast(
        pa.binary()
    )
    numbers = pa.array(np.arange(count))
    columns = {
        "event_id": ids,
        "content": numbers,
        "source": pa.repeat("shop", count),
        "type": pa.repeat("track", count),
        "name": names,
        "occurred_at": pa.array(times, EVENT.field("occurred_at").type),
        "received_at": pa.array(times, EVENT.field("received_at").type),
        "ordinal": numbers,
        "subject": pa.array([f"user:{one}" for one in person.tolist()]),
        "origin": pa.repeat("live", count),
    }
    table = pa.table({field.name: columns.get(field.name, pa.nulls(count, field.type)) for field in EVENT}, schema=EVENT)
    return Flush("journal", position, "shop", table, [], count)
