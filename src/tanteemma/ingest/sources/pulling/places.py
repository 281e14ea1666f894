"""Which folders of this machine may be read? Only those that the settings name."""

from collections.abc import Iterable
from pathlib import Path

from tanteemma.model.problems import Problem, ProblemCode


def check_folder(path: Path, allowed: Iterable[str]) -> None:
    """Raise Problem PULL_FOLDER unless the path, with every link followed, lies in a folder that may be read."""
    real = path.resolve()
    if not path.is_absolute() or not any(real.is_relative_to(Path(folder).resolve()) for folder in allowed):
        raise Problem(ProblemCode.PULL_FOLDER, status=422, value=str(path))
