"""How any question about journeys is answered: found by its name, its options read strictly, its answer kept."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, get_origin

import msgspec

from tanteemma.model.hooks import questions
from tanteemma.model.nearest import nearest
from tanteemma.model.problems import Problem, ProblemCode
from tanteemma.serve.pages.filters import JourneyFilter
from tanteemma.serve.worker.asked import Asked, Watched
from tanteemma.serve.worker.conditions import ready
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.messages import Analyse, Answered
from tanteemma.serve.worker.segmented import depends
from tanteemma.store.index.definition import JourneyDefinition
from tanteemma.store.snapshot import Snapshot

Options = TypeVar("Options")


@dataclass(frozen=True, slots=True)
class Put(Generic[Options]):
    """A question as it is put: over which journeys, which of them, with which options.

    ``watched`` runs kernels and stops between two buckets when nobody waits any more; ``snapshot`` gives what else is stored.
    """

    house: House
    snapshot: Snapshot
    watched: Watched
    journey: JourneyDefinition
    filter: JourneyFilter
    options: Options


@dataclass(frozen=True, slots=True)
class Question(Generic[Options]):
    """An analysis that can be asked for by name.

    ``options``: a frozen ``msgspec.Struct`` with defaults, ``forbid_unknown_fields``; ``answer`` gives a document (a struct, or
    what msgspec can write as JSON). The same answer holds until the stored events change, or what ``also`` gives: the state of
    something else it depends on, such as the assumptions in force. ``usual``: the journeys that are meant where no definition
    is named (None: the usual ones).
    """

    options: type[Options]
    answer: Callable[[Put[Options]], object]
    also: Callable[[House], str] | None = None
    usual: Callable[[House, Options], JourneyFilter | None] | None = None


#: Where kernels run: here, unless said otherwise.
Place = Callable[[Snapshot, Asked], Watched]


def analyse(house: House, message: Analyse, asked: Asked, place: Place = Watched) -> Answered:
    """The document of one analysis. Raises Problem, or Unwanted when a newer question took its place."""
    question = find_question(message.name)
    options = read_options(question, message.options)
    message = _meant(house, question, options, message)
    packed = msgspec.msgpack.encode(message)
    with house.readers.pinned() as snapshot:
        version = snapshot.version if question.also is None else f"{snapshot.version}+{question.also(house)}"
        version += depends(packed, house.segmented)
        known = house.answers.get(packed, version)
        if known is not None:
            return known
        asked.check()
        journey = snapshot.definition(message.journey or message.filter.journey)
        put = Put(house, snapshot, place(snapshot, asked), journey, ready(house, snapshot, journey, message.filter), options)
        return house.answers.keep(packed, version, msgspec.json.encode(question.answer(put)))


def _meant(house: House, question: Question[Options], options: Options, message: Analyse) -> Analyse:
    """The message with the journeys that the question itself means, where no definition is named."""
    if question.usual is None or message.journey or message.filter.journey:
        return message
    meant = question.usual(house, options)
    if meant is None:
        return message
    where = tuple(dict.fromkeys((*message.filter.where, *meant.where)))
    return msgspec.structs.replace(message, filter=msgspec.structs.replace(message.filter, journey=meant.journey, where=where))


def find_question(name: str) -> Question[Any]:
    """The analysis of this name. Raises Problem QUESTION_INVALID naming the nearest ones."""
    known = questions.all()
    if name not in known:
        allowed = ", ".join(nearest(name, known) or known)
        raise Problem(ProblemCode.QUESTION_INVALID, status=404, field="question", value=name, allowed=allowed)
    found: Question[Any] = known[name]
    return found


def read_options(question: Question[Options], said: bytes) -> Options:
    """The options of a question. Raises Problem QUESTION_INVALID with what does not fit."""
    fields = msgspec.structs.fields(question.options)  # type: ignore[arg-type]  # options are structs
    try:
        given = msgspec.json.decode(said, type=dict[str, object])
        for field in fields:
            value = given.get(field.encode_name)
            if isinstance(value, str) and get_origin(field.type) is tuple:
                given[field.encode_name] = [value]  # an address that names something once
        return msgspec.convert(given, question.options, strict=False)
    except msgspec.MsgspecError as error:
        allowed = ", ".join(field.encode_name for field in fields)
        raise Problem(ProblemCode.QUESTION_INVALID, status=422, field="options", value=str(error), allowed=allowed) from error
