"""Undoing a response's content coding without being made to fill the memory."""

import zlib
from typing import Final

from clausewatch.errors import CaptureError

_GZIP: Final = zlib.MAX_WBITS | 16
_GZIP_MAGIC: Final = b"\x1f\x8b"
_MOST_CODINGS: Final = 2
"""Coding a body twice happens by mistake; more often only to do harm."""


def decoded(body: bytes, codings: str, *, limit: int, url: str) -> bytes:
    """Return the body as it was before it was coded; never more than `limit` bytes.

    `codings` is the value of `Content-Encoding`.

    Raises:
        CaptureError: `too-large`, `truncated`, or `encoding` if broken or unknown.
    """
    names = [name.strip().lower() for name in codings.split(",") if name.strip()]
    if len(names) > _MOST_CODINGS:
        raise _unreadable(url, codings)
    for name in reversed(names):
        if name in {"gzip", "x-gzip"}:
            body = _inflated(body, _GZIP, limit=limit, url=url)
        elif name == "deflate":
            body = _deflated(body, limit=limit, url=url)
        elif name != "identity":
            raise _unreadable(url, name)
    return body


def _deflated(body: bytes, *, limit: int, url: str) -> bytes:
    # "deflate" is zlib's format by the book, and the bare stream with some servers.
    is_zlib = len(body) > 1 and body[0] & 15 == zlib.DEFLATED
    is_zlib = is_zlib and int.from_bytes(body[:2], "big") % 31 == 0
    bits = zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS
    return _inflated(body, bits, limit=limit, url=url)


def _inflated(body: bytes, bits: int, *, limit: int, url: str) -> bytes:
    parts: list[bytes] = []
    room = limit + 1
    while body:
        inflate = zlib.decompressobj(bits)
        try:
            part = inflate.decompress(body, room)
        except zlib.error as error:
            raise _unreadable(url, str(error)) from error
        parts.append(part)
        room -= len(part)
        if room <= 0:
            message = f"{url}: expected at most {limit} bytes once decoded, got more"
            raise CaptureError(message, reason="too-large", retry=False)
        if not inflate.eof:
            message = f"{url}: expected a whole compressed body, got part of one"
            raise CaptureError(message, reason="truncated", retry=True)
        rest = inflate.unused_data
        body = rest if bits == _GZIP and rest.startswith(_GZIP_MAGIC) else b""
    return b"".join(parts)


def _unreadable(url: str, what: str) -> CaptureError:
    message = f"{url}: expected a gzip or deflate content coding, got {what}"
    return CaptureError(message, reason="encoding", retry=False)
