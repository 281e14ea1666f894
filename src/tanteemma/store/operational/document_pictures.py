"""Pictures that people put on their maps, by what they are: the same picture is kept once."""

from hashlib import blake2b

import msgspec
import sqlalchemy as sa

from tanteemma.store.operational.tables_documents import DOCUMENT_PICTURE
from tanteemma.store.operational.transaction import Transaction

_P = DOCUMENT_PICTURE.c


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
    if tx.run(sa.select(_P.key).where(_P.key == key)).first() is None:
        row = {"key": key, "media_type": media_type, "width": size[0], "height": size[1], "bytes": raw}
        tx.run(sa.insert(DOCUMENT_PICTURE).values(row | {"made": tx.now, "made_by": who}))
    return key


def find(tx: Transaction, key: str) -> Picture | None:
    """The picture of this key, None if there is none."""
    columns = (_P.key, _P.media_type, _P.width, _P.height, _P.bytes)
    return tx.one(sa.select(*columns).where(_P.key == key), Picture)
