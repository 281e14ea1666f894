"""Files of a folder or at an address, copied when they are new or changed; what is in them is read as an import reads it."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from dlt.sources.filesystem import filesystem

from tanteemma.ingest.sources.pulling.places import check_folder
from tanteemma.ingest.sources.pulling.plan import FilesPlan
from tanteemma.ingest.sources.pulling.task import Fetched, GotFile, State, Task
from tanteemma.ingest.sources.pulling.web import authorised, session_for
from tanteemma.model.problems import Problem, ProblemCode

_MOST_FILES: Final = 1_000
_NO_NEWS: Final = 304


def fetch_files(plan: FilesPlan, task: Task) -> Fetched:
    """The new and changed files. Raises Problem."""
    return _fetch_address(plan, task) if plan.url else _fetch_folder(plan, task)


def _fetch_folder(plan: FilesPlan, task: Task) -> Fetched:
    folder = Path(plan.folder)
    check_folder(folder, task.folders)
    if not folder.is_dir():
        raise Problem(ProblemCode.PULL_NOTHING_THERE, status=404, value=str(folder))
    known = dict(task.state.files)
    got: list[GotFile] = []
    size = 0
    target = Path(f"{task.out}.d")
    target.mkdir(parents=True, exist_ok=True)
    for name, mark, bytes_ in sorted(_listed(folder, plan.glob)):
        path = folder / name
        check_folder(path, task.folders)
        if known.get(name) == mark and not task.sample:
            continue
        size += bytes_
        if size > task.limits.bytes:
            raise Problem(ProblemCode.PULL_TOO_LARGE, status=413, limit=task.limits.bytes)
        copy = target / f"{len(got):06d}"
        shutil.copyfile(path, copy)
        got.append(GotFile(str(copy), path.name, f"{name}\n{mark}"))
        if task.sample or len(got) >= _MOST_FILES:
            break
    if task.sample and not got:
        raise Problem(ProblemCode.PULL_NOTHING_THERE, status=404, value=f"{folder}/{plan.glob}")
    more = len(got) >= _MOST_FILES and not task.sample
    return Fetched(rows=0, state=State(files=known, more=more), files=tuple(got))


def _listed(folder: Path, glob: str) -> Iterator[tuple[str, str, int]]:
    """Name in the folder, mark (date and size) and size of each file."""
    for item in filesystem(bucket_url=folder.as_uri(), file_glob=glob):
        moment: datetime = item["modification_date"]
        name = str(item["relative_path"])
        yield name, f"{moment.timestamp():.6f} {item['size_in_bytes']}", int(item["size_in_bytes"])


def _fetch_address(plan: FilesPlan, task: Task) -> Fetched:
    headers, user = authorised(plan.auth, plan.auth_name, task.secret)
    if task.state.tag and not task.sample:
        headers["If-None-Match" if task.state.tag.startswith(('"', "W/")) else "If-Modified-Since"] = task.state.tag
    reply = session_for(task.limits).get(plan.url, headers=headers, auth=user)
    if reply.status_code == _NO_NEWS:
        return Fetched(rows=0, state=task.state)
    reply.raise_for_status()
    target = Path(f"{task.out}.d")
    target.mkdir(parents=True, exist_ok=True)
    copy = target / "000000"
    copy.write_bytes(reply.content)
    name = unquote(Path(urlsplit(plan.url).path).name) or "download"
    tag = reply.headers.get("ETag") or reply.headers.get("Last-Modified") or ""
    return Fetched(rows=0, state=State(tag=tag), files=(GotFile(str(copy), name, f"{name}\n{tag}"),))
