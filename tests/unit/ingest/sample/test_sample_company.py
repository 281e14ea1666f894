"""The sample company is always the same, plausible in time, and labelled as a sample everywhere."""

import io
import json
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanteemma.ingest.sources.sample import JOURNEYS, SampleCompany, generate
from tanteemma.store.schema import EVENT

Event = dict[str, Any]
BERLIN = ZoneInfo("Europe/Berlin")
UNTIL = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)


def digest(company: SampleCompany) -> str:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, EVENT) as writer:
        for batch in company.batches():
            writer.write_table(batch)
    return sha256(sink.getvalue()).hexdigest()


def test_the_same_seed_and_end_give_the_same_bytes(small: SampleCompany) -> None:
    assert digest(generate(11, UNTIL, 300)) == digest(small)


def test_another_seed_or_end_gives_other_events_with_other_ids(small: SampleCompany) -> None:
    ids = set(small.events["event_id"].to_pylist())
    for other in (generate(12, UNTIL, 300), generate(11, UNTIL - timedelta(days=1), 300)):
        assert ids.isdisjoint(other.events["event_id"].to_pylist())


def test_batches_have_the_lakes_columns_and_together_are_the_year(small: SampleCompany) -> None:
    batches = list(small.batches(1_000))
    assert all(batch.schema.equals(EVENT) for batch in batches)
    assert pa.concat_tables(batches).equals(small.events)
    small.events.validate(full=True)
    for column in EVENT:
        assert column.nullable or small.events[column.name].null_count == 0


def test_every_event_has_an_id_of_sixteen_bytes_of_its_own(company: SampleCompany) -> None:
    ids = company.events["event_id"]
    assert pc.count_distinct(ids).as_py() == company.events.num_rows
    assert set(pc.binary_length(ids).unique().to_pylist()) == {16}


def test_every_event_is_labelled_as_sample(company: SampleCompany) -> None:
    assert company.events["source"].unique().to_pylist() == ["sample"]
    assert company.events["origin"].unique().to_pylist() == ["sample"]


def test_times_lie_in_the_year_and_ordinals_follow_them(company: SampleCompany) -> None:
    times = company.events["occurred_at"].cast(pa.int64()).to_numpy()
    assert (np.diff(times) >= 0).all()
    assert company.events["ordinal"].to_pylist() == list(range(company.events.num_rows))
    first, last = company.events["occurred_at"][0].as_py(), company.events["occurred_at"][-1].as_py()
    assert company.until - timedelta(days=366) < first
    assert company.until - timedelta(hours=2) < last <= company.until


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC)), st.integers(0, 1 << 32))  # noqa: DTZ001 - Hypothesis wants them naive
def test_any_end_gives_a_year_in_order_without_impossible_hours(until: datetime, seed: int) -> None:
    company = generate(seed, until, 100)
    times = company.events["occurred_at"].to_pylist()
    assert times == sorted(times)
    assert times[-1] <= until
    for moment in times:
        local = moment.astimezone(BERLIN)
        assert local.replace(tzinfo=None) == local.astimezone(UTC).astimezone(BERLIN).replace(tzinfo=None)


def test_nothing_happens_before_its_cause(events: list[Event]) -> None:
    must_follow = {
        "Bestellbestätigung": "Bestellung",
        "Adressrückfrage": "Adressprüfung manuell",
        "Versandmeldung": "Bestellbestätigung",
        "Zustellung": "Versandmeldung",
        "Sendungsverfolgung": "Versandmeldung",
        "Rücksendung": "Zustellung",
        "Reklamation": "Zustellung",
        "Reklamationsprüfung": "Reklamation",
        "Ersatzlieferung": "Reklamationsprüfung",
        "Bewertung": "Zustellung",
    }
    seen: dict[str, set[str]] = defaultdict(set)
    for event in events:
        order = event["keys"].get("order")
        if order is not None:
            cause = must_follow.get(event["name"])
            assert cause is None or cause in seen[order], (order, event["name"])
            seen[order].add(event["name"])


def test_parcels_rest_on_sundays_and_christmas_and_the_branches_too(events: list[Event]) -> None:
    for event in events:
        if event["name"] in {"Zustellung", "Zustellversuch", "Filialkauf"}:
            local = event["occurred_at"].astimezone(BERLIN)
            assert local.weekday() != 6
            assert (local.month, local.day) not in {(12, 25), (12, 26), (1, 1), (5, 1), (10, 3)}
            assert 9 <= local.hour < 19


def test_the_year_has_its_rhythm(events: list[Event]) -> None:
    months: Counter[int] = Counter()
    weekdays: Counter[int] = Counter()
    hours: Counter[int] = Counter()
    for event in events:
        local = event["occurred_at"].astimezone(BERLIN)
        if event["name"] == "Bestellung":
            months[local.month] += 1
        if event["name"] == "Anruf":
            weekdays[local.weekday()] += 1
        if event["channel"] == "web":
            hours[local.hour] += 1
    assert months[12] > 1.3 * months[7]
    assert weekdays[0] == max(weekdays.values())
    assert weekdays[6] == 0
    assert hours[20] > 10 * (hours[3] + 1)


