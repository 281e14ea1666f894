"""How well is what a map says evidenced? One scale for page, files, command line and programs."""

from enum import StrEnum


class Evidence(StrEnum):
    """How well a cell is evidenced; docs/cx-map-measured.md has the rule. The words are the texts ``cells.evidence.<level>``.

    ASSUMED: no rule, or it catches nothing. QUALITATIVE: so too, but research on the map speaks of it. FEW: fewer than 30
    journeys. MEASURED: 30 or more. PROVEN: measured in at least 8 different weeks, the newest event not older than 28 days,
    and at least 30 answers of one metric speak of it too; of an effect: shown with a control group.
    """

    ASSUMED = "assumed"
    QUALITATIVE = "qualitative"
    FEW = "few"
    MEASURED = "measured"
    PROVEN = "proven"
