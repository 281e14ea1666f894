"""Who is this? Keys and sessions looked up in the tables; remembered for a moment only, so that a revocation counts at once."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import timedelta
from typing import Final, Generic, TypeVar

from tanteemma.serve.edge.secrets import csrf_token
from tanteemma.serve.edge.visitor import Kind, Visitor
from tanteemma.store.operational import Operational, Transaction, audit, keys, sessions
from tanteemma.store.operational.records import ApiKey, KeyKind
from tanteemma.store.operational.secrets import digest_of

T = TypeVar("T")

#: how long a revoked key may still be believed
REMEMBER_S: Final = 2.0
_MOST_REMEMBERED: Final = 10_000
SESSION_LASTS: Final = timedelta(days=30)
SETUP_LASTS: Final = timedelta(hours=24)
OWNER: Final = "owner"
_KINDS: Final = {KeyKind.WRITE: Kind.WRITE_KEY, KeyKind.READ: Kind.READ_KEY, KeyKind.ADMIN: Kind.ADMIN_KEY}


class _Remembered(Generic[T]):
    """What was looked up in the last two seconds, the least recent forgotten first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, tuple[float, T]] = OrderedDict()

    def get(self, key: bytes) -> tuple[T] | None:
        """A tuple with what is remembered, None if nothing is."""
        found = self._kept.get(key)
        return (found[1],) if found is not None and found[0] > time.monotonic() else None

    def put(self, key: bytes, value: T) -> T:
        """Remember it for a moment."""
        self._kept[key] = (time.monotonic() + REMEMBER_S, value)
        self._kept.move_to_end(key)
        while len(self._kept) > _MOST_REMEMBERED:
            self._kept.popitem(last=False)
        return value

    def drop(self, key: bytes) -> None:
        """Forget it now."""
        self._kept.pop(key, None)

    def clear(self) -> None:
        """Forget everything now."""
        self._kept.clear()


def _holder(key: ApiKey) -> Visitor:
    return Visitor(kind=_KINDS[key.kind], source=key.source, key=key.number, origins=key.origins, events_per_s=key.events_per_s)


class Access:
    """Keys, sessions and the set-up link. Only hashes of them are kept, here as in the tables."""

    def __init__(self, operational: Operational, threads: Executor) -> None:
        self._operational = operational
        self._threads = threads
        self._keys: _Remembered[Visitor | None] = _Remembered()
        self._looking: dict[bytes, asyncio.Future[Visitor | None]] = {}
        self._sessions: _Remembered[Visitor | None] = _Remembered()
        self._origins: _Remembered[frozenset[str]] = _Remembered()

    async def read(self, look: Callable[[Transaction], T]) -> T:
        """Look something up in the operational tables, on a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, look)

    async def write(self, change: Callable[[Transaction], T]) -> T:
        """Change something in the operational tables, on a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._write, change)

    async def visitor_by_key(self, key: str) -> Visitor | None:
        """Who has this key; None for an unknown or revoked one."""
        digest = digest_of(key)
        known = self._keys.get(digest)
        if known is not None:
            return known[0]
        looking = self._looking.get(digest)
        if looking is None:  # many requests of one sender ask at the same moment: one looks, all are told
            looking = self._looking[digest] = asyncio.ensure_future(self._look_up_key(key, digest))
        return await asyncio.shield(looking)

    async def _look_up_key(self, key: str, digest: bytes) -> Visitor | None:
        try:
            found = await self.read(lambda tx: keys.find(tx, key))
            return self._keys.put(digest, None if found is None else _holder(found))
        finally:
            del self._looking[digest]

    def remembered(self, digest: bytes) -> Visitor | None:
        """Who has the key of this digest, as far as that was looked up a moment ago."""
        known = self._keys.get(digest)
        return None if known is None else known[0]

    async def key_origins(self) -> frozenset[str]:
        """Every web site that some valid key names."""
        known = self._origins.get(b"")
        return known[0] if known is not None else self._origins.put(b"", await self.read(keys.origins))

    async def visitor_by_session(self, token: str) -> Visitor | None:
        """Who is signed in with this session; None for one that ended."""
        digest = digest_of(token)
        known = self._sessions.get(digest)
        if known is not None:
            return known[0]
        found = await self.read(lambda tx: sessions.find(tx, token))
        return self._sessions.put(digest, None if found is None else Visitor(kind=Kind.OWNER, csrf_token=csrf_token(token)))

    async def claim_setup(self, token: str) -> str | None:
        """Spend the set-up link: the token of a new session, None when the link is not good (any more)."""

        def claim(tx: Transaction) -> str | None:
            if not sessions.use_setup(tx, token):
                return None
            audit.note(tx, OWNER, "signed_in", "setup")
            return sessions.sign_in(tx, OWNER, SESSION_LASTS)

        return await self.write(claim)

    async def sign_out(self, token: str) -> None:
        """End a session on the server."""
        await self.write(lambda tx: sessions.sign_out(tx, token))
        self._sessions.drop(digest_of(token))

    async def issue_key(self, kind: KeyKind, source: str | None, terms: keys.Terms | None = None) -> keys.IssuedKey:
        """A new key, the only time it is seen."""

        def issue(tx: Transaction) -> keys.IssuedKey:
            issued = keys.issue(tx, kind, source, terms)
            audit.note(tx, OWNER, "key_issued", str(issued.key.number))
            return issued

        return await self._change_key(issue)

    async def rotate_key(self, number: int, overlap: timedelta) -> keys.IssuedKey:
        """A new key beside this one, which ends after ``overlap``. Raises Problem NOT_FOUND, KEY_ENDED."""

        def rotate(tx: Transaction) -> keys.IssuedKey:
            audit.note(tx, OWNER, "key_rotated", str(number))
            return keys.rotate(tx, number, overlap)

        return await self._change_key(rotate)

    async def bind_key(self, number: int, terms: keys.Terms) -> ApiKey:
        """Bind a key to other web sites, another limit, another end. Raises Problem NOT_FOUND, KEY_ENDED."""

        def bind(tx: Transaction) -> ApiKey:
            audit.note(tx, OWNER, "key_changed", str(number))
            return keys.change(tx, number, terms)

        return await self._change_key(bind)

    async def revoke_key(self, number: int) -> bool:
        """End a key, here at once. True if it was valid until now."""

        def revoke(tx: Transaction) -> bool:
            audit.note(tx, OWNER, "key_revoked", str(number))
            return keys.revoke(tx, number)

        return await self._change_key(revoke)

    async def _change_key(self, change: Callable[[Transaction], T]) -> T:
        """Change keys and believe nothing that was remembered of them."""
        changed = await self.write(change)
        self._keys.clear()
        self._origins.clear()
        return changed

    async def every_key(self) -> list[ApiKey]:
        """All keys ever made, newest first, without the keys themselves."""
        return await self.read(keys.every)

    def offer_setup(self) -> str:
        """A new one-time token for the link on the terminal."""
        return self._write(lambda tx: sessions.offer_setup(tx, SETUP_LASTS))

    def _read(self, look: Callable[[Transaction], T]) -> T:
        with self._operational.read() as tx:
            return look(tx)

    def _write(self, change: Callable[[Transaction], T]) -> T:
        with self._operational.begin() as tx:
            return change(tx)
