"""The writes of the evidence log, each with what a crash there leaves behind."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

import structlog
import zstandard

from clausewatch.archive.disk import Disk, sync_folder
from clausewatch.archive.segments import Segments
from clausewatch.errors import StoreError

LEVEL: Final = 1
"""Of zstd, for a segment. On lines, levels 2 to 9 save nothing, and take 9 MB more."""
_PIECE_BYTES: Final = 64 * 1024
_ROOT_BYTES: Final = 65
"""A hash in hexadecimal and the end of its line."""

log = structlog.get_logger()


class Files:
    """The folder `log/` of a home, for the one who writes."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self.folder = folder
        self.disk = disk

    def prepare(self) -> None:
        """Make the folder; remove what a sealing that was cut short has left."""
        if not self.folder.is_dir():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            sync_folder(self.folder.parent, self.disk)
        (self.folder / "new").unlink(missing_ok=True)

    def open_segment(self, path: Path) -> int:
        """Return the file of the open segment, made if need be."""
        is_new = not path.exists()
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        if is_new:
            # A power cut before this may take the name, and with it no line that was
            # acknowledged: the first one comes after.
            sync_folder(self.folder, self.disk)
        return file

    def seal(self, segments: Segments, number: int) -> None:
        """Pack a full segment, unless it is packed; readable at every moment."""
        plain = segments.path(number, sealed=False)
        sealed = segments.path(number, sealed=True)
        if not plain.exists():
            return
        # A crash before the rename leaves `new`, which the next start removes; after
        # it, both forms of the segment, of which the plain one counts.
        before = self._pack(plain)
        self.disk.rename(self.folder / "new", sealed)
        sync_folder(self.folder, self.disk)
        if _hash_of(_unpacked(sealed)) != before:
            raise StoreError(f"{sealed}: expected what {plain} holds", retry=False)
        # A power cut after this may bring the plain form back; it is removed then.
        plain.unlink()

    def _pack(self, plain: Path) -> bytes:
        """Write a packed file to `new`, and return the hash of what it holds.

        Piece by piece: at once, it would take three times the memory of a segment.
        """
        hashed = hashlib.sha256()
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        file = os.open(self.folder / "new", flags, 0o600)
        try:
            pieces = _heard(_pieces(plain), hashed.update)
            for piece in packed(pieces, plain.stat().st_size):
                self.disk.write(file, piece)
            self.disk.sync(file)
        finally:
            os.close(file)
        return hashed.digest()

    def put_root(self, number: int, root: bytes) -> None:
        """Keep the root of a full segment; not synced, for it follows from its lines."""
        file = os.open(self.folder / "roots", os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.pwrite(file, f"{root.hex()}\n".encode(), number * _ROOT_BYTES)
        finally:
            os.close(file)

    def write_head(self, text: bytes) -> None:
        """Write over the head; not synced, for it follows from the lines.

        A crash before this leaves the head of one line ago, and a power cut an older
        one: the lines that there are continue it.
        """
        file = os.open(self.folder / "head", os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.pwrite(file, text, 0)
        finally:
            os.close(file)

    def cut(self, path: Path, length: int, *, of: int) -> None:
        """Cut off what a crash left amid a write; nobody was told that it is there."""
        os.truncate(path, length)
        log.warning("log.mended", file=str(path), dropped_bytes=of - length)


def packed(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Yield a sealed segment; the same pieces give the same bytes."""
    zstd = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
    packing = zstd.compressobj(size=size)
    for piece in pieces:
        yield packing.compress(piece)
    yield packing.flush()


def pieces_of(body: bytes) -> Iterator[bytes]:
    """Yield bytes piece by piece, as they are read for sealing."""
    for at in range(0, len(body), _PIECE_BYTES):
        yield body[at : at + _PIECE_BYTES]


def _heard(pieces: Iterator[bytes], tell: Callable[[bytes], object]) -> Iterator[bytes]:
    for piece in pieces:
        tell(piece)
        yield piece


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            yield piece


def _unpacked(path: Path) -> Iterator[bytes]:
    unpacking = zstandard.ZstdDecompressor().decompressobj()
    for piece in _pieces(path):
        yield unpacking.decompress(piece)


def _hash_of(pieces: Iterator[bytes]) -> bytes:
    hashed = hashlib.sha256()
    for piece in pieces:
        hashed.update(piece)
    return hashed.digest()
