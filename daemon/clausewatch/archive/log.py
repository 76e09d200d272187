"""The evidence log: a line for each attempt, appended and synced, never rewritten.

One process writes, under the lock of the home (`archive.lock`), in one thread. What a
crash leaves at each step stands beside the step; `EvidenceLog` mends it when it opens
and says so. See docs/evidence.md for what a line says.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import zstandard

from clausewatch import __version__
from clausewatch.archive.disk import Disk
from clausewatch.archive.files import Files
from clausewatch.archive.ntp import clock_state
from clausewatch.archive.refusals import refused
from clausewatch.archive.segments import LINES, Segments, head_text
from clausewatch.core import attempt as attempts
from clausewatch.core import merkle
from clausewatch.core.digest import Json
from clausewatch.core.merkle import Frontier, leaf
from clausewatch.errors import StoreError

SOFTWARE: Final = f"clausewatch {__version__}, zstd {zstandard.__version__}"
"""Who wrote a line, and packed what it names: to the byte, if it is the same again."""
RESTORE: Final = "`clausewatch verify` says what is wrong; restore it from a backup"


class EvidenceLog:
    """The log of a home, opened to append.

    Args:
        home: The folder that holds `log/`; the caller holds its lock.
        clock: What is known of the clock; asked for each line.

    Raises:
        StoreError: the disk refused, or the log is damaged beyond what a crash does.
    """

    def __init__(
        self,
        home: Path,
        *,
        disk: Disk | None = None,
        clock: Callable[[], Mapping[str, Json]] = clock_state,
    ) -> None:
        self.segments = Segments(home)
        self._files = Files(self.segments.folder, disk or Disk())
        self._clock = clock
        self._frontier = Frontier()
        self._segment = Frontier()
        """Of the open segment alone; its root is kept once it is full."""
        self._file: int | None = None
        self._length = 0
        """Bytes of the open segment that are whole lines."""
        self._torn = False
        """Whether an append failed, and may have left part of a line."""
        self._newest = b""
        try:
            self._files.prepare()
            self._resume()
        except OSError as error:
            raise refused("cannot open the log", self._files.folder, error) from error

    @property
    def size(self) -> int:
        """How many lines there are."""
        return self._frontier.size

    @property
    def root(self) -> bytes:
        """The root over all lines."""
        return self._frontier.root()

    def record(self, attempt: attempts.Attempt) -> int:
        """Return the place of the attempt's line, once it is durable.

        Raises:
            StoreError: the disk refused; the log is as it was.
        """
        said = attempts.fields(attempt, software=SOFTWARE, clock=self._clock())
        return self.append(said)

    def append(self, said: Mapping[str, Json]) -> int:
        """Return the place of a line that says so, once it is durable.

        What the newest line says already is not said again: whoever repeats it to the
        microsecond was cut short after it, as an import that is killed and run again.

        Raises:
            StoreError: the disk refused; the log is as it was.
        """
        line, place = attempts.line_of(said), self.size
        if line == self._newest:
            return place - 1
        try:
            self._append(line)
        except OSError as error:
            where = self._files.folder
            raise refused("cannot append to the log", where, error) from error
        return place

    def close(self) -> None:
        """Let go of the open segment."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _append(self, line: bytes) -> None:
        file = self._opened()
        if self._torn:
            os.ftruncate(file, self._length)
        # A crash amid the write leaves part of a line, without its end; the next
        # start cuts it off. Until the sync, a power cut may take the line back.
        self._torn = True
        self._files.disk.write(file, line + b"\n")
        self._files.disk.sync(file)
        self._torn, self._newest = False, line
        self._length += len(line) + 1
        self._grow(leaf(line))
        self._files.write_head(head_text(self.size, self.root))

    def _grow(self, hashed: bytes) -> None:
        if self._segment.size == LINES:
            self._segment = Frontier()
        self._frontier.append(hashed)
        self._segment.append(hashed)

    def _opened(self) -> int:
        """Return the open segment; if it is full, seal it and begin the next."""
        number, offset = divmod(self.size, LINES)
        if offset == 0 and self._length:
            self.close()
            self._files.seal(self.segments, number - 1)
            self._files.put_root(number - 1, self._segment.root())
            self._length = 0
        if self._file is None:
            path = self.segments.path(number, sealed=False)
            self._file = self._files.open_segment(path)
        return self._file

    def _resume(self) -> None:
        """Take up where the last process ended, however it ended."""
        numbers = self.segments.numbers()
        if numbers != [*range(len(numbers))]:
            message = f"{self._files.folder}: expected segments from 0 on, got a gap"
            raise StoreError(f"{message}; {RESTORE}", retry=False)
        roots = self._kept_roots()
        for number in numbers[:-1]:
            self._take_sealed(number, roots)
        if numbers:
            self._take_lines(numbers[-1])
            self._check_head()

    def _kept_roots(self) -> list[bytes]:
        """Return the roots; none if a power cut tore them, to be made again."""
        try:
            return self.segments.roots()
        except StoreError:
            path = self.segments.folder / "roots"
            self._files.cut(path, 0, of=path.stat().st_size)
            return []

    def _take_sealed(self, number: int, roots: list[bytes]) -> None:
        self._files.seal(self.segments, number)
        if number >= len(roots):
            roots.append(merkle.root(self.segments.leaves(number)))
            self._files.put_root(number, roots[number])
        self._frontier.append(roots[number], LINES)

    def _take_lines(self, number: int) -> None:
        body = self.segments.read(number)
        self._length = body.rfind(b"\n") + 1
        if self._length < len(body):
            path = self.segments.path(number, sealed=False)
            self._files.cut(path, self._length, of=len(body))
        for line in body[: self._length].split(b"\n")[:-1]:
            self._grow(leaf(line))
            self._newest = line

    def _check_head(self) -> None:
        """Compare the lines with what was said of them last.

        Lines that were acknowledged and are gone, or differ, are no crash's doing:
        to append to them would give the damage a good signature.
        """
        head = self.segments.head()
        if head is not None:
            size, root = head
            if size > self.size or self.segments.span(0, size) != root:
                message = f"{self._files.folder}: expected {size} lines with the root "
                message += f"{root.hex()}, as `head` says; {RESTORE}"
                raise StoreError(message, retry=False)
        self._files.write_head(head_text(self.size, self.root))
