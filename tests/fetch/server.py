"""A real server on loopback that answers each path as a test tells it to."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Send = Callable[[bytes], Awaitable[None]]
Handler = Callable[["Request", Send], Awaitable[None]]


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass
class Site:
    """What a server says: bytes as they go over the wire, or a function that sends."""

    port: int = 0
    pages: dict[str, bytes | Handler] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    connections: int = 0

    def url(self, path: str, *, host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]


def answer(body: bytes = b"", *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers]
    if not any(line.lower().startswith("content-length") for line in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("utf-8") + body


NOT_FOUND = answer(b"no such page", status="404 Not Found")


@asynccontextmanager
async def serving(
    pages: dict[str, bytes | Handler], *, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Site]:
    site = Site(pages=pages)
    busy: set[asyncio.Task[None]] = set()

    async def connected(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        site.connections += 1
        task = asyncio.ensure_future(_served(site, reader, writer))
        busy.add(task)
        try:
            await task
        except (asyncio.IncompleteReadError, asyncio.CancelledError, OSError):
            pass
        finally:
            busy.discard(task)
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()
        for task in busy:
            task.cancel()
        await server.wait_closed()


async def _served(
    site: Site, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    async def send(part: bytes) -> None:
        writer.write(part)
        await writer.drain()

    while True:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.strip().split("\r\n")
        method, path, _ = first.split(" ")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)
        }
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        request = Request(method, path, headers, body)
        site.requests.append(request)
        page = site.pages.get(path, NOT_FOUND)
        if isinstance(page, bytes):
            await send(page)
        else:
            await page(request, send)
            return
