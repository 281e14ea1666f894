"""What comes with the sample company beside its events: daily counts of its advertisements, segments for its personas."""

from datetime import date

from tanteemma.ingest.sources.sample import COMPANY, COUNTS_FILE, sample_counts
from tanteemma.model.texts import LANGUAGES
from tanteemma.store.operational import daily_counts, documents, segments
from tanteemma.store.operational.daily_counts import NewLoad
from tanteemma.store.operational.segments import NewSegment
from tanteemma.store.operational.transaction import Transaction
from tanteemma.workshop import keeping
from tanteemma.workshop.examples import sample_segments


def count_samples(tx: Transaction, seed: int, until: date) -> None:
    """Keep the year of daily counts, in place of an earlier one."""
    daily_counts.forget_samples(tx)
    daily_counts.load(tx, NewLoad(file=COUNTS_FILE, days=sample_counts(seed, until), loaded_by=COMPANY, sample=True))


def segment_samples(tx: Transaction, language: str) -> None:
    """State the segments that the personas stand for; one that somebody else called so stays as it is."""
    for one in sample_segments(language):
        if segments.find(tx, one.name) is None:
            segments.define(tx, NewSegment(one.name, one.condition, one.note, who=COMPANY))


def forget_sample_figures(tx: Transaction) -> None:
    """Remove counts and segments; a segment that somebody changed, or that a document or another segment names, stays."""
    daily_counts.forget_samples(tx)
    kept = {stored.name: stored for stored in segments.every(tx)}
    names = {one.name for language in LANGUAGES for one in sample_segments(language)}
    used = {keeping.open_document(tx, one.key).content.text("segment") for one in documents.every(tx)}
    used |= {name for name in names for other in kept.values() if other.name not in names and f"'{name}'" in other.condition}
    for name in names & set(kept) - used:
        if kept[name].changed_by == COMPANY:
            segments.remove(tx, name, COMPANY)
