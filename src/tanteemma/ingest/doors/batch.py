"""The events of one request as they are read one by one: what is good, what came twice, what was wrong."""

from typing import Final

from tanteemma.ingest.doors.fields import Setting, live_event
from tanteemma.ingest.doors.shape import Decoded, DoorRequest
from tanteemma.ingest.steps.strict_json import Strict, read_object
from tanteemma.model.events import BadItem, LiveEvent
from tanteemma.model.problems import Problem, ProblemCode

_UNREADABLE: Final = 400
_FORBIDDEN: Final = 403
_TOO_LARGE: Final = 413


class Batch:
    """Events of one request as they are read, and what was wrong with the others."""

    def __init__(self, request: DoorRequest, setting: Setting, *, by_line: bool) -> None:
        self._request = request
        self._setting = setting
        self._by_line = by_line
        self._contents: dict[bytes, bytes] = {}
        self._too_large = 0
        self.events: list[LiveEvent] = []
        self.places: list[int] = []
        self.raws: list[bytes] = []
        self.duplicates: list[int] = []
        self.bad: list[BadItem] = []

    def read(self, index: int, text: bytes, raw: bytes, strict: Strict | None = None, *, mended: bool | None = None) -> None:
        """Take one event. ``mended``: characters had to be replaced (None: they were, if ``text`` is not ``raw``).

        Raises Problem if it condemns the request: 400 for a broken envelope, 403 for a foreign source.
        """
        try:
            strict = strict or read_object(text, self._request.limits.shape)
            event = live_event(strict, index, self._setting, mended=text != raw if mended is None else mended)
        except Problem as problem:
            if problem.status == _FORBIDDEN or (problem.status == _UNREADABLE and not self._by_line):
                raise
            self._too_large += problem.status == _TOO_LARGE
            self.bad.append(bad_item(problem, index, raw))
            return
        before = self._contents.setdefault(event.event_id, event.content)
        if before is event.content:
            self.events.append(event)
            self.places.append(index)
            self.raws.append(raw)
        elif before == event.content:
            self.duplicates.append(index)
        else:
            self.bad.append(BadItem(index, ProblemCode.MESSAGE_ID_CONFLICT.value, "message_id", raw))

    def forget_too_large(self) -> None:
        """What is too large goes into quarantine like everything else, for a sender who cannot send it smaller."""
        self._too_large = 0

    def decoded(self, received: int) -> Decoded:
        """The request as a whole. If all its events are too large, none is kept."""
        source, received_us, agent = self._request.source, self._request.received_us, self._request.user_agent
        if received and self._too_large == received:
            size = self._request.limits.shape.size
            problem = Problem(ProblemCode.EVENT_TOO_LARGE, status=_TOO_LARGE, index=self.bad[0].index, limit=size)
            return Decoded(source=source, received_us=received_us, user_agent=agent, rejected=len(self.bad), problem=problem)
        return Decoded(
            source=source,
            received_us=received_us,
            user_agent=agent,
            events=tuple(self.events),
            places=tuple(self.places),
            raws=tuple(self.raws),
            duplicates=tuple(self.duplicates),
            quarantined=tuple(self.bad),
        )


def bad_item(problem: Problem, index: int, raw: bytes) -> BadItem:
    """What was wrong, with the bytes it was wrong in."""
    params = {
        name: str(value) for name, value in problem.params.items() if name not in {"field", "index"} and value is not None
    }
    field = problem.params.get("field")
    return BadItem(index, problem.code.value, str(field) if field is not None else None, raw, params)


def refused(request: DoorRequest, problem: Problem, rejected: int, kept: tuple[BadItem, ...] = ()) -> Decoded:
    """A request that is refused as a whole: ``rejected`` events counted, or its bytes ``kept``."""
    return Decoded(
        source=request.source,
        received_us=request.received_us,
        user_agent=request.user_agent,
        quarantined=kept,
        rejected=rejected,
        problem=problem,
    )
