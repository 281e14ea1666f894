"""The event lake: a Delta table whose every commit is durable, whose files are checked, which only one process writes.

deltalake never fsyncs, so the store does: data files, then the commit, then the log entry and its folder. Files are committed
as explicit add and remove actions: one commit replaces buckets and the rotated fresh files at once, and nothing is ever removed
by a predicate (its value would stay readable in the log).
"""

import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec
import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, Schema, Transaction
from deltalake.exceptions import DeltaError, TableNotFoundError
from deltalake.transaction import AddAction, RemoveAction, create_table_with_add_actions

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store import disk
from tanteemma.store.lakefiles import PART, LakeFile
from tanteemma.store.logsums import LogSums
from tanteemma.store.schema import STORED

FRESH: Final = "new"
_SETTINGS: Final = {
    "delta.dataSkippingStatsColumns": "occurred_at,received_at,stored_at",
    "delta.logRetentionDuration": "interval 1 days",
    "delta.deletedFileRetentionDuration": "interval 0 days",
    "delta.checkpointInterval": "50",
}
_SCHEMA: Final = Schema.from_arrow(pa.schema([*STORED, pa.field(PART, pa.string())]))


class Lake:
    """The table as this process sees it. ``write`` creates it if needed; ``refresh`` follows what another process committed."""

    def __init__(self, folder: Path, *, write: bool) -> None:
        self.folder = folder
        self._sums = LogSums(folder)
        if write:
            for path in self._sums.damaged():
                raise Problem(ProblemCode.DATA_DAMAGED, status=500, file=str(path))
            _drop_torn_end(folder / "_delta_log", self._sums)
        try:
            self._table = DeltaTable(str(folder))
        except TableNotFoundError:
            if not write:
                raise Problem(ProblemCode.DATA_MISSING, status=404, folder=str(folder)) from None
            create_table_with_add_actions(
                str(folder), _SCHEMA, [], mode="error", partition_by=[PART], name="events", configuration=dict(_SETTINGS)
            )
            self._table = DeltaTable(str(folder))
            self._make_log_durable()
        except (DeltaError, OSError, ValueError) as error:
            raise Problem(ProblemCode.DATA_DAMAGED, status=500, file=str(folder / "_delta_log"), reason=str(error)) from error

    @property
    def version(self) -> int:
        """The version of the table in use."""
        return int(self._table.version())

    def refresh(self) -> int:
        """See the newest version."""
        self._table.update_incremental()
        return self.version

    def files(self) -> list[LakeFile]:
        """Every file of this version."""
        prefix = len(str(self.folder)) + 1
        return sorted(
            (LakeFile.named(_relative(uri, prefix)) for uri in self._table.file_uris()),
            key=lambda file: (file.part, file.path),
        )

    def position(self, app: str) -> int:
        """Last position an app (journal, import) committed, -1 if none: written in the same commit as its rows."""
        found = self._table.transaction_version(app)
        return -1 if found is None else int(found)

    def commit(
        self, add: Sequence[AddAction], remove: Sequence[LakeFile] = (), *, app: str | None = None, position: int = 0
    ) -> int:
        """One durable commit of added and removed files; the new version."""
        transactions = [Transaction(app, position)] if app else []
        changed = any(action.data_change for action in add)
        actions: list[AddAction | RemoveAction] = [*add, *(_removal(file, changed=changed) for file in remove)]
        self._table.create_write_transaction(
            actions,
            "append",
            _SCHEMA,
            partition_by=[PART],
            commit_properties=CommitProperties(app_transactions=transactions, max_commit_retries=0),
            post_commithook_properties=PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False),
        )
        self._make_log_durable()
        return self.refresh()

    def checkpoint(self) -> None:
        """Fold the log into one checkpoint so that opening stays quick, and drop folded entries that are old."""
        log = self.folder / "_delta_log"
        self._table.create_checkpoint()
        for path in (*log.glob("*.checkpoint*.parquet"), log / "_last_checkpoint"):
            disk.fsync_file(path)
        disk.fsync_folder(log)
        self._sums.renew()
        self._table.cleanup_metadata()  # only now may the folded entries go
        disk.fsync_folder(log)

    def damaged_log(self) -> list[Path]:
        """Files of the table's log whose bytes are not what was written."""
        return self._sums.damaged()

    def _make_log_durable(self) -> None:
        log = self.folder / "_delta_log"
        newest = f"{DeltaTable(str(self.folder)).version():020d}.json"
        disk.fsync_file(log / newest)
        disk.fsync_folder(log)
        disk.fsync_folder(self.folder)
        self._sums.add(newest)

    def vacuum(self, keep: set[str]) -> int:
        """Unlink every data file that is neither in this version nor in ``keep`` (pinned by readers); how many."""
        wanted = keep | {file.path for file in self.files()}
        gone = 0
        for folder in self.folder.glob(f"{PART}=*"):
            for path in folder.iterdir():
                if f"{folder.name}/{path.name}" not in wanted:
                    path.unlink()
                    gone += 1
            disk.fsync_folder(folder)
            if not any(folder.iterdir()):
                folder.rmdir()
        return gone

    def files_at(self, version: int) -> set[str]:
        """Paths of the files of an older version (a reader has it pinned)."""
        table = DeltaTable(str(self.folder), version=version)
        prefix = len(str(self.folder)) + 1
        return {_relative(uri, prefix) for uri in table.file_uris()}


def _drop_torn_end(log: Path, sums: LogSums) -> None:
    """Take back what a crash left half written: the newest log entry before its fsync (never told), a checkpoint likewise.

    Older entries go only after a checkpoint's sum was written, so without it the whole log is still there.
    """
    entries = sorted(log.glob("*.json"))
    if entries and not sums.knows(entries[-1].name) and not _readable(entries[-1]):
        disk.remove_durably(entries[-1])
    unsure = [path for path in log.glob("*.checkpoint*.parquet") if not sums.knows(path.name)]
    if unsure:
        disk.remove_durably(log / "_last_checkpoint")
    for path in unsure:
        disk.remove_durably(path)


def _readable(path: Path) -> bool:
    lines = path.read_bytes().splitlines()
    with suppress(msgspec.DecodeError):
        return bool(lines) and all(msgspec.json.decode(line) is not None for line in lines)
    return False


def _relative(uri: str, prefix: int) -> str:
    return uri.removeprefix("file://")[prefix:]


def _removal(file: LakeFile, *, changed: bool) -> RemoveAction:
    now = time.time_ns() // 1_000_000
    return RemoveAction(path=file.path, deletion_timestamp=now, data_change=changed, partition_values={PART: file.part})


def log_entries(folder: Path, version: int) -> list[dict[str, object]]:
    """The actions of one commit as the log has them."""
    path = folder / "_delta_log" / f"{version:020d}.json"
    return [msgspec.json.decode(line) for line in path.read_bytes().splitlines() if line]
