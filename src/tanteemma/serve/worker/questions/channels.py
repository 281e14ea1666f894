"""Which channels are there?"""

import msgspec

from tanteemma.model.hooks import questions
from tanteemma.serve.worker.asking import Put, Question


class ChannelsOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing to choose."""


class ChannelsDocument(msgspec.Struct, frozen=True):
    """Every channel that an event names, by name."""

    channels: tuple[str, ...]


def _channels(put: Put[ChannelsOptions]) -> ChannelsDocument:
    return ChannelsDocument(tuple(sorted(set(put.watched.touchpoints().channels))))


questions.add("channels")(Question(ChannelsOptions, _channels))
