"""Everything the operational tables promise on SQLite holds on PostgreSQL: the same tests, with the other database."""

import pytest

from tests.unit.store.operational.test_assumptions import TestAssumptions
from tests.unit.store.operational.test_erasing import TestErasing
from tests.unit.store.operational.test_jobs import TestQueue, TestRunner
from tests.unit.store.operational.test_opening import TestTransactions
from tests.unit.store.operational.test_people import TestAnyOrder, TestDecisions, TestLinking
from tests.unit.store.operational.test_reviews import TestReviews
from tests.unit.store.operational.test_schedules import TestFiring
from tests.unit.store.operational.test_segments import TestSegments
from tests.unit.store.operational.test_sources import TestFields, TestKeys, TestSources
from tests.unit.store.operational.test_tables import (
    TestAccess,
    TestFiles,
    TestFlushes,
    TestLedger,
    TestMappingsAndDefinitions,
    TestNotes,
    TestQuarantine,
    TestSourcesAndKeys,
)
from tests.unit.workshop.test_documents import TestEditing, TestKeeping, TestTwoEditors, TestUndo, TestWhatAReaderFound

pytestmark = pytest.mark.postgres

__all__ = [
    "TestAccess",
    "TestAnyOrder",
    "TestAssumptions",
    "TestDecisions",
    "TestEditing",
    "TestErasing",
    "TestFields",
    "TestFiles",
    "TestFiring",
    "TestFlushes",
    "TestKeeping",
    "TestKeys",
    "TestLedger",
    "TestLinking",
    "TestMappingsAndDefinitions",
    "TestNotes",
    "TestQuarantine",
    "TestQueue",
    "TestReviews",
    "TestRunner",
    "TestSegments",
    "TestSources",
    "TestSourcesAndKeys",
    "TestTransactions",
    "TestTwoEditors",
    "TestUndo",
    "TestWhatAReaderFound",
]
