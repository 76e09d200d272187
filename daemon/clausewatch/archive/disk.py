"""The little that we ask of a disk, named step by step so that a test can break each."""

import os
from pathlib import Path


class Disk:
    """A real disk. `testing.faults` has one that fails or dies at a step of choice."""

    def write(self, file: int, body: bytes) -> None:
        """Write all of the body; a short write is continued, never mistaken for all."""
        rest = memoryview(body)
        while rest:
            rest = rest[os.write(file, rest) :]

    def sync(self, file: int) -> None:
        """Return once a file's bytes, or a folder's names, survive a power cut."""
        os.fsync(file)

    def rename(self, old: Path, new: Path) -> None:
        """Give a file another name at once: nobody ever sees half of it there."""
        old.rename(new)

    def read(self, path: Path) -> bytes:
        """Return all bytes of a file."""
        return path.read_bytes()


def sync_folder(folder: Path, disk: Disk) -> None:
    """Return once the names in a folder are durable."""
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        disk.sync(file)
    finally:
        os.close(file)
