"""What a reader has from elsewhere, and what an earlier verification left.

All that lies in a home can be made anew by whoever has the key, so that it fits
together. What shows it are a key that was published and a checkpoint that was mailed:
copies that whoever runs the machine cannot reach.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from clausewatch.archive.keys import SigningKey, signers
from clausewatch.core.digest import canonical
from clausewatch.core.note import Note, PublicKey, parse_note, parse_vkey

FILE: Final = "verified.json"
"""How far the last verification came that found nothing wrong, signed."""
_BEGINS: Final = "clausewatch verified\n"
"""No checkpoint begins like this: a name has no spaces."""


@dataclass(frozen=True, slots=True)
class Anchors:
    """What was kept elsewhere, to hold a log against."""

    keys: tuple[PublicKey, ...] = ()
    notes: tuple[Note, ...] = ()

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.keys or self.notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """How far an earlier verification came, with everything in order."""

    size: int = 0
    root: str = ""
    """The root over the first `size` lines, in hexadecimal."""
    look: int = 0
    """The number of the last look whose line was found among them."""


def keys_in(text: str) -> tuple[PublicKey, ...]:
    """Return the public keys that stand in a text, each once, in their order."""
    found: dict[PublicKey, None] = {}
    for word in text.split():
        try:
            found[parse_vkey(word)] = None
        except ValueError:
            continue
    return tuple(found)


def last(home: Path, keys: Iterable[PublicKey]) -> Verified | None:
    """Return how far the last verification came; None if what says so is not ours.

    Whoever can write to the home could write there what makes us look away, so it is
    believed only under a signature of one of these keys.
    """
    path = home / FILE
    if not path.exists():
        return Verified()
    try:
        note = parse_note(path.read_text(encoding="utf-8"))
        known = json.loads(note.text.removeprefix(_BEGINS))
        if note.text.startswith(_BEGINS) and signers(note, keys):
            return Verified(**known)
    except (OSError, ValueError, TypeError):
        pass
    return None


def keep(home: Path, verified: Verified, key: SigningKey) -> None:
    """Remember how far a verification came; forgetting it costs time only.

    Raises:
        OSError: the disk refused.
    """
    text = f"{_BEGINS}{canonical(asdict(verified))}\n"
    new = home / f"{FILE}.new"
    file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(file, "w", encoding="utf-8") as out:
        out.write(str(Note(text, (key.sign(text),))))
    # A crash before this leaves a file that the next verification writes over.
    new.rename(home / FILE)
