"""The file of signed notes: `log/checkpoints`, each followed by an empty line."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from clausewatch.core.note import Note, parse_checkpoint, parse_note
from clausewatch.errors import StoreError

_END: Final = b"\n\n"
_SIGNED: Final = "\n— ".encode()
_TAIL_BYTES: Final = 64 * 1024
_PARTS: Final = (r"[^\s+]*", r"[0-9]{0,19}", r"[A-Za-z0-9+/=]{0,44}", "")
"""What the part of each line looks like that a crash may leave, before signatures."""
_SIGNATURES: Final = 2
"""A checkpoint has at most: the new key's, and the old one's."""
_LONGEST: Final = 300
"""More than the longest line of a note."""


def notes_file(home: Path) -> Path:
    """Return where the notes lie."""
    return home / "log" / "checkpoints"


def notes(home: Path) -> Iterator[Note]:
    """Yield all notes, oldest first; what a crash left of one is not one yet.

    Raises:
        StoreError: what lies there is not a note, or not one of a checkpoint.
    """
    path = notes_file(home)
    if not path.exists():
        return
    rest = path.read_bytes()
    at = 0
    while (stop := end_of_note(rest, at)) is not None:
        try:
            note = parse_note(rest[at : stop - 1].decode())
            parse_checkpoint(note)
        except ValueError as error:
            message = f"{path}: byte {at}: {error}"
            raise StoreError(message, retry=False) from error
        yield note
        at = stop


def newest_note(home: Path) -> tuple[Note | None, int]:
    """Return the newest note, and where it ends; reads the end of the file only.

    Raises:
        StoreError: what lies there is not a note.
    """
    path = notes_file(home)
    if not path.exists():
        return None, 0
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        before = file.seek(max(size - _TAIL_BYTES, 0))
        tail = file.read()
    stop = whole(tail)
    start = whole(tail[: max(stop - 1, 0)])
    if not stop:
        if before:
            raise StoreError(f"{path}: expected notes, got none", retry=False)
        return None, 0
    try:
        note = parse_note(tail[start : stop - 1].decode())
        parse_checkpoint(note)
    except ValueError as error:
        raise StoreError(f"{path}: the newest note: {error}", retry=False) from error
    return note, before + stop


def end_of_note(body: bytes, at: int) -> int | None:
    """Return where the note that begins at `at` ends, with its empty line."""
    signed = body.find(_SIGNED, at)
    stop = body.find(_END, signed) if signed >= 0 else -1
    return stop + len(_END) if stop >= 0 else None


def is_begun(rest: bytes, origin: str) -> bool:
    """Say whether these bytes are how a note begins, and no more than that.

    Args:
        origin: The name of the log; any will do if it is empty.
    """
    lines = rest.decode("utf-8", "ignore").split("\n")
    named = re.escape(origin) if origin else r"[^\s+]*"
    *done, last = [lines[0]] if len(lines) == 1 else lines
    shapes = [named, r"[0-9]{1,19}", r"[A-Za-z0-9+/=]{44}", ""]
    shapes += [rf"— {named} [A-Za-z0-9+/=]+"] * _SIGNATURES
    if len(done) >= len(shapes) or len(last) > _LONGEST:
        return False
    if not all(re.fullmatch(s, d) for s, d in zip(shapes, done, strict=False)):
        return False
    if len(done) == 0 and origin:
        return origin.startswith(last)
    if len(done) >= len(_PARTS):
        return f"— {origin} ".startswith(last) or bool(
            re.fullmatch(rf"— {named} [A-Za-z0-9+/=]*", last)
        )
    return bool(re.fullmatch(_PARTS[len(done)], last))


def whole(body: bytes) -> int:
    """Return how many bytes are whole notes; what a crash left of one comes after."""
    signed = body.rfind(_SIGNED)
    while signed >= 0:
        stop = end_of_note(body, signed)
        if stop is not None:
            return stop
        signed = body.rfind(_SIGNED, 0, signed)
    return 0