def test_channels_and_touchpoints_are_those_of_a_mail_order_firm(events: list[Event]) -> None:
    channels = Counter(event["channel"] for event in events)
    assert set(channels) == {"web", "shop", "branch", "call_centre", "mail", "parcel", "survey", "social"}
    assert 0.4 < channels["web"] / len(events) < 0.8
    assert 0.01 < channels["call_centre"] / len(events) < 0.06
    assert 30 <= len({event["name"] for event in events}) <= 50
    assert all(event["purpose"] for event in events)


def test_activity_has_a_heavy_tail(company: SampleCompany) -> None:
    persons = company.truth.event_person
    counts = np.sort(np.bincount(persons[persons >= 0], minlength=company.customers))[::-1]
    assert counts[: company.customers // 10].sum() > 0.35 * counts.sum()
    assert 12 < counts.sum() / company.customers < 40


def test_money_is_on_orders_purchases_and_refunds_only(events: list[Event]) -> None:
    signs: dict[str, set[int]] = defaultdict(set)
    for event in events:
        assert (event["value"] is None) == (event["currency"] is None)
        if event["value"] is not None:
            assert event["currency"] == "EUR"
            signs[event["name"]].add(1 if event["value"] > 0 else -1)
    assert signs == {"Bestellung": {1}, "Filialkauf": {1}, "Erstattung": {-1}}


def test_the_price_in_the_properties_is_the_value(events: list[Event]) -> None:
    for event in events:
        if event["name"] == "Bestellung":
            assert json.loads(event["properties"])["price"] == float(event["value"])


def test_scores_stay_on_their_scale_and_comments_are_many_and_different(events: list[Event]) -> None:
    comments = []
    for event in events:
        answer = json.loads(event["properties"])
        score = answer.get("$score")
        if score is not None:
            assert score["low"] <= score["value"] <= score["high"]
            assert score["best"] in {score["low"], score["high"]}
        if "$comment" in answer:
            comments.append(answer["$comment"])
    assert len(set(comments)) > 400
    english = sum(" the " in f" {comment.lower()} " or "I " in comment for comment in comments)
    assert 0.01 < english / len(comments) < 0.3


def test_moods_fit_the_scores(events: list[Event]) -> None:
    sour = ("Nie wieder", "woanders", "Sehr enttäuschend", "Not again")
    sweet = ("Weiter so", "rundum zufrieden", "Kann ich nur empfehlen", "Would recommend")
    for event in events:
        if event["name"] == "Umfrage NPS":
            answer = json.loads(event["properties"])
            comment, mark = answer.get("$comment", ""), answer["$score"]["value"]
            assert not (mark > 7 and any(word in comment for word in sour))
            assert not (mark < 7 and any(word in comment for word in sweet))


def test_the_truth_names_the_person_behind_every_subject(company: SampleCompany) -> None:
    behind: dict[str, set[int]] = defaultdict(set)
    for row in company.truth.people.to_pylist():
        behind[row["subject"]].add(row["person"])
    tills = strangers = 0
    for subject, person in zip(company.events["subject"].to_pylist(), company.truth.event_person.tolist(), strict=True):
        if subject.startswith("user:KASSE"):
            tills += 1
        elif person < 0:
            strangers += subject not in behind
        else:
            assert person in behind[subject]
    assert tills > 0
    assert strangers > 0
    kinds = Counter(company.truth.people["kind"].to_pylist())
    assert kinds["device"] == 2 * company.customers
    assert kinds["second_customer_number"] == company.customers // 40
    assert kinds["shared_tablet"] > 0


def test_a_link_names_a_second_subject_of_the_same_person(company: SampleCompany) -> None:
    owners: dict[str, set[int]] = defaultdict(set)
    for row in company.truth.people.to_pylist():
        owners[row["subject"]].add(row["person"])
    pairs = set()
    columns = (
        company.events["subject"].to_pylist(),
        company.events["context"].to_pylist(),
        company.truth.event_person.tolist(),
    )
    for subject, context, person in zip(*columns, strict=True):
        for other in json.loads(context)["links"] if context is not None else ():
            assert person in owners[other]
            pairs.add((subject, other))
    assert len(pairs) > 1_000
    assert set(company.links) == pairs
    assert len(company.links) == len(pairs)


def test_addresses_with_orders_are_json_and_second_numbers_have_typos(company: SampleCompany) -> None:
    names: dict[int, set[str]] = defaultdict(set)
    for traits, person in zip(company.events["traits"].to_pylist(), company.truth.event_person.tolist(), strict=True):
        if traits is not None:
            names[person].add(json.loads(traits)["name"])
    assert any(len(spellings) > 1 for spellings in names.values())
    assert sum(len(spellings) > 1 for spellings in names.values()) < 0.05 * len(names)


def test_few_customers_keep_the_shares_of_many(company: SampleCompany) -> None:
    half = generate(7, UNTIL, 1_500)
    per_customer = (company.events.num_rows / 4_000, half.events.num_rows / 1_500)
    assert per_customer[0] == pytest.approx(per_customer[1], rel=0.15)


def test_a_naive_end_or_too_few_customers_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        generate(1, datetime(2026, 1, 1), 300)  # noqa: DTZ001 - that is the point
    with pytest.raises(ValueError, match="customers"):
        generate(1, UNTIL, 5)


def test_the_first_suggested_journey_is_the_order() -> None:
    assert (JOURNEYS[0].by, JOURNEYS[0].key) == ("case", "order")
