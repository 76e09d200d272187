"""Which keys a log's checkpoints may be signed by: each vouched for by the one before.

The first key is the one that the log names first. Any other is named by a line, and
then the next checkpoint is signed by it and by the key before it; from there on, by it
alone. So whoever knows one of the keys from elsewhere knows all that come after it, and
a line that names a key does not make it one.
"""

import json
from collections.abc import Iterable
from typing import Final

from clausewatch.archive.keys import signers
from clausewatch.archive.segments import Segments
from clausewatch.core import merkle
from clausewatch.core.note import Note, PublicKey, parse_checkpoint, parse_vkey

_KEY: Final = b'"kind":"key"'


class Chain:
    """The keys of a log, as its lines and checkpoints are gone through in order."""

    def __init__(self) -> None:
        self.keys: list[PublicKey] = []
        """Those that have signed; each but the first was vouched for."""
        self.named: PublicKey | None = None
        """A key that a line named, and that has not signed yet."""

    def name(self, key: PublicKey) -> str:
        """Take a line that names a key; return what is wrong with it, or ""."""
        if key in (*self.keys[-1:], self.named):
            return ""
        if self.named is not None:
            return f"names a key before {shown(self.named)} has signed"
        if key in self.keys:
            return f"names {shown(key)}, which was given up before"
        if self.keys and key.name != self.keys[0].name:
            return f"names a key of another log: {shown(key)}"
        self.named = key
        return ""

    def sign(self, note: Note, origin: str) -> str:
        """Take a checkpoint; return what is wrong with who signed it, or ""."""
        due = (*((self.named,) if self.named else ()), *self.keys[-1:])
        if not due:
            return "is not signed by a key that the log names"
        signed = [(one.name, one.key_id) for one in note.signatures]
        if signed != [(key.name, key.id) for key in due] or origin != due[0].name:
            return _objection(signed, due)
        if len(signers(note, due)) != len(due):
            return f"has a signature that is not that of {shown(due[0])}"
        if self.named is not None:
            self.keys.append(self.named)
            self.named = None
        return ""


def replayed(
    segments: Segments, notes: Iterable[Note], leaves: list[bytes]
) -> tuple[Chain, str]:
    """Return the keys that have signed a log, and what is wrong with them first, or "".

    Args:
        leaves: Is filled with the hashes of all lines.

    Raises:
        StoreError: the log or its notes cannot be read.
    """
    chain, why = Chain(), ""
    signed = {parse_checkpoint(note).size: note for note in notes}
    for index, line in enumerate(segments.lines()):
        leaves.append(merkle.leaf(line))
        if _KEY in line:
            why = why or chain.name(parse_vkey(str(json.loads(line)["vkey"])))
        if note := signed.get(index + 1):
            why = why or chain.sign(note, parse_checkpoint(note).origin)
    return chain, why


def shown(key: PublicKey) -> str:
    """Return what people know a key by: its name and its id, as its vkey begins."""
    return f"{key.name}+{key.id.hex()}"


def _objection(signed: list[tuple[str, bytes]], due: tuple[PublicKey, ...]) -> str:
    newest, *before = due
    if before and signed == [(newest.name, newest.id)]:
        return (
            f"is signed by {shown(newest)} without {shown(before[0])}, the key before"
        )
    wanted = " and ".join(map(shown, due))
    got = ", ".join(f"{name}+{key_id.hex()}" for name, key_id in signed)
    return f"is expected to be signed by {wanted}, got {got}"
