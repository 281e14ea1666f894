"""What can be asked of the worker about segments of customers; among the others of ``messages``."""

import msgspec


class _Message(msgspec.Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """A message of the worker socket; its class name is its tag on the wire."""


class DefineSegment(_Message, frozen=True):
    """Save a segment of customers: a ``condition`` on whole lives, or a list of ``identifiers`` (ids, e-mail addresses).

    ``only_new``: one that is there already is not changed. Answer: that of ``ShowSegment``.
    """

    name: str
    condition: str = ""
    note: str = ""
    identifiers: tuple[str, ...] | None = None
    only_new: bool = False
    who: str = ""


class ListSegments(_Message, frozen=True):
    """Which segments are there, and how large? Answer: ``serve.segments.SegmentList``."""


class ShowSegment(_Message, frozen=True):
    """One segment with its past. Answer: ``serve.segments.SegmentDetail``."""

    name: str


class RemoveSegment(_Message, frozen=True):
    """Remove a segment that no other uses. Answer: that of ``ListSegments``."""

    name: str
    who: str = ""


class ExportMembers(_Message, frozen=True):
    """Write the members of a segment to ``path``: ``format`` csv or parquet. Answer: how many."""

    path: str
    name: str
    format: str = "csv"


SegmentMessage = DefineSegment | ListSegments | ShowSegment | RemoveSegment | ExportMembers
