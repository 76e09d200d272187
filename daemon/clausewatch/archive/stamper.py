"""Asking authorities for timestamps, beside everything else and in nobody's way."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeAlias

import structlog

from clausewatch.archive.disk import Disk, sync_folder
from clausewatch.archive.refusals import refused
from clausewatch.archive.segments import Segments
from clausewatch.archive.timestamp import (
    Standing,
    Token,
    answers,
    check,
    folder,
    path_of,
    query,
    refusal,
    roots_name,
    tokens,
)
from clausewatch.core.digest import Json, sha256
from clausewatch.core.model import Digest
from clausewatch.errors import DeliveryError
from clausewatch.ports import Clock, Poster

EVERY: Final = timedelta(hours=1)
"""The least time between two tokens of one authority. A token over a checkpoint dates
everything before it too, so the newest is all that has to be asked for."""

STAMP: Final = "timestamp"
"""The kind of a line that names an authority's reply."""
_STAMP: Final = b'"kind":"timestamp"'

Record: TypeAlias = Callable[[dict[str, Json], datetime], Awaitable[None]]
"""Writes a line of the evidence log."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Authority:
    """Whom to ask for timestamps."""

    name: str
    url: str
    roots: Path | None = None
    """Certificates in PEM to trust for its tokens."""

    def certificates(self) -> bytes:
        """Return what `roots` holds; empty if it is not given.

        Raises:
            DeliveryError: it cannot be read. No disk of ours is at fault: nothing
                waits for it but this authority.
        """
        try:
            return b"" if self.roots is None else self.roots.read_bytes()
        except OSError as error:
            message = f"evidence.timestamps.{self.name}.roots: cannot read "
            message += f"{self.roots}: {error.strerror}"
            raise DeliveryError(message, retry=True) from error


class Stamper:
    """Has the newest checkpoint stamped by each authority, each on its own.

    Args:
        newest: Returns the newest signed note.
        record: What was kept becomes a line of the log, so that it cannot go unseen.
    """

    def __init__(
        self,
        home: Path,
        authorities: Sequence[Authority],
        *,
        poster: Poster,
        clock: Clock,
        newest: Callable[[], Awaitable[str | None]],
        record: Record,
        disk: Disk | None = None,
    ) -> None:
        self._home = home
        self._authorities = authorities
        self._poster = poster
        self._clock = clock
        self._newest = newest
        self._record = record
        self._disk = disk or Disk()
        self._last: dict[str, datetime] = {}
        self._is_tidy = False

    async def turn(self) -> None:
        """Ask whoever has not stamped the newest checkpoint yet; failures wait.

        Raises:
            StoreError: the disk refused.
        """
        if not self._is_tidy:
            await self._tidy()
        note = await self._newest()
        if note is None:
            return
        due = [one for one in self._authorities if self._is_due(one, note)]
        found = await asyncio.gather(
            *(self._stamp(one, note) for one in due), return_exceptions=True
        )
        for one, came in zip(due, found, strict=True):
            if isinstance(came, DeliveryError):
                log.warning("timestamp.refused", authority=one.name, error=str(came))
            elif isinstance(came, BaseException):
                raise came

    async def _tidy(self) -> None:
        """Mend what the last process was cut short in."""
        await asyncio.to_thread(self._drop_unnamed)
        for one in self._authorities:
            token = await asyncio.to_thread(self._lineless, one.name)
            if token is not None:
                said = _named_by(
                    one, token, token.reply(), self._roots_beside(token, one)
                )
                await self._record(said, self._clock.now())
                log.warning("log.mended", file=str(token.path))
        self._is_tidy = True

    def _drop_unnamed(self) -> None:
        """Remove what was written and never got its name."""
        for path in sorted(folder(self._home).glob("*.new")):
            path.unlink()
            log.warning("log.mended", file=str(path))

    def _lineless(self, authority: str) -> Token | None:
        """Return an authority's newest token, if the log has no line of it."""
        theirs = [one for one in tokens(self._home) if one.authority == authority]
        if not theirs:
            return None
        newest = max(theirs, key=lambda one: one.path.stat().st_mtime_ns)
        segments = Segments(self._home)
        for number in reversed(segments.numbers()):
            for line in reversed(segments.lines_of(number)):
                said = json.loads(line) if _STAMP in line else {}
                if said.get("authority") == authority:
                    return None if said["note"] == newest.note else newest
        return newest

    def _roots_beside(self, token: Token, authority: Authority) -> bytes:
        """Return the certificates to trust for a token, if they were kept with it."""
        roots = authority.certificates()
        kept = token.path.with_name(roots_name(authority.name, roots))
        return roots if kept.exists() else b""

    def _is_due(self, authority: Authority, note: str) -> bool:
        last = self._last.get(authority.name)
        if last is not None and self._clock.now() < last + EVERY:
            return False
        return not path_of(self._home, _named(note), authority.name).exists()

    async def _stamp(self, authority: Authority, note: str) -> None:
        roots = authority.certificates()
        asked = await asyncio.to_thread(query, note)
        headers = {"content-type": "application/timestamp-query"}
        reply = await self._poster.post(authority.url, asked, headers)
        if reply.status != 200:  # noqa: PLR2004
            message = f"{authority.url}: expected status 200, got {reply.status}"
            raise DeliveryError(message, retry=True)
        why = refusal(reply.body)
        if not why and not await asyncio.to_thread(answers, reply.body, asked):
            why = "it answers another request"
        if why:
            raise DeliveryError(f"{authority.url}: {why}", retry=True)
        token = Token(
            _named(note),
            authority.name,
            path_of(self._home, _named(note), authority.name),
        )
        await asyncio.to_thread(self._keep, token, roots, reply.body)
        at = self._clock.now()
        # A crash before this leaves a token that no line names; the next start finds
        # it, and writes its line.
        await self._record(_named_by(authority, token, reply.body, roots), at)
        self._last[authority.name] = at
        checked = await asyncio.to_thread(check, token, note)
        tell = log.warning if checked.standing is Standing.WRONG else log.info
        tell(
            "timestamp.kept",
            authority=authority.name,
            standing=checked.standing.value,
            told=None if checked.at is None else checked.at.isoformat(),
            why=checked.why,
        )

    def _keep(self, token: Token, roots: bytes, reply: bytes) -> None:
        try:
            if not folder(self._home).is_dir():
                folder(self._home).mkdir(mode=0o700, parents=True, exist_ok=True)
                sync_folder(folder(self._home).parent, self._disk)
            if roots:
                name = roots_name(token.authority, roots)
                self._write(token.path.with_name(name), roots)
            # Last: a reply that is there has all that belongs to it.
            self._write(token.path, reply)
        except OSError as error:
            raise refused("cannot keep a timestamp", token.path, error) from error

    def _write(self, path: Path, body: bytes) -> None:
        new = path.with_suffix(".new")
        file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            self._disk.write(file, body)
            self._disk.sync(file)
        finally:
            os.close(file)
        # A crash before this leaves `new`, which the next start removes. A power cut
        # after the folder is synced takes neither name nor bytes.
        self._disk.rename(new, path)
        sync_folder(path.parent, self._disk)


def _named_by(
    authority: Authority, token: Token, reply: bytes, roots: bytes
) -> dict[str, Json]:
    """Return what the line says that names a reply, and whom to trust for it."""
    said: dict[str, Json] = {
        "authority": authority.name,
        "kind": STAMP,
        "note": token.note,
        "reply": sha256(reply),
        "url": authority.url,
    }
    return said | ({"roots": sha256(roots)} if roots else {})


def _named(note: str) -> Digest:
    return sha256(note.encode())
