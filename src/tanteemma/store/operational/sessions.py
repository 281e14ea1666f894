"""Who is signed in? Opaque tokens of 256 random bits, kept only as their SHA-256, ended on the server."""

from datetime import timedelta

import sqlalchemy as sa

from tanteemma.store.operational.records import Session
from tanteemma.store.operational.secrets import digest_of, new_secret
from tanteemma.store.operational.tables import SESSION, SETUP_TOKEN
from tanteemma.store.operational.transaction import Transaction

_S = SESSION.c
_T = SETUP_TOKEN.c


def offer_setup(tx: Transaction, valid: timedelta) -> str:
    """A one-time token for the set-up link on the terminal; those offered before and not used end."""
    tx.run(sa.delete(SETUP_TOKEN).where(_T.used.is_(None)))
    token = new_secret("st_")
    tx.run(sa.insert(SETUP_TOKEN).values(digest=digest_of(token), created=tx.now, expires=tx.now + valid))
    return token


def use_setup(tx: Transaction, token: str) -> bool:
    """Spend a set-up token. True for a valid one, once."""
    valid = sa.and_(_T.digest == digest_of(token), _T.used.is_(None), _T.expires > tx.now)
    return tx.run(sa.update(SETUP_TOKEN).where(valid).values(used=tx.now)).rowcount > 0


def sign_in(tx: Transaction, who: str, valid: timedelta) -> str:
    """A new session; returns its token, which only the browser keeps."""
    token = new_secret("se_")
    row = {"digest": digest_of(token), "who": who, "created": tx.now, "seen": tx.now, "expires": tx.now + valid}
    tx.run(sa.insert(SESSION).values(row))
    return token


def find(tx: Transaction, token: str) -> Session | None:
    """The session of a token, None if it is unknown, ended or over."""
    columns = (_S.who, _S.created, _S.seen, _S.expires)
    return tx.one(sa.select(*columns).where(_S.digest == digest_of(token), _S.expires > tx.now), Session)


def seen(tx: Transaction, token: str, valid: timedelta) -> None:
    """The person was here: the session lasts this long from now. One that is over stays over."""
    valid_one = sa.and_(_S.digest == digest_of(token), _S.expires > tx.now)
    tx.run(sa.update(SESSION).where(valid_one).values(seen=tx.now, expires=tx.now + valid))


def sign_out(tx: Transaction, token: str) -> None:
    """End one session."""
    tx.run(sa.delete(SESSION).where(_S.digest == digest_of(token)))


def sign_out_everywhere(tx: Transaction, who: str) -> int:
    """End every session of a person. Returns how many."""
    return tx.run(sa.delete(SESSION).where(_S.who == who)).rowcount


def forget_expired(tx: Transaction) -> int:
    """Remove sessions and set-up tokens that are over. Returns how many."""
    over = tx.run(sa.delete(SESSION).where(_S.expires <= tx.now)).rowcount
    return over + tx.run(sa.delete(SETUP_TOKEN).where(_T.expires <= tx.now)).rowcount
