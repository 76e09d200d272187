"""Logs go to stderr: JSON, unless a person is looking; stdout belongs to events."""

import json
import logging
import os
import sys
from collections.abc import Mapping
from typing import Final, TextIO

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

_PRIORITY: Final = {"debug": 7, "info": 6, "warning": 4, "error": 3, "critical": 2}
"""Levels as in syslog(3)."""
_FIRST: Final = ("timestamp", "level", "event", "message")


def configure(
    *,
    level: str = "info",
    stream: TextIO | None = None,
    environment: Mapping[str, str] = os.environ,
) -> None:
    """Send our logs, and the warnings of libraries, to stderr from now on."""
    stream = stream or sys.stderr
    render = _renderers(stream, environment)
    structlog.configure(
        processors=[*_shared(), *render],
        wrapper_class=structlog.make_filtering_bound_logger(_number(level)),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_shared(), _name_library],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *render,
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _name_library(_logger: WrappedLogger, _method: str, fields: EventDict) -> EventDict:
    """Give the prose of a library the shape of our logs."""
    record: logging.LogRecord = fields["_record"]
    return {**fields, "event": "library.warned", "message": fields["event"]} | {
        "library": record.name
    }


def _renderers(stream: TextIO, environment: Mapping[str, str]) -> list[Processor]:
    if stream.isatty():
        plain = structlog.dev.plain_traceback
        return [structlog.dev.ConsoleRenderer(exception_formatter=plain)]
    line = _journal_line if _is_journal(stream, environment) else _line
    return [structlog.processors.format_exc_info, line]


def _line(_logger: WrappedLogger, _method: str, fields: EventDict) -> str:
    """Return JSON with what people look for in front."""
    first = {name: fields[name] for name in _FIRST if name in fields}
    return json.dumps({**first, **fields}, ensure_ascii=False, default=str)


def _journal_line(logger: WrappedLogger, method: str, fields: EventDict) -> str:
    """Return the same with its priority in front, for `journalctl -p warning`.

    Source: sd-daemon(3); journald takes the prefix off.
    """
    priority = _PRIORITY.get(str(fields.get("level")), _PRIORITY["info"])
    return f"<{priority}>{_line(logger, method, fields)}"


def _is_journal(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Say whether the journal reads this stream, as systemd.exec(5) tells it."""
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return environment.get("JOURNAL_STREAM") == f"{status.st_dev}:{status.st_ino}"


def _number(level: str) -> int:
    return logging.getLevelNamesMapping()[level.upper()]
