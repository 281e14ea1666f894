"""What each likeness of ``identity/matching`` means for each respect, as a condition on two records ``_l`` and ``_r``."""

from typing import Final

_LONG: Final = 5


def _equal(name: str) -> str:
    return f"{name}_l = {name}_r"


def _winkler(name: str, least: float) -> str:
    return f"jaro_winkler_similarity({name}_l, {name}_r) >= {least}"


def _signs(name: str, most: int, ends: int = 3) -> str:
    """At most so many signs differ; looked at closely (which is slow) only where the beginnings or the ends are equal."""
    starts = f"left({name}_l, {ends}) = left({name}_r, {ends})"
    finishes = f"right({name}_l, {ends}) = right({name}_r, {ends})"
    return f"(({starts} OR {finishes}) AND damerau_levenshtein({name}_l, {name}_r) <= {most})"


def _crosswise(one: str, other: str) -> str:
    return f"(jaro_winkler_similarity({one}_l, {other}_r) >= 0.92 AND jaro_winkler_similarity({other}_l, {one}_r) >= 0.92)"


def _part_of(name: str) -> str:
    """One is the first word, a later word, or the beginning of the other; two given names of which one is left out.

    An initial.
    """
    several = f"(contains({name}_l, ' ') OR contains({name}_r, ' '))"
    words = f"({several} AND list_has_any(string_split({name}_l, ' '), string_split({name}_r, ' ')))"
    return f"(starts_with({name}_l, {name}_r) OR starts_with({name}_r, {name}_l) OR {words})"


_TURNED: Final = (
    "(substr(birth_l, 1, 4) = substr(birth_r, 1, 4) AND substr(birth_l, 5, 2) = substr(birth_r, 7, 2)"
    " AND substr(birth_l, 7, 2) = substr(birth_r, 5, 2))"
)
_NAMESAKES: Final = f"({_winkler('given', 0.8)} AND {_winkler('family', 0.8)} OR {_crosswise('given', 'family')})"
_SAME_STREET: Final = _equal("street")
_STREET: Final = f"({_winkler('street', 0.9)} OR {_signs('street', 2)} AND least(length(street_l), length(street_r)) > {_LONG})"
_STREET_ALIKE: Final = f"({_winkler('street', 0.8)} OR {_part_of('street')})"
_HOUSE: Final = _equal("house")
_CITY: Final = f"({_equal('city')} OR {_winkler('city', 0.92)} OR {_part_of('city')})"
_POSTCODE: Final = _equal("postcode")

#: respect -> what is missing where it is not told
NOT_TOLD: Final[dict[str, str]] = {
    "given_name": "given_l IS NULL OR given_r IS NULL",
    # names turned round are told once, with the given name
    "family_name": f"family_l IS NULL OR family_r IS NULL OR (family_l <> family_r AND {_crosswise('given', 'family')})",
    "birth_date": "birth_l IS NULL OR birth_r IS NULL",
    "address": "street_l IS NULL OR street_r IS NULL",
    "place": "(postcode_l IS NULL OR postcode_r IS NULL) AND (city_l IS NULL OR city_r IS NULL)",
    "address_extra": "extra_l IS NULL OR extra_r IS NULL",
    "region": "region_l IS NULL OR region_r IS NULL",
    "phone": "phone_l IS NULL OR phone_r IS NULL",
    # a mailbox that is made of a name says no more than the name: two Peter Müllers have addresses alike
    "email": f"email_l IS NULL OR email_r IS NULL OR (email_l <> email_r AND {_winkler('mailbox', 0.8)} AND {_NAMESAKES})",
    "person_number": "number_l IS NULL OR number_r IS NULL",
    "company": "company_l IS NULL OR company_r IS NULL",
}
#: (respect, likeness) -> condition; each stands for "and nothing stronger"
CONDITIONS: Final[dict[tuple[str, str], str]] = {
    ("given_name", "equal"): _equal("given"),
    ("given_name", "short_form"): _equal("given_root"),
    ("given_name", "swapped"): _crosswise("given", "family"),
    ("given_name", "close"): _winkler("given", 0.9),
    ("given_name", "alike"): f"({_winkler('given', 0.8)} OR {_part_of('given')})",
    ("family_name", "equal"): _equal("family"),
    ("family_name", "close"): _winkler("family", 0.9),
    ("family_name", "alike"): f"({_winkler('family', 0.8)} OR {_part_of('family')})",
    ("birth_date", "equal"): _equal("birth"),
    ("birth_date", "day_and_month"): _TURNED,
    ("birth_date", "one_sign"): _signs("birth", 1, 4),
    ("birth_date", "two_signs"): _signs("birth", 2, 4),
    ("birth_date", "same_year"): "substr(birth_l, 1, 4) = substr(birth_r, 1, 4)",
    ("address", "equal"): f"{_SAME_STREET} AND {_HOUSE}",
    ("address", "close"): f"{_STREET} AND {_HOUSE}",
    ("address", "one_of_two"): _SAME_STREET,
    ("address", "alike"): f"{_STREET} OR ({_STREET_ALIKE} AND {_HOUSE})",
    ("address", "other_of_two"): _HOUSE,
    ("place", "equal"): f"{_POSTCODE} AND {_CITY}",
    ("place", "one_of_two"): _POSTCODE,
    ("place", "close"): f"{_CITY} AND {_signs('postcode', 1, 2)}",
    ("place", "other_of_two"): _CITY,
    ("place", "alike"): f"{_signs('postcode', 1, 2)} OR {_winkler('city', 0.85)}",
    ("address_extra", "equal"): _equal("extra"),
    ("address_extra", "close"): _winkler("extra", 0.85),
    ("region", "equal"): _equal("region"),
    ("region", "close"): _signs("region", 1, 1),
    ("phone", "equal"): _equal("phone"),
    ("phone", "one_sign"): f"({_signs('phone', 1, 6)} OR right(phone_l, 7) = right(phone_r, 7))",
    ("email", "equal"): _equal("email"),
    ("email", "same_part"): _equal("mailbox"),
    ("email", "two_signs"): _signs("email", 2),
    ("email", "alike"): _winkler("mailbox", 0.92),
    ("person_number", "equal"): _equal("number"),
    ("person_number", "one_sign"): _signs("number", 1),
    ("person_number", "two_signs"): _signs("number", 2),
    ("company", "equal"): _equal("company"),
    ("company", "close"): f"({_winkler('company', 0.92)} OR {_part_of('company')})",
}
