"""A workshop on a map: begin it, lead it from stop to stop, join by a link, guess, put dots, promise measures, close it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

import msgspec

from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.store.operational import documents, workshops
from tanteemma.store.operational.transaction import Transaction
from tanteemma.store.operational.workshops import NewWorkshop, Participant, StoredWorkshop
from tanteemma.workshop import keeping
from tanteemma.workshop.agenda import MOST_PEOPLE, Stop, StopName, is_over, length
from tanteemma.workshop.checking import clean
from tanteemma.workshop.document import Content, Part, Scalar
from tanteemma.workshop.edits import Add, Edit, new_identity
from tanteemma.workshop.guessing import FEELINGS, MeasuredPart, guessable, votable
from tanteemma.workshop.keeping import Document, Editor

#: no name of a participant is longer
LONGEST_NAME: Final = 80
#: what the leader adds to the stop that runs out, in minutes
EXTENSION: Final = 5


class Workshop(msgspec.Struct, frozen=True):
    """A workshop, read."""

    stored: StoredWorkshop
    agenda: tuple[Stop, ...]
    measured: dict[str, MeasuredPart]

    @property
    def number(self) -> int:
        """Its number."""
        return self.stored.number

    @property
    def stop(self) -> StopName:
        """Where it is."""
        return self.agenda[self.stored.stop].name

    @property
    def window(self) -> str:
        """What its measures are edited under."""
        return f"workshop {self.number}"


class Beginning(msgspec.Struct, frozen=True, kw_only=True):
    """A workshop to be begun; ``token`` of its link, and under which name the vault keeps it."""

    document: str
    title: str
    agenda: tuple[Stop, ...]
    dots: int
    token: str
    secret: str


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """A measure that somebody promises; ``about``: a touchpoint or a phase; ``once``: its id, so that two clicks make one."""

    text: str
    about: str
    owner: str = ""
    due: str = ""
    once: str = ""


class Promised(msgspec.Struct, frozen=True):
    """A measure that a workshop made, as it stands on the map now, and who entered it."""

    part: Part
    by: str


def begin(tx: Transaction, said: Beginning, who: str) -> Workshop:
    """A workshop begins now, at its first stop. Raises Problem DOCUMENT_UNKNOWN, TEXT_TOO_LONG, FIELD_MISSING."""
    document = keeping.open_document(tx, said.document)
    keeping.check_kind(document, "map")
    keeping.check_kept(document)
    new = NewWorkshop(
        document=document.key,
        title=keeping.checked_name(said.title or document.name),
        agenda=msgspec.json.encode(said.agenda).decode(),
        dots=said.dots,
        token=said.token,
        secret=said.secret,
        ends=tx.now + length(said.agenda),
        who=who,
    )
    return opened(tx, workshops.begin(tx, new))


def read(stored: StoredWorkshop | None) -> Workshop:
    """What is stored of a workshop, read. Raises Problem WORKSHOP_UNKNOWN."""
    if stored is None:
        raise Problem(ProblemCode.WORKSHOP_UNKNOWN, status=404)
    agenda = msgspec.json.decode(stored.agenda, type=tuple[Stop, ...])
    measured = msgspec.json.decode(stored.measured, type=dict[str, MeasuredPart]) if stored.measured else {}
    return Workshop(stored, agenda, measured)


def opened(tx: Transaction, number: int, document: str | None = None) -> Workshop:
    """The workshop of this number, on this map. Raises Problem WORKSHOP_UNKNOWN."""
    found = workshops.find(tx, number)
    return read(None if found is None or (document is not None and found.document != document) else found)


def running_on(tx: Transaction, document: str) -> Workshop | None:
    """The workshop that is held on a map now."""
    every = workshops.of_document(tx, document)
    return next((read(one) for one in every if not is_over(one.ends, one.closed, tx.now)), None)


def entered(tx: Transaction, token: str) -> Workshop:
    """The workshop behind a link. Raises Problem WORKSHOP_UNKNOWN, WORKSHOP_CLOSED."""
    workshop = read(workshops.find_by_token(tx, token))
    check_open(tx, workshop)
    return workshop


def check_open(tx: Transaction, workshop: Workshop) -> None:
    """Raises Problem WORKSHOP_CLOSED for one that is over."""
    if is_over(workshop.stored.ends, workshop.stored.closed, tx.now):
        raise Problem(ProblemCode.WORKSHOP_CLOSED, status=410)


def lead(tx: Transaction, workshop: Workshop, to: str) -> None:
    """The leader moves on: ``next``, ``previous``, ``more`` (minutes for this stop), ``close``.

    Raises Problem CHOICE_UNKNOWN, WORKSHOP_CLOSED.
    """
    check_open(tx, workshop)
    stored = workshop.stored
    if to == "close":
        workshops.change(tx, workshop.number, {"closed": tx.now})
    elif to == "more":
        agenda = list(workshop.agenda)
        agenda[stored.stop] = Stop(workshop.stop, agenda[stored.stop].minutes + EXTENSION)
        ends = max(stored.ends + timedelta(minutes=EXTENSION), tx.now)
        workshops.change(tx, workshop.number, {"agenda": msgspec.json.encode(agenda).decode(), "ends": ends})
    elif to in {"next", "previous"}:
        place = max(0, min(len(workshop.agenda) - 1, stored.stop + (1 if to == "next" else -1)))
        if place != stored.stop:
            ends = tx.now + length(workshop.agenda[place:])
            workshops.change(tx, workshop.number, {"stop": place, "stop_since": tx.now, "ends": max(ends, stored.ends)})
    else:
        allowed = "next, previous, more, close"
        raise Problem(ProblemCode.CHOICE_UNKNOWN, status=422, field="to", value=to[:80], allowed=allowed)


def keep_measured(tx: Transaction, workshop: Workshop, measured: Mapping[str, MeasuredPart]) -> None:
    """Keep what was measured at this moment, so that everybody, and the minutes, see the same."""
    workshops.change(tx, workshop.number, {"measured": msgspec.json.encode(measured).decode()})


def join(tx: Transaction, workshop: Workshop, name: str, token: str) -> Participant:
    """Somebody joins by a name. Raises Problem FIELD_MISSING, TEXT_TOO_LONG, WORKSHOP_FULL."""
    kept = " ".join(clean(name).split())
    if not kept:
        raise Problem(ProblemCode.FIELD_MISSING, status=422, field="name")
    if len(kept) > LONGEST_NAME:
        said = f"{kept[:40]}… ({len(kept)})"
        raise Problem(ProblemCode.TEXT_TOO_LONG, status=422, field="name", value=said, limit=LONGEST_NAME)
    if workshops.counts(tx, workshop.number).joined >= MOST_PEOPLE:
        raise Problem(ProblemCode.WORKSHOP_FULL, status=409, limit=MOST_PEOPLE)
    return workshops.join(tx, workshop.number, kept, token)


def joined(tx: Transaction, workshop: Workshop, token: str) -> Participant:
    """Who shows this token. Raises Problem WORKSHOP_NOT_JOINED."""
    found = workshops.participant(tx, workshop.number, token) if token else None
    if found is None:
        raise Problem(ProblemCode.WORKSHOP_NOT_JOINED, status=403)
    return found


def _check_stop(workshop: Workshop, wanted: StopName) -> None:
    if workshop.stop is not wanted:
        raise Problem(ProblemCode.WORKSHOP_NOT_NOW, status=409)


def guess(tx: Transaction, workshop: Workshop, who: Participant, said: tuple[str, str]) -> None:
    """Keep what somebody guesses of a part: (id, -2 to 2). Raises Problem WORKSHOP_NOT_NOW, PART_GONE, CHOICE_UNKNOWN."""
    _check_stop(workshop, StopName.GUESS)
    part, value = said
    if value not in {str(feeling) for feeling in FEELINGS}:
        raise Problem(ProblemCode.CHOICE_UNKNOWN, status=422, field="value", value=value[:80], allowed="-2, -1, 0, 1, 2")
    _check_part(part, guessable(_content(tx, workshop)))
    workshops.guess(tx, workshop.number, part, who.number, int(value))


def vote(tx: Transaction, workshop: Workshop, who: Participant, part: str, *, put: bool) -> None:
    """Put a dot, or take it back. Raises Problem WORKSHOP_NOT_NOW, PART_GONE, WORKSHOP_NO_DOTS."""
    _check_stop(workshop, StopName.VOTE)
    if not put:
        workshops.take_dot(tx, workshop.number, part, who.number)
        return
    _check_part(part, votable(_content(tx, workshop), workshop.measured))
    lying = workshops.dots_of(tx, workshop.number, who.number)
    if part not in lying and len(lying) >= workshop.stored.dots:
        raise Problem(ProblemCode.WORKSHOP_NO_DOTS, status=409, limit=workshop.stored.dots)
    workshops.put_dot(tx, workshop.number, part, who.number)


def _content(tx: Transaction, workshop: Workshop) -> Content:
    return keeping.open_document(tx, workshop.stored.document).content


def _check_part(part: str, known: Sequence[Part]) -> None:
    if part not in {one.id for one in known}:
        raise Problem(ProblemCode.PART_GONE, status=404, value=part[:80])


def promise(tx: Transaction, workshop: Workshop, who: str, said: Promise) -> Document:
    """Put a measure on the map, where it belongs; what is promised twice under one id stands there once.

    Raises Problem WORKSHOP_NOT_NOW, PART_GONE, and what is wrong with a field.
    """
    _check_stop(workshop, StopName.MEASURES)
    document = keeping.open_document(tx, workshop.stored.document)
    if said.once and document.content.part(said.once) is not None:
        return document
    about = document.content.part(said.about)
    if about is None or about.kind not in {"phase", "touchpoint"}:
        raise Problem(ProblemCode.PART_GONE, status=404, value=said.about[:80])
    edits: list[Edit] = []
    lane = next((one.id for one in document.content.of_kind("lane") if one.text("kind") == "measures"), "")
    if not lane:
        lane = new_identity()
        edits.append(Add(kind="lane", id=lane, fields={"kind": "measures"}))
    phase = about.id if about.kind == "phase" else about.place["phase"]
    link = (f"document:{document.key}/{about.id}",) if about.kind == "touchpoint" else None
    fields: dict[str, Scalar] = {"text": said.text, "owner": said.owner or who, "due": said.due, "state": "open", "links": link}
    edits.append(Add(kind="measure", id=said.once or new_identity(), place={"phase": phase, "lane": lane}, fields=fields))
    return keeping.edit(tx, document.key, edits, Editor(who, workshop.window)).document


def promises(tx: Transaction, workshop: Workshop) -> list[Promised]:
    """The measures a workshop made, as they stand on the map now, in the order of their making."""
    document = documents.find(tx, workshop.stored.document)
    if document is None:
        return []
    content = keeping.open_document(tx, document.key).content
    made: dict[str, str] = {}
    for one in documents.edits(tx, document.key):
        if one.editor == workshop.window:
            made |= {
                edit.id: one.made_by for edit in keeping.read_edits(one) if isinstance(edit, Add) and edit.kind == "measure"
            }
    found = ((content.part(identity), by) for identity, by in made.items())
    return [Promised(part, by) for part, by in found if part is not None]
