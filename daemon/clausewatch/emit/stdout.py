"""Events on standard output: one line of JSON each, at once."""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import BinaryIO, Self

from clausewatch.core.cloudevent import to_line
from clausewatch.core.event import Event
from clausewatch.emit.options import Options
from clausewatch.emit.registry import SinkContext
from clausewatch.errors import DeliveryError
from clausewatch.render.permalink import permalink


class StdoutSink:
    """Prints each event as one line and flushes it.

    Args:
        stream: Where to print; standard output as it is at the time, if not given.
        site: Where the site stands that shows the events, if there is one.
    """

    batches = False

    def __init__(
        self, name: str, stream: BinaryIO | None = None, *, site: str = ""
    ) -> None:
        self.name = name
        self._site = site
        self._stream = stream
        self._gone = False

    @classmethod
    def configure(
        cls, name: str, options: Mapping[str, object], context: SinkContext
    ) -> Self:
        """Return the sink; it has no options."""
        Options(name, options).close()
        return cls(name, site=context.site)

    def first_at(self, told_at: datetime) -> datetime:
        """Return the same time: at once."""
        return told_at

    async def deliver(self, events: Sequence[Event]) -> None:
        """Print the events.

        Raises:
            DeliveryError: nobody reads them, or the disk behind it is full.
        """
        told = (to_line(one, link=permalink(self._site, one)) for one in events)
        lines = "".join(told).encode()
        # In a thread: who pauses the reader must not stop the daemon.
        await asyncio.to_thread(self._print, lines)

    async def close(self) -> None:
        """Leave standard output open; it is not ours."""

    def _print(self, lines: bytes) -> None:
        stream = self._stream or sys.stdout.buffer
        try:
            if self._gone:
                raise BrokenPipeError  # noqa: TRY301 - as the first time
            stream.write(lines)
            stream.flush()
        except BrokenPipeError as error:
            self._silence(stream)
            raise DeliveryError(
                f"{self.name}: nobody reads the output any more", retry=True
            ) from error
        except OSError as error:
            raise DeliveryError(f"{self.name}: {error.strerror}", retry=True) from error

    def _silence(self, stream: BinaryIO) -> None:
        """Let what is buffered fall away, or Python would complain of it at exit."""
        self._gone = True
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
