"""What does a browser or a server send when a form is filled in? urlencoded, multipart or JSON: one value for each name."""

from typing import Final
from urllib.parse import parse_qsl

from multipart import MultipartError, PushMultipartParser, parse_options_header  # type: ignore[import-untyped]  # it ships none

from tanteemma.ingest.steps.strict_json import Shape
from tanteemma.ingest.webhooks.door import payload_of
from tanteemma.model.problems import Problem, ProblemCode

_MOST_FIELDS: Final = 200
_UNREADABLE: Final = 400


def fields_of(body: bytes, content_type: str) -> dict[str, object]:
    """The fields of a form by name; of several values of one name the last, files are left out.

    Raises Problem EMPTY_BODY, BAD_REQUEST, NOT_AN_OBJECT (400), TOO_MANY_PROPERTIES (422) and those of JSON.
    """
    kind, options = parse_options_header(content_type)
    if not body.strip():
        raise Problem(ProblemCode.EMPTY_BODY, status=_UNREADABLE)
    if kind == "multipart/form-data":
        return _multipart(body, options.get("boundary", ""))
    if body.lstrip()[:1] in (b"{", b"["):
        value, _ = payload_of(body, Shape(size=len(body) + 1, names=_MOST_FIELDS))
        if not isinstance(value, dict):
            raise Problem(ProblemCode.NOT_AN_OBJECT, status=_UNREADABLE)
        return value
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    if not pairs:
        raise Problem(ProblemCode.NOT_AN_OBJECT, status=_UNREADABLE)
    if len(pairs) > _MOST_FIELDS:
        raise Problem(ProblemCode.TOO_MANY_PROPERTIES, status=422, limit=_MOST_FIELDS)
    return {name: _storable(value) for name, value in pairs}


def _multipart(body: bytes, boundary: str) -> dict[str, object]:
    found: dict[str, object] = {}
    name, value = "", bytearray()
    try:
        parser = PushMultipartParser(boundary, max_segment_count=_MOST_FIELDS)
        for event in parser.parse(body):
            if isinstance(event, bytes | bytearray):
                value += event
            elif event is None:
                if name:
                    found[name] = _storable(value.decode("utf-8", "replace"))
                name, value = "", bytearray()
            else:
                name = "" if event.filename is not None else event.name
        parser.close()
    except (MultipartError, ValueError, LookupError) as broken:
        raise Problem(ProblemCode.BAD_REQUEST, status=_UNREADABLE) from broken
    return found


def _storable(text: str) -> str:
    return text.replace("\x00", "\ufffd")
