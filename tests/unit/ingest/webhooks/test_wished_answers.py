"""The answer a sender wants to hear: values of its message in it, escaped; what cannot be an answer is refused by its field."""

import pytest

from tanteemma.ingest.webhooks.door import Hook, wished_answer
from tanteemma.ingest.webhooks.mapping import HookMapping, Rule, read_mapping
from tanteemma.ingest.webhooks.wished import Wished
from tanteemma.model.problems import Problems


def _mapping(kind: str, body: str) -> HookMapping:
    return HookMapping(rules=(Rule(event="=Bestellung"),), answer=Wished(type=kind, body=body))


@pytest.mark.parametrize(
    ("kind", "body", "said"),
    [
        ("text/plain", "OK", "OK"),
        ("text/plain", "", ""),
        ("application/xml", "<ok>{$.id}</ok>", "<ok>&lt;&amp;&quot;ä</ok>"),
        ("application/json", '{{"got": "{id}"}}', '{"got": "<&\\"\\u00e4"}'),
        ("text/plain", "{id} {nowhere} {list[0].a}", '<&"ä  1'),
        ("text/plain", "{$header.x-topic} {$query.ref}", "paid 7"),
    ],
)
def test_values_of_the_message_stand_in_it(kind: str, body: str, said: str) -> None:
    hook = Hook("shop", '{"id": "<&\\"ä", "list": [{"a": 1}]}'.encode(), {"x-topic": "paid"}, {"ref": "7"})
    assert wished_answer(hook, read_mapping(_mapping(kind, body))) == (kind, said.encode())


def test_what_cannot_be_read_is_answered_without_its_values() -> None:
    mapping = read_mapping(_mapping("text/xml", "<ok>{$.id}</ok>"))
    assert wished_answer(Hook("shop", b"no json"), mapping) == ("text/xml", b"<ok></ok>")
    assert wished_answer(Hook("shop", b"{}"), None) is None


@pytest.mark.parametrize(
    ("kind", "body", "field"),
    [
        ("text/html", "", "answer.type"),
        ("text/plain", "{", "answer.body"),
        ("text/plain", "{}", "answer.body"),
        ("text/plain", "{a b]}", "answer.body"),
        ("text/plain", "x" * 2_001, "answer.body"),
    ],
)
def test_what_cannot_be_an_answer_is_refused_by_its_field(kind: str, body: str, field: str) -> None:
    with pytest.raises(Problems) as wrong:
        read_mapping(_mapping(kind, body))
    assert [problem.params["field"] for problem in wrong.value.problems] == [field]
