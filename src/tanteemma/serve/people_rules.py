"""By which rules people are put together and read, as pages and programs see them."""

import msgspec


class TouchpointPart(msgspec.Struct, frozen=True):
    """The part a touchpoint plays for customers: as guessed by its name, and as somebody decided (None: nobody did)."""

    touchpoint: str
    guessed: str | None
    decided: str | None


class PeopleRules(msgspec.Struct, frozen=True):
    """Parts of touchpoints; which source is believed first; limits of identifiers; those that join nobody.

    ``priority``: kinds of identifiers, the strongest first; ``lifetime_days``: by kind, 0: for ever; ``plus_addresses``: is
    an address with a plus the one without it?
    """

    parts: tuple[TouchpointPart, ...]
    sources: tuple[str, ...]
    most_users: dict[str, int]
    most_subjects: int
    blocked: tuple[str, ...]
    priority: tuple[str, ...]
    lifetime_days: dict[str, int]
    plus_addresses: bool
