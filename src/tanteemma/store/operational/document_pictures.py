"""Pictures that people put on their maps, by what they are: the same picture is kept once."""

import re
from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Final

import msgspec
import sqlalchemy as sa

from tanteemma.store.operational.tables_documents import DOCUMENT, DOCUMENT_EDIT, DOCUMENT_PICTURE
from tanteemma.store.operational.transaction import Transaction, in_portions

_P = DOCUMENT_PICTURE.c


#: what may be the key of a picture, wherever it stands
_KEY: Final = re.compile(r"[0-9a-f]{24}")
_AT_ONCE: Final = 500


class Picture(msgspec.Struct, frozen=True):
    """One picture."""

    key: str
    media_type: str
    width: int
    height: int
    bytes: bytes


def keep(tx: Transaction, raw: bytes, media_type: str, size: tuple[int, int], who: str) -> str:
    """Keep a picture; its key."""
    key = blake2b(raw, digest_size=12).hexdigest()
    # one that is sent again is new again: nothing sweeps it before its form was kept
    if tx.run(sa.update(DOCUMENT_PICTURE).where(_P.key == key).values(made=tx.now)).rowcount == 0:
        row = {"key": key, "media_type": media_type, "width": size[0], "height": size[1], "bytes": raw}
        tx.run(sa.insert(DOCUMENT_PICTURE).values(row | {"made": tx.now, "made_by": who}))
    return key


def find(tx: Transaction, key: str) -> Picture | None:
    """The picture of this key, None if there is none."""
    columns = (_P.key, _P.media_type, _P.width, _P.height, _P.bytes)
    return tx.one(sa.select(*columns).where(_P.key == key), Picture)


def unused(tx: Transaction, before: datetime) -> list[str]:
    """The pictures that nothing shows any more, and that nobody sent since ``before``.

    A picture is in use while a document says its key: as it stands or lies in the bin, or in any version that undo, a look
    back or a return may bring again.
    """
    old = {row.key for row in tx.run(sa.select(_P.key).where(_P.made < before))}
    columns = (DOCUMENT.c.content,), (DOCUMENT_EDIT.c.edits, DOCUMENT_EDIT.c.inverse)
    for said in columns:
        if not old:
            break
        for row in tx.run(sa.select(*said).execution_options(yield_per=_AT_ONCE)):
            for words in row:
                old.difference_update(_KEY.findall(words))
    return sorted(old)


def forget(tx: Transaction, keys: Sequence[str]) -> int:
    """Erase pictures. Returns how many."""
    return sum(tx.run(sa.delete(DOCUMENT_PICTURE).where(_P.key.in_(some))).rowcount for some in in_portions(keys, _AT_ONCE))
