"""The tables hold what they are given, once, and give it back as it was."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational import (
    Operational,
    audit,
    definitions,
    files,
    flushes,
    keys,
    ledger,
    mappings,
    notes,
    quarantine,
    sessions,
    sources,
)
from tanteemma.store.operational.records import BadRow, Counts, FileProblem, FileState, Flush, KeyKind, QuarantineState
from tests.unit.store.operational.conftest import MovedClock

NOON = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)


def bad_row(row: int = 1, *, origin: str = "live", position: int = 7, raw: bytes = b'{"x":\xff\x00}') -> BadRow:
    return BadRow("shop", origin, position, row, "time_invalid", "time", raw, {"value": "31.02.\x00"}, NOON)


def new_file(name: str = "Bestellungen März.csv") -> files.NewFile:
    return files.NewFile(name, "shop", "ab" * 32, 12_345, "csv", "f00d")


class TestNotes:
    def test_a_note_comes_back_in_its_type_and_is_replaced(self, operational: Operational) -> None:
        with operational.begin() as tx:
            notes.put(tx, "sample", {"loaded": True})
            notes.put(tx, "sample", {"loaded": False})
            assert notes.get(tx, "sample", dict[str, bool]) == {"loaded": False}
            notes.remove(tx, "sample")
            assert notes.get(tx, "sample", bool) is None

    def test_a_counter_counts_on(self, operational: Operational) -> None:
        with operational.begin() as tx:
            assert [notes.count_up(tx, "n"), notes.count_up(tx, "n", 5), notes.count_of(tx, "n")] == [1, 6, 6]
            assert notes.count_of(tx, "other") == 0


class TestSourcesAndKeys:
    def test_a_source_is_made_once(self, operational: Operational, clock: MovedClock) -> None:
        with operational.begin() as tx:
            first = sources.ensure(tx, "shop", sample=True)
        clock.move(60)
        with operational.begin() as tx:
            assert sources.ensure(tx, "shop") == first
            assert sources.every(tx) == [first]
            assert first.sample

    def test_a_key_is_found_by_its_secret_and_kept_only_as_a_digest(self, operational: Operational) -> None:
        with operational.begin() as tx:
            issued = keys.issue(tx, KeyKind.WRITE, "shop")
            assert keys.find(tx, issued.secret) == issued.key
            assert keys.find(tx, issued.secret + "x") is None
        assert issued.secret.startswith("wk_")
        assert issued.key.prefix == issued.secret[:9]
        assert len(issued.secret) > 43

    def test_a_revoked_key_opens_nothing_but_stays_listed(self, operational: Operational) -> None:
        with operational.begin() as tx:
            issued = keys.issue(tx, KeyKind.READ)
            assert keys.revoke(tx, issued.key.number)
            assert not keys.revoke(tx, issued.key.number)
            assert keys.find(tx, issued.secret) is None
            assert [key.revoked for key in keys.every(tx)] == [tx.now]

    def test_the_keys_of_a_removed_source_go_with_it(self, operational: Operational) -> None:
        with operational.begin() as tx:
            issued = keys.issue(tx, KeyKind.WRITE, "shop")
            assert sources.remove(tx, "shop")
            assert not sources.remove(tx, "shop")
            assert keys.find(tx, issued.secret) is None

    def test_a_write_key_needs_a_source(self, operational: Operational) -> None:
        with operational.begin() as tx, pytest.raises(ValueError, match="source"):
            keys.issue(tx, KeyKind.WRITE)


class TestFiles:
    def test_a_file_goes_its_way_and_keeps_its_numbers(self, operational: Operational, clock: MovedClock) -> None:
        with operational.begin() as tx:
            file = files.add(tx, new_file())
            files.read_as(tx, file.number, '{"format":"csv"}')
            files.move(tx, file.number, FileState.IMPORTING)
            problems = (FileProblem("time_invalid", 17, "Datum", "31.02.2026", 3),)
            files.progress(tx, file.number, files.Progress(9_000, Counts(10, 6, 1, 3), problems=problems))
            assert [one.number for one in files.in_state(tx, FileState.IMPORTING)] == [file.number]
        clock.move(5)
        with operational.begin() as tx:
            files.move(tx, file.number, FileState.DONE)
            done = files.get(tx, file.number)
        assert (done.state, done.counts, done.problems, done.done_bytes) == (
            FileState.DONE,
            Counts(10, 6, 1, 3),
            problems,
            9_000,
        )
        assert done.finished == done.created + timedelta(seconds=5)
        assert (done.name, done.mapping) == ("Bestellungen März.csv", '{"format":"csv"}')

    def test_the_number_of_a_removed_file_is_never_given_again(self, operational: Operational) -> None:
        with operational.begin() as tx:
            first = files.add(tx, new_file())
            files.remove(tx, first.number)
            assert files.add(tx, new_file()).number > first.number
            with pytest.raises(Problem) as caught:
                files.get(tx, first.number)
            assert caught.value.code is ProblemCode.NOT_FOUND

    def test_files_are_listed_newest_first_page_by_page_and_found_by_content(self, operational: Operational) -> None:
        with operational.begin() as tx:
            made = [files.add(tx, new_file(f"{n}.csv")).number for n in range(5)]
            first = [file.number for file in files.every(tx, limit=2)]
            rest = [file.number for file in files.every(tx, before=first[-1])]
            assert first + rest == made[::-1]
            assert [file.number for file in files.with_content(tx, "ab" * 32)] == made
            assert files.with_content(tx, "cd" * 32) == []


class TestMappingsAndDefinitions:
    def test_the_last_mapping_of_a_kind_of_file_is_found(self, operational: Operational) -> None:
        with operational.begin() as tx:
            mappings.save(tx, "f00d", "Bestellungen", "{}")
            mappings.save(tx, "f00d", "Bestellungen neu", '{"a":1}')
            found = mappings.find(tx, "f00d")
            assert found is not None
            assert (found.name, found.mapping) == ("Bestellungen neu", '{"a":1}')
            assert mappings.every(tx) == [found]
            assert mappings.remove(tx, "f00d")
            assert mappings.find(tx, "f00d") is None

    def test_a_changed_definition_gets_a_new_version_and_an_unchanged_one_does_not(self, operational: Operational) -> None:
        with operational.begin() as tx:
            assert definitions.default(tx) is None
            first = definitions.define(tx, definitions.NewDefinition("Person", "person"))
            definitions.define(tx, definitions.NewDefinition("Besuch", "visit", gap_s=1800.0))
            assert definitions.define(tx, definitions.NewDefinition("Besuch", "visit", gap_s=1800.0)).version == 1
            changed = definitions.define(tx, definitions.NewDefinition("Besuch", "visit", gap_s=900.0))
            assert (changed.version, changed.gap_s) == (2, 900.0)
            assert definitions.default(tx) == first

    def test_what_a_definition_said_before_stays_known_and_its_versions_go_on_after_it_was_removed(
        self, operational: Operational
    ) -> None:
        with operational.begin() as tx:
            definitions.define(tx, definitions.NewDefinition("Besuch", "visit", gap_s=1800.0))
            definitions.define(tx, definitions.NewDefinition("Besuch", "visit", gap_s=900.0, ends_at="Kauf"))
            definitions.define(tx, definitions.NewDefinition("Person", "person"))
            assert definitions.remove(tx, "Besuch")
            assert not definitions.remove(tx, "Besuch")
            assert definitions.define(tx, definitions.NewDefinition("Besuch", "visit", gap_s=900.0)).version == 4
            told = [(one.version, one.gap_s, one.ends_at, one.removed) for one in definitions.history(tx, "Besuch")]
            assert told == [
                (4, 900.0, None, False),
                (3, 900.0, "Kauf", True),
                (2, 900.0, "Kauf", False),
                (1, 1800.0, None, False),
            ]
            assert len(definitions.history(tx)) == 5

    def test_there_is_always_one_default_while_there_are_definitions(self, operational: Operational) -> None:
        with operational.begin() as tx:
            for name in ("b", "a", "c"):
                definitions.define(tx, definitions.NewDefinition(name, "case", key=name))
            definitions.make_default(tx, "c")
            assert [one.name for one in definitions.every(tx) if one.is_default] == ["c"]
            definitions.remove(tx, "c")
            assert [one.name for one in definitions.every(tx) if one.is_default] == ["a"]
            with pytest.raises(Problem) as caught:
                definitions.get(tx, "c")
        assert (caught.value.code, caught.value.params["allowed"]) == (ProblemCode.UNKNOWN_JOURNEY, "a, b")


class TestQuarantine:
    def test_bytes_place_and_reason_come_back_as_they_were(self, operational: Operational) -> None:
        with operational.begin() as tx:
            assert quarantine.add(tx, [bad_row()]) == 1
        with operational.read() as tx:
            (row,) = quarantine.page(tx, quarantine.Filter())
        assert (row.raw, row.row, row.position, row.received_at) == (b'{"x":\xff\x00}', 1, 7, NOON)
        assert (row.params, row.state) == ({"value": "31.02.\x00"}, QuarantineState.OPEN)

    def test_the_same_row_again_is_kept_once(self, operational: Operational) -> None:
        rows = [bad_row(row) for row in range(10)]
        with operational.begin() as tx:
            assert quarantine.add(tx, rows[:6]) == 6
        with operational.begin() as tx:
            assert quarantine.add(tx, rows) == 4
            assert quarantine.count(tx, quarantine.Filter()) == 10

    def test_rows_are_counted_by_reason_and_moved(self, operational: Operational) -> None:
        with operational.begin() as tx:
            quarantine.add(tx, [bad_row(row) for row in range(3)] + [bad_row(9, origin="file:4")])
            counted = [(reason.origin, reason.count) for reason in quarantine.reasons(tx, quarantine.Filter())]
            assert counted == [("live", 3), ("file:4", 1)]
            numbers = [row.number for row in quarantine.page(tx, quarantine.Filter(origin="live"), limit=2)]
            assert quarantine.move(tx, numbers, QuarantineState.REPLAYED) == 2
            assert quarantine.move(tx, numbers, QuarantineState.REPLAYED) == 0
            assert [row.state for row in quarantine.get(tx, numbers)] == [QuarantineState.REPLAYED] * 2
            assert len(quarantine.page(tx, quarantine.Filter(), after=numbers[-1])) == 2
            assert quarantine.forget_origin(tx, "file:4") == 1
            assert quarantine.forget_source(tx, "shop") == 3


class TestFlushes:
    def test_a_flush_is_counted_by_one_finish_only(self, operational: Operational) -> None:
        flush = Flush("journal", 1, 9, "shop", Counts(10, 7, 1, 1, 1))
        with operational.begin() as tx:
            assert flushes.intend(tx, flush)
            assert flushes.unfinished(tx) == [flush]
            assert flushes.totals(tx) == {}
            assert flushes.finish(tx, "journal", 9, 41) == flush.counts
            assert flushes.finish(tx, "journal", 9, 41) == Counts()
            assert not flushes.intend(tx, flush)
            assert flushes.totals(tx) == {"shop": flush.counts}
            assert (flushes.last_done(tx, "journal"), flushes.last_done(tx, "import:1")) == (9, -1)
            assert flushes.unfinished(tx, "journal") == []

    def test_the_last_word_before_the_finish_counts(self, operational: Operational) -> None:
        with operational.begin() as tx:
            flushes.intend(tx, Flush("import:1", 0, 0, "shop", Counts(5, 5)))
            flushes.intend(tx, Flush("import:1", 0, 0, "shop", Counts(6, 5, 1)))
            assert flushes.finish(tx, "import:1", 0, 1) == Counts(6, 5, 1)

    def test_several_sources_share_a_position_and_each_day_is_counted(
        self, operational: Operational, clock: MovedClock
    ) -> None:
        for day in range(3):
            with operational.begin() as tx:
                flushes.intend(tx, Flush("journal", day, day, "shop", Counts(2, 2)))
                flushes.intend(tx, Flush("journal", day, day, "app", Counts(1, 0, 1)))
                flushes.finish(tx, "journal", day, day)
            clock.move(86_400)
        with operational.read() as tx:
            assert flushes.totals(tx) == {"shop": Counts(6, 6), "app": Counts(3, 0, 3)}
            days = flushes.by_day(tx, date(2026, 3, 29))
        assert days[0] == (date(2026, 3, 29), "app", Counts(1, 0, 1))
        assert len(days) == 4

    def test_counts_that_do_not_add_up_are_refused(self, operational: Operational) -> None:
        with operational.begin() as tx, pytest.raises(ValueError, match="add up"):
            flushes.intend(tx, Flush("journal", 0, 0, "shop", Counts(2, 1)))

    def test_a_given_up_import_leaves_its_past_counts_and_no_intent(self, operational: Operational) -> None:
        with operational.begin() as tx:
            flushes.intend(tx, Flush("import:1", 0, 0, "shop", Counts(5, 5)))
            flushes.finish(tx, "import:1", 0, 1)
            flushes.intend(tx, Flush("import:1", 1, 1, "shop", Counts(5, 5)))
            flushes.abandon(tx, "import:1")
            assert flushes.unfinished(tx) == []
            assert flushes.totals(tx) == {"shop": Counts(5, 5)}
            flushes.forget_source(tx, "shop")
            assert flushes.totals(tx) == {}


class TestAccess:
    def test_a_session_lasts_as_long_as_the_person_comes_back(self, operational: Operational, clock: MovedClock) -> None:
        hour = timedelta(hours=1)
        with operational.begin() as tx:
            token = sessions.sign_in(tx, "owner", hour)
        clock.move(3_000)
        with operational.begin() as tx:
            sessions.seen(tx, token, hour)
        clock.move(3_000)
        with operational.begin() as tx:
            found = sessions.find(tx, token)
            assert found is not None
            assert found.who == "owner"
        clock.move(601)
        with operational.begin() as tx:
            sessions.seen(tx, token, hour)
            assert sessions.find(tx, token) is None
            assert sessions.forget_expired(tx) == 1

    def test_signing_out_ends_the_session_on_the_server(self, operational: Operational) -> None:
        with operational.begin() as tx:
            tokens = [sessions.sign_in(tx, "owner", timedelta(hours=1)) for _ in range(3)]
            sessions.sign_out(tx, tokens[0])
            assert sessions.find(tx, tokens[0]) is None
            assert sessions.sign_out_everywhere(tx, "owner") == 2

    def test_a_set_up_token_works_once_and_in_time(self, operational: Operational, clock: MovedClock) -> None:
        with operational.begin() as tx:
            replaced = sessions.offer_setup(tx, timedelta(hours=1))
            token = sessions.offer_setup(tx, timedelta(hours=1))
            assert not sessions.use_setup(tx, replaced)
            assert sessions.use_setup(tx, token)
            assert not sessions.use_setup(tx, token)
            late = sessions.offer_setup(tx, timedelta(hours=1))
        clock.move(3_600)
        with operational.begin() as tx:
            assert not sessions.use_setup(tx, late)

    def test_acts_are_listed_newest_first(self, operational: Operational) -> None:
        with operational.begin() as tx:
            for target in ("a", "b", "c"):
                audit.note(tx, "owner", "key.issue", target)
            newest = audit.page(tx, limit=2)
            assert [entry.target for entry in newest] == ["c", "b"]
            assert [entry.target for entry in audit.page(tx, before=newest[-1].number)] == ["a"]


class TestLedger:
    def test_an_erased_subject_is_known_again_without_being_kept(self, operational: Operational) -> None:
        with operational.begin() as tx:
            assert ledger.erased(tx, ["user:1"]) == set()
            ledger.remember(tx, ["user:1", "mail:a@example.org"])
            ledger.remember(tx, ["user:1"])
            assert ledger.erased(tx, ["user:1", "user:2"]) == {"user:1"}
            assert ledger.size(tx) == 2
