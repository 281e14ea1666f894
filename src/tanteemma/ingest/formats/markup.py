"""XML read as a stream in little memory: no document type declaration, no endless depth, no endless text."""

from collections.abc import Callable
from typing import Final
from xml.parsers import expat

from tanteemma.model.problems import Problem, ProblemCode

#: Elements within elements.
MAX_DEPTH: Final = 64
#: Bytes of one tag with its attributes.
MAX_TAG: Final = 16 << 20

Start = Callable[[str, list[str]], None]
End = Callable[[str], None]


class Cut(Exception):
    """The XML ends too early or is broken from ``line`` on; everything before was handed over."""

    def __init__(self, line: int, column: int) -> None:
        super().__init__(f"line {line}")
        self.line = line
        self.column = column


class Markup:
    """Feeds start, end and text of elements to functions. Attributes come as a list: name, value, name, value and so on."""

    def __init__(self, start: Start, end: End, text: End | None = None) -> None:
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.ordered_attributes = True
        self._parser.StartElementHandler = start
        self._parser.EndElementHandler = end
        if text is not None:
            self._parser.CharacterDataHandler = text
        self._parser.StartDoctypeDeclHandler = _refuse
        self._fed = 0

    def feed(self, block: bytes, *, last: bool = False) -> None:
        """Read on. Raises Cut, and Problem DTD_FORBIDDEN or UNREADABLE_FILE 400, EVENT_TOO_LARGE 413."""
        try:
            self._parser.Parse(block, last)
        except expat.ExpatError as error:
            raise Cut(error.lineno, error.offset) from error
        except (LookupError, ValueError) as error:
            # an encoding that does not exist, or one that this parser cannot read
            raise Problem(ProblemCode.UNREADABLE_FILE, status=400) from error
        self._fed += len(block)
        if not last and self._fed - self._parser.CurrentByteIndex > MAX_TAG:
            raise Problem(ProblemCode.EVENT_TOO_LARGE, status=413, limit=MAX_TAG)


def _refuse(*_: object) -> None:
    raise Problem(ProblemCode.DTD_FORBIDDEN, status=400)


def too_deep() -> Problem:
    """The problem of elements within elements without end."""
    return Problem(ProblemCode.TOO_DEEP, status=400, limit=MAX_DEPTH)
