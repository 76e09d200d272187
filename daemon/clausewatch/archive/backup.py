"""A copy of the archive that fits together, made while a daemon goes on writing.

The log is copied up to a line that there was at the start, with the notes that it
names by then; the blobs go before it, for they were durable before any line spoke of
them. Sealed segments and blobs that are there already are not copied again. A copy that
is cut short is simply made again; nothing that an older one held goes before something
newer stands in its place.
"""

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Final

from clausewatch.archive.blobs import Blobs
from clausewatch.archive.findings import Progress
from clausewatch.archive.keys import key_file, next_file
from clausewatch.archive.notes import notes, notes_file
from clausewatch.archive.refusals import refused
from clausewatch.archive.segments import LINES, Segments, head_text
from clausewatch.core import merkle
from clausewatch.core.note import parse_checkpoint
from clausewatch.errors import StoreError

_TRIES: Final = 3
"""Passes over the blobs: compaction may turn some into patches meanwhile."""


def backup(home: Path, to: Path, *, progress: Progress) -> None:
    """Copy log, notes, tokens, key and blobs; the store was copied before.

    Raises:
        StoreError: the disk refused, or something is damaged.
    """
    try:
        # Before the lines are counted: by then each of these tokens has its line.
        tokens = sorted((home / "log" / "timestamps").glob("*.*"))
        keys, stop = _keys(home), Segments(home).size()
        _prepare(home, to, stop)
        _blobs(home, to, progress)
        for path in tokens:
            _token(path, to / path.relative_to(home))
        _log(home, to, stop)
        if keys and _keys(home) != keys:
            message = f"{home}: its key was changed meanwhile; back up again"
            raise StoreError(message, retry=False)
        for name, body in _keys(home).items():
            (to / "keys").mkdir(mode=0o700, exist_ok=True)
            _put(to / "keys" / name, body)
        # Once it is said to be done, no power cut takes any of it.
        os.sync()
    except OSError as error:
        raise refused("cannot back up", to, error) from error


def _keys(home: Path) -> dict[str, bytes]:
    places = (key_file(home), next_file(home))
    return {path.name: path.read_bytes() for path in places if path.exists()}


def _prepare(home: Path, to: Path, stop: int) -> None:
    """Remove what an earlier copy left half, and see that this one may go on.

    Raises:
        StoreError: what is there is not how the log begins.
    """
    for name in ("blobs", "keys", "log"):
        for left in (to / name).rglob(".*.new"):
            left.unlink()
    kept, copied = Segments(home), Segments(to)
    copied.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    size = copied.size()
    if size > stop or kept.span(0, size) != copied.span(0, size):
        # The one that is to be doubted may be ours: the older copy must survive.
        message = f"{to}: expected a log that {home} continues, got {size} lines that "
        message += f"it does not; keep it, see `clausewatch verify --home {to}`, and "
        raise StoreError(f"{message}back up to another folder", retry=False)


def _log(home: Path, to: Path, stop: int) -> None:
    """Copy the first `stop` lines, and the notes that they name."""
    if stop == 0:
        return
    kept, copied = Segments(home), Segments(to)
    named = (n for n in notes(home) if parse_checkpoint(n).size < stop)
    text = "".join(f"{note}\n" for note in named)
    frontier, roots = merkle.Frontier(), ""
    for number in range(-(-stop // LINES)):
        lines = kept.lines_of(number)[: stop - number * LINES]
        _segment(kept, copied, number, lines, whole=(number + 1) * LINES < stop)
        leaves = [merkle.leaf(line) for line in lines]
        for hashed in leaves:
            frontier.append(hashed)
        if (number + 1) * LINES < stop:
            roots += f"{merkle.root(leaves).hex()}\n"
    if roots:
        _put(copied.folder / "roots", roots.encode())
    _put(copied.folder / "head", head_text(stop, frontier.root()))
    if text:
        _put(notes_file(to), text.encode())


def _segment(
    kept: Segments, copied: Segments, number: int, lines: list[bytes], *, whole: bool
) -> None:
    """Copy a segment: sealed as it is, once; else the lines that there are."""
    sealed, plain = (copied.path(number, sealed=form) for form in (True, False))
    source = kept.path(number, sealed=True)
    if whole and source.exists():
        if not sealed.exists():
            _copy(source, sealed)
        plain.unlink(missing_ok=True)
        return
    _put(plain, b"".join(line + b"\n" for line in lines))


def _token(path: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, exist_ok=True)
    if path.suffix in {".tsr", ".pem"} and not target.exists():
        _copy(path, target)


def _blobs(home: Path, to: Path, progress: Progress) -> None:
    kept, copied = Blobs(home, read_only=True), Blobs(to)
    for _ in range(_TRIES):
        files = sorted((home / "blobs").glob("[0-9a-f][0-9a-f]/*"))
        for done, path in enumerate(files):
            progress("captures", done, len(files))
            target = to / path.relative_to(home)
            if not target.exists():
                # It may just have become a patch, which the next pass brings.
                with suppress(FileNotFoundError):
                    _copy(path, target)
        if all(map(copied.has, kept.digests())):
            break
    else:
        raise StoreError(f"{to}: some captures could not be copied; try again")
    for path in (to / "blobs").glob("??/*.zst"):
        # It is a patch now. What is gone otherwise stays: that is what backups are for.
        if (home / path.relative_to(to)).with_suffix(".patch").exists():
            path.unlink()


def _put(path: Path, body: bytes) -> None:
    """Write a file so that its name never stands for half of it."""
    new = path.with_name(f".{path.name}.new")
    file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(file, "wb") as out:
        out.write(body)
    new.rename(path)


def _copy(source: Path, target: Path) -> None:
    """Copy a file so that its name never stands for half of it."""
    new = target.with_name(f".{target.name}.new")
    shutil.copy2(source, new)
    new.rename(target)
