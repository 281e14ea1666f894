"""What a journey should be like: the steps as somebody drew them."""

from enum import StrEnum

import msgspec


class DrawnStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step: any of its ``touchpoints`` (through the channel) is as good; it may be left out, or happen again at once.

    ``within_s``: in so many seconds the next step that happens should begin; None: no promise.
    """

    touchpoints: tuple[str, ...]
    optional: bool = False
    repeats: bool = False
    channel: str | None = None
    within_s: float | None = None


class Deviation(StrEnum):
    """What is said of a journey beside what was drawn: of all of it, of one step, of a touchpoint that came in addition."""

    FITS = "fits"
    DIFFERS = "differs"
    REACHES = "reaches"
    SKIPS = "skips"
    MISPLACES = "misplaces"
    REPEATS = "repeats"
    LATE = "late"
    ADDS = "adds"


#: Those that are said of one step.
OF_A_STEP = (Deviation.REACHES, Deviation.SKIPS, Deviation.MISPLACES, Deviation.REPEATS, Deviation.LATE)
