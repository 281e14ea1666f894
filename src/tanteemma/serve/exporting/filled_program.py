"""``python -m tanteemma.serve.exporting.filled_program``: read a filled file, in a process that may be stopped any time.

Whoever sends a file can send anything: it is unpacked and read here, with little memory. The answer is the document in the
exchange format, or everything that is wrong with it, each with sheet and cell.
"""

import sys

import msgspec

from tanteemma.model.problems import Problem, Problems
from tanteemma.serve.exporting.order import Made, Refused, RefusedAll, Returned
from tanteemma.serve.exporting.program import be_modest, refused
from tanteemma.serve.exporting.reading import draft_of
from tanteemma.workshop.applying import apply_edits
from tanteemma.workshop.checking import fitting_all
from tanteemma.workshop.document import Content, Value
from tanteemma.workshop.exchange import as_file
from tanteemma.workshop.keeping import kind_named


def main() -> int:
    """One file."""
    be_modest()
    returned = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Returned)
    said: Made | Refused | RefusedAll
    try:
        said = Made(file=read(returned))
    except Problem as problem:
        said = RefusedAll((refused(problem),))
    except Problems as several:
        said = RefusedAll(tuple(refused(problem) for problem in several.problems))
    except MemoryError:
        said = Refused()
    sys.stdout.buffer.write(msgspec.msgpack.encode(said))
    sys.stdout.flush()
    return 0


def read(returned: Returned) -> bytes:
    """The document in the exchange format. Raises Problem or Problems."""
    draft = draft_of(returned.file, returned.language)
    kind = kind_named(draft.kind)
    values, problems = fitting_all(kind.fields, draft.fields)
    if problems:
        raise Problems(problems)
    begun = Content(fields={name: Value(value, 1) for name, value in values.items()})
    content = apply_edits(kind, begun, draft.edits, 1).content
    if draft.order:
        place = {identity: at for at, identity in enumerate(draft.order)}
        content = msgspec.structs.replace(content, parts=tuple(sorted(content.parts, key=lambda part: place.get(part.id, 0))))
    return as_file(kind, draft.name, content)


if __name__ == "__main__":
    sys.exit(main())
