"""Pairs of records that could be of one person, with what they share: splink on a DuckDB of its own.

Runs in a process of its own (``serve/matching``): splink and its many tables need memory that is given back only at its end.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from splink import DuckDBAPI, Linker
from splink.internals.splink_dataframe import SplinkDataFrame

from tanteemma.store.engines.likeness_sql import CONDITIONS, NOT_TOLD

RECORD: Final = "record"
SOURCE: Final = "origin"

Numbers = npt.NDArray[np.int64]
#: combinations of likenesses (as ``Pairs.levels``), and how many pairs show each
Counted = tuple[npt.NDArray[np.int8], npt.NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Compared:
    """One respect: its name, its likenesses from equal down to different, the column whose rare values tell more."""

    name: str
    likenesses: tuple[str, ...]
    rare: str | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """What the database may use: threads, bytes of memory, and a folder for what does not fit into them."""

    threads: int
    memory_bytes: int
    folder: Path


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of records by number. ``levels``: (pairs, respects), 0 = different … highest = equal, -1 = not told.

    ``rarity``: (pairs, respects) log2 of how much more rare equal values tell than equal values do on the average.
    """

    left: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]
    levels: npt.NDArray[np.int8]
    rarity: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Shares:
    """``of``: respect -> share of each level (0 = different) among pairs of one person, and of strangers; ``rate``.

    Of one person.
    """

    of: Mapping[str, tuple[Sequence[float], Sequence[float]]]
    rate: float


