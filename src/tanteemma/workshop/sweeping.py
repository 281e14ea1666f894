"""What nobody needs any more: pictures that nothing shows, links of workshops that are over."""

from datetime import timedelta
from typing import Final

import msgspec

from tanteemma.store.operational import document_pictures, workshops
from tanteemma.store.operational.transaction import Transaction
from tanteemma.store.vault import Vault
from tanteemma.workshop.agenda import STAYS_OPEN

#: so long a picture may lie in a form that nobody has kept yet
WAITS: Final = timedelta(days=7)


class Swept(msgspec.Struct, frozen=True):
    """How many pictures went, and how many links of workshops."""

    pictures: int
    links: int


def sweep(tx: Transaction, vault: Vault) -> Swept:
    """Forget both. What a version, an undo or the bin may bring back stays; doing it twice changes nothing."""
    gone = document_pictures.forget(tx, document_pictures.unused(tx, tx.now - WAITS))
    links = 0
    for one in workshops.over(tx, tx.now - STAYS_OPEN):
        if vault.find(one.secret) is not None:
            vault.drop(one.secret)
            links += 1
    return Swept(gone, links)
