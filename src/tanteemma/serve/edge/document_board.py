"""The board of a document: its parts as their kind lays them out, each with what it says and where it may be put."""

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from tanteemma.model.texts import text
from tanteemma.serve.edge.document_forms import inputs_of, places_of, title_of
from tanteemma.serve.pages.views_documents import BoardArea, BoardCard, BoardView, Place, Shown
from tanteemma.store.operational import Transaction, document_comments
from tanteemma.workshop.document import Part, as_text, hanging_on
from tanteemma.workshop.keeping import Document
from tanteemma.workshop.schema import Board, Field, FieldKind, Layout, PartKind

#: fields that the card shows in a way of its own, or that are read on its form
_NOT_SHOWN = frozenset({"text", "picture", "votes", "root", "chosen"})
_QUIET = frozenset({FieldKind.LINKS, FieldKind.PICTURE})
_MARKS = ("root", "chosen")


def board_of(tx: Transaction, document: Document, language: str) -> BoardView | None:
    """The board of a document; None for a kind that is a form alone."""
    board = document.kind.board
    declared = None if board is None else document.kind.part(board.part)
    if board is None or declared is None or board.layout is Layout.GRID:
        return None
    comments = Counter(one.part for one in document_comments.of_document(tx, document.key) if one.settled is None)
    reading = _Cards(document, board, declared, comments, language)
    prefix = f"document.{document.kind.name}.{declared.name}"
    today = {"day": tx.now.date().isoformat()}
    needed = [field for field in declared.fields if field.needed and field.name != "text"]
    return BoardView(
        layout=board.layout.value,
        part=declared.name,
        prefix=prefix,
        axis=board.columns,
        rows=board.rows,
        areas=reading.areas() if board.layout is Layout.AREAS else (),
        cards=() if board.layout is Layout.AREAS else reading.cards(),
        needed=inputs_of(tx, prefix, needed, today, language),
    )


def card_of(tx: Transaction, document: Document, part: Part, language: str) -> BoardCard:
    """One part as its form needs it: where it lies and where it may be put."""
    view = board_of(tx, document, language)
    cards = [] if view is None else [*view.cards, *(card for area in view.areas for card in area.cards)]
    return next(
        (card for card in cards if card.id == part.id),
        BoardCard(id=part.id, text=title_of(part, language), version=part.version),
    )


class _Cards:
    def __init__(
        self, document: Document, board: Board, declared: PartKind, comments: Mapping[str, int], language: str
    ) -> None:
        self._document = document
        self._board = board
        self._declared = declared
        self._comments = comments
        self._language = language
        self._parts = document.content.of_kind(declared.name)

    def areas(self) -> tuple[BoardArea, ...]:
        axis = self._declared.axis(self._board.columns)
        marks = () if axis is None else axis.areas
        prefix = f"document.{self._document.kind.name}.{self._board.columns}"
        return tuple(
            BoardArea(
                mark=mark,
                label=f"{prefix}.{mark}",
                cards=self._in_order([part for part in self._parts if part.place.get(self._board.columns) == mark]),
            )
            for mark in marks
        )

    def cards(self) -> tuple[BoardCard, ...]:
        """In order; those that lie under another one directly behind it."""
        axis = self._declared.axis(self._board.columns)
        if self._board.layout is Layout.LIST and axis is not None and axis.of == self._declared.name:
            return tuple(self._under("", 0, ""))
        return self._in_order(self._parts)

    def _under(self, parent: str, depth: int, number: str) -> list[BoardCard]:
        known = {part.id for part in self._parts}
        axis = self._board.columns
        children = [part for part in self._parts if (part.place.get(axis) or "") == parent]
        if not parent:
            children += [part for part in self._parts if part.place.get(axis) and part.place[axis] not in known]
        found: list[BoardCard] = []
        for place, card in enumerate(self._in_order(children), 1):
            own = f"{number}{place}"
            found.append(msgspec.structs.replace(card, depth=depth, parent=parent, number=own))
            found += self._under(card.id, depth + 1, f"{own}.")
        return found

    def _in_order(self, parts: Sequence[Part]) -> tuple[BoardCard, ...]:
        order = ["", *(part.id for part in parts)]
        return tuple(
            self._card(
                part,
                up=None if place == 0 else order[place - 1],
                down=None if place == len(parts) - 1 else order[place + 2],
            )
            for place, part in enumerate(parts)
        )

    def _card(self, part: Part, up: str | None, down: str | None) -> BoardCard:
        plane = self._board.layout is Layout.PLANE
        prefix = f"document.{self._document.kind.name}.{self._declared.name}"
        shown = [self._shown(prefix, field, part) for field in self._declared.fields]
        return BoardCard(
            id=part.id,
            text=part.text("text") or self._untitled(part),
            version=part.version,
            shown=tuple(one for one in shown if one is not None),
            picture=part.text("picture"),
            area=part.place.get(self._board.columns, ""),
            places=self._places(part),
            up=up,
            down=down,
            number=str(self._parts.index(part) + 1),
            across=part.number(self._board.columns) if plane else None,
            above=part.number(self._board.rows) if plane else None,
            stance=part.text("stance"),
            comments=self._comments.get(part.id, 0),
            links=sum(_count(part.said(field.name)) for field in self._declared.fields if field.kind is FieldKind.LINKS),
            marked=any(part.said(name) is True for name in _MARKS),
            votes=int(part.number("votes") or 0),
        )

    def _untitled(self, part: Part) -> str:
        return part.text("day") or title_of(part, self._language)

    def _places(self, part: Part) -> tuple[Place, ...]:
        return tuple(
            Place(axis=axis, label=f"tools.axis.{axis}", marks=self._allowed(axis, marks, part), here=here)
            for axis, marks, here in places_of(self._document, self._declared, part, self._language)
        )

    def _allowed(self, axis: str, marks: tuple[tuple[str, str], ...], part: Part) -> tuple[tuple[str, str], ...]:
        declared = self._declared.axis(axis)
        if declared is None or declared.of is None:
            return marks
        below = {one.id for one in hanging_on(self._document.content, part.id)}
        return (("", text("tools.at_the_top", self._language)), *(one for one in marks if one[0] not in below))

    def _shown(self, prefix: str, field: Field, part: Part) -> Shown | None:
        said = part.said(field.name)
        if said is None or field.name in _NOT_SHOWN or field.kind in _QUIET or field.group:
            return None
        if self._board.layout is Layout.PLANE and field.name in {self._board.columns, self._board.rows}:
            return None
        value = as_text(said)
        if field.kind is FieldKind.CHOICE:
            value = text(f"{prefix}.{field.name}.{value}", self._language)
        label = f"{prefix}.{field.name}"
        return Shown(name=field.name, label=label, kind=field.kind.value, value=value, number=part.number(field.name))


def _count(said: object) -> int:
    return len(said) if isinstance(said, tuple) else 0
