"""How did a document stand at an old version? Its edits taken back one by one, quickly also after tens of thousands."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from tanteemma.workshop.document import Content, Value
from tanteemma.workshop.edits import Inverse, Was
from tanteemma.workshop.taking_back import take_back


def rewound(content: Content, steps: Iterable[tuple[int, Sequence[Inverse]]]) -> Content:
    """The content without these steps, the newest first, each with its version: what ``take_back`` gives, step by step.

    What was said in a field, which is nearly everything people do, is put back without looking at the other parts.
    """
    fields, parts = dict(content.fields), {part.id: part for part in content.parts}
    for version, inverse in steps:
        for back in inverse:
            if not isinstance(back, Was):
                content, _ = take_back(replace(content, fields=fields, parts=tuple(parts.values())), (back,), version)
                fields, parts = dict(content.fields), {part.id: part for part in content.parts}
            elif not back.at:
                fields[back.field] = Value(back.value, version)
            elif (part := parts.get(back.at)) is not None:
                parts[back.at] = replace(part, fields=part.fields | {back.field: Value(back.value, version)})
    return replace(content, fields=fields, parts=tuple(parts.values()))
