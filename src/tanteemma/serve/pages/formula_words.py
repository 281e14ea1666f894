"""Computed traits between the form, the written formula and a sentence."""

from collections.abc import Callable, Iterable, Mapping

from tanteemma.identity.profile.formulas import OF_EVENTS, PROPERTY, Formula
from tanteemma.model.condition_tokens import fact_written, quoted
from tanteemma.serve.formulas import DefinedFormula, read_formula
from tanteemma.serve.pages.views_formulas import FormulaRow

Say = Callable[..., str]


def formula_of(said: Mapping[str, str]) -> str:
    """The written formula of a filled form; one that was written by hand counts first.

    >>> formula_of({"how": "sum", "fact": "value", "touchpoint": "Bestellung", "days": "90"})
    "sum of value at 'Bestellung' last 90d"
    """
    if said.get("written", "").strip():
        return said["written"].strip()
    how, touchpoint = said.get("how", ""), said.get("touchpoint", "").strip()
    if how in OF_EVENTS:
        text = f"{how} {quoted(touchpoint) if touchpoint else 'any'}"
    else:
        typed = said.get("fact", "").strip()
        fact = typed if "'" in typed else fact_written(typed)
        text = f"{how} of {fact}" + (f" at {quoted(touchpoint)}" if touchpoint else "")
    text += f" via {quoted(said['channel'])}" if said.get("channel") else ""
    return text + (f" last {said['days'].strip()}d" if said.get("days", "").strip() and how != "since" else "")


def formula_rows(known: Iterable[DefinedFormula]) -> tuple[FormulaRow, ...]:
    """Computed traits as the page lists them."""
    return tuple(FormulaRow(name=one.name, formula=read_formula(one.name, one.formula), written=one.formula) for one in known)


def formula_sentence(formula: Formula, say: Say) -> str:
    """How a trait is computed, as a sentence."""
    touchpoint = say("formula.any") if formula.touchpoint is None else f"„{formula.touchpoint}“"
    if formula.how in OF_EVENTS:
        text = say(f"formula.{formula.how}", touchpoint=touchpoint)
    else:
        fact = formula.fact.removeprefix(PROPERTY) if formula.fact.startswith(PROPERTY) else say(f"formula.fact.{formula.fact}")
        text = say(f"formula.{formula.how}", fact=fact)
        text += " " + say("where.at", touchpoint=formula.touchpoint) if formula.touchpoint is not None else ""
    text += " " + say("where.via", channel=formula.channel) if formula.channel is not None else ""
    if formula.given:
        told = [f"{one.fact.removeprefix(PROPERTY)} {one.compare} {one.values[0]}" for one in formula.given]
        text += " " + say("formula.if", given=f" {say('where.and')} ".join(told))
    return text + (" " + say("formula.within", count=formula.days) if formula.days is not None else "")
