"""How did a document stand at an old version? Its edits taken back one by one, quickly also after tens of thousands."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from tanteemma.workshop.document import Content, Value
from tanteemma.workshop.edits import Inverse, Was
from tanteemma.workshop.taking_back import take_back


def rewound(content: Content, steps: Iterable[tuple[int, Sequence[Inverse]]]) -> tuple[Content, tuple[Inverse, ...]]:
    """The content without these steps, the newest first, and what does all of them again; as ``take_back`` step by step.

    ``steps``: each with the version that what it puts back gets. What was said in a field, which is nearly everything people
    do, is put back without looking at the other parts.
    """
    fields, parts = dict(content.fields), {part.id: part for part in content.parts}
    again: list[Inverse] = []  # from its end to its beginning
    for version, inverse in steps:
        for back in inverse:
            if not isinstance(back, Was):
                content, forward = take_back(replace(content, fields=fields, parts=tuple(parts.values())), (back,), version)
                fields, parts = dict(content.fields), {part.id: part for part in content.parts}
                again += reversed(forward)
                continue
            part = parts.get(back.at)
            if back.at and part is None:
                continue
            said = fields if part is None else dict(part.fields)
            now = said.get(back.field)
            again.append(Was(field=back.field, value=None if now is None else now.value, at=back.at))
            said[back.field] = Value(back.value, version)
            if part is not None:
                parts[back.at] = replace(part, fields=said)
    return replace(content, fields=fields, parts=tuple(parts.values())), tuple(reversed(again))
