"""One small and one middling sample company, generated once."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tanteemma.ingest.sources.sample import SampleCompany, generate

UNTIL = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def small() -> SampleCompany:
    return generate(11, UNTIL, 300)


@pytest.fixture(scope="session")
def company() -> SampleCompany:
    return generate(7, UNTIL, 4_000)


@pytest.fixture(scope="session")
def events(company: SampleCompany) -> list[dict[str, Any]]:
    """The events of the middling company as Python values."""
    wanted = ["name", "channel", "occurred_at", "subject", "keys", "value", "currency", "properties", "context", "purpose"]
    return [event | {"keys": dict(event["keys"])} for event in company.events.select(wanted).to_pylist()]
