"""Attempts as WARC/1.1 records, as web archives and their tools read them.

A body stands as it was kept, without the coding of its transfer; the header fields
that spoke of that coding are kept under `X-Archive-Orig-…`, and what the log does not
show (`***`, hashed cookies) is not shown here either. The same lines always make the
same file.

Source: ISO 28500:2017; https://iipc.github.io/warc-specifications/
"""

import base64
import gzip
import hashlib
import uuid
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final, TypeAlias, cast
from urllib.parse import urlsplit

from clausewatch.archive.selection import Line
from clausewatch.core.model import Digest

MEDIA_TYPE: Final = "application/warc"
_HTTP: Final = "application/http; msgtype={}"
_CODING: Final = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_NAMESPACE: Final = uuid.UUID("5f0c7a12-9e07-5b52-8f30-3b1f5f8c2a61")
_NOT_MODIFIED: Final = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

Fields: TypeAlias = list[tuple[str, str]]


def warc(
    lines: Sequence[Line], bodies: Mapping[Digest, bytes], *, software: str
) -> bytes:
    """Return a gzipped WARC file of the attempts that these lines tell of."""
    told = f"software: {software}\r\nformat: WARC File Format 1.1\r\n"
    told += "description: bodies are decoded; secrets in header fields are masked\r\n"
    first = lines[0].text("at") if lines else "1970-01-01T00:00:00Z"
    info = _record(
        "warcinfo", "info", first, "application/warc-fields", told.encode(), []
    )
    return info + b"".join(
        record for line in lines for record in _records(line, bodies)
    )


def _records(line: Line, bodies: Mapping[Digest, bytes]) -> Sequence[bytes]:
    body = bodies.get(Digest(line.text("body")))
    url = line.text("final_url") or line.text("url")
    at = line.text("finished_at") or line.text("at")
    about: Fields = [("WARC-Target-URI", url)]
    of_line = ("WARC-Concurrent-To", _id("metadata", line))
    made = [_record("metadata", line, at, "application/json", line.raw, about)]
    if "status" not in line.said:
        return made
    if ip := line.text("peer").rpartition(":")[0].strip("[]"):
        about = [*about, ("WARC-IP-Address", ip)]
    head = _response_head(line, body)
    kind = _HTTP.format("response")
    if body is not None:
        payload = ("WARC-Payload-Digest", _digest(body))
        fields = [*about, payload, of_line]
        made.append(_record("response", line, at, kind, head + body, fields))
    elif line.said["status"] == HTTPStatus.NOT_MODIFIED:
        fields = [*about, ("WARC-Profile", _NOT_MODIFIED), of_line]
        made.append(_record("revisit", line, at, kind, head, fields))
    asked = _request_head(line, url)
    kind = _HTTP.format("request")
    made.append(_record("request", line, at, kind, asked, [*about, of_line]))
    return made


def _record(
    kind: str,
    about: Line | str,
    at: str,
    media_type: str,
    block: bytes,
    fields: Fields,
) -> bytes:
    head = [
        ("WARC-Type", kind),
        ("WARC-Record-ID", _id(kind, about)),
        ("WARC-Date", at),
        *fields,
        ("WARC-Block-Digest", _digest(block)),
        ("Content-Type", media_type),
        ("Content-Length", str(len(block))),
    ]
    lines = "".join(f"{name}: {_on_one_line(value)}\r\n" for name, value in head)
    # One member a record, without the time at which it was made.
    return gzip.compress(
        f"WARC/1.1\r\n{lines}\r\n".encode() + block + b"\r\n\r\n", mtime=0
    )


def _id(kind: str, about: Line | str) -> str:
    named = about if isinstance(about, str) else hashlib.sha256(about.raw).hexdigest()
    return f"<urn:uuid:{uuid.uuid5(_NAMESPACE, f'{kind} {named}')}>"


def _digest(block: bytes) -> str:
    return f"sha256:{base64.b32encode(hashlib.sha256(block).digest()).decode()}"


def _response_head(line: Line, body: bytes | None) -> bytes:
    status = cast("int", line.said["status"])
    known = {one.value: one.phrase for one in HTTPStatus}
    fields = [
        (f"X-Archive-Orig-{name}" if name in _CODING else name, value)
        for name, value in _pairs(line, "response_headers")
    ]
    if body is not None:
        fields.append(("content-length", str(len(body))))
    return _head(f"HTTP/1.1 {status} {known.get(status, '')}", fields)


def _request_head(line: Line, url: str) -> bytes:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    fields = _pairs(line, "request_headers")
    if not any(name == "host" for name, _ in fields):
        fields.insert(0, ("host", parts.netloc))
    return _head(f"GET {target} HTTP/1.1", fields)


def _head(first: str, fields: Fields) -> bytes:
    lines = [first, *(f"{name}: {_on_one_line(value)}" for name, value in fields)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "replace")


def _pairs(line: Line, key: str) -> Fields:
    pairs = cast("list[list[str]]", line.said.get(key) or [])
    return [(name, value) for name, value in pairs]


def _on_one_line(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ")
