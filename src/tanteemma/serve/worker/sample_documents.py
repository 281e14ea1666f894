"""The maps and personas of the sample company: made with it, removed with it, unless somebody went on working on them."""

from datetime import date

from tanteemma.ingest.sources.sample.words import COMPANY, SOURCE
from tanteemma.store.operational import documents
from tanteemma.store.operational.transaction import Transaction
from tanteemma.workshop.examples import sample_documents
from tanteemma.workshop.keeping import Editor, make


def draw_samples(tx: Transaction, language: str, today: date) -> int:
    """Make those that are not there (any more, or in the bin). Returns how many."""
    missing = [draft for draft in sample_documents(language, today) if documents.find(tx, draft.key) is None]
    for draft in missing:
        make(tx, draft, Editor(COMPANY, SOURCE))
    return len(missing)


def forget_samples(tx: Transaction) -> int:
    """Remove those that nobody changed and that nothing which stays points to; the rest is the team's own. Returns how many."""
    going = set(documents.samples(tx))
    while True:
        held = {key for key in going if {link.document for link in documents.links_to(tx, f"document:{key}")} - going}
        if not held:
            break
        going -= held
    documents.forget(tx, sorted(going))
    documents.adopt_samples(tx)
    return len(going)
