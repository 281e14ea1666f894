"""One line per event to standard error, as text for people or JSON for machines. Never a payload, never who somebody is."""

import logging
import sys
import traceback
from typing import Final

import structlog

_MOST_PLACES: Final = 12
_LEVELS: Final = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def set_up_logs(log_format: str, log_level: str, part: str) -> None:
    """Send everything, uvicorn's and Python's own lines too, through structlog. ``part``: edge or worker."""
    level = _LEVELS[log_level]
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_values,
    ]
    if log_format == "json":
        last: structlog.typing.Processor = structlog.processors.JSONRenderer()
    else:
        last = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(part=part)
    formatter = structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[_without_record, last])
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(level, logging.WARNING))


def without_values(
    _logger: structlog.typing.WrappedLogger, _name: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """An exception as its kind and the places it came through; its message and variables may hold what a customer wrote."""
    said = event.pop("exc_info", None)
    error = (
        said[1] if isinstance(said, tuple) else said if isinstance(said, BaseException) else sys.exc_info()[1] if said else None
    )
    if error is None:
        return event
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    event["error"] = type(error).__name__
    event["at"] = places[-_MOST_PLACES:]
    return event


def _without_record(
    _logger: structlog.typing.WrappedLogger, _name: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    event.pop("_record", None)
    event.pop("_from_structlog", None)
    return event
