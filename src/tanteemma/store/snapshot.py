"""A pinned moment of the data that questions are put to: kernels over journeys, one SELECT over events."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import Self, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tanteemma.model.arrays import Fact, JourneyArrays, Kernel, Mask, Selection, Touchpoints, facts_of
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.beside import NOTHING_BESIDE, Beside, beside_of, columns_beside
from tanteemma.store.defining import digest
from tanteemma.store.engines.duck import DuckEngine
from tanteemma.store.folder import DataFolder
from tanteemma.store.hashing import Words
from tanteemma.store.index.definition import WHOLE_LIFE, JourneyDefinition
from tanteemma.store.index.parts import Keys, Part
from tanteemma.store.index.view import IndexView
from tanteemma.store.lakefiles import LakeFile
from tanteemma.store.pins import Pin
from tanteemma.store.reading import Moment
from tanteemma.store.schema import STORED

Q = TypeVar("Q")
P = TypeVar("P")
A = TypeVar("A")

Longs = npt.NDArray[np.int64]
#: what of one bucket counts, decided from its arrays (a filter of the person who asks)
Choose = Callable[[JourneyArrays, Touchpoints], Selection]


class Snapshot:
    """Close it when done: files it reads are not cleaned up meanwhile. Several threads may ask at once."""

    def __init__(
        self, folder: DataFolder, moment: Moment, pin: Pin, pool: Executor, definitions: tuple[JourneyDefinition, ...]
    ) -> None:
        self.beside: Beside = NOTHING_BESIDE
        self._folder = folder
        self._moment = moment
        self._pin = pin
        self._pool = pool
        self._definitions = definitions
        self._defined = digest(definitions)
        self._duck: DuckEngine | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def version(self) -> str:
        """Changes with every visible change: a key for cached answers."""
        return f"{self._moment.version}.{self._defined}"

    @property
    def events(self) -> int:
        """All events counted."""
        return self._moment.view.events

    def definitions(self) -> tuple[JourneyDefinition, ...]:
        """Every journey definition, the default first."""
        return self._definitions

    def default_definition(self) -> JourneyDefinition:
        """The definition that counts where none is named: the import's case key, else the person."""
        return self._definitions[0]

    def definition(self, name: str | None) -> JourneyDefinition:
        """The definition of this name, the default for None. Raises Problem UNKNOWN_JOURNEY naming those there are."""
        if name is None:
            return self.default_definition()
        for definition in self._definitions:
            if definition.name == name:
                return definition
        allowed = ", ".join(definition.name for definition in self._definitions)
        raise Problem(ProblemCode.UNKNOWN_JOURNEY, status=404, value=name, allowed=allowed)

    @property
    def view(self) -> IndexView:
        """The index as of this moment (other engines read its files themselves)."""
        return self._moment.view

    def touchpoints(self) -> Touchpoints:
        """How kinds read now."""
        return self._moment.view.touchpoints()

    def parts(self, journey: JourneyDefinition = WHOLE_LIFE) -> list[Part]:
        """Every bucket of a definition, as kernels get them. Raises Problem UNKNOWN_JOURNEY for a case key without index."""
        keys = self._moment.view.generation.manifest.keys
        if journey.by == "case" and journey.key not in keys:
            raise Problem(ProblemCode.UNKNOWN_JOURNEY, status=404, value=journey.name, allowed=", ".join(keys))
        return self._moment.view.parts(journey)

    def people(self) -> list[Part]:
        """Everybody's whole life."""
        return self.parts(WHOLE_LIFE)

    def person_keys(self, high: Words, low: Words) -> tuple[Words, Words]:
        """Which person each subject is today, by their keys."""
        return self._moment.view.people.of_keys(high, low)

    def ask(
        self,
        kernel: Kernel[Q, P, A],
        question: Q,
        *,
        journey: JourneyDefinition,
        selection: Choose | None = None,
    ) -> A:
        """Run a kernel over every bucket on the pool's threads, merge, and read the answer.

        result = kernel(base with the touched masked out) + kernel(the touched as they are now).
        """
        touchpoints = self.touchpoints()
        parts = self._with_facts(journey, facts_of(kernel, question)) or [nothing()]

        def partial(part: Part) -> P:
            chosen = selection(part.arrays, touchpoints) if selection else Selection()
            return kernel.partial(
                part.arrays, Selection(chosen.events, _both(chosen.journeys, part.counts)), touchpoints, question
            )

        # the largest first, so that no thread waits long for another at the end
        partials: Iterable[P] = self._pool.map(partial, sorted(parts, key=lambda part: -part.arrays.events))
        return kernel.answer(reduce(kernel.merge, partials), touchpoints, question)

    def _with_facts(self, journey: JourneyDefinition, facts: Sequence[Fact]) -> list[Part]:
        """The buckets with the facts a kernel needs. All are read before the first is used: their words have one numbering."""
        parts, view = self.parts(journey), self._moment.view
        if not facts or not parts:
            return parts
        facts, known = beside_of(self.beside, self, facts)
        asked = [(part.arrays.part, fact) for part in parts for fact in facts]
        told = dict(zip(asked, self._pool.map(lambda one: view.told(journey, *one), asked), strict=True))
        return [
            replace(
                part,
                arrays=replace(
                    part.arrays,
                    facts={fact: view.facts.joined(fact, told[part.arrays.part, fact]) for fact in facts}
                    | columns_beside(known, part.arrays.people),
                ),
            )
            for part in parts
        ]

    def read_events(self, journey: JourneyDefinition, part: int, events: Longs, columns: Sequence[str]) -> pa.Table:
        """Lake rows of some events of a part (places in its arrays), in the order asked for."""
        view, one = self._moment.view, self.parts(journey)[part]
        rows = events if one.rows is None else one.rows[events]
        file, at = view.origins(journey.order, part, rows)
        found, places = [], []
        for number in np.unique(file).tolist():
            here = np.flatnonzero(file == number)
            found.append(view.reader.read_rows(view.reader.numbered(number), at[here], columns))
            places.append(here)
        if not found:
            return STORED.empty_table().select(list(columns))
        order = np.argsort(np.concatenate(places), kind="stable")
        return pa.concat_tables(found).take(pa.array(order))

    def rows(self, select: str, values: Mapping[str, object] | None = None) -> pa.Table:
        """One SELECT over the view ``events`` (columns as in the lake), values bound by name. Raises Problem NOT_ONE_SELECT."""
        with self._lock:
            if self._duck is None:
                self._duck = DuckEngine(self.sound_files(), threads=2)
        return self._duck.select(select, values)

    @property
    def lake_version(self) -> int:
        """The version of the lake whose rows these are."""
        return self._moment.lake_version

    def files(self) -> tuple[tuple[LakeFile, ...], tuple[LakeFile, ...]]:
        """The lake's files: buckets (rows sorted by person and time), and fresh ones."""
        return self._moment.bases, self._moment.fresh

    def read_file(self, file: LakeFile, columns: Sequence[str]) -> pa.Table:
        """Rows of one of these files, in the file's order."""
        return self._moment.view.reader.read(file, columns)

    def sound_files(self) -> list[Path]:
        """The lake's files of this moment, looked at. Raises Problem DATA_DAMAGED."""
        files = [*self._moment.bases, *self._moment.fresh]
        list(self._pool.map(self._moment.view.reader.verify, files))
        return [self._folder.lake / file.path for file in files]

    def close(self) -> None:
        """Let go of the files."""
        if self._duck is not None:
            self._duck.close()
        self._pin.close()


def nothing() -> Part:
    """A bucket without journeys."""
    empty, words = np.empty(0, np.int64), np.empty(0, np.uint64)
    arrays = JourneyArrays(np.empty(0, np.uint16), empty, np.zeros(1, np.int64), np.empty(0, np.uint32))
    return Part(arrays, None, Keys(words, words))


def _both(one: Mask | None, other: Mask | None) -> Mask | None:
    if one is None or other is None:
        return other if one is None else one
    both: Mask = np.logical_and(one, other)
    return both
