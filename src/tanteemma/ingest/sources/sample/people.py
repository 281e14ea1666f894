"""Who the sample company's customers are, by which identifiers they can be met, and the truth about who is who."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tanteemma.ingest.sources.sample.chance import happens
from tanteemma.ingest.sources.sample.words import (
    ENGLISH_FIRST_NAMES,
    ENGLISH_LAST_NAMES,
    FIRST_NAMES,
    LAST_NAMES,
    MAIL_HOSTS,
    TOWNS,
)

Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_TILLS: Final = ("KASSE-1", "KASSE-2")


class IdKind(IntEnum):
    """Kinds of identifiers; a subject code is ``kind * people + person`` for the first five."""

    USER = 0
    MAIL = 1
    PHONE = 2
    PHONE_WEB = 3
    DESK_WEB = 4


@dataclass(frozen=True, slots=True)
class People:
    """One row per customer.

    ``activity``: mean 1, heavy tail. ``first_day``: day of the year the customer is first seen. ``second``: subject code of a
    second customer number made by mistake, else -1. ``tablet``: subject code of the household's shared tablet, else -1.
    ``subjects``: every subject by code, as events carry it. ``tills``, ``strangers``: subject codes of nobody in particular.
    """

    activity: npt.NDArray[np.float64]
    first_day: Codes
    english: Flags
    guest: Flags
    card: Flags
    near_branch: Flags
    likes_mobile: npt.NDArray[np.float64]
    household: Codes
    second: Codes
    tablet: Codes
    names: Sequence[str]
    towns: Codes
    subjects: Sequence[str]
    tills: Codes
    strangers: Codes
    truth: pa.Table

    @property
    def count(self) -> int:
        """How many customers."""
        return len(self.activity)

    def subject(self, kind: IdKind, person: Codes) -> Codes:
        """Subject codes of persons by one kind of identifier."""
        return person + int(kind) * self.count


def invent_people(count: int, strangers: int, rng: np.random.Generator) -> People:
    """Customers with a heavy-tailed activity, their identifiers, shared tablets and customer numbers made twice."""
    activity = rng.lognormal(0.0, 1.05, count)
    english = happens(count, 0.1, rng)
    names, mails = _names(english, rng)
    phones = _phones(count, rng)
    household, shared = _households(count, rng)
    doubled = np.sort(rng.choice(count, max(1, count // 40), replace=False))
    second = np.full(count, -1, dtype=np.int64)
    second[doubled] = 5 * count + np.arange(len(doubled))
    tablet = np.full(count, -1, dtype=np.int64)
    tablets = int(household.max()) + 1
    tablet[shared] = 5 * count + len(doubled) + household[shared]
    first_till = 5 * count + len(doubled) + tablets
    subjects = _subjects(mails, phones, _marks(count * 2 + tablets + strangers, rng), len(doubled), tablets)
    return People(
        activity=activity / activity.mean(),
        first_day=np.where(happens(count, 0.2, rng), rng.integers(0, 330, count), 0),
        english=english,
        guest=happens(count, 0.1, rng),
        card=happens(count, 0.8, rng),
        near_branch=happens(count, 0.34, rng),
        likes_mobile=rng.beta(1.6, 1.4, count),
        household=household,
        second=second,
        tablet=tablet,
        names=names,
        towns=rng.integers(0, len(TOWNS), count),
        subjects=subjects,
        tills=first_till + np.arange(len(_TILLS)),
        strangers=first_till + len(_TILLS) + np.arange(strangers),
        truth=_truth(count, doubled, tablet, subjects),
    )


def _subjects(mails: list[str], phones: list[str], marks: list[str], doubled: int, tablets: int) -> list[str]:
    """Every subject in the order of its code: five kinds per customer, second numbers, tablets, tills, strangers."""
    count = len(mails)
    return [
        *(f"user:K-{10001 + place}" for place in range(count)),
        *(f"mail:{mail}" for mail in mails),
        *(f"phone:{phone}" for phone in phones),
        *(f"anon:{mark}" for mark in marks[: 2 * count]),
        *(f"user:K-{900001 + place}" for place in range(doubled)),
        *(f"anon:{mark}" for mark in marks[2 * count : 2 * count + tablets]),
        *(f"user:{till}" for till in _TILLS),
        *(f"anon:{mark}" for mark in marks[2 * count + tablets :]),
    ]


def _names(english: Flags, rng: np.random.Generator) -> tuple[list[str], list[str]]:
    """Names and mail addresses."""
    count = len(english)
    first, last, host = (rng.integers(0, 1 << 30, count).tolist() for _ in range(3))
    names, mails = [], []
    for place, foreign in enumerate(english.tolist()):
        given, family = (ENGLISH_FIRST_NAMES, ENGLISH_LAST_NAMES) if foreign else (FIRST_NAMES, LAST_NAMES)
        name = f"{given[first[place] % len(given)]} {family[last[place] % len(family)]}"
        names.append(name)
        local = name.lower().translate(_UMLAUTS).replace(" ", ".")
        mails.append(f"{local}{place + 1}@{MAIL_HOSTS[host[place] % len(MAIL_HOSTS)]}")
    return names, mails


def _phones(count: int, rng: np.random.Generator) -> list[str]:
    """German mobile numbers around the block kept free for film and theatre (0171 39200…), all different."""
    return [f"+4917139{20_000 + number:05d}" for number in rng.permutation(count).tolist()]


def _households(count: int, rng: np.random.Generator) -> tuple[Codes, Codes]:
    """Household number per customer (the first ones live in pairs with a shared tablet) and who shares one."""
    pairs = max(1, count // 30)
    members = rng.choice(count, 2 * pairs, replace=False)
    household = np.full(count, -1, dtype=np.int64)
    household[members] = np.repeat(np.arange(pairs), 2)
    return household, members


def _marks(count: int, rng: np.random.Generator) -> list[str]:
    raw: bytes = rng.bytes(10 * count)
    text = raw.hex()
    return [text[place : place + 20] for place in range(0, 20 * count, 20)]


def _truth(count: int, doubled: Codes, tablet: Codes, subjects: Sequence[str]) -> pa.Table:
    """Subject, person, kind: who is behind each identifier. A shared one has a row per person, tills and strangers none."""
    everyone = np.arange(count)
    sharers = np.flatnonzero(tablet >= 0)
    codes = np.concatenate([np.arange(5 * count), 5 * count + np.arange(len(doubled)), tablet[sharers]])
    persons = np.concatenate([np.tile(everyone, 5), doubled, sharers])
    labels = ("customer_number", "mail", "phone", "device", "device", "second_customer_number", "shared_tablet")
    sizes = (count, count, count, count, count, len(doubled), len(sharers))
    kinds = pa.DictionaryArray.from_arrays(pa.array(np.repeat(np.arange(len(sizes)), sizes), pa.int32()), pa.array(labels))
    known = pa.array(subjects, pa.string())
    return pa.table(
        {"subject": known.take(pa.array(codes)), "person": pa.array(persons, pa.int64()), "kind": kinds.cast(pa.string())}
    )
