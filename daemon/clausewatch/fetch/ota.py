"""Captures out of git repositories as Open Terms Archive keeps them.

A repository holds `SERVICE/TYPE.html` or `.pdf` (snapshots: pages as they came) or
`.md` (versions: what its volunteers' selectors left of them), one commit a capture,
whose author date is when the page was fetched. A document made of several pages has
`SERVICE/TYPE #PAGE.html`.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Final, cast
from urllib.parse import quote

from clausewatch.core.model import Kind
from clausewatch.core.names import id_of_terms, slug
from clausewatch.errors import ConfigError
from clausewatch.fetch.recording import Recording, kind_of, recording

_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".pdf": "application/pdf",
    ".txt": "text/plain; charset=utf-8",
}
_DEPTH: Final = 2
"""Parts of a path that holds a document."""


@dataclass(frozen=True, slots=True, order=True)
class _Record:
    """One content of one file, and when it was fetched."""

    at: datetime
    ordinal: int
    """Its place in the history, for those of one second."""
    path: str
    blob: str


def is_repository(path: Path) -> bool:
    """Return whether this is a git repository, with or without its working files."""
    return (path / ".git").exists() or (
        (path / "HEAD").is_file() and (path / "objects").is_dir()
    )


def recordings(repository: Path) -> Iterator[Recording]:
    """Return all captures of a repository, in order of time.

    The list of them is held in memory, about 300 bytes each; contents are streamed.

    Raises:
        ConfigError: git cannot read it, or it has no documents.
    """
    records = sorted(_log(repository))
    if not records:
        expected = f"SERVICE/TYPE with one of {', '.join(_TYPES)}"
        raise ConfigError(f"{repository}: expected documents as {expected}, got none")
    with _git(repository, "cat-file", "--batch") as (asked, answered):
        for record in records:
            yield _recorded(record, _content(asked, answered, record.blob))


def _recorded(record: _Record, body: bytes) -> Recording:
    path = PurePosixPath(record.path)
    service, document = path.parts
    terms, _, page = document.removesuffix(path.suffix).partition(" #")
    return recording(
        id_of_terms(service, terms, page),
        # The repositories do not say where the page was.
        f"ota:{quote(record.path)}",
        _kind(terms),
        at=record.at,
        status=200,
        content_type=_TYPES[path.suffix],
        body=body,
        service=service,
    )


def _kind(terms: str) -> Kind:
    name = slug(terms)
    return Kind(name) if name in set(Kind) else kind_of(name)


def _log(repository: Path) -> Iterator[_Record]:
    """Return what each commit wrote; `-z` because names hold spaces and accents."""
    arguments = (
        "log --reverse --root --no-renames --no-ext-diff --raw --no-abbrev -z"
        " --diff-filter=AM --format=%at"
    ).split()
    at = datetime.fromtimestamp(0, UTC)
    with _git(repository, *arguments) as (_, out):
        ordinal = 0
        fields = _split(out)
        for field in fields:
            if not field.startswith(":"):
                if field.strip():
                    at = datetime.fromtimestamp(int(field), UTC)
                continue
            blob, path = field.split()[3], next(fields)
            parts = PurePosixPath(path)
            if len(parts.parts) == _DEPTH and parts.suffix in _TYPES:
                ordinal += 1
                yield _Record(at, ordinal, path, blob)


def _split(out: IO[bytes]) -> Iterator[str]:
    """Return the fields that NUL ends, as they come."""
    rest = b""
    while chunk := out.read(1 << 16):
        *fields, rest = (rest + chunk).split(b"\0")
        for field in fields:
            yield field.decode("utf-8", "surrogateescape").lstrip("\n")
    if rest:
        yield rest.decode("utf-8", "surrogateescape").lstrip("\n")


def _content(asked: IO[bytes], answered: IO[bytes], blob: str) -> bytes:
    asked.write(f"{blob}\n".encode())
    asked.flush()
    head = answered.readline().split()
    if head[1:2] != [b"blob"]:
        raise ConfigError(f"{blob}: expected a file's content in git, got none")
    body = answered.read(int(head[2]))
    answered.read(1)
    return body


@contextmanager
def _git(repository: Path, *arguments: str) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """Run git with pipes to and from it; whatever it complains of is the error."""
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        process = subprocess.Popen(  # noqa: S603 (no shell; the path is the operator's)
            ["git", "-C", str(repository), *arguments],  # noqa: S607 (git, wherever)
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
        )
    except OSError as error:
        raise ConfigError(f"{repository}: expected git to run, got: {error}") from error
    with process:
        # `Popen` knows these are there only at run time.
        pipes = cast("tuple[IO[bytes], IO[bytes]]", (process.stdin, process.stdout))
        try:
            yield pipes
        except BaseException:
            process.kill()
            raise
        said = process.communicate()[1].decode("utf-8", "replace").strip()
    if process.returncode != 0:
        raise ConfigError(f"{repository}: expected a git repository, got: {said}")
