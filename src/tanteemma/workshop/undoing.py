"""What does undo take back next in this window, and what does redo do again?"""

from collections.abc import Sequence

from tanteemma.store.operational.documents import StoredEdit


def stacks(log: Sequence[StoredEdit], window: str) -> tuple[list[StoredEdit], list[StoredEdit]]:
    """What can be undone and what can be done again, the next one last.

    Something new empties what could be done again, as people know it from everywhere. Versions without a way back (the first,
    a new name) are no steps.
    """
    undo: list[StoredEdit] = []
    redo: list[StoredEdit] = []
    for edit in log:
        if edit.editor != window or edit.inverse == "[]":
            continue
        if edit.undoes is not None:
            undo = [one for one in undo if one.version != edit.undoes]
            redo.append(edit)
        elif edit.redoes is not None:
            redo = [one for one in redo if one.version != edit.redoes]
            undo.append(edit)
        else:
            undo.append(edit)
            redo = []
    return undo, redo


def to_undo(log: Sequence[StoredEdit], window: str) -> StoredEdit | None:
    """The edit that undo takes back next, None if there is none."""
    undo, _ = stacks(log, window)
    return undo[-1] if undo else None


def to_redo(log: Sequence[StoredEdit], window: str) -> StoredEdit | None:
    """The undoing that redo takes back next, None if there is none."""
    _, redo = stacks(log, window)
    return redo[-1] if redo else None
