"""What is told of a map's cells beside figures: the weak spots that were found there, and what customers wrote."""

from collections.abc import Hashable
from typing import Any, Final

import msgspec
import numpy as np

from tanteemma.journeys.answers_breaks import Break, BreaksAnswer
from tanteemma.journeys.answers_cells import CellFinding, Comment
from tanteemma.journeys.ask_cells import Measured
from tanteemma.journeys.cells.rules import may_catch
from tanteemma.serve.worker.asking import Put
from tanteemma.serve.worker.messages import Analyse
from tanteemma.serve.worker.questions.breaks import BreaksOptions, find, stated_and_said
from tanteemma.serve.worker.remembering import settled_of

_TOLD: Final = ("name", "channel", "occurred_at", "source", "properties")
_LONGEST_COMMENT: Final = 1_000


class _Score(msgspec.Struct, frozen=True):
    value: float | None = None


class _Said(msgspec.Struct, frozen=True, rename={"score": "$score", "comment": "$comment"}):
    comment: str = ""
    score: _Score = _Score()


def findings_of(put: Put[Any], found: Measured, language: str, *, soon: bool = False) -> dict[int, tuple[CellFinding, ...]]:
    """The weak spots at each row: those at a name that its rule may catch; the gravest first. ``soon``: as found last."""
    rows = [may_catch(bound.rule, found.touchpoints) for bound in found.question.bound]
    told: dict[int, list[CellFinding]] = {}
    for one in breaks_of(put, language, soon=soon).breaks:
        for row, names in enumerate(rows):
            if not names.isdisjoint(one.steps):
                told.setdefault(row, []).append(_finding(one))
    return {row: tuple(of_row) for row, of_row in told.items()}


def breaks_of(put: Put[Any], language: str, *, soon: bool = False) -> BreaksAnswer:
    """The weak spots of these journeys: those that were found before, if nothing has changed since or ``soon`` is wanted."""
    options = BreaksOptions(language=language)
    asked = Analyse("breaks", msgspec.json.encode(options), put.filter.journey, put.filter)
    key, version = msgspec.msgpack.encode(asked), f"{put.snapshot.version}+{stated_and_said(put.house)}"
    known = put.house.answers.get(key, version) or (put.house.answers.last(key) if soon else None)
    if known is not None:
        return msgspec.json.decode(known.body, type=BreaksAnswer)
    answer = find(Put(put.house, put.snapshot, put.watched, put.journey, put.filter, options))
    put.house.answers.keep(key, version, msgspec.json.encode(answer))
    return answer


def _finding(one: Break) -> CellFinding:
    cost = one.cost
    return CellFinding(
        id=one.id,
        spot=one.spot,
        kind=one.kind,
        at=one.at,
        journeys=one.journeys,
        came=one.came,
        share=one.share,
        low=one.low,
        high=one.high,
        since=one.since,
        reason=one.reason,
        cost_low=None if cost is None else cost.low,
        cost_mid=None if cost is None else cost.mid,
        cost_high=None if cost is None else cost.high,
        currency=None if cost is None else cost.currency,
        mark=one.mark,
    )


def comments_of(put: Put[Any], found: Measured) -> dict[int, tuple[Comment, ...]]:
    """The newest words of each row, read where they are stored; those of the base are remembered as long as it holds."""
    settled, made = settled_of(put.snapshot)
    read: dict[tuple[int, int], dict[str, Any]] = {}
    wanted: dict[int, set[int]] = {}
    for part, event in {(word.part, word.event) for word in found.scores.words}:
        known = put.house.memory.get(_place(put, made, part, event)) if part < settled else None
        if known is None:
            wanted.setdefault(part, set()).add(event)
        else:
            read[part, event] = known
    for part, events in wanted.items():
        places = np.array(sorted(events), np.int64)
        rows = put.snapshot.read_events(put.journey, part, places, _TOLD).to_pylist()
        for event, row in zip(places.tolist(), rows, strict=True):
            read[part, event] = row
            if part < settled:
                put.house.memory.keep(_place(put, made, part, event), row)
    told: dict[int, list[Comment]] = {}
    for word in found.scores.words:
        told.setdefault(word.target, []).append(_comment(read[word.part, word.event], after=word.after))
    return {row: tuple(of_row) for row, of_row in told.items()}


def _place(put: Put[Any], made: Hashable, part: int, event: int) -> Hashable:
    return "event", made, put.journey.order, put.journey.cut, part, event


def _comment(row: dict[str, Any], *, after: bool) -> Comment:
    try:
        said = msgspec.json.decode(row["properties"] or "{}", type=_Said)
    except msgspec.MsgspecError:  # words that are no text: what there is stands in the event
        said = _Said()
    text = said.comment.strip()[:_LONGEST_COMMENT]
    return Comment(text, row["occurred_at"], row["name"], row["channel"], row["source"], said.score.value, after)
