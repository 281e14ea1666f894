"""The worker's answers given by this process: the same house and the same desk, without a socket."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from tanteemma.identity.profile.keeping import ProfileKeeper
from tanteemma.identity.profile.noted import is_up_to_date
from tanteemma.model.problems import Problem
from tanteemma.serve.settings import Settings
from tanteemma.serve.worker.account_desk import in_account
from tanteemma.serve.worker.answers import Answers
from tanteemma.serve.worker.asked import Asked
from tanteemma.serve.worker.desk import Desk, Threads
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.messages import Answered, Changed, Message, Progress
from tanteemma.serve.worker.projecting import project
from tanteemma.serve.worker.readers import Readers
from tanteemma.serve.worker.segmented import Segmented
from tanteemma.store.folder import DataFolder
from tanteemma.store.house import Store, utc_now
from tanteemma.store.journal import open_journal
from tanteemma.store.profiles.kept import KeptFacets


class Here:
    """Answers messages on the thread of whoever asks."""

    def __init__(self, house: House) -> None:
        self._house = house

    def ask(self, message: Message, progress: Callable[[Progress], None] | None = None) -> Answered:
        """The answer, computed here. Raises Problem."""

        def heard(content: Progress | Changed) -> None:
            if progress is not None and isinstance(content, Progress):
                progress(content)

        with ThreadPoolExecutor(1) as threads:
            return Desk(self._house, Threads(threads, threads, threads)).answer(message, Asked(heard))


@contextlib.contextmanager
def house_of(folder: DataFolder, settings: Settings, *, write: bool) -> Iterator[House]:
    """A worker's house without its socket. Raises Problem DATA_LOCKED if somebody else writes and we want to."""
    wake = _Waking()
    with contextlib.ExitStack() as closing:
        url = settings.database_url or None
        store = closing.enter_context(Store.open(folder, write=write, database_url=url, threads=settings.question_threads))
        journal = open_journal(folder, url)
        closing.callback(journal.close)
        store.beside = segmented = Segmented(store.operational, store.now, settings.time_zone)
        readers = Readers(store)
        closing.callback(readers.close)
        kept = closing.enter_context(_kept_facets(folder, store, write=write))
        house = House(
            folder=folder,
            settings=settings,
            store=store,
            journal=journal,
            readers=readers,
            profiles=ProfileKeeper(store, kept, settings.zone, utc_now),
            kept=kept,
            answers=Answers(settings.answer_cache),
            segmented=segmented,
            announce=lambda _version: None,
            wake_jobs=wake,
        )
        segmented.in_account = partial(in_account, house)
        if not write:
            yield house
            return
        with _working(house, wake):
            yield house
            if store.compaction_due:
                store.compact()


def _kept_facets(folder: DataFolder, store: Store, *, write: bool) -> KeptFacets:
    """Those of the folder; for one who only reads, a copy in memory is filled when they are not up to date."""
    if write:
        return KeptFacets(folder.profiles_db, write=True)
    if folder.profiles_db.exists():
        kept = KeptFacets(folder.profiles_db, write=False)
        with contextlib.suppress(Problem), store.snapshot() as snapshot:  # damage is told by whoever asks for events
            if is_up_to_date(kept, snapshot.lake_version):
                return kept
        kept.close()
    return KeptFacets(None, write=True)


class _Waking:
    """Wakes the one who does jobs, once there is one."""

    def __init__(self) -> None:
        self.wake: Callable[[], None] = lambda: None

    def __call__(self) -> None:
        self.wake()


@contextlib.contextmanager
def _working(house: House, wake: _Waking) -> Iterator[None]:
    """Bring in what the doors acknowledged, then do jobs on a thread until the block ends."""
    from tanteemma.serve.pulls.keeping import QUEUE, declare_all
    from tanteemma.store.jobs import JobRunner, RunnerOptions, end_leases

    while project(house):
        continue
    with house.operational.begin() as tx:
        end_leases(tx)  # nobody else may write to this folder now: what runs was somebody's who is gone
        declare_all(tx, house.settings)
    runner = JobRunner(house.operational, house, RunnerOptions(queues=("default", QUEUE)))
    wake.wake = runner.wake
    thread = threading.Thread(target=runner.run, args=(house.stop,), name="jobs")
    thread.start()
    try:
        yield
    finally:
        house.stop.set()
        runner.wake()
        thread.join()
