"""What a reader has from elsewhere: published keys, and checkpoints out of mails."""

import re
import sys
from collections.abc import Sequence
from email import message_from_bytes, policy
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from clausewatch.archive.anchors import Anchors, keys_in
from clausewatch.core.note import Note, PublicKey, notes_in
from clausewatch.errors import ConfigError

_WRAPPING: Final = re.compile(r'"|<[^>]*>')
_NEW_LINE: Final = "\\n"
_DASH: Final = "\\u2014"
"""How JSON spells these, or may."""

KeyOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--key",
        metavar="VKEY",
        help="The log's key as it was published, or a file with it; may be repeated.",
    ),
]
AgainstOption: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option(
        "--against",
        metavar="FILE",
        help="Something that you kept with checkpoints in it, such as a mail or a "
        "webhook; - for stdin. May be repeated.",
    ),
]


def anchors(keys: Sequence[str] | None, files: Sequence[Path] | None) -> Anchors:
    """Return what was given.

    Raises:
        ConfigError: there is no key or no checkpoint where one was said to be.
    """
    given = dict.fromkeys(key for one in keys or () for key in _keys(one))
    notes = dict.fromkeys(note for file in files or () for note in notes_of(file))
    return Anchors(tuple(given), tuple(notes))


def notes_of(file: Path) -> tuple[Note, ...]:
    """Return the checkpoints in a file.

    Raises:
        ConfigError: it cannot be read, or there are none.
    """
    found = notes_in(_text(file))
    if not found:
        raise ConfigError(f"{file}: expected a checkpoint in it, got none")
    return tuple(dict.fromkeys(found))


def _keys(given: str) -> tuple[PublicKey, ...]:
    found = keys_in(given)
    if not found and ("+" not in given or Path(given).exists()):
        found = keys_in(_text(Path(given)))
    if not found:
        raise ConfigError(
            f"--key {given}: expected a public key such as `clausewatch checkpoint show "
            "--key` shows, or a file with one"
        )
    return found


def _text(file: Path) -> str:
    """Return the text of a file; of a mail as it was saved, its plain part."""
    try:
        body = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error
    mail = message_from_bytes(body, policy=policy.default)
    part = mail.get_body(("plain",)) if mail["Message-ID"] else None
    if part is not None:
        return str(part.get_content())
    return _unwrapped(body.decode("utf-8", "replace"))


def _unwrapped(text: str) -> str:
    """Return what a text says where it is JSON or XML: a webhook, a feed."""
    bare = _WRAPPING.sub("\n", text)
    return bare.replace(_NEW_LINE, "\n").replace(_DASH, "—")
