"""What the sender of a file is told."""

from tanteemma.serve.edge.file_door import document_of
from tanteemma.serve.worker.documents import ImportState


def test_of_a_file_that_waits_for_an_answer_only_the_broken_rows_are_settled() -> None:
    waiting = ImportState(number=1, name="a.csv", format="csv", source="a", state="uploaded", rows=10, quarantined=2)
    told = document_of(waiting)
    assert (told["received"], told["quarantined"], told["rows"]) == (2, 2, 10)


def test_a_file_that_was_read_says_what_went_into_quarantine() -> None:
    done = ImportState(
        number=1, name="a.csv", format="csv", source="a", state="done", received=12, accepted=9, duplicate=1, quarantined=2
    )
    told = document_of(done)
    assert told["received"] == 12
    assert told["quarantined"] == 2
