"""Questions and changes about computed traits: listed, stated, removed."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from tanteemma.serve import formulas
from tanteemma.serve.worker.house import House

_MOST_NAMES: Final = 500


class ListFormulas(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every computed trait."""


class DefineFormula(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """State or change one: ``formula`` as written (see ``serve.formulas``)."""

    name: str
    formula: str
    by: str = "owner"


class RemoveFormula(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Remove one."""

    name: str
    by: str = "owner"


def _list(house: House, _asked: ListFormulas) -> object:
    """With the names that a formula may speak of."""
    with house.operational.read() as tx:
        known = formulas.stored(tx)
    with house.readers.pinned() as snapshot:
        names = snapshot.touchpoints()
    return {
        "formulas": formulas.listed(known),
        "touchpoints": sorted(names.names)[:_MOST_NAMES],
        "channels": sorted(names.channels)[:_MOST_NAMES],
    }


def _define(house: House, asked: DefineFormula) -> object:
    formula = formulas.read_formula(asked.name.strip(), asked.formula)
    with house.operational.begin() as tx:
        formulas.define(tx, formula, asked.by)
    return _changed(house)


def _remove(house: House, asked: RemoveFormula) -> object:
    with house.operational.begin() as tx:
        formulas.remove(tx, asked.name, asked.by)
    return _changed(house)


def _changed(house: House) -> object:
    """Profiles are gathered anew for it, segments that ask for it are counted anew."""
    house.profiles.declared_anew()
    house.store.touched.everybody()
    house.changed()
    return _list(house, ListFormulas())


ANSWERS: Final[Mapping[str, tuple[type, Callable[[House, Any], object]]]] = {
    "formulas": (ListFormulas, _list),
    "define_formula": (DefineFormula, _define),
    "remove_formula": (RemoveFormula, _remove),
}
