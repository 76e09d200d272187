"""A copy of the archive that fits together, made while a daemon goes on writing.

The log is copied up to a line, and the notes that it names by then; the blobs come
last, for they were durable before any line spoke of them. Sealed segments and blobs
that are there already are not copied again.
"""

import shutil
from contextlib import suppress
from pathlib import Path
from typing import Final

from clausewatch.archive.blobs import Blobs
from clausewatch.archive.findings import Progress
from clausewatch.archive.keys import key_file
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
        _log(home, to)
        _others(home, to)
        _blobs(home, to, progress)
    except OSError as error:
        raise refused("cannot back up", to, error) from error


def _log(home: Path, to: Path) -> None:
    kept, copied = Segments(home), Segments(to)
    stop = kept.size()
    copied.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if stop == 0:
        return
    size = copied.size()
    if size > stop or kept.span(0, size) != copied.span(0, size):
        # The one that is to be doubted may be ours: the older copy must survive.
        message = f"{to}: expected a log that {home} continues, got {size} lines that "
        message += f"it does not; keep it, see `clausewatch verify --home {to}`, and "
        raise StoreError(f"{message}back up to another folder", retry=False)
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
        (copied.folder / "roots").write_text(roots)
    (copied.folder / "head").write_bytes(head_text(stop, frontier.root()))
    if text:
        notes_file(to).write_text(text, encoding="utf-8")


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
    plain.write_bytes(b"".join(line + b"\n" for line in lines))


def _others(home: Path, to: Path) -> None:
    tokens = home / "log" / "timestamps"
    if tokens.is_dir():
        shutil.copytree(tokens, to / "log" / "timestamps", dirs_exist_ok=True)
    if key_file(home).exists():
        key_file(to).parent.mkdir(mode=0o700, exist_ok=True)
        shutil.copy2(key_file(home), key_file(to))


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


def _copy(source: Path, target: Path) -> None:
    """Copy a file so that its name never stands for half of it."""
    new = target.with_name(f".{target.name}.new")
    shutil.copy2(source, new)
    new.rename(target)
