"""Connections of visitors: how many there may be, and how long each may last.

With `run --serve` they share files and memory with the daemon: who opens connections
and says nothing, or asks and never reads, must not keep it from looking and writing.
"""

import asyncio
from typing import ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

from clausewatch.web.headers import HEADERS


class Visitor(H11Protocol):
    """One connection, which ends in bounded time whatever the other side does."""

    MOST: ClassVar[int] = 100
    """At the same time; a browser has six, and most limits of open files are 1,024."""
    PATIENCE_S: ClassVar[float] = 20.0
    """Until the first request is there."""
    ASKS_S: ClassVar[float] = 240.0
    """Until it is asked to come again, once it has the answer that is under way."""
    LONGEST_S: ClassVar[float] = 300.0
    """Until the end; an export of 10 MB passes at a third of a megabit a second."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a visitor in, if there is room."""
        super().connection_made(transport)
        if len(self.connections) > self.MOST:
            transport.close()
        self._ends = (
            self.loop.call_later(self.PATIENCE_S, self._lose_patience),
            self.loop.call_later(self.ASKS_S, self.shutdown),
            # What was written and is not read would be kept for as long.
            self.loop.call_later(self.LONGEST_S, transport.abort),
        )

    def connection_lost(self, exc: Exception | None) -> None:
        """Let a visitor go."""
        for end in self._ends:
            end.cancel()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP, with our headers as everything else."""
        lines = [
            "HTTP/1.1 400 Bad Request",
            "content-type: text/plain; charset=utf-8",
            "connection: close",
            *(f"{name}: {value}" for name, value in HEADERS.items()),
        ]
        self.transport.write("\r\n".join([*lines, "", msg]).encode())
        self.transport.close()

    def _lose_patience(self) -> None:
        # Its type says that there always is one; before the first request there is not.
        if getattr(self, "cycle", None) is None:
            self.transport.close()
