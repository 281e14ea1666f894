"""What does undo take back next in this window, and what does redo do again?"""

from collections.abc import Sequence

from tanteemma.store.operational.documents import Step


def stacks(log: Sequence[Step], window: str) -> tuple[list[Step], list[Step]]:
    """What can be undone and what can be done again, the next one last.

    Something new empties what could be done again, as people know it from everywhere. Versions without a way back (the first,
    a new name) are no steps.
    """
    undo: list[Step] = []
    redo: list[Step] = []
    for edit in log:
        if edit.editor != window:
            continue
        way_back = [] if edit.inverse == "[]" else [edit]  # none: somebody let what others said stand
        if edit.undoes is not None:
            undo = [one for one in undo if one.version != edit.undoes]
            redo += way_back
        elif edit.redoes is not None:
            redo = [one for one in redo if one.version != edit.redoes]
            undo += way_back
        elif way_back:
            undo.append(edit)
            redo = []
    return undo, redo


def to_undo(log: Sequence[Step], window: str) -> Step | None:
    """The edit that undo takes back next, None if there is none."""
    undo, _ = stacks(log, window)
    return undo[-1] if undo else None


def to_redo(log: Sequence[Step], window: str) -> Step | None:
    """The undoing that redo takes back next, None if there is none."""
    _, redo = stacks(log, window)
    return redo[-1] if redo else None
