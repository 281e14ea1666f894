"""What the pages and the command line can ask the worker about pulls: one typed message each."""

import msgspec


class _Message(msgspec.Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """A message of the worker socket; its class name is its tag on the wire."""


class TryPull(_Message, frozen=True):
    """What would pull ``number`` bring? Its first rows, nothing is stored. Answer: the preview as JSON.

    ``mapping``, ``answers``: how somebody wants them to be read. ``settle``: keep that if nothing is open, and begin to pull;
    then the answer is its ``PullState``. Raises Problem MAPPING_NEEDED while something is open.
    """

    number: int
    mapping: bytes | None = None
    answers: dict[str, str] = {}
    settle: bool = False


class RunPull(_Message, frozen=True):
    """Pull ``number`` now. Answer: its ``PullState``, after the rows are in or ``wait_s`` are over."""

    number: int
    wait_s: float = 0.0
