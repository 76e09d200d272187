"""Signing what the log says so far, so that others can hold us to it.

A checkpoint over the first N lines is a note in `log/checkpoints`, and line N of the
log names it by its hash: so no note can be taken away, put in or exchanged later
without breaking those that follow. See docs/evidence.md.
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog

from clausewatch.archive.disk import Disk, sync_folder
from clausewatch.archive.keys import Keyring, SigningKey, next_file
from clausewatch.archive.log import RESTORE, EvidenceLog
from clausewatch.archive.notes import newest_note, notes_file
from clausewatch.archive.ntp import clock_state
from clausewatch.archive.refusals import refused
from clausewatch.core.attempt import Attempt
from clausewatch.core.digest import Json, rfc3339, sha256
from clausewatch.core.event import Event
from clausewatch.core.note import Checkpoint, Note, parse_checkpoint, parse_vkey
from clausewatch.core.telling import telling
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
        self._disk = disk or Disk()
        self._keyring = Keyring(home, credentials, disk=self._disk)
        self._path = notes_file(home)
        self._length = 0
        """Bytes of the file that are whole notes."""
        self._key: SigningKey | None = None
        self._named: bytes | None = None
        """The id of the key that the log named last; it signs from then on."""
        self._note: Note | None = None
        self._has_news = False
        """Whether there are lines to sign for: an authority's stamp is for a checkpoint,
        and with one for each stamp there would never be an end."""
        self._unnamed = False
        """Whether the newest note still lacks its line in the log."""
        self._keyring.check(None)
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

    def tell(self, events: Sequence[Event], at: datetime) -> None:
        """Return once the line that names these events is durable.

        Raises:
            StoreError: the disk refused; the log is as it was.
        """
        # A crash after this leaves a line of events that nobody was told: the look
        # is repeated, and names them again.
        self.append(telling(events), at)

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
            self._sign(at)
        return self.newest

    def rotate(self, at: datetime) -> str:
        """Return the vkey of a new key, which the old one has vouched for.

        The new key is named by a line, and the checkpoint over it is signed by both:
        without the old one's word, `verify` believes no other key.

        Raises:
            StoreError: the disk refused.
            ConfigError: the key cannot be had.
        """
        self._name_note(at)
        if self._signed_by is None:
            raise ConfigError(f"{self._home}: nothing is signed yet; there is no key")
        if self._named == self._signed_by:
            # A crash after this leaves a new key that nothing names: the next
            # rotation makes another in its place.
            new = self._keyring.make_next(parse_checkpoint(self._newest).origin)
            self._name_key(new, at)
        # From here on, a crash leaves a key that has to sign next, together with the
        # old one; both are kept until it has.
        self._sign(at)
        return self._signing_key().public.vkey

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

    @property
    def _newest(self) -> Note:
        assert self._note is not None, "nothing is signed"  # noqa: S101
        return self._note

    @property
    def _signed_by(self) -> bytes | None:
        """The id of the key that signed last."""
        return None if self._note is None else self._note.signatures[0].key_id

    def _sign(self, at: datetime) -> None:
        key = self._signing_key()
        if self._named is None:
            self._name_key(key, at)
        signing = [key]
        if self._signed_by not in {None, key.public.id}:
            signing.append(self._keyring.key(self._signed_by))
        text = Checkpoint(key.public.name, self.log.size, self.log.root).text()
        note = Note(text, tuple(one.sign(text) for one in signing))
        self._keep(note)
        self._note, self._unnamed, self._has_news = note, True, False
        self._keyring.settle(key.public.id)
        self._name_note(at)

    def _name_key(self, key: SigningKey, at: datetime) -> None:
        """Write the key into the log before it signs for the first time."""
        self.append({"kind": "key", "vkey": key.public.vkey}, at)
        self._key, self._named = key, key.public.id

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
            if self._length == 0:
                sync_folder(self._path.parent, self._disk)
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
            self._key = self._keyring.key(self._named)
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
        rest = [*map(json.loads, self.log.segments.lines(signed))]
        self._has_news = any(said.get("kind") != STAMP for said in rest)
        keys = [parse_vkey(said["vkey"]) for said in rest if said.get("kind") == "key"]
        self._named = keys[-1].id if keys else self._signed_by
        self._keyring.check(self._named)
        if self._signed_by is not None and self._keyring.settle(self._signed_by):
            log.warning("log.mended", file=str(next_file(self._home)))

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
