"""Gzip and zip are opened with their limits checked first; what stands before a cut is kept."""

import gzip
import zipfile
from pathlib import Path

import pytest

from tanteemma.ingest.formats.find import count_rows, preview_file
from tanteemma.ingest.formats.opened import first_bytes, opened
from tanteemma.model.problems import Problem, ProblemCode

TEXT = b"a;b\n" + b"".join(b"%d;zeile %d\n" % (number, number * 7919) for number in range(50_000))


def rows_of(path: Path) -> tuple[int, int]:
    return count_rows(path, preview_file(path, path.name))


def test_gzip_and_zip_of_one_file_are_read_like_the_file(tmp_path: Path) -> None:
    plain, packed, zipped = tmp_path / "a.csv", tmp_path / "a.csv.gz", tmp_path / "a.zip"
    plain.write_bytes(TEXT)
    packed.write_bytes(gzip.compress(TEXT[:1000]) + gzip.compress(TEXT[1000:]))
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export/a.csv", TEXT)
        archive.writestr("__MACOSX/export/._a.csv", b"leftover")
    assert rows_of(plain) == rows_of(packed) == rows_of(zipped) == (50_000, 0)
    fingerprints = {preview_file(path, path.name).fingerprint for path in (plain, packed, zipped)}
    assert len(fingerprints) == 1


def test_rows_before_a_cut_are_kept_and_the_cut_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    whole = gzip.compress(TEXT)
    path.write_bytes(whole[: len(whole) // 2])
    rows, bad = rows_of(path)
    assert 10_000 < rows < 50_000
    assert bad in {1, 2}


@pytest.mark.parametrize("name", ["../../evil.csv", "/etc/cron.d/evil", "C:\\evil.csv", "a/../../b.csv", "..\\b.csv"])
def test_names_that_lead_out_of_the_archive_are_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, b"a;b\n1;2\n")
    with pytest.raises(Problem) as caught:
        preview_file(path, path.name)
    assert (caught.value.code, caught.value.status) == (ProblemCode.TOO_LARGE_UNCOMPRESSED, 413)


def test_bombs_are_refused_before_they_are_unpacked(tmp_path: Path) -> None:
    zipped, packed = tmp_path / "a.zip", tmp_path / "a.csv.gz"
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0" * (40 << 20))
    packed.write_bytes(gzip.compress(b"0" * (40 << 20)))
    for path in (zipped, packed):
        with pytest.raises(Problem) as caught:
            rows_of(path)
        assert (caught.value.code, caught.value.status) == (ProblemCode.TOO_LARGE_UNCOMPRESSED, 413)


def test_two_files_in_one_zip_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", b"a;b\n")
        archive.writestr("b.csv", b"a;b\n")
    with pytest.raises(Problem) as caught:
        preview_file(path, path.name)
    assert caught.value.status == 413


@pytest.mark.parametrize(
    ("content", "status"), [(b"\x1f\x8bkaputt", 400), (b"PK\x03\x04kaputt", 400), (b"PK\x05\x06" + bytes(18), 400)]
)
def test_a_broken_packing_says_so(tmp_path: Path, content: bytes, status: int) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(Problem) as caught:
        preview_file(path, path.name)
    assert caught.value.status == status


def test_pictures_and_programs_are_no_csv(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    with pytest.raises(Problem) as caught:
        preview_file(path, path.name)
    assert caught.value.code is ProblemCode.UNKNOWN_FORMAT


def test_the_first_bytes_are_the_unpacked_ones(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(TEXT))
    assert first_bytes(path, 10) == TEXT[:10]
    with opened(path) as source:
        assert b"".join(source) == TEXT
        assert source.done_bytes == source.total_bytes == path.stat().st_size
