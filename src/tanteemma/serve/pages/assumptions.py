"""From stored figures to what the pages of the assumptions show."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from tanteemma.model.assumptions import RULES, About, AssumptionKind, is_money
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.model.stating import Computed
from tanteemma.model.texts import text
from tanteemma.serve.figures import ENDS, Figure
from tanteemma.serve.pages.addresses import Address
from tanteemma.serve.pages.amounts import SHARES, amount, unit_of
from tanteemma.serve.pages.views_assumptions import (
    AssumptionForm,
    AssumptionsView,
    FigureGroup,
    FigureRow,
    FormProblem,
    HistoryRow,
    HistoryView,
    OpenKind,
    SuggestionRow,
)

_K: Final = AssumptionKind
GROUPS: Final[dict[str, tuple[AssumptionKind, ...]]] = {
    "contacts": (_K.CONTACT_COST, _K.STEP_COST, _K.HANDLING_TIME, _K.HOURLY_RATE, _K.CONTACTS_PER_JOURNEY),
    "revenue": (_K.MARGIN, _K.ORDER_VALUE, _K.REPEAT_VALUE, _K.CUSTOMER_VALUE, _K.HORIZON, _K.DISCOUNT_RATE),
    "effort": (_K.EFFORT_WEIGHT, _K.IS_CONTACT, _K.WAITING_FROM),
}
#: figures that the page of the effort asks for; here they are listed once somebody changed one
_NOT_ASKED_HERE: Final = frozenset(GROUPS["effort"])
#: kinds of which there may be several, so that another one can always be added
_SEVERAL: Final = frozenset({About.CHANNEL, About.TOUCHPOINT, About.ROLE, About.JOURNEY})
COMPUTED_FIELDS: Final = ("computed_n", "computed_value", "computed_low", "computed_high", "computed_what")
_DECIMALS: Final = 2


def edit_address(kind: str, about: str = "", **more: object) -> str:
    """Where a figure is entered or changed."""
    return f"{Address.ASSUMPTION.value}?{urlencode({'kind': kind, 'about': about, **more})}"


def history_address(kind: str, about: str) -> str:
    """Where the versions of a figure are."""
    return f"{Address.ASSUMPTION_HISTORY.value}?{urlencode({'kind': kind, 'about': about})}"


def assumptions_view(figures: Sequence[Figure], language: str) -> AssumptionsView:
    """Every figure by what it belongs to, and those nobody stated yet."""
    groups = []
    for name, kinds in GROUPS.items():
        rows = [_row(one, language) for kind in kinds for one in figures if one.kind is kind]
        there = {one.kind for one in figures}
        unstated = [
            kind for kind in kinds if kind not in _NOT_ASKED_HERE and (kind not in there or RULES[kind].about in _SEVERAL)
        ]
        if rows or unstated:
            asked = tuple(OpenKind(kind=kind.value, href=edit_address(kind.value)) for kind in unstated)
            groups.append(FigureGroup(name=name, rows=tuple(rows), open=asked))
    return AssumptionsView(groups=tuple(groups))


def _row(one: Figure, language: str) -> FigureRow:
    low, mid, high = ends_of(one, language)
    return FigureRow(
        kind=one.kind.value,
        about=shown_about(one.kind, one.about, language),
        low=low,
        mid=mid,
        high=high,
        unit=unit_of(one.unit, one.currency, language),
        source=one.source,
        as_of=one.as_of,
        approved_by=one.approved_by,
        version=one.version,
        changed=one.changed,
        changed_by=one.changed_by,
        computed=one.computed is not None,
        sample=one.sample,
        href=edit_address(one.kind.value, one.about),
        history=history_address(one.kind.value, one.about),
    )


def shown_about(kind: AssumptionKind, about: str, language: str) -> str:
    """What a figure is for, in words."""
    if RULES[kind].about is About.EFFORT and about:
        return text(f"effort.part.{about}", language)
    return about


def ends_of(one: Figure, language: str) -> tuple[str, ...]:
    """Low, mid and high as they read."""
    return tuple(amount(getattr(one, end), one.unit, language) for end in ENDS)


def history_view(versions: Sequence[Figure], kind: AssumptionKind, about: str, language: str) -> HistoryView:
    """Every version of one figure, the newest first."""
    rows = []
    for place, one in enumerate(versions):
        low, mid, high = ends_of(one, language)
        rows.append(
            HistoryRow(
                version=one.version,
                low=low,
                mid=mid,
                high=high,
                unit=unit_of(one.unit, one.currency, language),
                source=one.source,
                as_of=one.as_of,
                approved_by=one.approved_by,
                changed=one.changed,
                changed_by=one.changed_by,
                removed=one.removed,
                restores=one.restores,
                sample=one.sample,
                in_force=place == 0 and not one.removed,
            )
        )
    return HistoryView(kind=kind.value, about=about, rows=tuple(rows), href=edit_address(kind.value, about))


def form_of(kind: AssumptionKind, language: str, figure: Figure | None, values: Mapping[str, str]) -> AssumptionForm:
    """The form of one figure: what is in force, under what was typed (or suggested by an address)."""
    rule = RULES[kind]
    shown: dict[str, str] = {}
    if figure is not None:
        shown = dict(zip(ENDS, ends_of(figure, language), strict=True))
        shown |= {"currency": figure.currency or "", "source": figure.source, "approved_by": figure.approved_by}
        shown["as_of"] = "" if figure.as_of is None else figure.as_of.isoformat()
    shown |= {name: value for name, value in values.items() if value}
    shown.setdefault("currency", "EUR")
    return AssumptionForm(
        kind=kind.value,
        about_kind=rule.about.value,
        needs_about=rule.needs_about,
        unit=unit_of(rule.unit, shown["currency"], language),
        one_value=rule.one_value,
        money=is_money(kind),
        values=shown,
        computed={name: values[name] for name in COMPUTED_FIELDS if values.get(name)},
        is_new=figure is None,
    )


def form_problems(problems: Iterable[Problem], form: Mapping[str, str], language: str) -> tuple[FormProblem, ...]:
    """Each problem in its field, in the words of the form, with what stands there as it was typed."""
    found = []
    for problem in problems:
        field = str(problem.params.get("field", ""))
        first = field.split(", ", maxsplit=1)[0]
        own = {name: value for name, value in problem.params.items() if name not in {"field", "value"}}
        labels = ", ".join(text(f"assumptions.head.{name}", language) for name in field.split(", ")) if field else None
        typed = form.get(field) or None
        told = Problem(ProblemCode(problem.code), status=problem.status, field=labels, value=typed, **own)
        found.append(FormProblem(field=first, sentence=told.sentence(language)))
    return tuple(found)


def computed_in(form: Mapping[str, str]) -> Computed | None:
    """What the data said, from the hidden fields of the form; None if it was not taken from them."""
    try:
        return Computed(
            n=int(form["computed_n"]),
            value=float(form["computed_value"]),
            low=float(form["computed_low"]),
            high=float(form["computed_high"]),
            what=form.get("computed_what", "")[:200],
        )
    except (KeyError, ValueError):
        return None


def suggestion_row(found: Mapping[str, Any], language: str) -> SuggestionRow:
    """A figure that the data say, with the address of the form that takes it."""
    kind = AssumptionKind(found["kind"])
    computed, unit, currency = found["computed"], RULES[kind].unit, found["currency"]
    low, value, high = (_rounded(computed[end], unit in SHARES) for end in ("low", "value", "high"))
    shown = [amount(end, unit, language) for end in (low, value, high)]
    source = text("assumptions.computed.source", language, n=computed["n"], what=computed["what"])
    typed = dict(zip(ENDS, shown, strict=True)) | {"source": source, "currency": currency or ""}
    hidden = {f"computed_{name}": computed[name] for name in ("n", "value", "low", "high", "what")}
    return SuggestionRow(
        kind=kind.value,
        about=found["about"],
        low=shown[0],
        value=shown[1],
        high=shown[2],
        unit=unit_of(unit, currency, language),
        n=computed["n"],
        what=computed["what"],
        href=edit_address(kind.value, found["about"], **typed, **hidden),
    )


def _rounded(value: float, is_share: bool) -> Decimal:  # noqa: FBT001 - one of two roundings
    return round(Decimal(str(value)), _DECIMALS + 2 if is_share else _DECIMALS)
