"""Which format is this file, and how many rows has it?"""

from pathlib import Path
from typing import Final

from tanteemma.ingest.formats.charset import as_utf8
from tanteemma.ingest.formats.opened import first_bytes, inner_name
from tanteemma.ingest.formats.preview import Look
from tanteemma.ingest.formats.shape import FileFormat, Mapping, Preview
from tanteemma.model.hooks import file_formats
from tanteemma.model.problems import Problem, ProblemCode

#: Asked last: any text is CSV.
_LAST: Final = "csv"


def find_format(path: Path, file_name: str, wanted: str | None = None) -> FileFormat:
    """The format of a file: the one that is wanted, else the one that recognises its bytes and name.

    Raises Problem UNKNOWN_FORMAT 422, and what an empty or badly packed file raises.
    """
    formats: dict[str, FileFormat] = file_formats.all()
    if wanted is not None:
        if wanted not in formats:
            raise Problem(ProblemCode.UNKNOWN_FORMAT, status=422, value=wanted, allowed=", ".join(formats))
        return formats[wanted]
    name = inner_name(path, file_name)
    head = as_utf8(first_bytes(path))
    fitting = [form for form in formats.values() if form.name != _LAST and form.recognises(head, name)]
    by_name = [form for form in fitting if name.lower().endswith(tuple(form.suffixes))]
    for form in (*by_name, *fitting, formats[_LAST]):
        if form.name != _LAST or form.recognises(head, name):
            return form
    raise Problem(ProblemCode.UNKNOWN_FORMAT, status=422, value=file_name, allowed=", ".join(formats))


def look_into(path: Path, file_name: str, *, wanted: str | None = None, known: Mapping | None = None) -> Look:
    """A reading of the beginning of a file. Raises Problem for a file that cannot be read."""
    form = find_format(path, file_name, wanted or (known.format if known else None))
    return form.look(path, inner_name(path, file_name), known)


def preview_file(path: Path, file_name: str, *, wanted: str | None = None, known: Mapping | None = None) -> Preview:
    """What the import page shows before anything is stored. Raises Problem for a file that cannot be read."""
    return look_into(path, file_name, wanted=wanted, known=known).preview()


def count_rows(path: Path, preview: Preview) -> tuple[int, int]:
    """(rows, rows that are no rows) of a file, without storing anything."""
    form: FileFormat = file_formats.named(preview.format)
    rows = bad = 0
    for chunk in form.chunks(path, preview.mapping):
        rows += chunk.table.num_rows
        bad += len(chunk.bad)
    return rows, bad
