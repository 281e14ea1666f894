"""What people draw and write: documents, every edit with its way back, named versions, comments, pictures, shares."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _whole(*names: str, optional: bool = False) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger, nullable=optional) for name in names]


def _keys(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, primary_key=True) for name in names]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "document",
        *_keys("key"),
        *_texts("kind", "name"),
        *_whole("version"),
        *_texts("content"),
        sa.Column("sample", sa.Boolean, nullable=False),
        *_whole("made"),
        *_texts("made_by"),
        *_whole("changed"),
        *_texts("changed_by"),
        *_whole("removed", optional=True),
    )
    op.create_index("ix_document_kind", "document", ["kind"])
    op.create_table(
        "document_edit",
        *_keys("document"),
        sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
        *_texts("edits", "inverse"),
        *_whole("undoes", "redoes", optional=True),
        *_texts("editor"),
        *_whole("made"),
        *_texts("made_by"),
    )
    _about_documents()


def _about_documents() -> None:
    _numbered("document_mark", *_texts("document"), *_whole("version"), *_texts("name"), *_whole("made"), *_texts("made_by"))
    _numbered(
        "document_comment",
        *_texts("document", "part", "text"),
        *_whole("made"),
        *_texts("made_by"),
        *_whole("settled", optional=True),
        sa.Column("settled_by", sa.Text),
    )
    op.create_table("document_link", *_keys("document", "part", "field", "target"))
    op.create_index("ix_document_link_target", "document_link", ["target"])
    op.create_table(
        "document_picture",
        *_keys("key"),
        *_texts("media_type"),
        *_whole("width", "height"),
        sa.Column("bytes", sa.LargeBinary, nullable=False),
        *_whole("made"),
        *_texts("made_by"),
    )
    _numbered(
        "document_share",
        sa.Column("digest", sa.LargeBinary, nullable=False, unique=True),
        *_texts("document"),
        *_whole("made"),
        *_texts("made_by"),
        *_whole("ends", "revoked", optional=True),
    )


def _numbered(table: str, *columns: sa.Column[int] | sa.Column[str] | sa.Column[bytes]) -> None:
    op.create_table(table, sa.Column("number", _NUMBER, primary_key=True), *columns, sqlite_autoincrement=True)
    op.create_index(f"ix_{table}_document", table, ["document"])
