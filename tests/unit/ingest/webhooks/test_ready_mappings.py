"""Every ready mapping makes of its vendor's example what it says; every file export is read without a question."""

from pathlib import Path

import msgspec
import pytest

from tanteemma.ingest.formats.choose import check_settled
from tanteemma.ingest.importer import Wish, look_at_file
from tanteemma.ingest.webhooks.door import Hook
from tanteemma.ingest.webhooks.ready import every_ready, in_language, ready_mapping
from tanteemma.ingest.webhooks.trying import Tried, trial, tried

ASKED_FOR = [
    "shopware-6",
    "shopify",
    "woocommerce",
    "stripe",
    "salesforce",
    "dynamics-365",
    "hubspot",
    "sap",
    "zendesk",
    "zammad",
    "chatwoot",
    "asterisk",
    "3cx",
    "genesys",
    "dhl",
    "dpd",
    "hotjar",
    "google-analytics",
]
EXAMPLES = [(name, at) for name, one in every_ready().items() for at in range(len(one.examples))]


def outcome(name: str, at: int, language: str) -> Tried:
    mapping = ready_mapping(name, language)
    assert mapping is not None
    example = every_ready()[name].examples[at]
    headers = {key.lower(): value for key, value in example.headers.items()}
    return tried(mapping, Hook(name, msgspec.json.encode(example.body), headers), trial("Europe/Berlin"), language)


def test_every_system_that_was_asked_for_is_there() -> None:
    assert sorted(ASKED_FOR) == sorted(every_ready())


@pytest.mark.parametrize(("name", "at"), EXAMPLES)
def test_the_example_of_the_vendor_becomes_the_events_it_should(name: str, at: int) -> None:
    found = outcome(name, at, "de")
    assert not found.problems
    assert [event.event for event in found.events] == list(every_ready()[name].examples[at].events)
    for event in found.events:
        assert "no_time" not in event.flags
        assert event.channel
        assert event.keys or not event.person.startswith("event:")
        assert event.properties["department"]
    english = outcome(name, at, "en")
    assert not english.problems
    assert len(english.events) == len(found.events)


@pytest.mark.parametrize("name", [name for name, one in every_ready().items() if one.mapping is not None])
def test_every_ready_mapping_names_department_purpose_and_source_of_its_shape(name: str) -> None:
    one = every_ready()[name]
    mapping = ready_mapping(name, "de")
    assert mapping is not None
    assert mapping.department
    assert mapping.purpose
    assert mapping.channel
    assert one.taken_from
    assert one.about.keys() == {"de", "en"}
    assert in_language(one.mapping, "de") != in_language(one.mapping, "en")


@pytest.mark.parametrize("name", [name for name, one in every_ready().items() if one.file is not None])
def test_a_file_export_is_read_with_the_columns_that_are_stated(name: str, tmp_path: Path) -> None:
    stated = every_ready()[name].file
    assert stated is not None
    path = tmp_path / f"{name}.csv"
    path.write_text(stated.sample, "utf-8")
    found = look_at_file(path, path.name, Wish(format="csv", columns=dict(stated.columns)))
    check_settled(found)
    assert found.total_rows in {None, stated.rows}
