"""Pairs that people decide, in a browser: side by side, by keyboard, merged and taken back; a file looked through by a job."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tanteemma.identity.matching.deciding import Doubt, Told, record_key
from tanteemma.serve.matching.reviewing import enter_doubts
from tanteemma.store.folder import DataFolder
from tanteemma.store.operational import Operational, people
from tests.browser.test_flows_of_the_real_app import german_file
from tests.browser.visiting import SIGHTS, visit
from tests.server.running import Running, running

pytestmark = pytest.mark.browser


def doubt(number: int, *, tied: bool) -> Doubt:
    left = {
        "given_name": "Anna",
        "family_name": f"Kern {number}",
        "birth_date": "05.05.1980",
        "postcode": "53111",
        "city": "Bonn",
    }
    right = {"given_name": "Anne", "family_name": f"Kern {number}", "street": "Am Markt 1", "city": "Köln"}
    subjects = (f"user:{number}", f"user:{number}-2") if tied else (None, None)
    told = (
        Told("given_name", "close", 4.0),
        Told("family_name", "equal", 9.0),
        Told("place", "different", -3.5),
    )
    return Doubt(
        left,
        right,
        record_key(subjects[0], left),
        record_key(subjects[1], right),
        2.0 - number,
        told,
        subjects[0],
        subjects[1],
        held_back=number == 1,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("review") / "data"
    made = DataFolder.create(path)
    with Operational.open(made.operational_db) as tables, tables.begin() as tx:
        enter_doubts(tx, [doubt(number, tied=number < 3) for number in range(1, 6)], "kunden.csv")
    return path


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Running]:
    with running(folder) as found:
        yield found


@pytest.mark.parametrize("sight", SIGHTS, ids=str)
def test_two_records_stand_side_by_side_for_everybody(browser: Browser, server: Running, sight: tuple[str, int]) -> None:
    with visit(browser, server, sight) as visitor:
        visitor.go("/people/review")
        expect(visitor.page.locator(".pair-table tbody tr")).to_have_count(5)
        expect(visitor.page.locator(".pair-table .agree")).to_have_count(1)
        visitor.look("review")


def test_the_same_person_is_merged_by_a_key_and_parted_by_a_button(browser: Browser, server: Running, folder: Path) -> None:
    with visit(browser, server) as visitor:
        visitor.go("/people/review")
        visitor.page.locator("cx-keys").focus()
        visitor.page.keyboard.press("1")
        visitor.page.wait_for_url(re.compile("done=pair_merged"))
        with Operational.open(DataFolder.open(folder).operational_db) as tables, tables.read() as tx:
            assert len(set(people.person_of(tx, ["user:1", "user:1-2"]).values())) == 1
        visitor.look("review-decided")
        visitor.page.locator("form[action$='/undo'] button").first.click()
        visitor.page.wait_for_url(re.compile("done=pair_undone"))
        with Operational.open(DataFolder.open(folder).operational_db) as tables, tables.read() as tx:
            assert len(set(people.person_of(tx, ["user:1", "user:1-2"]).values())) == 2


def test_later_puts_a_pair_behind_the_others(browser: Browser, server: Running) -> None:
    with visit(browser, server) as visitor:
        visitor.go("/people/review")
        name = visitor.page.locator(".pair-table tbody tr").nth(1).locator("td").first.inner_text()
        visitor.page.locator("button[value=later]").click()
        visitor.page.wait_for_url(re.compile("done=pair_later"))
        expect(visitor.page.locator(".pair-table tbody tr").nth(1).locator("td").first).not_to_have_text(name)


def test_an_imported_file_is_looked_through_and_the_page_says_what_came_of_it(browser: Browser, server: Running) -> None:
    server.warm()
    with visit(browser, server) as visitor:
        visitor.upload("auftraege.csv", german_file(1, 30))
        visitor.read_in()
        visitor.go("/people/review")
        visitor.page.locator("form[action$='/start'] button").click()
        visitor.page.wait_for_url(re.compile("done=matching_started"))
        expect_last = "Zuletzt auftraege.csv"
        for _ in range(240):
            visitor.go("/people/review")
            if expect_last in visitor.page.inner_text("main"):
                break
            visitor.page.wait_for_timeout(500)
        assert expect_last in visitor.page.inner_text("main")
        visitor.look("review-last")
