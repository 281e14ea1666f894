"""Whatever the libraries raise, as a problem in plain words: without passwords, addresses with keys or texts of customers."""

import re
from collections.abc import Iterator
from typing import Final

import requests

from tanteemma.ingest.sources.pulling.guard import Guard
from tanteemma.ingest.sources.pulling.task import Failed
from tanteemma.ingest.sources.pulling.web import TooLarge, wait_asked
from tanteemma.model.problems import Problem, ProblemCode

_UNAUTHORISED: Final = frozenset({401, 403, 407})
_GONE: Final = frozenset({404, 410})
_BUSY: Final = frozenset({429, 503})
_ERRORS: Final = 400
_THEIRS: Final = 500
#: names of what SQLAlchemy, the drivers and dlt raise, by what it means
_MEANINGS: Final = {
    "NoSuchTableError": ProblemCode.PULL_NOTHING_THERE,
    "UndefinedTable": ProblemCode.PULL_NOTHING_THERE,
    "NoSuchModuleError": ProblemCode.PULL_DRIVER,
    "ModuleNotFoundError": ProblemCode.PULL_DRIVER,
    "MissingDependencyException": ProblemCode.PULL_DRIVER,
    "UndefinedColumn": ProblemCode.PULL_COLUMN_GONE,
    "InvalidPassword": ProblemCode.PULL_REFUSED,
    "InsufficientPrivilege": ProblemCode.PULL_REFUSED,
    "InvalidAuthorizationSpecification": ProblemCode.PULL_REFUSED,
    "QueryCanceled": ProblemCode.PULL_TOO_SLOW,
    "ArgumentError": ProblemCode.PULL_SETTING,
    "JSONDecodeError": ProblemCode.PULL_REPLY,
    "PaginatorNotFound": ProblemCode.PULL_REPLY,
    "MemoryError": ProblemCode.PULL_TOO_LARGE,
    "Timeout": ProblemCode.PULL_TOO_SLOW,
    "ConnectionError": ProblemCode.PULL_UNREACHABLE,
    "OperationalError": ProblemCode.PULL_UNREACHABLE,
    "InterfaceError": ProblemCode.PULL_UNREACHABLE,
    "ProgrammingError": ProblemCode.PULL_NOT_UNDERSTOOD,
    "DatabaseError": ProblemCode.PULL_NOT_UNDERSTOOD,
}
_PASSWORD: Final = re.compile(
    r"password authentication failed|access denied|login failed|no password supplied|permission denied", re.IGNORECASE
)
_MISSING_TABLE: Final = re.compile(r"no such table|does not exist|doesn't exist", re.IGNORECASE)


def failed(error: BaseException, guard: Guard | None, about: str) -> Failed:
    """What went wrong. ``about``: what was to be fetched, named where nothing better is known."""
    if guard is not None and guard.refused is not None:
        return _of(guard.refused)
    for one in _causes(error):
        if isinstance(one, Problem):
            return _of(one)
        if isinstance(one, TooLarge):
            return Failed(code=ProblemCode.PULL_TOO_SLOW.value if one.slow else ProblemCode.PULL_TOO_LARGE.value)
        if isinstance(one, requests.HTTPError) and one.response is not None:
            return _of_reply(one.response)
    return _of_name(error, about)


def _of(problem: Problem) -> Failed:
    params = {name: str(value) for name, value in problem.params.items() if value is not None}
    return Failed(code=problem.code.value, params=params)


def _of_reply(reply: requests.Response) -> Failed:
    status = reply.status_code
    wait = wait_asked(reply.headers)
    if status in _UNAUTHORISED:
        return Failed(code=ProblemCode.PULL_REFUSED.value, params={"value": str(status)}, wait_s=wait)
    if status in _GONE:
        where = str(reply.request.url or "").split("?")[0][:300]
        return Failed(code=ProblemCode.PULL_NOTHING_THERE.value, params={"value": where}, wait_s=wait)
    if status in _BUSY:
        return Failed(code=ProblemCode.PULL_BUSY.value, params={"value": str(status)}, wait_s=wait)
    code = ProblemCode.PULL_THEIR_FAULT if status >= _THEIRS else ProblemCode.PULL_NOT_UNDERSTOOD
    return Failed(code=code.value, params={"value": str(status)}, wait_s=wait)


def _of_name(error: BaseException, about: str) -> Failed:
    said = " ".join(str(one) for one in _causes(error))
    names = [kind.__name__ for one in _causes(error) for kind in type(one).__mro__]
    if _PASSWORD.search(said) and any("Error" in name for name in names):
        return Failed(code=ProblemCode.PULL_REFUSED.value)
    if "OperationalError" in names and _MISSING_TABLE.search(said):
        return Failed(code=ProblemCode.PULL_NOTHING_THERE.value, params={"value": about})
    code = next((_MEANINGS[name] for name in names if name in _MEANINGS), ProblemCode.PULL_STOPPED)
    params = {"value": about}
    if code is ProblemCode.PULL_DRIVER:
        missing = next((one.name for one in _causes(error) if isinstance(one, ModuleNotFoundError) and one.name), "")
        params = {"value": missing or about}
    elif code is ProblemCode.PULL_STOPPED:
        params = {"value": type(error).__name__}
    return Failed(code=code.value, params=params)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and what it came from."""
    seen: set[int] = set()
    waiting: list[BaseException] = [error]
    while waiting:
        one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        origin = getattr(one, "orig", None)
        further = (origin, one.__cause__, one.__context__, *one.args)
        waiting += [other for other in further if isinstance(other, BaseException)]
