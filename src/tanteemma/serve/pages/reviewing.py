"""Two records side by side, as a person decides whether they are one: words for weights, what stands in which row."""

from collections.abc import Mapping
from typing import Final

from tanteemma.identity.matching.deciding import Doubt, Told
from tanteemma.serve.matching.reviewing import doubt_in, subjects_in
from tanteemma.serve.pages.views_review import DecidedRow, PairRow, PairView
from tanteemma.store.operational.records import StoredPair

_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "given_name": ("given_name", "full_name"),
    "family_name": ("family_name", "full_name"),
    "birth_date": ("birth_date",),
    "address": ("street", "house_number"),
    "place": ("postcode", "city"),
    "address_extra": ("address_extra",),
    "region": ("region",),
    "phone": ("phone",),
    "email": ("email",),
    "person_number": ("person_number",),
    "company": ("company",),
}
_AGREEING: Final = frozenset(("equal", "short_form", "swapped", "day_and_month"))
#: said by the verdict alone
_PLAIN: Final = frozenset(("equal", "different", "alike"))
#: from which weight on (log2) something speaks strongly, clearly, slightly
_STRONG, _CLEAR, _SLIGHT = 8.0, 3.0, 0.5
_CERTAIN: Final = 40.0


def fields_of(respect: str) -> tuple[str, ...]:
    """Which fields of a record a respect looks at.

    >>> fields_of("place")
    ('postcode', 'city')
    """
    return _FIELDS.get(respect, (respect,))


def probability_of(weight: float) -> float:
    """A weight (log2 of the odds) as a probability.

    >>> probability_of(0.0), probability_of(2.0)
    (0.5, 0.8)
    """
    return 1 / (1 + 2 ** -max(-_CERTAIN, min(weight, _CERTAIN)))


def likeness_key(told: Told) -> str:
    """How alike two cells are, as the end of a key of the catalogue: of two parts it is said which one is equal.

    >>> likeness_key(Told("place", "other_of_two", 1.0)), likeness_key(Told("place", "close", 1.0))
    ('place.other_of_two', 'close')
    """
    return f"{told.respect}.{told.likeness}" if told.likeness in {"one_of_two", "other_of_two"} else told.likeness


def meaning_of(weight: float) -> str:
    """What a weight means, as the end of a key of the catalogue.

    >>> meaning_of(12.0), meaning_of(0.1), meaning_of(-4.0)
    ('strong_for', 'nothing', 'clear_against')
    """
    size = abs(weight)
    if size < _SLIGHT:
        return "nothing"
    word = "strong" if size >= _STRONG else "clear" if size >= _CLEAR else "slight"
    return f"{word}_{'for' if weight > 0 else 'against'}"


def pair_view(stored: StoredPair) -> PairView:
    """A stored pair as the page shows it."""
    doubt = doubt_in(stored)
    told = {one.respect: one for one in doubt.told}
    rows = [
        _row(respect, doubt, told.get(respect))
        for respect in _FIELDS
        if respect in told or _said(doubt.left, respect) or _said(doubt.right, respect)
    ]
    return PairView(
        number=stored.number,
        percent=probability_of(stored.weight),
        rows=tuple(rows),
        came_from=stored.came_from,
        held_back=doubt.held_back,
        was_later=stored.later is not None,
        subjects=subjects_in(doubt),
    )


def decided_row(stored: StoredPair) -> DecidedRow:
    """A decision as the list shows it."""
    doubt = doubt_in(stored)
    return DecidedRow(
        number=stored.number,
        left=name_of(doubt.left),
        right=name_of(doubt.right),
        same=bool(stored.same),
        merged=stored.merge is not None,
        decided=stored.decided,
        decided_by=stored.decided_by or "",
    )


def name_of(record: Mapping[str, str]) -> str:
    """What a record is called in a list: its name, else the first thing it says.

    >>> name_of({"given_name": "Anna", "family_name": "Kern", "city": "Köln"}), name_of({"email": "a@b.de"})
    ('Anna Kern', 'a@b.de')
    """
    name = " ".join(record[field] for field in ("given_name", "family_name", "full_name") if field in record)
    return name or next(iter(record.values()), "–")


def _row(respect: str, doubt: Doubt, told: Told | None) -> PairRow:
    verdict = "missing" if told is None else _verdict(told)
    return PairRow(
        respect=respect,
        left=_said(doubt.left, respect),
        right=_said(doubt.right, respect),
        verdict=verdict,
        likeness=None if told is None or told.likeness in _PLAIN else likeness_key(told),
        meaning="nothing" if told is None else meaning_of(told.weight),
    )


def _verdict(told: Told) -> str:
    if told.likeness in _AGREEING:
        return "agree"
    return "differ" if told.likeness == "different" else "near"


def _said(record: Mapping[str, str], respect: str) -> str:
    return " ".join(record[name] for name in fields_of(respect) if name in record)
