import io
import zipfile

import pytest

from tanteemma.identity.attachments import KINDS, media_type_of, shown_name
from tanteemma.model.problems import Problem, ProblemCode


def _zip(*names: str) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as packed:
        for name in names:
            packed.writestr(name, b"x")
    return raw.getvalue()


DOCX = _zip("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("name", "raw", "kind"),
    [
        ("Rechnung.pdf", b"%PDF-1.4 ...", "application/pdf"),
        ("Schaden.JPG", b"\xff\xd8\xff\xe0....", "image/jpeg"),
        ("brief.docx", DOCX, KINDS["docx"].media_type),
        ("liste.csv", "Straße;Ort".encode("cp1252"), "text/csv"),
        ("mail.eml", b"From: a@example.org\r\n\r\nHallo", "message/rfc822"),
    ],
)
def test_usual_files_are_taken(name: str, raw: bytes, kind: str) -> None:
    assert media_type_of(name, raw, 10_000) == kind


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("setup.exe", b"MZ\x90"),
        ("page.html", b"<script>alert(1)</script>"),
        ("drawing.svg", b"<svg onload=alert(1)>"),
        ("Rechnung.pdf", b"MZ\x90 a program"),
        ("Rechnung.pdf.exe", b"%PDF-1.4"),
        ("picture.png", b"<html>"),
        ("ohne", b"text"),
        ("note.txt", b"MZ\x00\x01"),
        ("macros.docx", _zip("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
        ("broken.docx", DOCX[:40]),
        ("text.xlsx", DOCX),
    ],
    ids=lambda one: one if isinstance(one, str) else "",  # a ZIP says when it was made: no part of the name of a test
)
def test_what_runs_and_what_is_not_what_it_says_is_refused(name: str, raw: bytes) -> None:
    with pytest.raises(Problem) as refused:
        media_type_of(name, raw, 10_000)
    assert refused.value.code is ProblemCode.ATTACHMENT_KIND
    assert name in refused.value.sentence("en")


def test_too_much_and_nothing_are_refused() -> None:
    with pytest.raises(Problem) as large:
        media_type_of("a.txt", b"x" * 11, 10)
    assert (large.value.code, large.value.status) == (ProblemCode.ATTACHMENT_TOO_LARGE, 413)
    with pytest.raises(Problem) as empty:
        media_type_of("a.txt", b"", 10)
    assert empty.value.code is ProblemCode.EMPTY_BODY


def test_a_name_is_never_a_path_and_keeps_its_ending() -> None:
    assert shown_name("../../etc/passwd.txt") == "passwd.txt"
    assert shown_name("x" * 500 + ".pdf").endswith("x.pdf")
    assert len(shown_name("x" * 500 + ".pdf")) == 200
