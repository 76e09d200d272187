"""The bytes of captures, kept under their SHA-256.

A blob is `blobs/ab/cdef….zst`: one zstd frame, named by the digest of what is inside,
so that anybody can check it with `zstd -dc FILE | sha256sum`. Compaction makes of most
a patch, `cdef….patch`, that names the blob it differs from; a whole blob that patches
differ from has an empty `cdef….base` beside it. See ADR 41 and ADR 135.
"""

import os
from collections.abc import Collection, Iterator
from itertools import count
from pathlib import Path
from typing import Final

import zstandard

from clausewatch.archive import patch
from clausewatch.archive.disk import Disk, sync_folder
from clausewatch.archive.refusals import refused
from clausewatch.core.digest import sha256
from clausewatch.core.model import Digest
from clausewatch.errors import StoreError

LEVEL: Final = 3
"""zstd's default. On 118 recorded pages, level 9 saves 8 % for 5 times the CPU."""

DEEPEST: Final = 4
"""Patches between a capture and a whole blob, at most: reading stays below 5 ms."""


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
            if not path.exists() and not self._patch(digest).exists():
                self._write(path, _packed(body))
            # A crash before this leaves a whole blob that a power cut may still take
            # back. Nothing names it yet; whoever keeps it again comes by here, so
            # a blob that was there already is synced like a new one.
            sync_folder(path.parent, self._disk)
        except OSError as error:
            raise refused(f"cannot keep blob {digest}", path, error) from error
        return digest

    def read(self, digest: Digest) -> bytes:
        """Return the bytes, checked against the digest.

        Beside a compaction in another process too: a patch is there before the whole
        blob goes, and a base stays whole.

        Raises:
            StoreError: absent, unreadable, or not what the digest says.
        """
        body = self._whole(digest)
        if body is None:
            body = self._patched(digest, DEEPEST)
        return body

    def is_whole(self, digest: Digest) -> bool:
        """Say whether a blob is kept whole; the others are patches, or absent."""
        return self._path(digest).exists()

    def is_as_packed(self, digest: Digest, body: bytes) -> bool:
        """Say whether a whole blob is, to the byte, how we pack this body today."""
        return self._bytes(digest, self._path(digest)) == _packed(body)

    def has(self, digest: Digest) -> bool:
        """Say whether there is a blob of this name, whole or a patch, sound or not."""
        return self._path(digest).exists() or self._patch(digest).exists()

    def base(self, digest: Digest) -> Digest | None:
        """Return what a blob is a patch of; None where it is whole, or absent.

        Raises:
            StoreError: it cannot be read.
        """
        path = self._patch(digest)
        if self.is_whole(digest) or not path.exists():
            return None
        return _base_of(digest, path, self._bytes(digest, path))

    def is_base(self, digest: Digest) -> bool:
        """Say whether a whole blob must stay whole, as patches may differ from it."""
        return self._mark(digest).exists()

    def mark(self, digest: Digest) -> None:
        """Have a whole blob stay whole from now on; the mark is durable then.

        Raises:
            StoreError: the disk refused.
        """
        path = self._mark(digest)
        try:
            path.touch(mode=0o600)
            sync_folder(path.parent, self._disk)
        except OSError as error:
            raise refused(f"cannot mark blob {digest}", path, error) from error

    def digests(self) -> Iterator[Digest]:
        """Yield the digests of all blobs, in order."""
        for folder in sorted(self._folder.glob("[0-9a-f][0-9a-f]")):
            kept = (".zst", ".patch")
            names = {file.stem for file in folder.iterdir() if file.suffix in kept}
            yield from (Digest(folder.name + name) for name in sorted(names))

    def stored_bytes(self, digest: Digest) -> int:
        """Return how much of the disk a blob takes; 0 if it is absent."""
        files = (self._path(digest), self._patch(digest))
        return sum(file.stat().st_size for file in files if file.exists())

    def replace(self, digest: Digest, packed: bytes) -> None:
        """Keep a blob as this patch, instead of whole.

        Safe at every step, and again after a crash at any: the base is marked before
        a patch needs it, and the whole blob goes when what stands in its place has
        been read back.

        Raises:
            StoreError: the disk refused, or the patch does not give these bytes.
        """
        whole, path = self._path(digest), self._patch(digest)
        base = _base_of(digest, path, packed)
        try:
            if self.is_whole(base):
                self.mark(base)
            self._write(path, packed)
            sync_folder(path.parent, self._disk)
            try:
                self._patched(digest, DEEPEST)
            except StoreError:
                path.unlink()
                raise
            whole.unlink(missing_ok=True)
            # A crash before this may bring the whole blob back: both say the same,
            # and the next compaction removes it again.
            sync_folder(whole.parent, self._disk)
        except OSError as error:
            raise refused(f"cannot compact blob {digest}", path, error) from error

    def drop(self, gone: Collection[Digest]) -> None:
        """Remove blobs for good; patches that differ from one become whole first.

        Raises:
            StoreError: the disk refused, or a patch that has to stay cannot be read.
        """
        for digest in self._patches_of(frozenset(gone)):
            self._unfold(digest)
        for digest in gone:
            path = self._path(digest)
            try:
                for file in (path, self._patch(digest), self._mark(digest)):
                    file.unlink(missing_ok=True)
                sync_folder(path.parent, self._disk)
            except OSError as error:
                raise refused(f"cannot remove blob {digest}", path, error) from error

    def _patches_of(self, bases: frozenset[Digest]) -> tuple[Digest, ...]:
        """Return the blobs that stay and differ from any of these."""
        if not any(map(self._is_needed, bases)):
            return ()
        staying = (digest for digest in self.digests() if digest not in bases)
        return tuple(digest for digest in staying if self.base(digest) in bases)

    def _is_needed(self, digest: Digest) -> bool:
        return self.is_base(digest) or self._patch(digest).exists()

    def _unfold(self, digest: Digest) -> None:
        """Make a patch whole again: the whole blob is durable before the patch goes."""
        path = self._path(digest)
        try:
            self._write(path, _packed(self._patched(digest, DEEPEST)))
            self.mark(digest)  # others may differ from it in turn
            self._patch(digest).unlink()
        except OSError as error:
            raise refused(f"cannot unfold blob {digest}", path, error) from error

    def _whole(self, digest: Digest) -> bytes | None:
        path = self._path(digest)
        try:
            packed = self._disk.read(path)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise refused(f"cannot read blob {digest}", path, error) from error
        return _unpacked(digest, path, packed)

    def _patched(self, digest: Digest, most: int) -> bytes:
        path = self._patch(digest)
        packed = self._bytes(digest, path)
        base = _base_of(digest, path, packed)
        if most == 0:
            what = f"expected at most {DEEPEST} patches up to a whole blob"
            raise _damaged(digest, path, what)
        body = self._whole(base)
        if body is None:
            body = self._patched(base, most - 1)
        try:
            return _checked(digest, path, patch.unpacked(packed, body))
        except zstandard.ZstdError as error:
            raise _damaged(digest, path, str(error)) from error

    def _bytes(self, digest: Digest, path: Path) -> bytes:
        try:
            return self._disk.read(path)
        except FileNotFoundError as error:
            expected = self._path(digest)
            message = f"blob {digest} is absent: expected {expected}; {_RESTORE}"
            raise StoreError(message, retry=False) from error
        except OSError as error:
            raise refused(f"cannot read blob {digest}", path, error) from error

    def _path(self, digest: Digest) -> Path:
        return self._folder / digest[:2] / f"{digest[2:]}.zst"

    def _patch(self, digest: Digest) -> Path:
        return self._path(digest).with_suffix(".patch")

    def _mark(self, digest: Digest) -> Path:
        return self._path(digest).with_suffix(".base")

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

    def _prepare(self) -> None:
        try:
            self._folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._new.mkdir(mode=0o700, parents=True, exist_ok=True)
            for first in range(256):
                (self._folder / f"{first:02x}").mkdir(mode=0o700, exist_ok=True)
            # Synced even if all was there: a crash before this leaves folders that a
            # power cut may take back, and `keep` syncs only what is in them.
            sync_folder(self._folder, self._disk)
            for leftover in self._new.iterdir():
                leftover.unlink()
        except OSError as error:
            raise refused("cannot open the blobs", self._folder, error) from error


_RESTORE: Final = "restore it from a backup"


def _packed(body: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).compress(body)


def _unpacked(digest: Digest, path: Path, packed: bytes) -> bytes:
    try:
        # Not a byte more than the frame: what is added to a file is found as well.
        unpack = zstandard.ZstdDecompressor()
        body = unpack.decompress(packed, allow_extra_data=False)
        return _checked(digest, path, body)
    except zstandard.ZstdError as error:
        raise _damaged(digest, path, str(error)) from error


def _checked(digest: Digest, path: Path, body: bytes) -> bytes:
    if sha256(body) != digest:
        raise _damaged(digest, path, f"holds {sha256(body)}")
    return body


def _base_of(digest: Digest, path: Path, packed: bytes) -> Digest:
    try:
        return patch.base_of(packed)
    except ValueError as error:
        raise _damaged(digest, path, str(error)) from error


def _damaged(digest: Digest, path: Path, what: str) -> StoreError:
    message = f"blob {digest} is damaged: {path}: {what}; {_RESTORE}"
    return StoreError(message, retry=False)
