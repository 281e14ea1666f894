"""The operational tables of what people draw and write: documents, every edit, named versions, comments, pictures, shares."""

from typing import Final

import sqlalchemy as sa

from tanteemma.store.operational.columns import Instant, Number, Words
from tanteemma.store.operational.metadata import METADATA

DOCUMENT: Final = sa.Table(
    "document",
    METADATA,
    sa.Column("key", Words, primary_key=True),
    sa.Column("kind", Words, nullable=False, index=True),
    sa.Column("name", Words, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("content", Words, nullable=False),
    sa.Column("sample", sa.Boolean, nullable=False),
    sa.Column("made", Instant, nullable=False),
    sa.Column("made_by", Words, nullable=False),
    sa.Column("changed", Instant, nullable=False),
    sa.Column("changed_by", Words, nullable=False),
    sa.Column("removed", Instant),
)

# every edit with its way back; ``undoes``: the version that this one takes back, ``redoes``: the undoing that it takes back
DOCUMENT_EDIT: Final = sa.Table(
    "document_edit",
    METADATA,
    sa.Column("document", Words, primary_key=True),
    sa.Column("version", sa.BigInteger, primary_key=True),
    sa.Column("edits", Words, nullable=False),
    sa.Column("inverse", Words, nullable=False),
    sa.Column("undoes", sa.BigInteger),
    sa.Column("redoes", sa.BigInteger),
    sa.Column("editor", Words, nullable=False),
    sa.Column("made", Instant, nullable=False),
    sa.Column("made_by", Words, nullable=False),
)

# a version that somebody gave a name
DOCUMENT_MARK: Final = sa.Table(
    "document_mark",
    METADATA,
    sa.Column("number", Number, primary_key=True),
    sa.Column("document", Words, nullable=False, index=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("name", Words, nullable=False),
    sa.Column("made", Instant, nullable=False),
    sa.Column("made_by", Words, nullable=False),
    sqlite_autoincrement=True,
)

DOCUMENT_COMMENT: Final = sa.Table(
    "document_comment",
    METADATA,
    sa.Column("number", Number, primary_key=True),
    sa.Column("document", Words, nullable=False, index=True),
    sa.Column("part", Words, nullable=False),
    sa.Column("text", Words, nullable=False),
    sa.Column("made", Instant, nullable=False),
    sa.Column("made_by", Words, nullable=False),
    sa.Column("settled", Instant),
    sa.Column("settled_by", Words),
    sqlite_autoincrement=True,
)

# which document (and part of it) points to what, made anew with each change of it
DOCUMENT_LINK: Final = sa.Table(
    "document_link",
    METADATA,
    sa.Column("document", Words, primary_key=True),
    sa.Column("part", Words, primary_key=True),
    sa.Column("field", Words, primary_key=True),
    sa.Column("target", Words, primary_key=True, index=True),
)

DOCUMENT_PICTURE: Final = sa.Table(
    "document_picture",
    METADATA,
    sa.Column("key", Words, primary_key=True),
    sa.Column("media_type", Words, nullable=False),
    sa.Column("width", sa.BigInteger, nullable=False),
    sa.Column("height", sa.BigInteger, nullable=False),
    sa.Column("bytes", sa.LargeBinary, nullable=False),
    sa.Column("made", Instant, nullable=False),
    sa.Column("made_by", Words, nullable=False),
)

# a link that lets whoever has it read one document; only its hash is kept
DOCUMENT_SHARE: Final = sa.Table(
    "document_share",
    METADATA,
    sa.Column("number", Number, primary_key=True),
    sa.Column("digest", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("document", Words, nullable=False, index=True),
    sa.Column("made", Instant, nullable=False),
    sa.Column("made_by", Words, nullable=False),
    sa.Column("ends", Instant),
    sa.Column("revoked", Instant),
    sqlite_autoincrement=True,
)
