"""Signing what the log says so far, so that others can hold us to it.

A checkpoint over the first N lines is a note in `log/checkpoints`, and line N of the
log names it by its hash: so no note can be taken away, put in or exchanged later
without breaking those that follow. See docs/evidence.md.
"""

import json
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog

from clausewatch.archive.disk import Disk
from clausewatch.archive.keys import (
    SigningKey,
    check_key,
    keep_key,
    key_file,
    new_key,
    signing_key,
)
from clausewatch.archive.log import RESTORE, EvidenceLog
from clausewatch.archive.notes import newest_note, notes_file
from clausewatch.archive.ntp import clock_state
from clausewatch.archive.refusals import refused
from clausewatch.core.attempt import Attempt
from clausewatch.core.digest import Json, rfc3339, sha256
from clausewatch.core.note import Checkpoint, Note, parse_checkpoint
from clausewatch.errors import ConfigError, StoreError

STAMP: Final = "timestamp"
"""The kind of a line that names an authority's reply."""

log = structlog.get_logger()


class Notary:
    """The log of a home and the key that signs it; a `ports.Evidence`.

    Args:
        home: The caller holds its lock.
        credentials: Where systemd lays out secrets.
        clock: What is known of the clock; asked for each line.

    Raises:
        StoreError: the disk refused, or log and notes do not fit together.
        ConfigError: there is a key that cannot be used.
    """

    def __init__(
        self,
        home: Path,
        *,
        credentials: Path | None = None,
        disk: Disk | None = None,
        clock: Callable[[], Mapping[str, Json]] = clock_state,
    ) -> None:
        self._home = home
        self._credentials = credentials
        self._disk = disk or Disk()
        self._path = notes_file(home)
        self._length = 0
        """Bytes of the file that are whole notes."""
        self._key: SigningKey | None = None
        self._note: Note | None = None
        self._has_news = False
        """Whether there are lines to sign for: an authority's stamp is for a checkpoint,
        and with one for each stamp there would never be an end."""
        self._unnamed = False
        """Whether the newest note still lacks its line in the log."""
        check_key(home, credentials)
        self.log = EvidenceLog(home, disk=disk, clock=clock)
        self._resume()

    @property
    def newest(self) -> str | None:
        """The newest signed note."""
        return None if self._note is None else str(self._note)

    def record(self, attempt: Attempt) -> None:
        """Return once the line of an attempt is durable.

        Raises:
            StoreError: the disk refused; the log is as it was.
        """
        self._name_note(attempt.at)
        self.log.record(attempt)
        self._has_news = True

    def append(self, said: dict[str, Json], at: datetime) -> None:
        """Return once a line that says so is durable.

        Raises:
            StoreError: the disk refused; the log is as it was.
        """
        self._name_note(at)
        self.log.append({"at": rfc3339(at), **said})
        self._has_news = self._has_news or said.get("kind") != STAMP

    def checkpoint(self, at: datetime) -> str | None:
        """Return the newest note, signed now if there are lines that none covers.

        Raises:
            StoreError: the disk refused.
            ConfigError: the key cannot be had.
        """
        self._name_note(at)
        if self._has_news:
            self._sign(at, ())
        return self.newest

    def rotate(self, at: datetime) -> str:
        """Return the vkey of a new key, which the old one has vouched for.

        Raises:
            ConfigError: the key is systemd's to keep.
        """
        old, path = self._signing_key(), key_file(self._home)
        if not path.exists():
            raise ConfigError(
                "the log's key is a credential of systemd's: put another one there; "
                "the next checkpoint says in the log that it changed"
            )
        self._name_note(at)
        # A crash before this leaves the old key in force. After it, the new one is,
        # and the next checkpoint names it in the log, without the old one's word.
        self._key = new_key(old.public.name)
        keep_key(path, self._key, disk=self._disk)
        self._sign(at, (old,))
        return self._key.public.vkey

    def close(self) -> None:
        """Let go of the files; those that root made become the owner's of the home.

        A service runs as a user of its own, and must not be locked out of its log
        by `sudo clausewatch checkpoint rotate`.
        """
        self.log.close()
        owner = self._home.stat()
        if os.geteuid() == 0 and owner.st_uid != 0:
            for name in ("log", "keys"):
                for path in (self._home / name, *(self._home / name).rglob("*")):
                    if path.exists():
                        os.chown(path, owner.st_uid, owner.st_gid)

    def _sign(self, at: datetime, others: tuple[SigningKey, ...]) -> None:
        key = self._signing_key()
        self._name_key(key, at)
        name = key.public.name
        if self._note is not None and name != parse_checkpoint(self._note).origin:
            raise ConfigError(f"expected the key of this log, got that of {name}")
        text = Checkpoint(name, self.log.size, self.log.root).text()
        note = Note(text, tuple(one.sign(text) for one in (key, *others)))
        self._keep(note)
        self._note, self._unnamed, self._has_news = note, True, False
        self._name_note(at)

    def _name_key(self, key: SigningKey, at: datetime) -> None:
        """Write the key into the log before it signs for the first time.

        A crash after this leaves a line that the next start may repeat: it says what
        is true, twice.
        """
        used = () if self._note is None else self._note.signatures
        if not used or used[0].key_id != key.public.id:
            self.append({"kind": "key", "vkey": key.public.vkey}, at)

    def _keep(self, note: Note) -> None:
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                # What a write that failed has left.
                os.ftruncate(file, self._length)
                # A crash amid this leaves part of a note, which the next start cuts
                # off; after it, a note without its line, which the next start adds.
                body = f"{note}\n".encode()
                self._disk.write(file, body)
                self._disk.sync(file)
            finally:
                os.close(file)
        except OSError as error:
            raise refused("cannot keep a checkpoint", self._path, error) from error
        self._length += len(body)

    def _name_note(self, at: datetime) -> None:
        """Write the newest note's hash into the log, as the line after those it covers."""
        if self._note is not None and self._unnamed:
            self.log.append({"at": rfc3339(at), **naming(self._note)})
            self._unnamed = False

    def _signing_key(self) -> SigningKey:
        if self._key is None:
            self._key = signing_key(self._home, self._credentials)
        return self._key

    def _resume(self) -> None:
        """Take up where the last process ended; refuse to vouch for what is damaged."""
        self._note, self._length = newest_note(self._home)
        found = self._path.stat().st_size if self._path.exists() else 0
        if self._length < found:
            os.truncate(self._path, self._length)
            dropped = found - self._length
            log.warning("log.mended", file=str(self._path), dropped_bytes=dropped)
        if self._note is not None:
            self._hold_against(self._note)
        signed = 0 if self._note is None else parse_checkpoint(self._note).size + 1
        rest = map(json.loads, self.log.segments.lines(signed))
        self._has_news = any(said.get("kind") != STAMP for said in rest)

    def _hold_against(self, note: Note) -> None:
        checkpoint = parse_checkpoint(note)
        size, found = checkpoint.size, self.log.size
        if size > found or self.log.segments.span(0, size) != checkpoint.root:
            message = (
                f"{self._path}: expected a log that continues the {size} lines of "
            )
            message += f"its newest checkpoint, got one of {found} that does not"
            raise StoreError(f"{message}; {RESTORE}", retry=False)
        self._unnamed = size == found
        if self._unnamed:
            log.warning("log.mended", file=str(self._path), named=size)


def naming(note: Note) -> dict[str, Json]:
    """Return what the log's line says that names a note."""
    return {"kind": "checkpoint", "note": sha256(str(note).encode())}
