"""Looks for a person in every byte of a folder, raw and decoded, in every spelling a program might have used.

A search of raw bytes alone lies: of 100 rows in a compressed Parquet file it finds three.
"""

import base64
import gzip
import hashlib
import sqlite3
import unicodedata
import urllib.parse
import zlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq


def spellings(text: str) -> set[bytes]:
    """The forms in which a text may be written down."""
    forms: set[bytes] = set()
    for variant in {
        text,
        unicodedata.normalize("NFC", text),
        unicodedata.normalize("NFD", text),
        text.casefold(),
        text.upper(),
    }:
        plain = variant.encode()
        forms |= {plain, variant.encode("utf-16-le"), variant.encode("utf-16-be"), urllib.parse.quote(variant).encode()}
        forms |= {base64.b64encode(plain).rstrip(b"=")[:-1]}
        for algorithm in (hashlib.sha256, hashlib.md5, hashlib.sha1):
            digest = algorithm(plain)
            forms |= {digest.digest(), digest.hexdigest().encode()}
    return forms


def find_traces(folder: Path, texts: list[str]) -> list[str]:
    """Files (and the way they were read) in which any spelling of any text stands."""
    wanted = {form for text in texts for form in spellings(text)}
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found += [f"{path.relative_to(folder)} ({how})" for how, content in _readings(path) if _stands_in(content, wanted)]
    return found


def _stands_in(content: bytes, wanted: set[bytes]) -> bool:
    return any(form in content for form in wanted) or any(form in content.lower() for form in wanted)


def _readings(path: Path) -> Iterator[tuple[str, bytes]]:
    raw = path.read_bytes()
    yield "name", path.name.encode()
    yield "raw", raw
    if raw[:4] == b"PAR1":
        parquet = pq.ParquetFile(path)
        yield "parquet", repr(parquet.read().to_pylist()).encode("utf-8", "surrogatepass")
        yield "parquet metadata", str(parquet.metadata.to_dict()).encode()
    if raw[:15] == b"SQLite format 3":
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            yield "sqlite", "\n".join(connection.iterdump()).encode("utf-8", "surrogatepass")
            for (name,) in connection.execute("select name from sqlite_master where type = 'table'").fetchall():
                for row in connection.execute(f"select * from {name}"):  # noqa: S608 - the name is the database's own
                    yield (
                        f"sqlite {name}",
                        b" ".join(value if isinstance(value, bytes) else str(value).encode() for value in row),
                    )
    for how, unpack in (("gzip", gzip.decompress), ("zlib", zlib.decompress)):
        try:
            yield how, unpack(raw)
        except (OSError, EOFError, zlib.error):
            continue
