"""The writes of the evidence log, each with what a crash there leaves behind."""

import os
from pathlib import Path
from typing import Final

import structlog
import zstandard

from clausewatch.archive.disk import Disk
from clausewatch.archive.segments import Segments
from clausewatch.errors import StoreError

LEVEL: Final = 9
"""Of zstd, for a segment; see bench/evidence.py."""
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
            self._sync(self.folder.parent)
        (self.folder / "new").unlink(missing_ok=True)

    def open_segment(self, path: Path) -> int:
        """Return the file of the open segment, made if need be."""
        is_new = not path.exists()
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        if is_new:
            # A power cut before this may take the name, and with it no line that was
            # acknowledged: the first one comes after.
            self._sync(self.folder)
        return file

    def seal(self, segments: Segments, number: int) -> None:
        """Pack a full segment, unless it is packed; readable at every moment."""
        plain = segments.path(number, sealed=False)
        sealed = segments.path(number, sealed=True)
        if not plain.exists():
            return
        body = self.disk.read(plain)
        packed = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
        # A crash before the rename leaves `new`, which the next start removes; after
        # it, both forms of the segment, of which the plain one counts.
        self.write("new", packed.compress(body))
        self.disk.rename(self.folder / "new", sealed)
        self._sync(self.folder)
        if segments.unpacked(number) != body:
            raise StoreError(f"{sealed}: expected what {plain} holds", retry=False)
        # A power cut after this may bring the plain form back; it is removed then.
        plain.unlink()

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

    def write(self, name: str, body: bytes) -> None:
        """Write a whole file, and return once it is durable; its name may not be."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        file = os.open(self.folder / name, flags, 0o600)
        try:
            self.disk.write(file, body)
            self.disk.sync(file)
        finally:
            os.close(file)

    def cut(self, path: Path, length: int, *, of: int) -> None:
        """Cut off what a crash left amid a write; nobody was told that it is there."""
        os.truncate(path, length)
        log.warning("log.mended", file=str(path), dropped_bytes=of - length)

    def _sync(self, folder: Path) -> None:
        file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            self.disk.sync(file)
        finally:
            os.close(file)
