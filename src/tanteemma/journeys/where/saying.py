"""Of which events is it true that they say so?"""

import numpy as np

from tanteemma.journeys.where import tree
from tanteemma.journeys.where.compares import compared
from tanteemma.journeys.where.tree import Compare
from tanteemma.model.arrays import Fact, FactColumn, Form, Mask


def fact_said(atom: tree.Says) -> Fact:
    """The fact that a condition on what events say asks for."""
    is_number = bool(atom.values) and all(isinstance(value, float) for value in atom.values)
    return Fact(atom.fact, Form.NUMBER if is_number else Form.WORD)


def holds(column: FactColumn, atom: tree.Says) -> Mask:
    """Of which events it is true, whatever their kind."""
    if column.values.dtype == np.float64:
        said = ~np.isnan(column.values)
        if atom.compare not in {Compare.EQUAL, Compare.OTHER}:
            return said & compared(column.values.astype(np.float64, copy=False), atom.compare, float(atom.values[0]))
        among = np.isin(column.values, np.array(atom.values, np.float64))
        return among if atom.compare is Compare.EQUAL else said & ~among
    found: Mask = words_meant(column, atom)[column.values]
    return found


def words_meant(column: FactColumn, atom: tree.Says) -> Mask:
    """By the code of a word: is the condition true of an event that says it? The last place is for those that say nothing."""
    place = {word: code for code, word in enumerate(column.words)}
    named = [place[word] for word in map(_word, atom.values) if word in place]
    is_named = bool(atom.values) and atom.compare is Compare.EQUAL
    meant = np.full(len(column.words) + 1, not is_named, np.bool_)
    meant[named] = is_named
    meant[-1] = False
    return meant


def _word(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:g}"
