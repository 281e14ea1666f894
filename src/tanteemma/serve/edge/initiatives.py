"""Everything that is to change, from every document: who does what until when, which opportunity comes first."""

from collections.abc import Iterator
from datetime import date

import msgspec

from tanteemma.serve.edge.document_forms import home_of, other_row
from tanteemma.serve.edge.document_reading import link_row, sentence
from tanteemma.serve.pages.views_documents import (
    CauseRow,
    HypothesisRow,
    InitiativesView,
    OpportunityRow,
    WorkRow,
)
from tanteemma.store.operational import Transaction, documents
from tanteemma.workshop import keeping
from tanteemma.workshop.document import Content, Part
from tanteemma.workshop.keeping import Document
from tanteemma.workshop.scoring import ranked

_KINDS = ("initiative", "map", "strategy_review", "opportunity", "hypothesis", "five_whys", "idea_board", "insight")
_OVER = frozenset({"done", "dropped"})
_LAST = date.max


def initiatives_view(tx: Transaction, language: str, owner: str = "", state: str = "") -> InitiativesView:
    """The page of the initiatives; ``owner`` and ``state`` narrow the list of what is to be done."""
    there: dict[str, list[Document]] = {kind: [] for kind in _KINDS}
    for stored in documents.every(tx, _KINDS):
        there[stored.kind].append(keeping.open_document(tx, stored.key))
    work = sorted(_work(tx, there, language), key=lambda row: (row.state in _OVER, row.due or _LAST, row.text))
    shown = [row for row in work if (not owner or row.owner == owner) and _fits(row, state)]
    return InitiativesView(
        work=tuple(row for row in shown if state or row.state not in _OVER),
        over=tuple(row for row in shown if not state and row.state in _OVER),
        opportunities=_opportunities(there["opportunity"]),
        hypotheses=tuple(_hypothesis(one, language) for one in there["hypothesis"]),
        causes=tuple(_cause(one) for one in there["five_whys"]),
        ideas=tuple(other_row(one.stored) for one in there["idea_board"]),
        insights=tuple(other_row(one.stored) for one in there["insight"]),
        owners=tuple(sorted({row.owner for row in work if row.owner}, key=str.casefold)),
        owner=owner,
        state=state,
        open=sum(row.state not in _OVER for row in work),
        late=sum(row.late for row in work),
    )


def _fits(row: WorkRow, state: str) -> bool:
    return not state or (row.late if state == "late" else row.state == state)


def _work(tx: Transaction, there: dict[str, list[Document]], language: str) -> Iterator[WorkRow]:
    today = tx.now.date()
    for document in there["initiative"]:
        row = _row(document.content, today, "initiative", document.name, home_of("initiative", document.key))
        links = document.content.said("links")
        about = tuple(link_row(tx, one, language) for one in links) if isinstance(links, tuple) else ()
        yield msgspec.structs.replace(row, about=about)
    for document in there["map"]:
        for part in document.content.of_kind("measure"):
            yield _part_row(document, part, today)
    for document in there["strategy_review"]:
        for part in document.content.at({"area": "decided"}, "remark"):
            yield _part_row(document, part, today)


def _part_row(document: Document, part: Part, today: date) -> WorkRow:
    kind = document.kind.name
    row = _row(part, today, kind, part.text("text"), home_of(kind, document.key, part.id))
    return msgspec.structs.replace(row, where=document.name)


def _row(holder: Content | Part, today: date, kind: str, name: str, href: str) -> WorkRow:
    due, state = _day(holder.text("due")), holder.text("state") or "open"
    return WorkRow(
        kind=kind,
        text=name,
        href=href,
        where="",
        owner=holder.text("owner"),
        department=holder.text("department"),
        due=due,
        late=due is not None and due < today and state not in _OVER,
        state=state,
    )


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def _opportunities(there: list[Document]) -> tuple[OpportunityRow, ...]:
    rows = []
    for place, (document, score) in enumerate(ranked((one, one.content) for one in there), 1):
        said = [document.content.said(name) for name in ("confidence", "effort")]
        confidence, effort = (one if isinstance(one, int) else None for one in said)
        rows.append(
            OpportunityRow(
                place=None if score is None else place,
                key=document.key,
                name=document.name,
                state=document.content.text("state") or "found",
                owner=document.content.text("owner"),
                score=score,
                confidence=confidence,
                effort=effort,
            )
        )
    return tuple(rows)


def _hypothesis(document: Document, language: str) -> HypothesisRow:
    content = document.content
    return HypothesisRow(
        key=document.key,
        name=document.name,
        state=content.text("state") or "draft",
        owner=content.text("owner"),
        due=_day(content.text("due")),
        sentence=sentence(content, language),
        result=content.text("result"),
    )


def _cause(document: Document) -> CauseRow:
    whys = document.content.of_kind("why")
    return CauseRow(
        key=document.key,
        name=document.name,
        trouble=document.content.text("trouble"),
        answers=len(whys),
        causes=tuple(part.text("text") for part in whys if part.said("root") is True),
    )
