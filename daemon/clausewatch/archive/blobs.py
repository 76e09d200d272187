"""The bytes of captures, kept under their SHA-256.

A blob is `blobs/ab/cdef….zst`: one zstd frame, named by the digest of what is inside,
so that anybody can check it with `zstd -dc FILE | sha256sum`. See ADR 41.
"""

import os
from errno import EDQUOT, EFBIG, EIO, ENOSPC
from itertools import count
from pathlib import Path
from typing import Final

import zstandard

from clausewatch.archive.disk import Disk
from clausewatch.core.digest import sha256
from clausewatch.core.model import Digest
from clausewatch.errors import StoreError

LEVEL: Final = 3
"""zstd's default. On 118 recorded pages, level 9 saves 8 % for 5 times the CPU."""

_FULL: Final = frozenset({ENOSPC, EDQUOT, EFBIG})


class Blobs:
    """Blobs in a folder. One process writes, from any thread; any number may read.

    Args:
        home: The folder that holds `blobs/`.
        read_only: Make no folder and remove no leftovers; `keep` must not be called.

    Raises:
        StoreError: the folder cannot be made or read.
    """

    def __init__(
        self, home: Path, *, read_only: bool = False, disk: Disk | None = None
    ) -> None:
        self._folder = home / "blobs"
        self._new = self._folder / "new"
        self._disk = disk or Disk()
        self._names = count()
        if not read_only:
            self._prepare()

    def keep(self, body: bytes) -> Digest:
        """Return the digest once the bytes are durable; twice is as once.

        Raises:
            StoreError: the disk refused; nothing of the blob is left.
        """
        digest = sha256(body)
        path = self._path(digest)
        try:
            if not path.exists():
                self._write(path, _packed(body))
            # A crash before this leaves a whole blob that a power cut may still take
            # back. Nothing names it yet; whoever keeps it again comes by here, so
            # a blob that was there already is synced like a new one.
            self._sync_folder(path.parent)
        except OSError as error:
            raise _refused(f"cannot keep blob {digest}", path, error) from error
        return digest

    def read(self, digest: Digest) -> bytes:
        """Return the bytes, checked against the digest.

        Raises:
            StoreError: absent, unreadable, or not what the digest says.
        """
        path = self._path(digest)
        try:
            packed = self._disk.read(path)
        except FileNotFoundError as error:
            message = f"blob {digest} is absent: expected {path}; {_RESTORE}"
            raise StoreError(message, retry=False) from error
        except OSError as error:
            raise _refused(f"cannot read blob {digest}", path, error) from error
        return _unpacked(digest, path, packed)

    def _path(self, digest: Digest) -> Path:
        return self._folder / digest[:2] / f"{digest[2:]}.zst"

    def _write(self, path: Path, packed: bytes) -> None:
        # A crash before the rename leaves a file in `new/` that the next start
        # removes. The rename comes after the sync: the final name never stands for
        # bytes that a power cut can still take.
        new = self._new / f"{os.getpid()}-{next(self._names)}"
        file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            try:
                self._disk.write(file, packed)
                self._disk.sync(file)
            finally:
                os.close(file)
            self._disk.rename(new, path)
        except BaseException:
            new.unlink(missing_ok=True)
            raise

    def _sync_folder(self, folder: Path) -> None:
        file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            self._disk.sync(file)
        finally:
            os.close(file)

    def _prepare(self) -> None:
        try:
            self._folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._new.mkdir(mode=0o700, parents=True, exist_ok=True)
            for first in range(256):
                (self._folder / f"{first:02x}").mkdir(mode=0o700, exist_ok=True)
            # Synced even if all was there: a crash before this leaves folders that a
            # power cut may take back, and `keep` syncs only what is in them.
            self._sync_folder(self._folder)
            for leftover in self._new.iterdir():
                leftover.unlink()
        except OSError as error:
            raise _refused("cannot open the blobs", self._folder, error) from error


_RESTORE: Final = "restore it from a backup"


def _packed(body: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).compress(body)


def _unpacked(digest: Digest, path: Path, packed: bytes) -> bytes:
    try:
        body = zstandard.decompress(packed)
    except zstandard.ZstdError as error:
        message = f"blob {digest} is damaged: {path}: {error}; {_RESTORE}"
        raise StoreError(message, retry=False) from error
    if sha256(body) != digest:
        message = f"blob {digest} is damaged: {path} holds {sha256(body)}; {_RESTORE}"
        raise StoreError(message, retry=False)
    return body


def _refused(what: str, path: Path, error: OSError) -> StoreError:
    """Return the error that says what the disk refused, and what to do."""
    if error.errno in _FULL:
        remedy = "free some space"
    elif error.errno == EIO:
        remedy = "check the disk"
    else:
        remedy = "check that it belongs to the user who runs clausewatch"
    return StoreError(f"{what}: {path}: {error.strerror}; {remedy}")
