"""Erasing leaves no trace: not in a row, not in a byte of the files; and takes nothing from anybody else."""

import base64
import hashlib
import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.model.assumptions import AssumptionKind
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.model.stating import NewAssumption
from tanteemma.store.jobs import JobState, Order, enqueue, queue
from tanteemma.store.operational import (
    Operational,
    assumptions,
    audit,
    files,
    ledger,
    notes,
    people,
    quarantine,
    source_fields,
    sources,
)
from tanteemma.store.operational.erasing import erase_subjects
from tanteemma.store.operational.records import BadRow, Counts, FileProblem
from tanteemma.store.operational.source_fields import Field
from tanteemma.store.operational.traces import Traces
from tests.unit.store.operational.conftest import MovedClock

MAIL = "jürgen.canary@example.org"
NUMBER = "4711008150"
SUBJECTS = (f"mail:{MAIL}", f"user:{NUMBER}", "anon:c4n4ry-c4n4ry")
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

WRITTEN = {
    "json": json.dumps({"email": MAIL}, ensure_ascii=False).encode(),
    "json with escapes": json.dumps({"email": f"\n{MAIL}"}).encode(),
    "shouted": f"Kunde;{MAIL.upper()};3\r\n".encode(),
    "cp1252": f"Kunde;{MAIL};3".encode("cp1252"),
    "utf-16": f"Kunde;{MAIL};3".encode("utf-16-le"),
    "utf-16 big": f"Kunde;{MAIL};3".encode("utf-16-be"),
    "decomposed": f"Kunde;{MAIL};3".replace("ü", "u\u0308").encode(),
    "url": f"/track?u=x%20{quote(MAIL)}&x=1".encode(),
    "base64": base64.b64encode(b'{"d":"' + MAIL.encode() + b'"}'),
    "base64 of a url": base64.urlsafe_b64encode(b"?\xff" + MAIL.encode() + b"~"),
    "sha256": b"u=" + hashlib.sha256(MAIL.encode()).hexdigest().encode(),
    "number": f'{{"userId":{NUMBER}}}'.encode(),
}


def bad_row(place: int, raw: bytes) -> BadRow:
    return BadRow("shop", "live", 1, place, "invalid_json", None, raw, {"value": "x"}, NOON)


def settle(operational: Operational) -> None:
    """The person in every place, and somebody with nearly the same name beside."""
    with operational.begin() as tx:
        people.link(tx, [(SUBJECTS[0], SUBJECTS[1]), (SUBJECTS[1], SUBJECTS[2]), ("user:47", "mail:other@example.org")])
        people.merge(tx, [SUBJECTS[0], "user:47"], "owner", f"{MAIL} called")
        quarantine.add(tx, [bad_row(place, raw) for place, raw in enumerate(WRITTEN.values())])
        quarantine.add(tx, [BadRow("shop", "live", 2, 0, "id_type", "userId", b"?", {"value": MAIL}, NOON)])
        quarantine.add(tx, [bad_row(100, b'{"email":"anna@example.org","order":47110081501}')])
        enqueue(tx, Order("send", {"to": MAIL}))
        sources.ensure(tx, "shop")
        sources.describe(tx, "shop", department=f"Team of {MAIL}", purpose=f"asked for by {MAIL}")
        source_fields.add(tx, "shop", {Field("Kauf"): 1, Field("Kauf", MAIL, "text"): 1, Field(f"Anruf {NUMBER}"): 1})
        enqueue(tx, Order("send", {"to": "anna@example.org"}))
        audit.note(tx, "owner", "person.show", SUBJECTS[0])
        file = files.add(tx, files.NewFile(f"Beschwerde {MAIL}.csv", "shop", "00", 1, "csv", "f", '{"format":"csv"}'))
        problems = (FileProblem("number_invalid", int(NUMBER), "Betrag", MAIL),)
        files.progress(tx, file.number, files.Progress(1, Counts(), problems=problems))
        none = Decimal(0)
        stated = NewAssumption(
            kind=AssumptionKind.MARGIN, low=none, mid=none, high=Decimal(1), source=f"asked {MAIL}", approved_by=MAIL
        )
        assumptions.state(tx, stated, MAIL)
        notes.put(tx, "last search", {"for": MAIL, "n": int(NUMBER)})


def places_in(paths: list[Path]) -> Iterator[str]:
    """Where the canary can be read in the bytes of files, by the plain forms in which this test wrote it."""
    content = {path.name: path.read_bytes() for path in paths}
    for form in (
        MAIL,
        MAIL.upper(),
        MAIL.replace("ü", "u\u0308"),
        quote(MAIL),
        json.dumps(MAIL)[1:-1],
        NUMBER,
        "c4n4ry",
        "CANARY",
    ):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "cp1252"):
            looked_for = form.encode(encoding, "replace")
            yield from (f"{name}: {form} in {encoding}" for name, held in content.items() if looked_for in held)
    for told in (base64.b64encode(b'{"d":"' + MAIL.encode())[8:40], hashlib.sha256(MAIL.encode()).hexdigest().encode()):
        yield from (f"{name}: {told!r}" for name, held in content.items() if told in held)


def files_of(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.iterdir()) if path.is_file()]


