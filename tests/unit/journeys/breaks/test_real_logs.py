"""What is said of real logs is what somebody who knows them would say."""

from pathlib import Path

import pytest

from tanteemma.journeys.findings.find import Found, find_breaks
from tanteemma.journeys.findings.survey import Scope, survey
from tanteemma.journeys.where.wish import Passing
from tests.unit.journeys.real import csv_rows, rda_rows, read, xes_rows


def told(folder: Path, name: str) -> set[tuple[str, str]]:
    path = folder / "eventlogs" / name
    readers = {".csv": lambda one: csv_rows(one, "case:concept:name", "concept:name", "time:timestamp"), ".rda": rda_rows}
    rows = readers.get(path.suffixes[0], xes_rows)(path)
    found = find_breaks(survey(read(rows), None, Scope(is_case=True)))
    return {(one.chosen.place.kind, one.chosen.place.at) for one in found}


def test_loan_applications_wait_after_the_offer_and_while_papers_are_missing(real_logs: Path) -> None:
    found = told(real_logs, "bpic2012.xes.gz")
    assert ("time_eater", "W_Nabellen offertes → W_Nabellen offertes") in found  # calling after the offers
    assert ("time_eater", "W_Valideren aanvraag → W_Valideren aanvraag") in found
    assert ("abandonment", "W_Nabellen offertes") in found  # offers that never came back
    assert not {at for kind, at in found if kind == "delight"}


def test_incidents_go_back_and_forth_between_queues(real_logs: Path) -> None:
    found = told(real_logs, "bpic2013_incidents.xes.gz")
    assert ("loop", "Accepted → Queued → Accepted") in found
    assert ("time_eater", "Accepted → Completed") in found


def test_tickets_wait_for_others_and_close_by_a_timer(real_logs: Path) -> None:
    found = told(real_logs, "helpdesk.xes.gz")
    assert ("detour", "Wait") in found
    assert ("time_eater", "Resolve ticket → Closed") in found
    assert not {at for kind, at in found if kind == "abandonment"}


def test_bills_are_reopened_and_their_codes_refused(real_logs: Path) -> None:
    found = told(real_logs, "hospital_billing.rda")
    assert ("detour", "REOPEN") in found
    assert ("loop", "CODE NOK → CODE NOK") in found


def test_fines_are_given_up_after_they_were_sent_and_wait_for_more_than_a_year(real_logs: Path) -> None:
    found = told(real_logs, "traffic_fines.rda")
    assert ("abandonment", "Send Fine") in found
    assert ("time_eater", "Add penalty → Send for Credit Collection") in found


def test_patients_wait_for_the_laboratory_again_and_again(real_logs: Path) -> None:
    found = told(real_logs, "sepsis.rda")
    assert ("loop", "CRP → LacticAcid → CRP") in found


@pytest.mark.parametrize(
    ("name", "where", "touchpoint"),
    [
        ("bpic2012.xes.gz", "passes 'W_Afhandelen leads'", "W_Afhandelen leads"),
        ("helpdesk.xes.gz", "passes 'Take in charge ticket'", "Take in charge ticket"),
        ("hospital_billing.rda", "passes BILLED", "BILLED"),
    ],
)
def test_a_condition_finds_what_a_file_of_those_journeys_would(real_logs: Path, name: str, where: str, touchpoint: str) -> None:
    path = real_logs / "eventlogs" / name
    rows = list((rda_rows if path.suffix == ".rda" else xes_rows)(path))
    passing = {case for case, step, _ in rows if step == touchpoint}
    alone = read(row for row in rows if row[0] in passing)
    narrowed = survey(read(iter(rows)), None, Scope(is_case=True), selection=Passing(where=(where,)))
    found, wanted = find_breaks(narrowed), find_breaks(survey(alone, None, Scope(is_case=True)))
    assert wanted
    assert [figures(one) for one in found] == [figures(one) for one in wanted]


def figures(found: Found) -> tuple[str, str, int, int, int]:
    inner = found.chosen.inner
    return found.chosen.place.kind, found.chosen.place.at, found.journeys, inner.all_came, inner.all_hits


@pytest.mark.parametrize("name", ["running-example.csv", "roadtraffic100traces.csv"])
def test_few_journeys_say_nothing(real_logs: Path, name: str) -> None:
    rows = (
        csv_rows(real_logs / "eventlogs" / name, "case:concept:name", "concept:name", "time:timestamp")
        if name.startswith("road")
        else xes_rows(real_logs / "eventlogs" / "running-example.xes")
    )
    assert find_breaks(survey(read(rows), None, Scope(is_case=True))) == []
