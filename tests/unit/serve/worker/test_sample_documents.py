"""What the team of the sample company has drawn comes with it once, and goes with it unless people made it their own."""

from datetime import date

from tanteemma.serve.worker.sample_documents import draw_samples, forget_samples
from tanteemma.store.operational import Operational, documents
from tanteemma.workshop import keeping
from tanteemma.workshop.edits import Change
from tanteemma.workshop.examples import CHECKOUT, MAP, PREFIX, sample_documents
from tanteemma.workshop.keeping import Editor
from tests.unit.store.operational.conftest import clock, operational

__all__ = ["clock", "operational"]

TODAY = date(2026, 11, 27)
ANNA = Editor("Anna", "a")


def drawn(operational: Operational) -> set[str]:
    with operational.read() as tx:
        return {one.key for one in documents.every(tx)}


def test_they_are_drawn_once_however_often_the_company_is_loaded(operational: Operational) -> None:
    with operational.begin() as tx:
        assert draw_samples(tx, "de", TODAY) == len(sample_documents("de", TODAY))
    with operational.begin() as tx:
        assert draw_samples(tx, "de", TODAY) == 0
    assert MAP in drawn(operational)


def test_all_of_them_go_and_come_back(operational: Operational) -> None:
    with operational.begin() as tx:
        draw_samples(tx, "en", TODAY)
        keeping.remove(tx, f"{PREFIX}tim", ANNA, even_if_used=True)
    with operational.begin() as tx:
        assert forget_samples(tx) == len(sample_documents("en", TODAY))
    assert drawn(operational) == set()
    with operational.begin() as tx:
        assert draw_samples(tx, "de", TODAY) == len(sample_documents("de", TODAY))


def test_what_somebody_changed_stays_with_what_it_shows(operational: Operational) -> None:
    with operational.begin() as tx:
        draw_samples(tx, "de", TODAY)
        keeping.edit(tx, CHECKOUT, [Change(field="owner", value="Wir", seen=1)], ANNA)
    with operational.begin() as tx:
        forget_samples(tx)
    assert drawn(operational) == {CHECKOUT, f"{PREFIX}sabine", f"{PREFIX}tim"}
    with operational.begin() as tx:
        assert documents.samples(tx) == []
        draw_samples(tx, "de", TODAY)
        kept = documents.find(tx, CHECKOUT)
    assert kept is not None
    assert (kept.version, kept.sample) == (2, False)
