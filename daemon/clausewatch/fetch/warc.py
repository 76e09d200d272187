"""Recorded captures in WARC files, compressed or not (ISO 28500)."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from clausewatch.core.model import WatchId
from clausewatch.errors import ConfigError
from clausewatch.fetch.recording import (
    Recording,
    kind_of,
    moment,
    recording,
    watch_of,
)

NAMES: Final = (".warc", ".warc.gz")


def stamps(file: Path) -> Iterator[tuple[WatchId, datetime]]:
    """Return watch and time of each capture.

    Raises:
        ConfigError: this is not a WARC file.
    """
    for record in _responses(file):
        yield watch_of(_url(record)), _time(record)


def captures(file: Path) -> Iterator[Recording]:
    """Return the captures of a file as they lie, their content codings undone.

    Raises:
        ConfigError: this is not a WARC file.
    """
    for record in _responses(file):
        url, http = _url(record), record.http_headers
        yield recording(
            watch_of(url),
            url,
            kind_of(url),
            at=_time(record),
            status=int(http.get_statuscode()),
            content_type=http.get_header("Content-Type") or "",
            body=record.content_stream().read(),
            headers=tuple((name.lower(), value) for name, value in http.headers),
        )


def _responses(file: Path) -> Iterator[Any]:
    """Return the pages among the records; warcio does not say of what type."""
    number = 0
    try:
        with file.open("rb") as raw:
            for record in ArchiveIterator(raw):
                number += 1
                is_page = record.rec_type == "response" and record.http_headers
                if is_page and _url(record).startswith(("http://", "https://")):
                    yield record
    except (OSError, EOFError, ValueError, ArchiveLoadFailed) as error:
        message = f"{file}: record {number + 1}: expected a WARC record: {error}"
        raise ConfigError(message.strip()) from error


def _url(record: Any) -> str:
    return str(record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")


def _time(record: Any) -> datetime:
    return moment(record.rec_headers.get_header("WARC-Date") or "")
