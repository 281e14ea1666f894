"""The operational tables about customers: who is who, notes, attachments, doubtful pairs, segments."""

from typing import Final

import sqlalchemy as sa

from tanteemma.store.operational.columns import Document, Instant, Number, Words
from tanteemma.store.operational.metadata import METADATA

SUBJECT_PERSON: Final = sa.Table(
    "subject_person",
    METADATA,
    sa.Column("subject", Words, primary_key=True),
    sa.Column("person", sa.LargeBinary, nullable=False, index=True),
    sa.Column("since", sa.BigInteger, nullable=False, index=True),
    sqlite_with_rowid=False,
)

SUBJECT_LINK: Final = sa.Table(
    "subject_link",
    METADATA,
    sa.Column("low", Words, primary_key=True),
    sa.Column("high", Words, primary_key=True, index=True),
    # 0: said by an event, -1: said and waiting; else the merge by a person that put the two together
    sa.Column("merge", sa.BigInteger, primary_key=True, autoincrement=False, index=True),
    # the newest day since 1970 on which events named both, 0: not known
    sa.Column("day", sa.BigInteger, nullable=False, server_default="0"),
    # False: only rows of files say so (see LINK_OF_FILE)
    sa.Column("live", sa.Boolean, nullable=False, server_default=sa.true()),
    sqlite_with_rowid=False,
)

# which files say so: what an import put together parts when it is taken back
LINK_OF_FILE: Final = sa.Table(
    "link_of_file",
    METADATA,
    sa.Column("low", Words, primary_key=True),
    sa.Column("high", Words, primary_key=True, index=True),
    sa.Column("file", sa.BigInteger, primary_key=True, autoincrement=False, index=True),
    sqlite_with_rowid=False,
)

MERGE_EVENT: Final = sa.Table(
    "merge_event",
    METADATA,
    sa.Column("number", Number, primary_key=True),
    sa.Column("kind", Words, nullable=False),
    sa.Column("subjects", Document(tuple[str, ...]), nullable=False),
    sa.Column("undoes", sa.BigInteger, unique=True),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("made_by", Words, nullable=False),
    sa.Column("reason", Words, nullable=False),
    sqlite_autoincrement=True,
)

# identifiers that join nobody, by the decision (a number of MERGE_EVENT) that cut them off
CUT_SUBJECT: Final = sa.Table(
    "cut_subject",
    METADATA,
    sa.Column("subject", Words, primary_key=True),
    sa.Column("decision", sa.BigInteger, nullable=False, index=True),
    sqlite_with_rowid=False,
)

PERSON_NOTE: Final = sa.Table(
    "person_note",
    METADATA,
    sa.Column("number", Number, primary_key=True),
    sa.Column("subject", Words, nullable=False, index=True),
    sa.Column("text", Words, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("made_by", Words, nullable=False),
    sqlite_autoincrement=True,
)

# ``content`` stands last, so that a list of files reads none of it
PERSON_ATTACHMENT: Final = sa.Table(
    "person_attachment",
    METADATA,
    sa.Column("number", Number, primary_key=True),
    sa.Column("subject", Words, nullable=False, index=True),
    sa.Column("name", Words, nullable=False),
    sa.Column("media_type", Words, nullable=False),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("sha256", Words, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("made_by", Words, nullable=False),
    sa.Column("removed", Instant),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

TOUCHPOINT_ROLE: Final = sa.Table(
    "touchpoint_role",
    METADATA,
    sa.Column("touchpoint", Words, primary_key=True),
    sa.Column("role", Words, nullable=False),
    sqlite_with_rowid=False,
)

REVIEW_PAIR: Final = sa.Table(
    "review_pair",
    METADATA,
    sa.Column("number", Number, primary_key=True),
    sa.Column("low", Words, nullable=False),
    sa.Column("high", Words, nullable=False),
    sa.Column("weight", sa.Double, nullable=False),
    sa.Column("pair", Words, nullable=False),
    sa.Column("came_from", Words, nullable=False),
    sa.Column("created", Instant, nullable=False),
    sa.Column("later", Instant),
    sa.Column("same", sa.Boolean),
    sa.Column("decided", Instant),
    sa.Column("decided_by", Words),
    sa.Column("merge", sa.BigInteger),
    sa.UniqueConstraint("low", "high", name="review_pair_records"),
    sqlite_autoincrement=True,
)

SEGMENT: Final = sa.Table(
    "segment",
    METADATA,
    sa.Column("number", Number, primary_key=True),
    sa.Column("name", Words, nullable=False, unique=True),
    sa.Column("kind", Words, nullable=False),
    sa.Column("condition", Words, nullable=False),
    sa.Column("note", Words, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("changed", Instant, nullable=False),
    sa.Column("changed_by", Words, nullable=False),
    sqlite_autoincrement=True,
)

SEGMENT_VERSION: Final = sa.Table(
    "segment_version",
    METADATA,
    sa.Column("number", Number, primary_key=True),
    sa.Column("name", Words, nullable=False, index=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("condition", Words, nullable=False),
    sa.Column("removed", sa.Boolean, nullable=False),
    sa.Column("changed", Instant, nullable=False),
    sa.Column("changed_by", Words, nullable=False),
    sqlite_autoincrement=True,
)

SEGMENT_LISTED: Final = sa.Table(
    "segment_listed",
    METADATA,
    sa.Column("number", Number, primary_key=True),
    sa.Column("segment", sa.BigInteger, nullable=False, index=True),
    sa.Column("identifier", Words, nullable=False),
    sqlite_autoincrement=True,
)

SEGMENT_CHANGE: Final = sa.Table(
    "segment_change",
    METADATA,
    sa.Column("number", Number, primary_key=True),
    sa.Column("segment", sa.BigInteger, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("high", sa.BigInteger, nullable=False),
    sa.Column("low", sa.BigInteger, nullable=False),
    sa.Column("entered", sa.Boolean, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("segment_change_at", "segment", "at"),
    sqlite_autoincrement=True,
)

SEGMENT_SIZE: Final = sa.Table(
    "segment_size",
    METADATA,
    sa.Column("segment", sa.BigInteger, primary_key=True),
    sa.Column("hour", Instant, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("entered", sa.BigInteger, nullable=False),
    sa.Column("gone", sa.BigInteger, nullable=False),
    sa.Column("counted", Instant, nullable=False),
)
