"""The sample company's year as journeys in memory, with everything that its events say."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tanteemma.ingest.sources.sample import generate
from tanteemma.ingest.sources.sample.truth import Truth
from tanteemma.journeys.findings.find import Found, find_breaks
from tanteemma.journeys.findings.survey import Scope, survey
from tanteemma.model.arrays import DROPPED, Fact, FactColumn, Form, JourneyArrays, Kernel, Selection, Touchpoints

Question = TypeVar("Question")
Partial = TypeVar("Partial")
Answer = TypeVar("Answer")

UNTIL = datetime(2026, 11, 20, tzinfo=UTC)
_SCORE = {"score": "value", "score.low": "low", "score.high": "high", "score.best": "best"}


@dataclass(frozen=True)
class Year:
    """One bucket with every journey of a key."""

    arrays: JourneyArrays
    table: Touchpoints
    is_case: bool

    def touchpoints(self) -> Touchpoints:
        return self.table

    def ask(self, kernel: Kernel[Question, Partial, Answer], question: Question, *, journey: None) -> Answer:
        return kernel.answer(kernel.partial(self.arrays, Selection(), self.table, question), self.table, question)

    def breaks(self) -> list[Found]:
        names = tuple(sorted(fact.name.removeprefix("property.") for fact in self.arrays.facts if fact.form is Form.WORD))
        return find_breaks(survey(self, None, Scope(self.is_case, names, (), has_scores=True)))


@cache
def company(seed: int) -> tuple[pa.Table, Truth]:
    made = generate(seed=seed, until=UNTIL, customers=20_000)
    return pa.concat_tables(list(made.batches())), made.truth


def year(seed: int, by: str) -> Year:
    """Journeys by ``order``, ``ticket``, ``cart`` or ``person`` (who really was behind each event)."""
    table, truth = company(seed)
    if by == "person":
        code = truth.event_person
    else:
        values = pa.array([dict(keys or ()).get(by) for keys in table["keys"].to_pylist()], pa.string())
        code = values.dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    there = np.flatnonzero(code >= 0)
    time = table["occurred_at"].combine_chunks().cast("int64").to_numpy()
    order = there[np.lexsort((table["ordinal"].combine_chunks().to_numpy()[there], time[there], code[there]))]
    table, code, time = table.take(pa.array(order)), code[order], time[order]
    kinds, touchpoints = _kinds(table)
    starts = np.flatnonzero(np.append(True, code[1:] != code[:-1]))
    people = truth.event_person[order][starts].astype(np.uint32)
    offsets = np.append(starts, len(code)).astype(np.int64)
    return Year(JourneyArrays(kinds, time, offsets, people, 0, _facts(table)), touchpoints, by != "person")


def _kinds(table: pa.Table) -> tuple[np.ndarray, Touchpoints]:
    names = table["name"].combine_chunks().dictionary_encode()
    channels = pc.fill_null(table["channel"].combine_chunks(), "").dictionary_encode()
    codes = names.indices.to_numpy().astype(np.int64) * len(channels.dictionary) + channels.indices.to_numpy()
    met, kinds = np.unique(codes, return_inverse=True)
    said = channels.dictionary.to_pylist()
    on = np.array([DROPPED if not said[one] else one for one in met % len(said)], np.uint32)
    of_kind = (met // len(said)).astype(np.uint32)
    return kinds.astype(np.uint16), Touchpoints(of_kind, tuple(names.dictionary.to_pylist()), on, tuple(said))


def _facts(table: pa.Table) -> dict[Fact, FactColumn]:
    told = [json.loads(one) if one else {} for one in table["properties"].to_pylist()]
    names = sorted({name for one in told for name in one if not name.startswith("$")})
    facts: dict[Fact, FactColumn] = {}
    for name in names:
        words: dict[str, int] = {}
        codes = np.full(len(told), -1, np.int32)
        for place, one in enumerate(told):
            if name in one:
                value = one[name]
                codes[place] = words.setdefault(value if isinstance(value, str) else json.dumps(value), len(words))
        facts[Fact(f"property.{name}")] = FactColumn(codes, tuple(words))
    for name, key in _SCORE.items():
        values = [one["$score"][key] if "$score" in one else np.nan for one in told]
        facts[Fact(name, Form.NUMBER)] = FactColumn(np.array(values, np.float64))
    return facts
