"""Recorded captures as JSON lines, plain or in zstd."""

import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import IO, Any, Final, cast

import zstandard

from clausewatch.core.model import WatchId
from clausewatch.errors import ConfigError
from clausewatch.fetch.recording import Recording, kind_of, moment, recording

NAMES: Final = (".jsonl", ".jsonl.zst")

_LARGEST_WINDOW: Final = 2**31
"""Histories compress best with windows far beyond zstd's default of 128 MiB."""
_BUFFER_BYTES: Final = 1024 * 1024
_STAMP: Final = re.compile(
    rb'\{"watch": ?"([^"\\]*)", ?"url": ?"[^"\\]*", ?"captured_at": ?"([^"\\]*)"'
)
"""The start of a line as most are written; any other is parsed in full."""
_FIELDS: Final = {
    "watch": str,
    "url": str,
    "captured_at": str,
    "status": int,
    "content_type": str,
    "body": str,
}


def stamps(file: Path) -> Iterator[tuple[WatchId, datetime]]:
    """Return watch and time of each capture; what is broken is `captures`' to tell."""
    with (
        suppress(OSError, zstandard.ZstdError, ValueError, KeyError, TypeError),
        _opened(file) as lines,
    ):
        for line in lines:
            if found := _STAMP.match(line):
                yield WatchId(found[1].decode()), moment(found[2].decode())
            elif not line.isspace():
                fields = json.loads(line)
                yield fields["watch"], moment(fields["captured_at"])


def captures(file: Path) -> Iterator[Recording]:
    """Return the captures of a file as they lie.

    Raises:
        ConfigError: a line is not a capture; names file and line.
    """
    number = 0
    try:
        with _opened(file) as lines:
            # Bytes are split at "\n" only; bodies hold U+2028 and its kind.
            for number, line in enumerate(lines, 1):
                if not line.isspace():
                    yield _of_line(line, f"{file}:{number}")
    except (OSError, zstandard.ZstdError) as error:
        message = f"{file}:{number + 1}: expected another line, got: {error}"
        raise ConfigError(message) from error


@contextmanager
def _opened(file: Path) -> Iterator[IO[bytes]]:
    with file.open("rb") as raw:
        if not file.name.endswith(".zst"):
            yield raw
            return
        unpack = zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW)
        with unpack.stream_reader(raw, read_across_frames=True) as reader:
            yield io.BufferedReader(cast("io.RawIOBase", reader), _BUFFER_BYTES)


def _of_line(line: bytes, place: str) -> Recording:
    try:
        fields = _checked(json.loads(line), place)
        body = fields["body"].encode("utf-8")
        at = moment(fields["captured_at"])
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{place}: expected a capture in JSON: {error}") from error
    watch, url = fields["watch"], fields["url"]
    return recording(
        WatchId(watch),
        url,
        kind_of(watch, url),
        at=at,
        status=fields["status"],
        content_type=_in_utf8(fields["content_type"]),
        body=body,
    )


def _checked(fields: Any, place: str) -> dict[str, Any]:
    """Return what JSON gave, once every field is there and of its type."""
    if not isinstance(fields, dict):
        raise ConfigError(f"{place}: expected an object, got {type(fields).__name__}")
    for name, kind in _FIELDS.items():
        if not isinstance(fields.get(name), kind):
            got = type(fields[name]).__name__ if name in fields else "nothing"
            raise ConfigError(f"{place}: {name}: expected {kind.__name__}, got {got}")
    return fields


@cache
def _in_utf8(content_type: str) -> str:
    """Return the type with the charset that the body has here: text became UTF-8."""
    return f"{content_type.partition(';')[0].strip()}; charset=utf-8"
