"""The operational tables: who may send, what was imported, what waits; SQLite in the data folder or PostgreSQL by URL.

``Operational.open`` gives the tables; every function of the modules here takes a ``Transaction`` of it first.
"""

from tanteemma.store.operational.operational import Operational
from tanteemma.store.operational.transaction import Transaction

__all__ = ["Operational", "Transaction"]
