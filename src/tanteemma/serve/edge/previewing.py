"""The preview of a file as a form: what was guessed becomes fields, the fields become the mapping the file is read with."""

from collections.abc import Mapping
from typing import Final

import msgspec

from tanteemma.model.texts import catalogue, text
from tanteemma.serve.pages.views_sources import (
    ROLES,
    Ask,
    Choice,
    ColumnGuess,
    DialectForm,
    ImportPreviewView,
    Remark,
    ScaleForm,
)

_TABULAR: Final = frozenset({"csv", "xlsx", "parquet", "jsonl"})
_LONGEST_FIELD: Final = 500
_DIALECT: Final = ("encoding", "delimiter", "decimal", "date_order", "time_zone", "sheet")
_NAMED: Final = {"\\t": "\t", "\\\\t": "\t"}

Form = Mapping[str, str]


class DialectDocument(msgspec.Struct, frozen=True, kw_only=True):
    """How a file is written, as the preview's JSON says it."""

    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    skip_lines: int = 0
    decimal: str | None = "."
    thousands: str | None = None
    date_order: str | None = None
    time_zone: str = "Europe/Berlin"
    sheet: str | None = None


class ScaleDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The scale of a score column."""

    low: float
    high: float
    best: float
    metric: str | None = None


class MappingDocument(msgspec.Struct, frozen=True, kw_only=True):
    """How the columns are read; the JSON of ``ingest.formats.shape.Mapping`` (a test compares the two)."""

    format: str
    dialect: DialectDocument = DialectDocument()
    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    scale: ScaleDocument | None = None


class QuestionDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Something only a person can settle."""

    code: str
    column: str | None
    choices: tuple[str, ...]
    example: str | None = None


class WarnDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Something worth saying."""

    code: str
    column: str | None
    row: int | None = None
    value: str | None = None


class PreviewDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What the worker says about a file; the JSON of ``ingest.formats.shape.Preview`` (a test compares the two)."""

    format: str
    fingerprint: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    mapping: MappingDocument
    questions: tuple[QuestionDocument, ...] = ()
    warnings: tuple[WarnDocument, ...] = ()
    bad_rows: int = 0
    total_rows: int | None = None
    known: bool = False


def say(keys: tuple[str, ...], fallback: str, language: str, **params: object) -> str:
    """The first of these keys that has a text; what a plug-in brings without a text is shown by its code."""
    known = catalogue(language)
    for key in keys:
        if key in known:
            return text(key, language, **params)
    return fallback


def preview_view(number: int, name: str, found: PreviewDocument, form: Form, language: str) -> ImportPreviewView:
    """The preview page of one file; ``form``: what was answered before, empty at first sight."""
    roles = {column: role for role, column in found.mapping.columns.items()}
    dialect = found.mapping.dialect
    return ImportPreviewView(
        number=number,
        file_name=name,
        format=found.format,
        columns=tuple(ColumnGuess(name=column, role=roles.get(column)) for column in found.columns),
        rows=found.rows,
        dialect=DialectForm(
            encoding=dialect.encoding,
            delimiter=dialect.delimiter,
            decimal=dialect.decimal,
            date_order=dialect.date_order,
            time_zone=dialect.time_zone,
            sheet=dialect.sheet,
            sheets=next((question.choices for question in found.questions if question.code == "sheet"), ()),
        ),
        scale=_scale_form(found, form),
        constant_touchpoint=found.mapping.constants.get("touchpoint", ""),
        questions=tuple(_ask(place, question, form, language) for place, question in enumerate(found.questions)),
        remarks=tuple(_remark(warning, language) for warning in found.warnings),
        bad_rows=found.bad_rows,
        total_rows=found.total_rows,
        known=found.known,
        tabular=found.format in _TABULAR,
    )


def mapping_from(found: PreviewDocument, form: Form) -> MappingDocument:
    """The mapping a person confirmed: what was guessed, with the fields of the form over it."""
    said = {name: _NAMED.get(form[name], form[name])[:_LONGEST_FIELD] for name in _DIALECT if form.get(name)}
    columns = dict(found.mapping.columns)
    if any(name.startswith("role.") for name in form):
        columns = {
            form[f"role.{place}"]: column for place, column in enumerate(found.columns) if form.get(f"role.{place}") in ROLES
        }
    constants = dict(found.mapping.constants)
    if "constant.touchpoint" in form:
        constants.pop("touchpoint", None)
        if form["constant.touchpoint"].strip():
            constants["touchpoint"] = form["constant.touchpoint"].strip()[:_LONGEST_FIELD]
    return msgspec.structs.replace(
        found.mapping,
        dialect=msgspec.structs.replace(found.mapping.dialect, **said),
        columns=columns,
        constants=constants,
        scale=_scale(form) or found.mapping.scale,
    )


def answers_in(found: PreviewDocument, form: Form) -> dict[str, str]:
    """What was chosen where the preview asked: code of the question -> the choice, only of those that were offered."""
    answered = {}
    for place, question in enumerate(found.questions):
        choice = form.get(f"answer.{place}")
        if choice in question.choices:
            answered[question.code] = str(choice)
    return answered


def _scale(form: Form) -> ScaleDocument | None:
    low, high = _number(form.get("scale.low")), _number(form.get("scale.high"))
    best = form.get("scale.best")
    if low is None or high is None or best not in {"low", "high"}:
        return None
    return ScaleDocument(low=low, high=high, best=low if best == "low" else high, metric=form.get("scale.metric") or None)


def _scale_form(found: PreviewDocument, form: Form) -> ScaleForm:
    """The scale as known; else as said before; else the ends that the values suggest, so that only the good end is asked."""
    scale = found.mapping.scale
    if scale is None:
        choices = [choice.split(":") for question in found.questions if question.code == "scale" for choice in question.choices]
        ends, named = {choice[0] for choice in choices}, {"".join(choice[2:]) for choice in choices}
        low, _, high = ends.pop().partition("-") if len(ends) == 1 else ("", "", "")
        return ScaleForm(
            low=_number(form.get("scale.low") or low),
            high=_number(form.get("scale.high") or high),
            best=form.get("scale.best") or None,
            metric=form.get("scale.metric", named.pop() if len(named) == 1 else ""),
        )
    return ScaleForm(
        low=scale.low, high=scale.high, best="low" if scale.best == scale.low else "high", metric=scale.metric or ""
    )


def _number(written: str | None) -> float | None:
    try:
        return float((written or "").replace(",", "."))
    except ValueError:
        return None


def without_metric(question: QuestionDocument, choice: str) -> str:
    """A choice as its text is called: of a scale its ends and the good one."""
    return ":".join(choice.split(":")[:2]) if question.code == "scale" else choice


def _ask(place: int, question: QuestionDocument, form: Form, language: str) -> Ask:
    choices = tuple(
        Choice(
            value=choice,
            label=say(
                (f"question.{question.code}.{without_metric(question, choice)}",), choice, language, value=question.example
            ),
        )
        for choice in question.choices
    )
    return Ask(
        code=question.code,
        sentence=say((f"question.{question.code}",), question.code, language, column=question.column, value=question.example),
        choices=choices,
        column=question.column,
        example=question.example,
        answer=form.get(f"answer.{place}"),
    )


def _remark(warning: WarnDocument, language: str) -> Remark:
    keys = (f"warn.{warning.code}", f"problem.{warning.code}")
    sentence = say(
        keys, warning.code, language, row=warning.row, field=warning.column, column=warning.column, value=warning.value
    )
    return Remark(sentence=sentence, column=warning.column, row=warning.row, value=warning.value)
