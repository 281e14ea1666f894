"""How alike can two records be in each respect, and how often is that so with the same person?

The shares are what we start from (experience, not measured on any one set); what a set of records itself tells is laid over
them
(see ``training``), the more the larger it is.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tanteemma.identity.matching import reading as at


class Likeness(StrEnum):
    """How two cells are alike, from equal down; what each means for a respect stands in ``store/engines/likeness_sql``."""

    EQUAL = "equal"
    SHORT_FORM = "short_form"
    SWAPPED = "swapped"
    CLOSE = "close"
    ALIKE = "alike"
    ONE_SIGN = "one_sign"
    TWO_SIGNS = "two_signs"
    DAY_AND_MONTH = "day_and_month"
    SAME_YEAR = "same_year"
    SAME_PART = "same_part"
    ONE_OF_TWO = "one_of_two"
    OTHER_OF_TWO = "other_of_two"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Respect:
    """One respect in which records are compared.

    ``columns``: those it looks at; it is not told where one of the ``needed`` says nothing on one side. ``shares``: each
    likeness, the
    strongest first, with how often it is met where two records are of the same person; they add up to 1.
    ``rare``: the column whose rare values tell more than its frequent ones. ``household``: the same shares for two different
    people
    of one household or firm, in the order of ``shares``; empty where such people are as strangers.
    """

    name: str
    columns: tuple[str, ...]
    shares: tuple[tuple[Likeness, float], ...]
    rare: str | None = None
    household: tuple[float, ...] = ()

    @property
    def likenesses(self) -> tuple[Likeness, ...]:
        """From equal to different."""
        return tuple(likeness for likeness, _ in self.shares)

    @property
    def strangers(self) -> tuple[float, ...]:
        """How often each likeness is met with strangers, in the order of ``shares``, for sets too small to say it."""
        told = [_STRANGERS.get((self.name, one), _STRANGERS.get(("", one), 0.0)) for one in self.likenesses]
        return (*told[:-1], 1 - sum(told[:-1]))


_STRANGERS: Final = {
    ("", Likeness.EQUAL): 0.003,
    ("", Likeness.SHORT_FORM): 0.001,
    ("", Likeness.SWAPPED): 0.00001,
    ("", Likeness.CLOSE): 0.002,
    ("", Likeness.ALIKE): 0.008,
    ("", Likeness.ONE_SIGN): 0.0005,
    ("", Likeness.TWO_SIGNS): 0.003,
    ("", Likeness.DAY_AND_MONTH): 0.00001,
    ("", Likeness.SAME_YEAR): 0.015,
    ("", Likeness.SAME_PART): 0.0005,
    ("", Likeness.ONE_OF_TWO): 0.003,
    ("", Likeness.OTHER_OF_TWO): 0.01,
    ("birth_date", Likeness.EQUAL): 0.00005,
    ("address", Likeness.EQUAL): 0.00002,
    ("place", Likeness.EQUAL): 0.001,
    ("place", Likeness.OTHER_OF_TWO): 0.03,
    ("region", Likeness.EQUAL): 0.15,
    ("phone", Likeness.EQUAL): 0.000002,
    ("email", Likeness.EQUAL): 0.000002,
    ("email", Likeness.TWO_SIGNS): 0.00001,
    ("person_number", Likeness.EQUAL): 0.000002,
    ("person_number", Likeness.ONE_SIGN): 0.00005,
    ("company", Likeness.EQUAL): 0.001,
}

RESPECTS: Final = (
    Respect(
        "given_name",
        (at.GIVEN, at.ROOT, at.FAMILY),
        (
            (Likeness.EQUAL, 0.80),
            (Likeness.SHORT_FORM, 0.05),
            (Likeness.SWAPPED, 0.01),
            (Likeness.CLOSE, 0.07),
            (Likeness.ALIKE, 0.04),
            (Likeness.DIFFERENT, 0.03),
        ),
        rare=at.GIVEN,
    ),
    Respect(
        "family_name",
        (at.FAMILY, at.GIVEN),
        (
            (Likeness.EQUAL, 0.84),
            (Likeness.CLOSE, 0.09),
            (Likeness.ALIKE, 0.03),
            (Likeness.DIFFERENT, 0.04),
        ),
        rare=at.FAMILY,
        household=(0.7, 0.055, 0.02, 0.225),
    ),
    Respect(
        "birth_date",
        (at.BIRTH,),
        (
            (Likeness.EQUAL, 0.87),
            (Likeness.DAY_AND_MONTH, 0.02),
            (Likeness.ONE_SIGN, 0.07),
            (Likeness.TWO_SIGNS, 0.015),
            (Likeness.SAME_YEAR, 0.01),
            (Likeness.DIFFERENT, 0.015),
        ),
    ),
    Respect(
        "address",
        (at.STREET, at.HOUSE),
        (
            (Likeness.EQUAL, 0.58),
            (Likeness.CLOSE, 0.15),
            (Likeness.ONE_OF_TWO, 0.10),
            (Likeness.ALIKE, 0.03),
            (Likeness.OTHER_OF_TWO, 0.02),
            (Likeness.DIFFERENT, 0.12),
        ),
        household=(0.72, 0.14, 0.06, 0.03, 0.01, 0.04),
    ),
    Respect(
        "place",
        (at.POSTCODE, at.CITY),
        (
            (Likeness.EQUAL, 0.65),
            (Likeness.ONE_OF_TWO, 0.10),
            (Likeness.CLOSE, 0.08),
            (Likeness.OTHER_OF_TWO, 0.06),
            (Likeness.ALIKE, 0.02),
            (Likeness.DIFFERENT, 0.09),
        ),
        household=(0.8, 0.06, 0.06, 0.04, 0.02, 0.02),
    ),
    Respect(
        "address_extra",
        (at.EXTRA,),
        ((Likeness.EQUAL, 0.75), (Likeness.CLOSE, 0.15), (Likeness.DIFFERENT, 0.10)),
        household=(0.75, 0.15, 0.1),
    ),
    Respect(
        "region",
        (at.REGION,),
        ((Likeness.EQUAL, 0.90), (Likeness.CLOSE, 0.05), (Likeness.DIFFERENT, 0.05)),
        household=(0.92, 0.04, 0.04),
    ),
    Respect(
        "phone",
        (at.PHONE,),
        ((Likeness.EQUAL, 0.75), (Likeness.ONE_SIGN, 0.08), (Likeness.DIFFERENT, 0.17)),
        household=(0.4, 0.02, 0.58),
    ),
    Respect(
        "email",
        (at.EMAIL, at.MAILBOX, at.GIVEN, at.FAMILY),
        (
            (Likeness.EQUAL, 0.70),
            (Likeness.SAME_PART, 0.07),
            (Likeness.TWO_SIGNS, 0.08),
            (Likeness.ALIKE, 0.03),
            (Likeness.DIFFERENT, 0.12),
        ),
        household=(0.05, 0.03, 0.02, 0.05, 0.85),
    ),
    Respect(
        "person_number",
        (at.NUMBER,),
        (
            (Likeness.EQUAL, 0.88),
            (Likeness.ONE_SIGN, 0.08),
            (Likeness.TWO_SIGNS, 0.02),
            (Likeness.DIFFERENT, 0.02),
        ),
    ),
    Respect(
        "company",
        (at.COMPANY,),
        ((Likeness.EQUAL, 0.75), (Likeness.CLOSE, 0.10), (Likeness.DIFFERENT, 0.15)),
        rare=at.COMPANY,
        household=(0.7, 0.1, 0.2),
    ),
)


def respects_of(columns: set[str]) -> tuple[Respect, ...]:
    """The respects in which records with these columns can be compared.

    Those of which the first column, or either, is there.
    """
    return tuple(one for one in RESPECTS if one.columns[0] in columns or (one.name == "place" and at.CITY in columns))