class Linking:
    """Records in a database of their own.

    ``records``: column ``record`` (int64), ``origin`` (int64), what is compared, and keys.
    """

    def __init__(self, records: pa.Table, respects: Sequence[Compared], keys: Sequence[str], room: Room) -> None:
        logging.getLogger("splink").setLevel(logging.ERROR)
        self._respects = tuple(respects)
        self._keys = tuple(keys)
        self._connection = duckdb.connect(":memory:")
        self._connection.execute(f"SET threads = {room.threads:d}")
        self._connection.execute(f"SET memory_limit = '{room.memory_bytes >> 20}MiB'")
        self._connection.execute("SET temp_directory = '" + str(room.folder).replace("'", "''") + "'")
        self._connection.execute("SET preserve_insertion_order = false")
        self._connection.register("handed_over", records)
        self._connection.execute("CREATE TABLE records AS SELECT * FROM handed_over")
        self._connection.unregister("handed_over")
        self._across = False
        self._api = DuckDBAPI(connection=self._connection)
        self._table: SplinkDataFrame = self._api.register("records", dataset_display_name="records")

    def only_across(self) -> None:
        """From now on only records of different origin are compared."""
        self._across = True

    def counted(self, left: Numbers, right: Numbers) -> Counted:
        """The likenesses of these pairs, each combination once, and how many pairs show it."""
        with self._scored(None, left, right) as found:
            return self._patterns(found)

    def looked_at(self, shares: Shares, left: Numbers, right: Numbers) -> Pairs:
        """These pairs, whether they share a key or not."""
        with self._scored(shares, left, right) as found:
            return self._pairs(found)

    @contextmanager
    def _scored(self, shares: Shares | None, left: Numbers, right: Numbers) -> Iterator[SplinkDataFrame]:
        linker = self._linker(shares)
        rows = len(left)
        given = pa.table(
            {
                "match_key": pa.array(["0"] * rows, pa.string()),
                "join_key_l": pa.array(left, pa.int64()),
                "join_key_r": pa.array(right, pa.int64()),
            }
        )
        self._connection.register("drawn_from", given)
        self._connection.execute("CREATE OR REPLACE TABLE drawn AS SELECT * FROM drawn_from")
        self._connection.unregister("drawn_from")
        linker.table_management.register_blocked_pairs_for_predict(self._api.register("drawn"))
        found = linker.inference.predict(warning_mode="never")
        try:
            yield found
        finally:
            linker.table_management.invalidate_cache()  # type: ignore[no-untyped-call]  # splink leaves it without
            found.drop_table_from_database_and_remove_from_cache()

    def blocked(self, part: int, parts: int) -> Counted:
        """The same for all pairs that share a key, of one part of the records."""
        linker = self._linker(None)
        found = linker.inference.predict_chunk((part, parts), (1, 1), warning_mode="never")
        answer = self._patterns(found)
        found.drop_table_from_database_and_remove_from_cache()
        return answer

    def weighed(self, shares: Shares, least: float, parts: int) -> Iterator[Pairs]:
        """All pairs that share a key and weigh at least ``least`` against strangers, part by part."""
        linker = self._linker(shares)
        for part in range(1, parts + 1):
            found = linker.inference.predict_chunk((part, parts), (1, 1), threshold_match_weight=least, warning_mode="never")
            yield self._pairs(found)
            found.drop_table_from_database_and_remove_from_cache()

    def close(self) -> None:
        """Let go of its memory."""
        self._connection.close()

    def _linker(self, shares: Shares | None) -> Linker:
        rules = [self._rule(key) for key in self._keys]
        settings: dict[str, Any] = {
            "link_type": "dedupe_only",
            "unique_id_column_name": RECORD,
            "probability_two_random_records_match": 0.5 if shares is None else shares.rate,
            "blocking_rules_to_generate_predictions": rules,
            "comparisons": [_comparison(one, None if shares is None else shares.of[one.name]) for one in self._respects],
            "retain_matching_columns": shares is not None,
            "retain_intermediate_calculation_columns": True,
        }
        return Linker(self._table, settings, log_level=None, validate_settings=False)

    def _rule(self, key: str) -> dict[str, str]:
        across = f" AND l.{SOURCE} <> r.{SOURCE}" if self._across else ""
        return {"blocking_rule": f"l.{key} = r.{key}{across}", "sql_dialect": "duckdb"}

    def _patterns(self, found: SplinkDataFrame) -> Counted:
        names = ", ".join(f"CAST(round(mw_{one.name}) AS TINYINT) - 1 AS gamma_{one.name}" for one in self._respects)
        table = self._connection.sql(
            f"SELECT {names}, count(*)::DOUBLE AS pairs FROM {found.physical_name} GROUP BY ALL ORDER BY ALL"  # noqa: S608 - our own names
        ).to_arrow_table()
        return self._levels(table), np.asarray(table.column("pairs").to_numpy(), np.float64)

    def _pairs(self, found: SplinkDataFrame) -> Pairs:
        names = "".join(f", gamma_{one.name}" for one in self._respects)
        rare = "".join(f", mw_tf_adj_{one.name}" for one in self._respects if one.rare is not None)
        table = self._connection.sql(
            f"SELECT {RECORD}_l, {RECORD}_r{names}{rare} FROM {found.physical_name} ORDER BY 1, 2"  # noqa: S608 - our own names
        ).to_arrow_table()
        nothing = np.zeros(table.num_rows)
        rarity = [nothing if one.rare is None else table.column(f"mw_tf_adj_{one.name}").to_numpy() for one in self._respects]
        return Pairs(
            table.column(f"{RECORD}_l").to_numpy(),
            table.column(f"{RECORD}_r").to_numpy(),
            self._levels(table),
            np.stack(rarity, axis=1),
        )

    def _levels(self, table: pa.Table) -> npt.NDArray[np.int8]:
        columns = [np.asarray(table.column(f"gamma_{one.name}").to_numpy(), np.int8) for one in self._respects]
        return np.stack(columns, axis=1) if columns else np.empty((table.num_rows, 0), np.int8)


def _comparison(one: Compared, shares: tuple[Sequence[float], Sequence[float]] | None) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [{"sql_condition": NOT_TOLD[one.name], "is_null_level": True}]
    highest = len(one.likenesses) - 1
    for place, likeness in enumerate(one.likenesses):
        last = place == highest
        level: dict[str, Any] = {"sql_condition": "ELSE" if last else CONDITIONS[one.name, likeness]}
        at = highest - place
        # unless shares are known, the weight of a level is its number and one: so the levels are told without all the texts
        same, other = (0.5, 0.5 * 2.0 ** -(at + 1)) if shares is None else (shares[0][at], shares[1][at])
        level |= {"m_probability": float(same), "u_probability": float(other)}
        if one.rare is not None and not place and shares is not None:
            level |= {"tf_adjustment_column": one.rare, "tf_adjustment_weight": 1.0}
        levels.append(level)
    return {"output_column_name": one.name, "comparison_levels": levels}
