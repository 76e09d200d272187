"""Events in a file: one line of JSON each, only ever appended.

The file may be renamed or removed under us (logrotate): the next line goes into a
new one. It may be cut short by a crash or a full disk: the next line starts fresh.
"""

import asyncio
import errno
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from clausewatch.core.cloudevent import to_line
from clausewatch.core.event import Event
from clausewatch.emit.options import Options
from clausewatch.emit.registry import SinkContext
from clausewatch.errors import DeliveryError
from clausewatch.render.permalink import permalink

MODE: Final = 0o640
"""Owner writes, group reads: those who may follow the log, and nobody else."""


class FileSink:
    """Appends each event as one line, and returns once it is on the disk."""

    batches = False

    def __init__(self, name: str, path: Path, *, site: str = "") -> None:
        self.name = name
        self._site = site
        self.path = path
        self._open: int | None = None

    @classmethod
    def configure(
        cls, name: str, options: Mapping[str, object], context: SinkContext
    ) -> Self:
        """Return the sink.

        Raises:
            ConfigError: `path` is wrong, or an option unknown.
        """
        given = Options(name, options)
        path = given.path("path", context.home, default="events.jsonl")
        given.close()
        return cls(name, path, site=context.site)

    def first_at(self, told_at: datetime) -> datetime:
        """Return the same time: at once."""
        return told_at

    async def deliver(self, events: Sequence[Event]) -> None:
        """Append the events, one write a line.

        Raises:
            DeliveryError: the disk refused.
        """
        lines = [
            to_line(event, link=permalink(self._site, event)).encode()
            for event in events
        ]
        try:
            await asyncio.to_thread(self._append, lines)
        except OSError as error:
            raise DeliveryError(
                f"{self.name}: {self.path}: {error.strerror}", retry=True
            ) from error

    async def close(self) -> None:
        """Close the file; twice is as once."""
        if self._open is not None:
            os.close(self._open)
            self._open = None

    def _append(self, lines: list[bytes]) -> None:
        file = self._current()
        for line in lines:
            _write_whole(file, line)
        # A crash before this may lose the line, and the outbox sends it again; a
        # crash after it, before the outbox knows, leaves the line twice, one id.
        os.fsync(file)

    def _current(self) -> int:
        """Return the open file, opened anew if its name now means another or none."""
        if self._open is not None:
            if _is_at(self._open, self.path):
                return self._open
            os.close(self._open)
            self._open = None
        self.path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        self._open = os.open(self.path, flags, MODE)
        # The name of a new file is only as durable as the folder that holds it.
        folder = os.open(self.path.parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return self._open


def _is_at(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False


def _write_whole(file: int, line: bytes) -> None:
    """Append a line in one write, on a line of its own, or leave nothing of it."""
    size = os.fstat(file).st_size
    if size and os.pread(file, 1, size - 1) != b"\n":
        line = b"\n" + line
    if os.write(file, line) < len(line):
        with suppress(OSError):
            os.ftruncate(file, size)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