class TestErasing:
    def test_nothing_of_the_person_is_left_and_everything_of_others_is(self, operational: Operational) -> None:
        settle(operational)
        with operational.read() as tx:
            everybody = people.aliases(tx, [SUBJECTS[0]])
            assert set(SUBJECTS) < set(everybody)
        erased = erase_subjects(operational, SUBJECTS)
        assert erased.rows["quarantine_row"] == len(WRITTEN) + 1
        assert erased.rows["job"] == 1
        with operational.read() as tx:
            assert [row.raw for row in quarantine.page(tx, quarantine.Filter())] == [
                b'{"email":"anna@example.org","order":47110081501}'
            ]
            assert [job.payload for job in queue.page(tx, JobState.WAITING)] == ['{"to":"anna@example.org"}']
            assert people.aliases(tx, ["user:47"]) == ["mail:other@example.org", "user:47"]
            assert [entry.target for entry in audit.page(tx)] == ["…"]
            (file,) = files.every(tx)
            assert (file.name, file.problems[0].value, file.problems[0].row) == ("Beschwerde ….csv", "…", int(NUMBER))
            assert notes.get(tx, "last search", dict[str, object]) == {"for": "…", "n": int(NUMBER)}
            (figure,) = assumptions.every(tx)
            assert (figure.source, figure.approved_by, figure.changed_by, figure.high) == ("asked …", "…", "…", "1")
            assert ledger.erased(tx, [*SUBJECTS, "user:47"]) == set(SUBJECTS)

    def test_erasing_again_finds_nothing_more(self, operational: Operational) -> None:
        settle(operational)
        erase_subjects(operational, SUBJECTS)
        assert erase_subjects(operational, SUBJECTS).total == 0

    def test_the_job_that_erases_is_spared_until_it_is_done(self, operational: Operational) -> None:
        with operational.begin() as tx:
            number = enqueue(tx, Order("erase", {"subjects": SUBJECTS}))
            claim = queue.Claim("anna", ("default",), ("erase",), operational.clock() - operational.clock())
            (job,) = queue.claim_jobs(tx, claim)
        erase_subjects(operational, SUBJECTS, spare_job=number)
        with operational.begin() as tx:
            assert queue.complete(tx, job)
            done = queue.get(tx, number)
        assert done is not None
        assert done.payload == "{}"


class TestBytes:
    def test_no_byte_of_the_files_knows_the_person(self, tmp_path: Path, clock: MovedClock) -> None:
        with Operational.open(tmp_path / "operational.db", clock=clock) as operational:
            settle(operational)
            # positive control: the same search finds the person before, in the file or its log, in every form
            before = set(places_in(files_of(tmp_path)))
            assert len(before) > len(WRITTEN)
            erase_subjects(operational, SUBJECTS)
            left = set(places_in(files_of(tmp_path)))
        # a number that is only a row number of a file, a counter in a note, is nobody
        assert {place for place in left if NUMBER not in place} == set()
        assert {place for place in places_in(files_of(tmp_path)) if NUMBER not in place} == set()

    def test_deleting_alone_would_leave_the_person_readable(self, tmp_path: Path, clock: MovedClock) -> None:
        """Negative control: without the rewriting the write-ahead log still tells."""
        with Operational.open(tmp_path / "operational.db", clock=clock) as operational:
            settle(operational)
            with operational.begin() as tx:
                quarantine.forget_source(tx, "shop")
            assert set(places_in(files_of(tmp_path)))

    def test_a_reader_that_does_not_let_go_is_named_as_the_reason(self, tmp_path: Path, clock: MovedClock) -> None:
        path = tmp_path / "operational.db"
        with Operational.open(path, clock=clock, wait_s=0.1) as operational:
            settle(operational)
            reader = sqlite3.connect(path, isolation_level=None)
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM quarantine_row").fetchone()
            with pytest.raises(Problem) as caught:
                erase_subjects(operational, SUBJECTS)
            assert caught.value.code is ProblemCode.BUSY
            reader.close()
            erase_subjects(operational, SUBJECTS)
        assert not {place for place in places_in(files_of(tmp_path)) if NUMBER not in place}


class TestTraces:
    @pytest.mark.parametrize("way", WRITTEN)
    def test_every_way_of_writing_is_found(self, way: str) -> None:
        assert Traces(SUBJECTS).within(WRITTEN[way])

    @pytest.mark.parametrize(
        "raw", [b"x47110081501", b"147110081500", b"hans.j\xc3\xbcrgen.canaryx@example.org", b"", b"canary"]
    )
    def test_others_are_not_found(self, raw: bytes) -> None:
        assert not Traces(SUBJECTS).within(raw)

    def test_nobody_is_found_without_an_identifier_or_by_one_that_an_encoding_cannot_say(self) -> None:
        assert not Traces([]).within(b"anything")
        assert not Traces(["", "user:", " "]).within(b"anything user: at all")
        assert not Traces(["user:Анна"]).within(b"anything")
        assert Traces(["user:Анна"]).within(f"für {'Анна'.upper()}".encode())

    @given(
        value=st.text(st.characters(categories=("L", "N")), min_size=3, max_size=20),
        before=st.binary(max_size=5),
        after=st.binary(max_size=5),
    )
    def test_base64_is_found_at_every_place(self, value: str, before: bytes, after: bytes) -> None:
        if len(value.encode()) >= 6:
            assert Traces([value]).within(base64.b64encode(before + value.encode() + after))

    @given(
        value=st.text(st.characters(exclude_characters="…"), min_size=1, max_size=20),
        around=st.sampled_from(['{"a":"%s"}', "1;%s;2", "%s", " %s\r\n"]),
    )
    def test_a_value_is_found_in_any_text_and_blotted_out(self, value: str, around: str) -> None:
        traces = Traces([value])
        written = around.replace("%s", value)
        if value.partition(":")[2].strip() or (":" not in value and value.strip()):
            assert traces.within_text(written)
            assert not traces.within_text(traces.blot(written))

    def test_json_stays_json_and_keeps_its_numbers(self) -> None:
        told = json.dumps({"a": [NUMBER, int(NUMBER), None], NUMBER: True})
        assert json.loads(Traces(SUBJECTS).blot_json(told)) == {"a": ["…", int(NUMBER), None], "…": True}
