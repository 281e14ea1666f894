"""What can a column mean? Known without anything that reads files, so that the edge may ask, too."""

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What a column can mean. The names are those of ``--columns`` on the command line."""

    PERSON = "person"
    TIME = "time"
    CLOCK = "clock"
    TOUCHPOINT = "touchpoint"
    CHANNEL = "channel"
    JOURNEY = "journey"
    VALUE = "value"
    CURRENCY = "currency"
    SCORE = "score"
    COMMENT = "comment"
    EMAIL = "email"
    PHONE = "phone"
    CARD = "card"
    ORDINAL = "ordinal"
    MESSAGE_ID = "message_id"


#: Columns that name a person, the strongest name first.
NAMING: Final = (Role.PERSON, Role.EMAIL, Role.PHONE, Role.CARD)
