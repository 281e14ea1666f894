"""Daily counts and segments come with the sample company and go with it, unless somebody made them their own."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from tanteemma.ingest.sources.sample import COMPANY, sample_counts
from tanteemma.journeys.where.parse import parse
from tanteemma.journeys.where.written import written
from tanteemma.model.texts import LANGUAGES
from tanteemma.serve.worker.sample_documents import draw_samples, forget_samples
from tanteemma.serve.worker.sample_figures import count_samples, forget_sample_figures, segment_samples
from tanteemma.store.operational import Operational, daily_counts, documents, segments
from tanteemma.store.operational.segments import NewSegment
from tanteemma.workshop import keeping
from tanteemma.workshop.binding import parse_binding, series_of
from tanteemma.workshop.examples import MAP, sample_segments
from tests.unit.store.operational.conftest import clock, operational

__all__ = ["clock", "operational"]

TODAY = date(2026, 11, 27)


def load(operational: Operational, language: str = "de") -> None:
    with operational.begin() as tx:
        draw_samples(tx, language, TODAY)
        count_samples(tx, 7, TODAY)
        segment_samples(tx, language)


def forget(operational: Operational) -> set[str]:
    with operational.begin() as tx:
        forget_samples(tx)
        forget_sample_figures(tx)
        assert daily_counts.series(tx) == []
        return set(segments.names(tx))


def test_a_year_of_days_is_the_same_again() -> None:
    assert sample_counts(7, TODAY) == sample_counts(7, TODAY)
    assert sample_counts(7, TODAY) != sample_counts(8, TODAY)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_the_documents_name_is_there(operational: Operational, language: str) -> None:
    load(operational, language)
    with operational.read() as tx:
        known = set(segments.names(tx))
        bound = {one.text("segment") for key in _personas(tx) for one in [keeping.open_document(tx, key).content]}
        rules = [part.text("rule") for part in keeping.open_document(tx, MAP).content.of_kind("touchpoint")]
        named = {name for rule in rules for name in series_of(parse_binding(rule))}
        assert named == set(daily_counts.names(tx))
    assert bound == known
    assert len(known) == 3


def _personas(tx: object) -> list[str]:
    return [one.key for one in documents.every(tx, ("persona",))]  # type: ignore[arg-type]  # a transaction


def test_conditions_are_written_as_they_are_kept() -> None:
    zone = ZoneInfo("Europe/Berlin")
    assert all(written(parse(one.condition, zone)) == one.condition for one in sample_segments("de"))


def test_all_of_it_goes(operational: Operational) -> None:
    load(operational)
    load(operational)
    assert forget(operational) == set()


def test_a_segment_that_was_changed_or_is_used_stays(operational: Operational) -> None:
    load(operational)
    changed, used, _ = (one.name for one in sample_segments("de"))
    with operational.begin() as tx:
        segments.define(tx, NewSegment(changed, "events > 3", who="anna"))
        segments.define(tx, NewSegment("Mehr davon", f"segment = '{used}'", who="anna"))
    assert forget(operational) == {changed, used, "Mehr davon"}
    with operational.read() as tx:
        assert segments.get(tx, used).changed_by == COMPANY
