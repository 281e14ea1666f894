"""What the templates of mappings and forms need beside their view."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from tanteemma.ingest.webhooks.readings import READINGS
from tanteemma.ingest.webhooks.wished import KINDS_OF_ANSWER
from tanteemma.serve.pages.views_webhooks import FIELD_KINDS, FIRST_FIELDS, RULE_FIELDS, SIGNATURES

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def hook_moment(at_us: int, moment: Callable[[datetime], str]) -> str:
    """A time of microseconds since 1970 UTC as the page says times."""
    return moment(_EPOCH + timedelta(microseconds=at_us))


WEBHOOK_WORDS: Final[dict[str, object]] = {
    "hook_fields": RULE_FIELDS,
    "hook_first_fields": FIRST_FIELDS,
    "hook_signatures": SIGNATURES,
    "hook_readings": sorted(READINGS),
    "hook_answers": KINDS_OF_ANSWER,
    "hook_field_kinds": FIELD_KINDS,
    "hook_moment": hook_moment,
}
