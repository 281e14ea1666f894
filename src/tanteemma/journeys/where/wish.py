"""Which journeys are wanted? What people click and what they write, as one condition."""

from collections.abc import Iterable
from typing import Protocol
from zoneinfo import ZoneInfo

import msgspec

from tanteemma.journeys.where import tree
from tanteemma.journeys.where.parse import parse
from tanteemma.journeys.where.tree import Expr


class Wish(Protocol):
    """Whatever says which journeys are wanted."""

    def expression(self) -> Expr | None:
        """The conditions, None if every journey is wanted. Raises Problem WHERE_INVALID."""
        ...


class Passing(msgspec.Struct, frozen=True, kw_only=True):
    """Journeys that contain all of ``with_`` and ``edges`` and none of ``without`` and ``no_edges``, and fulfil ``where``."""

    with_: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    edges: tuple[tuple[str, str], ...] = ()
    no_edges: tuple[tuple[str, str], ...] = ()
    where: tuple[str, ...] = ()
    zone: str = "UTC"

    def expression(self) -> Expr | None:
        """All of it as one condition."""
        parts: list[Expr] = [tree.Passes(name) for name in self.with_]
        parts += [tree.Not(tree.Passes(name)) for name in self.without]
        parts += [tree.Follows(*edge, directly=True) for edge in self.edges]
        parts += [tree.Not(tree.Follows(*edge, directly=True)) for edge in self.no_edges]
        return tree.every((*parts, *parsed(self.where, self.zone)))


def parsed(where: Iterable[str], zone: str) -> list[Expr]:
    """Written conditions as trees; dates without an offset are read in the time zone. Raises Problem WHERE_INVALID."""
    return [parse(one, ZoneInfo(zone)) for one in where if one.strip()]
