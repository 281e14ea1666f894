"""What can be asked of the worker about customers."""

import msgspec


class AskPeople(msgspec.Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """A question or a change about customers: its ``name``, ``options`` as JSON (see ``serve.worker.people_desk``)."""

    name: str
    options: bytes = b"{}"
