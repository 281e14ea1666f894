from datetime import timedelta

import pytest

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational import Operational, attachments
from tanteemma.store.operational.attachments import KEPT_REMOVED, NewAttachment
from tanteemma.store.operational.erasing import erase_subjects

ANNA = ("anon:a-1", "user:K-1")


def _new(name: str = "Brief.txt", content: bytes = b"Sehr geehrte", subject: str = "user:K-1") -> NewAttachment:
    return NewAttachment(subject, name, "text/plain", content, "owner")


def test_a_file_is_kept_listed_removed_and_brought_back(operational: Operational) -> None:
    with operational.begin() as tx:
        kept = attachments.attach(tx, _new(), ANNA, 5)
        assert attachments.attach(tx, _new(), ANNA, 5) == kept
        attachments.remove(tx, kept.number)
        assert attachments.of_subjects(tx, ANNA) == []
        with pytest.raises(Problem):
            attachments.content(tx, kept.number)
        assert [one.number for one in attachments.of_subjects(tx, ANNA, removed=True)] == [kept.number]
        attachments.restore(tx, kept.number)
        assert attachments.of_subjects(tx, ANNA) == [kept]
        assert attachments.content(tx, kept.number) == b"Sehr geehrte"


def test_a_person_has_so_many_files_and_not_more(operational: Operational) -> None:
    with operational.begin() as tx:
        attachments.attach(tx, _new("1.txt"), ANNA, 2)
        attachments.attach(tx, _new("2.txt", subject="anon:a-1"), ANNA, 2)
        with pytest.raises(Problem) as many:
            attachments.attach(tx, _new("3.txt"), ANNA, 2)
    assert many.value.code is ProblemCode.ATTACHMENT_MANY


def test_what_was_removed_long_ago_is_gone_for_good(operational: Operational) -> None:
    with operational.begin() as tx:
        kept = attachments.attach(tx, _new(), ANNA, 5)
        attachments.remove(tx, kept.number)
        assert attachments.purge(tx) == 0
        tx.now += KEPT_REMOVED + timedelta(seconds=1)
        assert attachments.of_subjects(tx, ANNA, removed=True) == []
        assert attachments.purge(tx) == 1
        with pytest.raises(Problem) as gone:
            attachments.restore(tx, kept.number)
    assert gone.value.code is ProblemCode.NOT_FOUND


def test_erasing_a_person_takes_their_files_and_their_name_on_files_of_others(operational: Operational) -> None:
    with operational.begin() as tx:
        attachments.attach(tx, _new("a.txt", b"secret-of-anna", "mail:anna@example.org"), ("mail:anna@example.org",), 5)
        other = attachments.attach(tx, _new("to anna@example.org.txt", b"other"), ANNA, 5)
    erase_subjects(operational, ["mail:anna@example.org"])
    with operational.read() as tx:
        assert attachments.of_subjects(tx, ["mail:anna@example.org"], removed=True) == []
        assert "anna" not in attachments.find(tx, other.number).name
