"""Checkpoints as text that anybody can check: signed notes.

A note is a text, an empty line, and a line for each signature. A checkpoint is a note
whose text names a log, how many lines it has, and the root over them::

    clausewatch-log-5f0c7a12
    1066
    9mHwDPLhCv8qEbcJYxSvQTVl9HaqXU6BPdQxdbTQ3I4=

    — clausewatch-log-5f0c7a12 nAXl4oH2…

Every text has one spelling only, and what is spelled otherwise is refused: no byte of
a note can change unseen. Signing and checking is done elsewhere, with Ed25519.

Source: C2SP signed-note, tlog-checkpoint, https://c2sp.org
"""

import base64
import hashlib
import re
from binascii import Error
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_ED25519: Final = b"\x01"
_HASH: Final = 32
_ID: Final = 4
_SIGNATURE: Final = 64
_PRIVATE: Final = "PRIVATE+KEY+"
_NAME: Final = re.compile(r"[^\s+\x00-\x1f\x7f]+")
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How many lines a log has, and the root over them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return what is signed."""
        return f"{self.origin}\n{self.size}\n{_encoded(self.root)}\n"


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed, by name and key, and the signature."""

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        """Return the line of a note."""
        return f"— {self.name} {_encoded(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text and who signed it; the signatures are not checked by being here."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(one.line() for one in self.signatures)}"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The key that others check signatures by, and its name."""

    name: str
    key: bytes

    @property
    def id(self) -> bytes:
        """The first bytes of the key's hash; they stand in its signatures."""
        named = f"{self.name}\n".encode() + _ED25519 + self.key
        return hashlib.sha256(named).digest()[:_ID]

    @property
    def vkey(self) -> str:
        """The key as one word, to be published."""
        return f"{self.name}+{self.id.hex()}+{_encoded(_ED25519 + self.key)}"


def private_text(key: PublicKey, seed: bytes) -> str:
    """Return the secret that belongs to a key as one word, to be kept."""
    return f"{_PRIVATE}{key.name}+{key.id.hex()}+{_encoded(_ED25519 + seed)}"


def parse_private(text: str) -> tuple[str, bytes, bytes]:
    """Return name, id and seed of a private key.

    Raises:
        ValueError: it is none. The message does not show it.
    """
    if not text.startswith(_PRIVATE):
        raise ValueError(f"expected a private key that begins with {_PRIVATE}")
    try:
        return _parsed_key(text.removeprefix(_PRIVATE))
    except ValueError:
        raise ValueError("expected a private key, got a damaged one") from None


def parse_vkey(text: str) -> PublicKey:
    """Return the public key that a word tells.

    Raises:
        ValueError: it is none, or its id is another's.
    """
    name, key_id, key = _parsed_key(text)
    found = PublicKey(name, key)
    if found.id != key_id:
        raise ValueError(f"{name}: expected key id {found.id.hex()}, got another")
    return found


def parse_note(text: str) -> Note:
    """Return the note that a text spells.

    Raises:
        ValueError: it is none, or spelled in another way than we would.
    """
    body, gap, signed = text.rpartition("\n\n")
    if not gap or not signed.endswith("\n"):
        raise ValueError("expected a text, an empty line and signatures")
    note = Note(f"{body}\n", tuple(map(_signature, signed[:-1].split("\n"))))
    if str(note) != text:
        raise ValueError("expected a note in its one spelling")
    return note


def parse_checkpoint(note: Note) -> Checkpoint:
    """Return the checkpoint that a note's text tells.

    Raises:
        ValueError: it tells none.
    """
    lines = note.text.split("\n")
    if len(lines) != len(("origin", "size", "root", "")) or not _SIZE.fullmatch(
        lines[1]
    ):
        raise ValueError("expected a checkpoint: a log's name, its size and its root")
    found = Checkpoint(lines[0], int(lines[1]), _decoded(lines[2], _HASH))
    if not _NAME.fullmatch(found.origin) or found.text() != note.text:
        raise ValueError("expected a checkpoint in its one spelling")
    return found


def notes_in(text: str) -> tuple[Note, ...]:
    """Return the notes of a pasted text, such as a mail that was quoted or forwarded.

    Marks of quotation, spaces and foreign line ends around the lines are ignored.
    """
    lines = [line.strip().lstrip("> \t") for line in text.splitlines()]
    found: list[Note] = []
    for at, line in enumerate(lines):
        if at < len(_PLACES) or lines[at - 1] or not line.startswith("— "):
            continue
        stop = next((i for i in range(at, len(lines)) if lines[i][:2] != "— "), None)
        note = _note_of(lines[at - len(_PLACES) : at - 1], lines[at:stop])
        if note is not None:
            found.append(note)
    return tuple(found)


_PLACES: Final = ("origin", "size", "root", "gap")


def _note_of(body: Sequence[str], signed: Sequence[str]) -> Note | None:
    try:
        note = parse_note("\n".join((*body, "", *signed, "")))
        parse_checkpoint(note)
    except ValueError:
        return None
    return note


def _signature(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, coded = rest.partition(" ")
    if dash != "—" or not _NAME.fullmatch(name):
        raise ValueError("expected a signature line: a dash, a name and a signature")
    value = _decoded(coded, _ID + _SIGNATURE)
    return Signature(name, value[:_ID], value[_ID:])


def _parsed_key(text: str) -> tuple[str, bytes, bytes]:
    name, _, rest = text.partition("+")
    key_id, _, coded = rest.partition("+")
    value = _decoded(coded, 1 + _HASH)
    if not _NAME.fullmatch(name) or value[:1] != _ED25519 or len(key_id) != 2 * _ID:
        raise ValueError("expected a key: its name, its id and an Ed25519 key")
    return name, bytes.fromhex(key_id), value[1:]


def _encoded(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _decoded(text: str, size: int) -> bytes:
    try:
        value = base64.b64decode(text, validate=True)
    except (Error, ValueError):
        raise ValueError("expected base64") from None
    if len(value) != size:
        raise ValueError(f"expected {size} bytes in base64, got {len(value)}")
    return value
