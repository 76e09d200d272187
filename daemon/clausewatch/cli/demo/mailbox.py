"""A mail server for one listener: takes whatever is sent to it, and keeps it.

Just enough of SMTP (RFC 5321) for a real client to hand over a real message.
"""

import asyncio
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Final, Self

_ANSWERS: Final = {
    b"HELO": b"250 demo",
    b"EHLO": b"250-demo\r\n250-8BITMIME\r\n250 SMTPUTF8",
    b"MAIL": b"250 ok",
    b"RCPT": b"250 ok",
    b"RSET": b"250 ok",
    b"NOOP": b"250 ok",
    b"DATA": b"354 go on, end with a dot",
    b"QUIT": b"221 bye",
}


class Mailbox:
    """Listens on a free port of this machine."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None  # noqa: S101  (entered before it is left)
        self._server.close()
        for writer in self._open:
            writer.close()
        await self._server.wait_closed()

    def write(self, folder: Path) -> None:
        """Keep each message as it came, and what its reader sees as a page."""
        folder.mkdir(parents=True, exist_ok=True)
        for number, message in enumerate(self.messages, 1):
            (folder / f"{number}.eml").write_bytes(message.as_bytes())
            if shown := message.get_body(("html",)):
                html = str(shown.get_content())
                (folder / f"{number}.html").write_text(html, encoding="utf-8")

    async def _talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._open.add(writer)
        writer.write(b"220 demo ESMTP\r\n")
        verb = b""
        while verb != b"QUIT" and (line := await reader.readline()):
            verb = line[:4].upper()
            writer.write(_ANSWERS.get(verb, b"502 not here") + b"\r\n")
            if verb == b"DATA":
                await writer.drain()
                self.messages.append(await _message(reader))
                writer.write(b"250 kept\r\n")
        self._open.discard(writer)
        writer.close()


async def _message(reader: asyncio.StreamReader) -> EmailMessage:
    lines: list[bytes] = []
    while (line := await reader.readline()) not in {b".\r\n", b""}:
        lines.append(line.removeprefix(b"."))  # dots are doubled on the wire
    return message_from_bytes(b"".join(lines), policy=default)
