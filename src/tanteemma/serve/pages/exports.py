"""In which formats can journeys be taken along from a page? In the order in which they are offered."""

from typing import Final

import msgspec


class ExportChoice(msgspec.Struct, frozen=True):
    """One way of writing journeys: its format and style, the end of the file's name, what a browser is told it is.

    Its text is ``export.<name>``.
    """

    name: str
    format: str
    style: str
    suffix: str
    media_type: str


CHOICES: Final = (
    ExportChoice("excel", "csv", "german", ".csv", "text/csv; charset=utf-8"),
    ExportChoice("csv", "csv", "plain", ".csv", "text/csv; charset=utf-8"),
    ExportChoice("parquet", "parquet", "plain", ".parquet", "application/vnd.apache.parquet"),
    ExportChoice("xes", "xes", "plain", ".xes", "application/xml"),
    ExportChoice("xes_gz", "xes.gz", "plain", ".xes.gz", "application/gzip"),
    ExportChoice("ocel", "ocel", "plain", ".ocel.json", "application/json"),
)
STYLES: Final = ("plain", "german")


def choice_of(form: str) -> ExportChoice | None:
    """The choice that writes a format; None if there is none."""
    return next((one for one in CHOICES if one.format == form), None)
