"""Asking authorities for timestamps, beside everything else and in nobody's way."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeAlias

import structlog

from clausewatch.archive.disk import Disk
from clausewatch.archive.refusals import refused
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
)
from clausewatch.core.digest import Json, sha256
from clausewatch.core.model import Digest
from clausewatch.errors import DeliveryError
from clausewatch.ports import Clock, Poster

EVERY: Final = timedelta(hours=1)
"""The least time between two tokens of one authority. A token over a checkpoint dates
everything before it too, so the newest is all that has to be asked for."""

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

    async def turn(self) -> None:
        """Ask whoever has not stamped the newest checkpoint yet; failures wait.

        Raises:
            StoreError: the disk refused.
        """
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
        # A crash before this leaves a token that no line names: it stands for itself,
        # and the next one of this authority has a line again.
        await self._record(
            {
                "authority": authority.name,
                "kind": "timestamp",
                "note": token.note,
                "reply": sha256(reply.body),
                "url": authority.url,
            },
            at,
        )
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
            folder(self._home).mkdir(mode=0o700, parents=True, exist_ok=True)
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
        # A crash before this leaves `new`, which the next write makes its own.
        self._disk.rename(new, path)


def _named(note: str) -> Digest:
    return sha256(note.encode())
