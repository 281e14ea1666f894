"""The operational tables on SQLite, as the store's own tests have them; tests/postgres runs the same tests on PostgreSQL."""

from tests.unit.store.operational.conftest import clock, operational

__all__ = ["clock", "operational"]
