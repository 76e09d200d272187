"""The files of the evidence log, and the tree over their lines.

::

    log/000000.jsonl.zst   a sealed segment: exactly 1,024 lines, one zstd frame
    log/000001.jsonl       the open segment, plain; appended to, synced line by line
    log/roots              the root over each full segment, in hexadecimal
    log/head               how many lines there are, and the root over them
    log/checkpoints        the signed notes, oldest first

A full segment is a perfect subtree, so proofs over a log of years need its roots and
the lines of one segment. `roots` and `head` follow from the lines; they are kept to be
fast, and so that a line that no checkpoint covers yet cannot change unseen.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Final

import zstandard

from clausewatch.core import merkle
from clausewatch.errors import StoreError

LINES: Final = 1024
"""Lines of a full segment; a power of two. About 2 MB plain, 0.3 MB sealed."""
BEGINS: Final = b'{"at":"'
"""How each line begins: what a crash leaves of one begins like this too."""

_SEALED: Final = ".jsonl.zst"
_OPEN: Final = ".jsonl"
_HEAD: Final = re.compile(rb"(\d{20}) ([0-9a-f]{64})\n")
_ROOTS: Final = re.compile(rb"([0-9a-f]{64}\n)*")
_NAME: Final = re.compile(r"(\d{6})\.jsonl(\.zst)?")


class Segments:
    """The log of a home, for reading; a daemon may be appending to it.

    What it says of lines follows from the lines; nothing is believed but `roots`.
    """

    def __init__(self, home: Path) -> None:
        self.folder = home / "log"
        self._sealed = lru_cache(maxsize=4)(self._hashed)

    def path(self, number: int, *, sealed: bool) -> Path:
        """Return where a segment lies."""
        return self.folder / f"{number:06d}{_SEALED if sealed else _OPEN}"

    def numbers(self) -> list[int]:
        """Return which segments there are, in order."""
        if not self.folder.is_dir():
            return []
        found = (_NAME.fullmatch(path.name) for path in self.folder.iterdir())
        return sorted({int(match[1]) for match in found if match})

    def read(self, number: int) -> bytes:
        """Return the bytes of a segment; those of the last may end amid a line.

        Raises:
            StoreError: it is absent or damaged.
        """
        with suppress(FileNotFoundError):
            return self.path(number, sealed=False).read_bytes()
        return self.unpacked(number)

    def unpacked(self, number: int) -> bytes:
        """Return what a sealed segment holds.

        Raises:
            StoreError: it is absent or damaged.
        """
        sealed = self.path(number, sealed=True)
        try:
            return _unpacked(sealed.read_bytes())
        except FileNotFoundError as error:
            message = f"segment {number} of the log is absent: expected {sealed}"
            raise StoreError(message, retry=False) from error
        except zstandard.ZstdError as error:
            message = f"segment {number} of the log is damaged: {sealed}: {error}"
            raise StoreError(message, retry=False) from error

    def lines_of(self, number: int) -> list[bytes]:
        """Return the whole lines of a segment, without their ends."""
        return self.read(number).split(b"\n")[:-1]

    def lines(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Yield lines from `start` up to, without, `stop` or the end."""
        for number in self.numbers():
            first = number * LINES
            if first + LINES <= start or (stop is not None and first >= stop):
                continue
            upto = None if stop is None else stop - first
            yield from self.lines_of(number)[max(start - first, 0) : upto]

    def size(self) -> int:
        """Return how many whole lines there are."""
        numbers = self.numbers()
        if not numbers:
            return 0
        return numbers[-1] * LINES + self.read(numbers[-1]).count(b"\n")

    def roots(self) -> list[bytes]:
        """Return the roots over sealed segments, as they are kept.

        Raises:
            StoreError: what is kept there are none.
        """
        path = self.folder / "roots"
        if not path.exists():
            return []
        body = path.read_bytes()
        if not _ROOTS.fullmatch(body):
            message = f"{path}: expected hashes in hexadecimal, one a line"
            raise StoreError(message, retry=False)
        return [bytes.fromhex(line) for line in body.decode().split("\n")[:-1]]

    def head(self) -> tuple[int, bytes] | None:
        """Return the size and the root that were kept last; None if none were.

        Raises:
            StoreError: what is kept there is neither.
        """
        path = self.folder / "head"
        if not path.exists():
            return None
        match = _HEAD.fullmatch(path.read_bytes())
        if match is None:
            message = f"{path}: expected a number of lines and a root"
            raise StoreError(message, retry=False)
        return int(match[1]), bytes.fromhex(match[2].decode())

    def leaves(self, number: int) -> list[bytes]:
        """Return the hashes of a segment's lines."""
        if self.path(number, sealed=False).exists():
            return self._hashed(number)  # it may have grown
        return self._sealed(number)

    def _hashed(self, number: int) -> list[bytes]:
        return [merkle.leaf(line) for line in self.lines_of(number)]

    def span(self, start: int, stop: int) -> bytes:
        """Return the root over some lines, as proofs ask for it (`merkle.Span`).

        Raises:
            StoreError: there are fewer lines.
        """
        frontier = merkle.Frontier()
        roots = self.roots() if stop - start >= LINES else []
        at = start
        while at < stop:
            number, offset = divmod(at, LINES)
            if offset == 0 and stop - at >= LINES and number < len(roots):
                frontier.append(roots[number], LINES)
                at += LINES
                continue
            upto = min(stop - number * LINES, LINES)
            for hashed in self.leaves(number)[offset:upto]:
                frontier.append(hashed)
            at = number * LINES + upto
        if frontier.size != stop - start:
            message = f"{self.folder}: expected {stop} lines, got fewer"
            raise StoreError(message, retry=False)
        return frontier.root()


def head_text(size: int, root: bytes) -> bytes:
    """Return what `log/head` says; always as long, so that it is written over."""
    return f"{size:020d} {root.hex()}\n".encode()


def _unpacked(packed: bytes) -> bytes:
    unpack = zstandard.ZstdDecompressor().decompressobj()
    body = unpack.decompress(packed)
    if not unpack.eof or unpack.unused_data:
        raise zstandard.ZstdError("expected one whole frame and nothing else")
    return body
