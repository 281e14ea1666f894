"""A process that takes events in for real and says what it has acknowledged, until it is killed. Run as a script.

``victim.py FOLDER SEED MODE``: prints ``ready``, then ``acked <number>`` after each durable answer. MODE is what it does
between answers: ``flush`` (journal to lake), ``compact`` (and sort into buckets), ``import`` (a file in chunks: ``chunk <n>``);
``once`` does a little of each and ends.
"""

import random
import sys
from hashlib import blake2b
from pathlib import Path

from tanteemma.ingest.projector import project_once
from tanteemma.model.events import JournalEntry, LiveEvent
from tanteemma.store.folder import DataFolder
from tanteemma.store.house import Store
from tanteemma.store.journal import Journal, open_journal
from tests.store.made_events import Made, flush_of

CHUNK = 400


def live_event(number: int) -> LiveEvent:
    """Event ``number``, the same each time it is made."""
    key = blake2b(b"%d" % number, digest_size=16).digest()
    subject = f"user:{number % 13}"
    return LiveEvent(
        key, key[:8], f"m-{number}", "track", f"Schritt {number % 5}", "web", subject, (), number, number, 0, None,
        {"order": str(number % 7)}, None, None, None, f'{{"n":{number}}}', "{}", "{}", (),
    )  # fmt: skip


def imported_event(number: int) -> Made:
    """Row ``number`` of the imported file."""
    return Made(
        10_000_000 + number, f"user:{number % 17}", str(number % 7), f"Schritt {number % 5}", number, number, origin="file:1"
    )


def say(line: str) -> None:
    """Tell the parent, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def acknowledge(journal: Journal, start: int, count: int) -> int:
    """Make some events durable, then say so; some are sent twice, as after a lost answer."""
    numbers = [*range(start, start + count), start]
    events = tuple(live_event(number) for number in numbers)
    journal.append([JournalEntry("shop", start, events, (), 0, 0)])
    for number in numbers[:-1]:
        say(f"acked {number}")
    return start + count


def live(store: Store, journal: Journal, seed: int, mode: str) -> None:
    """Answer, flush, now and then compact, for ever."""
    dice = random.Random(seed)
    number = seed * 1_000_000
    while True:
        for _ in range(dice.randrange(1, 6)):
            number = acknowledge(journal, number, dice.randrange(1, 20))
        project_once(store, journal, max_events=dice.choice((10, 1000)))
        if mode == "compact" and dice.random() < 0.5:
            store.compact()


def import_file(store: Store, seed: int) -> None:
    """Chunks from where the last run stopped, for ever."""
    dice = random.Random(seed)
    while True:
        chunk = store.position("import:1") + 1
        rows = [imported_event(number) for number in range(chunk * CHUNK, (chunk + 1) * CHUNK)]
        store.commit(flush_of(chunk, rows, app="import:1", source="file"))
        say(f"chunk {chunk}")
        if dice.random() < 0.1:
            store.compact()


def once(store: Store, journal: Journal, seed: int) -> None:
    """Answer, flush and compact a few times."""
    number = seed * 1_000_000
    for _ in range(3):
        number = acknowledge(journal, acknowledge(journal, number, 5), 7)
        project_once(store, journal)
    store.compact()
    acknowledge(journal, number, 3)
    project_once(store, journal)


def main() -> None:
    """Open, say so, work until killed or done."""
    folder, seed, mode = DataFolder.create(Path(sys.argv[1])), int(sys.argv[2]), sys.argv[3]
    with Store.open(folder, write=True) as store:
        store.ensure_case_definition("order")
        journal = open_journal(folder)
        say("ready")
        if mode == "import":
            import_file(store, seed)
        if mode == "once":
            once(store, journal, seed)
            return
        live(store, journal, seed, mode)


if __name__ == "__main__":
    main()
