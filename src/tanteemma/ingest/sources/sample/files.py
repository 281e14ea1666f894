"""The same year as the files such a company has: what its shop, telephones, carriers and survey tool export."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from tanteemma.ingest.sources.sample.company import SampleCompany

_ZONE: Final = ZoneInfo("Europe/Berlin")
_ROWS: Final = 50_000

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One CSV file: encoding, header, which events become rows, and the row of one event."""

    name: str
    encoding: str
    header: tuple[str, ...]
    channels: frozenset[str]
    row: Callable[[Row], tuple[str, ...]]


def as_files(company: SampleCompany, folder: Path) -> tuple[Path, ...]:
    """Write orders.csv, calls.csv, parcels.csv, surveys.csv and web_visits.jsonl; returns their paths.

    orders.csv is what an older German shop system exports: cp1252, semicolons, decimal comma, ``31.12.2026 18:05:09`` on the
    wall clock in Berlin. surveys.csv has school marks (1 is best) and comments. web_visits.jsonl is UTF-8 with UTC times.
    Comments written with characters that cp1252 lacks stay whole: only orders.csv is cp1252 and it holds none.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / sheet.name for sheet in _SHEETS]
    for sheet, path in zip(_SHEETS, paths, strict=True):
        with path.open("w", encoding=sheet.encoding, newline="") as stream:
            writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
            writer.writerow(sheet.header)
            writer.writerows(sheet.row(event) for event in _events(company) if event["channel"] in sheet.channels)
    visits = folder / "web_visits.jsonl"
    with visits.open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(_visit(event) for event in _events(company) if event["channel"] == "web")
    return (*paths, visits)


def _events(company: SampleCompany) -> Iterator[Row]:
    """Events as Python values, a batch at a time."""
    wanted = ("name", "channel", "occurred_at", "subject", "keys", "value", "properties")
    for batch in company.batches(_ROWS):
        for event in batch.select(wanted).to_pylist():
            event["keys"] = dict(event["keys"] or ())
            event["properties"] = json.loads(event["properties"])
            event["local"] = event["occurred_at"].astimezone(_ZONE)
            yield event


def _order(event: Row) -> tuple[str, ...]:
    said = event["properties"]
    return (
        event["keys"].get("order", ""),
        _customer(event, "user"),
        _customer(event, "mail"),
        event["name"],
        event["local"].strftime("%d.%m.%Y %H:%M:%S"),
        said.get("product_group", ""),
        _german(event["value"]),
        said.get("payment_method", ""),
        _german_day(said.get("promised_delivery", "")),
    )


def _call(event: Row) -> tuple[str, ...]:
    said = event["properties"]
    return (
        event["local"].strftime("%d.%m.%Y %H:%M"),
        event["name"],
        _customer(event, "phone"),
        _customer(event, "user"),
        said.get("reason", ""),
        said.get("team", ""),
        str(said.get("waiting_s", "")),
        event["keys"].get("order", ""),
        event["keys"].get("ticket", ""),
        said.get("status", ""),
    )


def _parcel(event: Row) -> tuple[str, ...]:
    said = event["properties"]
    return (
        event["keys"].get("order", ""),
        said.get("carrier", ""),
        event["name"],
        event["local"].isoformat(sep=" ", timespec="seconds"),
        said.get("promised_delivery", ""),
    )


def _survey(event: Row) -> tuple[str, ...]:
    said = event["properties"]
    score = said.get("$score", {})
    marks = [str(score["value"]) if score.get("metric") == metric else "" for metric in ("csat", "nps", "ces")]
    return (
        event["local"].strftime("%d.%m.%Y"),
        _customer(event, "user"),
        _customer(event, "mail"),
        event["name"],
        *marks,
        said.get("$comment", ""),
        event["keys"].get("order", ""),
    )


def _visit(event: Row) -> str:
    said: Iterable[tuple[str, Any]] = {
        "timestamp": event["occurred_at"].isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "page": event["name"],
        "anonymous_id": _customer(event, "anon"),
        "user_id": _customer(event, "user"),
        "basket": event["keys"].get("cart", ""),
        "order": event["keys"].get("order", ""),
        **event["properties"],
    }.items()
    return json.dumps({name: value for name, value in said if value != ""}, ensure_ascii=False) + "\n"


def _customer(event: Row, kind: str) -> str:
    prefix, _, mark = event["subject"].partition(":")
    return mark if prefix == kind else ""


def _german(value: Decimal | None) -> str:
    """Money as German exports write it.

    >>> _german(Decimal("1234.500000"))
    '1.234,50'
    """
    if value is None:
        return ""
    return f"{value:,.2f}".translate(str.maketrans(",.", ".,"))


def _german_day(day: str) -> str:
    return ".".join(reversed(day.split("-"))) if day else ""


_SHEETS: Final = (
    _Sheet(
        "orders.csv",
        "cp1252",
        (
            "Bestellnummer",
            "Kundennummer",
            "E-Mail",
            "Status",
            "Zeitpunkt",
            "Artikelgruppe",
            "Betrag",
            "Zahlungsart",
            "Zugesagter Liefertermin",
        ),
        frozenset({"shop"}),
        _order,
    ),
    _Sheet(
        "calls.csv",
        "utf-8-sig",
        (
            "Anrufzeit",
            "Art",
            "Telefonnummer",
            "Kundennummer",
            "Grund",
            "Team",
            "Wartezeit (s)",
            "Bestellnummer",
            "Ticket",
            "Auskunft",
        ),
        frozenset({"call_centre"}),
        _call,
    ),
    _Sheet(
        "parcels.csv",
        "utf-8",
        ("Bestellnummer", "Paketdienst", "Ereignis", "Zeit", "Zugesagt"),
        frozenset({"parcel"}),
        _parcel,
    ),
    _Sheet(
        "surveys.csv",
        "utf-8",
        (
            "Datum",
            "Kundennummer",
            "E-Mail",
            "Umfrage",
            "Schulnote (1 = sehr gut)",
            "Weiterempfehlung (0-10)",
            "Leichtigkeit (1-7)",
            "Kommentar",
            "Bestellnummer",
        ),
        frozenset({"survey"}),
        _survey,
    ),
)
