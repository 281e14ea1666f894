"""What is measured on a map, as exports show it: figures of touchpoints, emotions of phases, weak spots, a sentence."""

from typing import Final

import msgspec

from tanteemma.journeys.answers_cells import Cell, CellFinding, CellsAnswer
from tanteemma.model.money import money
from tanteemma.model.texts import text
from tanteemma.serve.pages import numbers
from tanteemma.workshop.beliefs import to_be_named
from tanteemma.workshop.document import Content
from tanteemma.workshop.drawing.picture import Felt, Figure, Mark, Measured, WeakSpot

_MOST_SPOTS: Final = 20


class _Named(msgspec.Struct, frozen=True):
    """What the parts of a map are called, who owns them, and which initiative that is not done yet is linked with them."""

    names: dict[str, str]
    owners: dict[str, str]
    next_steps: dict[str, str]


def as_export(answer: CellsAnswer, content: Content, language: str) -> Measured:
    """An answer as the exports show it."""
    names = {part.id: part.text("text") or part.text("name") for part in content.parts}
    named = _Named(names, {part.id: part.text("owner") for part in content.parts}, _next_steps(content))
    clear = {one.id: one for one in answer.disagreements if one.clear}
    phase_of = {part.id: part.place["phase"] for part in content.of_kind("touchpoint") if "phase" in part.place}
    return Measured(
        figures={cell.id: figures for cell in answer.touchpoints if (figures := _figures(cell, language))},
        marks={cell.id: _mark(cell, language) for cell in (*answer.touchpoints, *answer.phases)},
        felt={
            cell.id: Felt(value=cell.emotion.value, low=cell.emotion.low, high=cell.emotion.high, n=cell.journeys)
            for cell in answer.phases
            if cell.emotion is not None
        },
        weak_spots=_spots(answer, named, language),
        sentences=tuple(
            text(
                "map.apart.also" if place else "map.apart",
                language,
                name=names.get(one.id, one.id),
                **{
                    end: numbers.felt(getattr(one, end), numbers.LOCALES[language])
                    for end in ("believed", "measured", "low", "high")
                },
            )
            for place, one in enumerate(clear[name] for name in to_be_named(list(clear), phase_of)[:3])
        ),
    )


def _next_steps(content: Content) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in content.of_kind("measure"):
        links = part.said("links")
        if part.text("state") not in {"done", "dropped"} and isinstance(links, tuple):
            for link in links:
                found.setdefault(link.rpartition("/")[2], part.text("text"))
    return found


def _mark(cell: Cell, language: str) -> Mark:
    return Mark(level=cell.evidence, rests_on=tuple(text(f"map.rests_on.{one}", language) for one in cell.rests_on))


def _figures(cell: Cell, language: str) -> tuple[Figure, ...]:
    locale = numbers.LOCALES[language]
    counted = _counted(cell, language)
    if not cell.volume:
        return counted
    sources = ", ".join(one.name for one in cell.sources[:3])
    as_of = "" if cell.last_at is None else numbers.day(cell.last_at.date(), locale, "UTC")
    shown = [
        Figure(
            label=text("map.measured.volume", language),
            shown=numbers.in_full(cell.volume, locale),
            source=sources,
            as_of=as_of,
        )
    ]
    if cell.drop_off.value is not None:
        ends = "" if cell.drop_off.low is None else _ends(cell.drop_off.low, cell.drop_off.high, locale)
        shown.append(
            Figure(
                label=text("map.measured.drop_off", language),
                shown=numbers.percent(cell.drop_off.value, locale),
                n=cell.drop_off.of,
                range=ends,
            )
        )
    if cell.emotion is not None:
        felt = cell.emotion
        shown.append(
            Figure(
                label=text("map.measured.emotion", language),
                shown=numbers.felt(felt.value, locale),
                n=cell.journeys,
                range=f"{numbers.felt(felt.low, locale)} … {numbers.felt(felt.high, locale)}",
            )
        )
    return (*shown, *counted)


def _counted(cell: Cell, language: str) -> tuple[Figure, ...]:
    """Daily counts where nobody is known."""
    found, locale = cell.counted, numbers.LOCALES[language]
    if found is None or not found.contacts:
        return ()
    source = ", ".join(one.file for one in found.series[:3])
    as_of = "" if found.last_day is None else numbers.day(found.last_day, locale, "UTC")
    contacts = numbers.in_full(found.contacts, locale)
    spend = ", ".join(money(amount, currency, language, digits=0) for currency, amount in found.spend.items())
    told = [("counts.role.contacts", contacts), ("counts.role.spend", spend)]
    return tuple(Figure(label=text(label, language), shown=shown, source=source, as_of=as_of) for label, shown in told if shown)


def _ends(low: float | None, high: float | None, locale: str) -> str:
    return f"{numbers.percent(low, locale)}–{numbers.percent(high, locale)}"


def _spots(answer: CellsAnswer, named: _Named, language: str) -> tuple[WeakSpot, ...]:
    """The weak spots at the touchpoints, each once, the dearest first."""
    known: dict[str, tuple[CellFinding, str]] = {}
    for cell in answer.touchpoints:
        for one in cell.findings:
            if one.kind != "delight" and one.mark != "aside":
                known.setdefault(one.id, (one, cell.id))
    ranked = sorted(known.values(), key=lambda found: -(found[0].cost_mid or 0))
    return tuple(
        WeakSpot(
            name=f"{text(f'breaks.kind.{one.kind}', language)}: {one.at}",
            touchpoint=named.names.get(cell, ""),
            people=one.journeys,
            low=one.cost_low,
            mid=one.cost_mid,
            high=one.cost_high,
            currency=one.currency or "EUR",
            owner=named.owners.get(cell, ""),
            next_step=named.next_steps.get(cell, ""),
        )
        for one, cell in ranked[:_MOST_SPOTS]
    )
