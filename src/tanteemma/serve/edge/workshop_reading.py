"""What the pages of a workshop need from the tables, read in one state."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

import msgspec

from tanteemma.serve.pages.views_workshop import BeginView, PastRow, PersonaRow, PersonRow, PromiseRow, SpotRow, WorkshopView
from tanteemma.store.operational import Transaction, documents, workshops
from tanteemma.store.operational.workshops import Participant
from tanteemma.workshop import gathering, keeping
from tanteemma.workshop.agenda import StopName, is_over, timed
from tanteemma.workshop.document import Content, Part
from tanteemma.workshop.edits import new_identity
from tanteemma.workshop.gathering import Promised, Workshop
from tanteemma.workshop.guessing import MeasuredPart, guessable, most_divided, tally, votable, widest_gap

_LATE: Final = frozenset({StopName.REVEAL, StopName.VOTE, StopName.MEASURES, StopName.CLOSE})


def begin_view(tx: Transaction, key: str) -> BeginView:
    """The form a workshop begins with, and those that were held on this map."""
    document = keeping.open_document(tx, key)
    keeping.check_kind(document, "map")
    past = tuple(
        PastRow(number=one.number, title=one.title, started=one.started, closed=is_over(one.ends, one.closed, tx.now))
        for one in workshops.of_document(tx, key)
    )
    return BeginView(key=key, document=document.name, title=document.name, past=past, empty=not guessable(document.content))


def workshop_view(tx: Transaction, workshop: Workshop, me: Participant | None = None) -> WorkshopView:
    """A workshop at its stop, for its leader or (``me``) a participant. Guesses are told once they are uncovered."""
    stored = workshop.stored
    document = keeping.open_document(tx, stored.document)
    content = document.content
    counts = workshops.counts(tx, workshop.number)
    stops = timed(workshop.agenda, stored.stop, stored.stop_since)
    view = WorkshopView(
        key=stored.document,
        document=document.name,
        number=workshop.number,
        version=stored.version,
        title=stored.title,
        started=stored.started,
        stops=stops,
        now=stops[stored.stop],
        at=tx.now,
        closed=is_over(stored.ends, stored.closed, tx.now),
        dots=stored.dots,
        people=tuple(PersonRow(number=one.number, name=one.name) for one in workshops.participants(tx, workshop.number)),
        guessing=counts.guessed,
        lying=counts.dots,
        personas=_personas(tx, content),
        scope=content.text("scope"),
        me="" if me is None else me.name,
        places=_places(content),
        promises=promise_rows(content, gathering.promises(tx, workshop)),
        once=new_identity(),
    )
    return _with_spots(tx, workshop, content, view, me)


def _with_spots(
    tx: Transaction, workshop: Workshop, content: Content, view: WorkshopView, me: Participant | None
) -> WorkshopView:
    number, measured = workshop.number, workshop.measured
    parts = guessable(content)
    uncovered = view.closed or workshop.stop in _LATE
    guessed = {part: tally(values) for part, values in workshops.guesses(tx, number).items()} if uncovered else {}
    mine = {} if me is None else workshops.guesses_of(tx, number, me.number)
    spots = tuple(
        msgspec.structs.replace(
            row, mine=mine.get(row.id), guessed=guessed.get(row.id, row.guessed), measured=_seen(measured, row.id, uncovered)
        )
        for row in _rows(content, parts)
    )
    lying = workshops.dots(tx, number) if uncovered else {}
    dotted = frozenset[str]() if me is None else workshops.dots_of(tx, number, me.number)
    pains = tuple(
        msgspec.structs.replace(
            row, dots=lying.get(row.id, 0), dotted=row.id in dotted, measured=_seen(measured, row.id, uncovered)
        )
        for row in _rows(content, votable(content, measured))
    )
    gap = widest_gap(parts, guessed, measured)
    names = {row.id: row.name for row in spots}
    return msgspec.structs.replace(
        view,
        spots=spots,
        pains=pains,
        gap=gap,
        gap_name="" if gap is None else names[gap.part],
        divided=names.get(most_divided(parts, guessed) or "", ""),
        left=max(0, workshop.stored.dots - len(dotted)),
    )


def _seen(measured: dict[str, MeasuredPart], part: str, uncovered: bool) -> MeasuredPart:  # noqa: FBT001 - one fact of the state
    return measured.get(part, MeasuredPart()) if uncovered else MeasuredPart()


def _rows(content: Content, parts: Iterable[Part]) -> Sequence[SpotRow]:
    phases = {phase.id: phase.text("name") for phase in content.of_kind("phase")}
    return [
        SpotRow(
            id=part.id,
            kind=part.kind,
            phase=phases.get(part.place.get("phase", part.id), ""),
            name=part.text("name") if part.kind == "phase" else part.text("text"),
        )
        for part in parts
    ]


def _places(content: Content) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Where a measure may belong: the phase, or one of its touchpoints; (name of the phase, ((id, name), …))."""
    return tuple(
        (
            phase.text("name"),
            ((phase.id, ""), *((part.id, part.text("text")) for part in content.at({"phase": phase.id}, "touchpoint"))),
        )
        for phase in content.of_kind("phase")
    )


def promise_rows(content: Content, promised: Iterable[Promised]) -> tuple[PromiseRow, ...]:
    """The measures of a workshop as a page lists them."""
    phases = {phase.id: phase.text("name") for phase in content.of_kind("phase")}
    texts = {part.id: part.text("text") for part in content.of_kind("touchpoint")}

    def about(part: Part) -> str:
        links = part.said("links")
        ids = [link.rpartition("/")[2] for link in links] if isinstance(links, tuple) else []
        return ", ".join(texts[one] for one in ids if one in texts)

    return tuple(
        PromiseRow(
            text=one.part.text("text"),
            phase=phases.get(one.part.place.get("phase", ""), ""),
            about=about(one.part),
            owner=one.part.text("owner"),
            due=date.fromisoformat(one.part.text("due")) if one.part.text("due") else None,
            by=one.by,
        )
        for one in promised
    )


def _personas(tx: Transaction, content: Content) -> tuple[PersonaRow, ...]:
    links = content.said("personas")
    keys = [link.removeprefix("document:") for link in links] if isinstance(links, tuple) else []
    keys += [part.text("persona") for part in content.of_kind("lane") if part.text("persona")]
    there = [key for key in dict.fromkeys(keys) if documents.find(tx, key) is not None]
    return tuple(
        PersonaRow(
            key=one.key,
            name=one.name,
            quote=one.content.text("quote"),
            goals=one.content.text("goals"),
            frustrations=one.content.text("frustrations"),
        )
        for one in (keeping.open_document(tx, key) for key in there)
    )
