"""What a mapping says is still said after it went through the page's form and back."""

import pytest

from tanteemma.ingest.webhooks.ready import every_ready, ready_mapping
from tanteemma.serve.pages.webhooks import mapping_lines, mapping_of


@pytest.mark.parametrize("name", [name for name, one in every_ready().items() if one.mapping is not None])
def test_the_form_keeps_answer_and_places_of_delivery(name: str) -> None:
    mapping = ready_mapping(name, "de")
    assert mapping is not None
    said = {"rules": str(len(mapping.rules)), **mapping_lines(mapping)}
    if mapping.answer is not None:
        said["answer_type"] = mapping.answer.type
    again = mapping_of(said)
    assert (again.answer, again.of_delivery, again.tables) == (mapping.answer, mapping.of_delivery, mapping.tables)
