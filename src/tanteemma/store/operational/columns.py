"""How values lie in the operational tables, the same on SQLite and PostgreSQL: times, texts and small documents."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")

#: a growing number; SQLite only counts up in a column that is exactly INTEGER
Number: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def storable(text: str) -> str:
    """The text with what no database can hold (NUL, lone surrogates) replaced by U+FFFD.

    >>> storable("a" + chr(0) + "b")
    'a\ufffdb'
    """
    if text.isascii() and "\x00" not in text:
        return text
    return _UNSTORABLE.sub("\ufffd", text)


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970 UTC of an aware time.

    >>> microseconds(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(count: int) -> datetime:
    """The aware UTC time of so many microseconds since 1970."""
    return _EPOCH + count * _MICROSECOND


class Words(TypeDecorator[str]):
    """Text that both databases accept, whatever a sender put into it."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Make it storable; look-ups go the same way, so what was stored is found again."""
        return None if value is None else storable(value)


class Instant(TypeDecorator[datetime]):
    """An aware UTC time, kept as microseconds since 1970 so that both databases order and compare it alike."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Microseconds since 1970."""
        return None if value is None else microseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Aware, in UTC."""
        return None if value is None else moment_of(value)


class Document(TypeDecorator[Any]):
    """A small typed value kept as JSON text: read back as exactly the type the column names."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, shape: Any) -> None:  # noqa: ANN401 - whatever type msgspec can read
        super().__init__()
        self.shape = shape

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        """JSON text; unstorable characters are replaced where the encoder refuses them."""
        return None if value is None else as_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ANN401 - the type the column names
        """The value in the column's type."""
        return None if value is None else msgspec.json.decode(value, type=self.shape)


def as_json(value: object) -> str:
    """The value as JSON text without anything a text column refuses."""
    try:
        return msgspec.json.encode(value).decode()
    except UnicodeEncodeError:
        return msgspec.json.encode(_storable_parts(msgspec.to_builtins(value))).decode()


def _storable_parts(value: object) -> object:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {_storable_parts(key): _storable_parts(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_storable_parts(part) for part in value]
    return value
