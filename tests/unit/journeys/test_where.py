"""Conditions against a plain look at every journey, and what is said when one cannot be read."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanteemma.journeys.where import tree
from tanteemma.journeys.where.masks import facts_in, journeys_where
from tanteemma.journeys.where.parse import parse
from tanteemma.journeys.where.tree import Compare, Expr
from tanteemma.journeys.where.written import written
from tanteemma.model.arrays import DROPPED, Fact, FactColumn, Form
from tanteemma.model.condition_tokens import quoted
from tanteemma.model.problems import Problem, ProblemCode
from tests.unit.journeys.buckets import Buckets, any_buckets
from tests.unit.journeys.oracle_where import BERLIN, CHANNELS, LANDS, NOW_US, TREES, Slow, land_of, member_of, score_of


@given(any_buckets(), st.lists(st.sampled_from((0, 1, 2, int(DROPPED))), min_size=6, max_size=6), TREES)
def test_conditions_choose_what_a_plain_look_chooses(log: Buckets, channels: list[int], where: Expr) -> None:
    kinds = len(log.table.of_kind)
    log = replace(log, table=replace(log.table, channel_of_kind=np.array(channels[:kinds], np.uint32), channels=CHANNELS))
    for number, (arrays, selection) in enumerate(log.arrays()):
        raws = [raw for raw in log.journeys if raw.bucket == number]
        events = [(kind, time) for raw in raws for kind, time, _ in raw.events]
        scores = [np.nan if score_of(*one) is None else score_of(*one) for one in events]
        codes = [-1 if land_of(*one) is None else LANDS.index(str(land_of(*one))) for one in events]
        told = {
            Fact("score", Form.NUMBER): FactColumn(np.array(scores, np.float64)),
            Fact("property.Land"): FactColumn(np.array(codes, np.int32), LANDS),
            Fact("now", Form.MOMENT): FactColumn(np.array([NOW_US])),
        }
        told |= {
            fact: FactColumn(np.array([member_of(fact.name.removeprefix("segment."), raw.person) for raw in raws], np.bool_))
            for fact in facts_in(where)
            if fact.form is Form.PERSON
        }
        assert set(facts_in(where)) <= set(told)
        found = journeys_where(replace(arrays, facts=told), selection, log.table, where)
        expected = [(raw.counts or not log.masked) and Slow(log, raw).fulfils(where) for raw in raws]
        assert found.tolist() == expected


@given(TREES)
def test_what_is_written_is_read_as_it_was(where: Expr) -> None:
    read = parse(written(where), BERLIN)
    assert written(read) == written(where)
    assert parse(written(read), BERLIN) == read


@given(st.text(min_size=1, max_size=20))
def test_a_property_may_be_called_anything(name: str) -> None:
    says = tree.Says(f"property.{name}", Compare.EQUAL, ("x",))
    assert parse(written(says), BERLIN) == says


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("passes Anruf", tree.Passes("Anruf")),
        ("PASSES \"Anruf 'neu'\" via telefon", tree.Passes("Anruf 'neu'", "telefon")),
        ("passes „Anruf“ >= 2", tree.Passes("Anruf", None, 2)),
        ("passes A directly before B", tree.Follows("A", "B", directly=True)),
        ("passes A after B", tree.Follows("B", "A")),
        ("duration ≥ 1.5h", tree.Lasts(Compare.AT_LEAST, 5400.0)),
        (
            "events > 3 and not (starts A or ends B)",
            tree.Every((tree.Holds(Compare.MORE, 3), tree.Not(tree.Some((tree.Starts("A"), tree.Ends("B")))))),
        ),
        ("started >= 01.03.2025", tree.Started(Compare.AT_LEAST, 1_740_783_600_000_000, "01.03.2025")),
        ("ended < 2025-07-01T00:00+00:00", tree.Ended(Compare.LESS, 1_751_328_000_000_000, "2025-07-01T00:00+00:00")),
        ("variant A > 'B c' > A", tree.Variant(("A", "B c", "A"))),
        ("property.Land in (DE, 'AT') at Kauf", tree.Says("property.Land", Compare.EQUAL, ("DE", "AT"), "Kauf")),
        ("property.Land not in (DE, AT)", tree.Says("property.Land", Compare.OTHER, ("DE", "AT"))),
        ("property.PLZ = '01067'", tree.Says("property.PLZ", Compare.EQUAL, ("01067",))),
        ("property.'Größe (cm)' > 3 at Kauf", tree.Says("property.Größe (cm)", Compare.MORE, (3.0,), "Kauf")),
        ("property.„Grund der Reklamation“ exists", tree.Says("property.Grund der Reklamation", Compare.EQUAL, ())),
        ("sum of property.'Wert, netto' >= 5", tree.Totals(tree.Sums.SUM, "property.Wert, netto", Compare.AT_LEAST, 5.0)),
        (
            "first A says property.'org involved' missing",
            tree.FirstSays(("A",), "property.org involved", tree.Sense.MISSING, ()),
        ),
        ("score <= 6", tree.Says("score", Compare.AT_MOST, (6.0,))),
        ("step 2 after first A is B", tree.Step("A", 2, tree.Sense.IS, ("B",))),
        ("step 1 after A is B", tree.Step("A", 1, tree.Sense.IS, ("B",))),
        (
            "step 1 before last A merged in (B, C)",
            tree.Step("A", 1, tree.Sense.IS, ("B", "C"), ahead=False, last=True, merge=True),
        ),
        ("step 3 after start not in (B)", tree.Step(None, 3, tree.Sense.OTHER, ("B",))),
        ("step 3 before end missing", tree.Step(None, 3, tree.Sense.MISSING, ahead=False)),
        ("step 1 after 'start' exists", tree.Step("start", 1, tree.Sense.OTHER)),
        (
            "happens from 2025-03-01 until 2025-04-01 at A",
            tree.Happens(1_740_783_600_000_000, 1_743_458_400_000_000, ("2025-03-01", "2025-04-01"), "A"),
        ),
        ("funnel A > 'B c' within 7d", tree.Funnel(("A", "B c"), 2, within_s=604_800.0)),
        ("funnel A > B strictly without (C)", tree.Funnel(("A", "B"), 2, "strict", without=("C",))),
        (
            "funnel A > B > C stops at 2 then not in (D)",
            tree.Funnel(("A", "B", "C"), 2, stops=True, then=tree.Sense.OTHER, names=("D",)),
        ),
        ("funnel 2 of (A, B, C) within 1h", tree.Funnel(("A", "B", "C"), 2, "any", 3600.0)),
        ("funnel 1 of (A, B) stops then missing", tree.Funnel(("A", "B"), 1, "any", stops=True, then=tree.Sense.MISSING)),
        ("first A says channel is web", tree.FirstSays(("A",), "channel", tree.Sense.IS, ("web",))),
        ("first (A, B) says property.Land missing", tree.FirstSays(("A", "B"), "property.Land", tree.Sense.MISSING)),
        (
            "first A from 2025-03-01 until 01.04.2025",
            tree.FirstWhen(("A",), 1_740_783_600_000_000, 1_743_458_400_000_000, ("2025-03-01", "01.04.2025")),
        ),
        ("hour Mon 14 start", tree.Hour(1, 14, "Europe/Berlin", tree.Which.START)),
        ("hour sun 0 at 'A b'", tree.Hour(7, 0, "Europe/Berlin", at="A b")),
        (
            "count Kauf via web >= 3 last 30d",
            tree.Occurs(Compare.AT_LEAST, 3, "Kauf", "web", tree.Window(last_s=2_592_000.0)),
        ),
        ("count any = 0", tree.Occurs(Compare.EQUAL, 0)),
        ("count 'any' = 0", tree.Occurs(Compare.EQUAL, 0, "any")),
        ("since Kauf > 30d", tree.Elapsed(Compare.MORE, 2_592_000.0, "Kauf")),
        ("since first any <= 1w", tree.Elapsed(Compare.AT_MOST, 604_800.0, first=True)),
        ("sum of value >= 100 at Kauf", tree.Totals(tree.Sums.SUM, "value", Compare.AT_LEAST, 100.0, "Kauf")),
        ("last of score <= 6", tree.Totals(tree.Sums.LAST, "score", Compare.AT_MOST, 6.0)),
        ("first of property.Menge = 2", tree.Totals(tree.Sums.FIRST, "property.Menge", Compare.EQUAL, 2.0)),
        (
            "mean of score < 5 from 2025-03-01 until 2025-04-01",
            tree.Totals(
                tree.Sums.MEAN,
                "score",
                Compare.LESS,
                5.0,
                within=tree.Window(1_740_783_600_000_000, 1_743_458_400_000_000, ("2025-03-01", "2025-04-01")),
            ),
        ),
        ("segment = Stammkunden", tree.Belongs("Stammkunden")),
        ("segment != 'A b'", tree.Not(tree.Belongs("A b"))),
        ("property.Rabatt exists", tree.Says("property.Rabatt", Compare.EQUAL, ())),
    ],
)
def test_conditions_read_as_they_are_meant(said: str, meant: Expr) -> None:
    assert parse(said, BERLIN) == meant


@pytest.mark.parametrize(
    ("said", "place", "value"),
    [
        ("", 1, "…"),
        ("passes", 7, "…"),
        ("pases Anruf", 1, "pases"),
        ("passes 'Anruf", 8, "'Anruf"),
        ("passes A and", 13, "…"),
        ("duration > lang", 12, "lang"),
        ("started > gestern", 11, "gestern"),
        ("(passes A", 10, "…"),
        ("passes A B", 10, "B"),
        ("property.Land > DE", 15, ">"),
        ("property.Land not DE", 19, "DE"),
        ("events > -1", 10, "-1"),
        ("passes A directly", 18, "…"),
        ("step 2 beside A is B", 8, "beside"),
        ("step 1001 after A is B", 6, "1001"),
        ("step 2 after A was B", 16, "was"),
        ("step 2 after A not B", 20, "B"),
        ("happens 2025-03-01", 9, "2025-03-01"),
        ("happens from 2025-03-01", 24, "…"),
        ("hour montags 3", 6, "montags"),
        ("funnel", 7, "…"),
        ("funnel A > B stops at 3", 23, "3"),
        ("funnel A > B stops", 19, "…"),
        ("first A is B", 9, "is"),
        ("first A says weather is fine", 14, "weather"),
        ("hour mon 24", 10, "24"),
        ("count Kauf", 11, "…"),
        ("count Kauf >= 2 last", 21, "…"),
        ("count Kauf >= 2 from 2025-03-01", 32, "…"),
        ("since Kauf >= lang", 15, "lang"),
        ("sum value > 3", 5, "value"),
        ("sum of source > 3", 8, "source"),
        ("sum of value > viel", 16, "viel"),
        ("segment Stammkunden", 9, "Stammkunden"),
    ],
)
def test_a_condition_that_cannot_be_read_names_place_and_what_may_stand_there(said: str, place: int, value: str) -> None:
    with pytest.raises(Problem) as refused:
        parse(said, BERLIN)
    assert refused.value.code is ProblemCode.WHERE_INVALID
    assert (str(refused.value.params["place"]), refused.value.params["value"]) == (str(place), value)
    assert refused.value.params["allowed"]


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(said: str) -> None:
    try:
        parse(said, BERLIN)
    except Problem as refused:
        assert refused.code is ProblemCode.WHERE_INVALID  # noqa: PT017 - most texts are none, some are


def test_nesting_without_end_is_refused() -> None:
    for said in ("not " * 2_000 + "starts A", "(" * 3_000):
        with pytest.raises(Problem) as refused:
            parse(said, BERLIN)
        assert refused.value.code is ProblemCode.WHERE_INVALID


def test_a_name_with_quotes_is_quoted() -> None:
    assert parse(f"starts {quoted(chr(39) * 3)}", BERLIN) == tree.Starts(chr(39) * 3)
