"""What does a condition depend on beside the events: which segments, and the passing of time?"""

from collections.abc import Mapping

from tanteemma.journeys.where import tree
from tanteemma.journeys.where.amounts import NOW
from tanteemma.journeys.where.masks import facts_in
from tanteemma.journeys.where.tree import Expr, atoms


def segments_in(where: Expr) -> tuple[str, ...]:
    """The segments a condition names, each once.

    >>> segments_in(tree.Every((tree.Belongs("A"), tree.Not(tree.Belongs("B")), tree.Belongs("A"))))
    ('A', 'B')
    """
    return tuple(dict.fromkeys(atom.segment for atom in atoms(where) if isinstance(atom, tree.Belongs)))


def names_accounts(where: Expr) -> bool:
    """Does it depend on which account is which?

    >>> names_accounts(tree.Not(tree.InAccount("acme"))), names_accounts(tree.Ends("A"))
    (True, False)
    """
    return any(isinstance(atom, tree.InAccount) for atom in atoms(where))


def moves_with_time(where: Expr) -> bool:
    """Does what it says change though nothing happens?

    >>> moves_with_time(tree.Elapsed(tree.Compare.MORE, 60.0)), moves_with_time(tree.Ends("A"))
    (True, False)
    """
    return NOW in facts_in(where) or any(isinstance(atom, tree.HasTrait) for atom in atoms(where))


def cycle_through(name: str, uses: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The way from a segment through those it uses back to itself, empty if there is none. ``uses``: what each one uses.

    >>> cycle_through("A", {"A": ("B",), "B": ("C", "A")})
    ('A', 'B', 'A')
    >>> cycle_through("A", {"A": ("B",), "B": ()})
    ()
    """
    ways: list[tuple[str, ...]] = [(name,)]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        for one in uses.get(way[-1], ()):
            if one == name:
                return (*way, one)
            if one not in seen:
                seen.add(one)
                ways.append((*way, one))
    return ()
