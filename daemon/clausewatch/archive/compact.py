"""Compaction: captures become patches of others of the same watch.

A page's captures hang on one whole blob as on a trunk::

    whole ── era ── season ── week ── day

Each capture differs from the nearest of these that serves it well, and a page that
was rebuilt begins a new era, or a new trunk if it has nothing in common with the old.
What is chosen depends only on the captures and their order, so a run that was cut
short, or begins from the start, comes to the same. See ADR 135.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from clausewatch.archive import patch
from clausewatch.archive.blobs import DEEPEST, Blobs
from clausewatch.archive.refusals import refused
from clausewatch.core.compacted import Compacted
from clausewatch.core.digest import Json, canonical
from clausewatch.core.model import Digest, WatchId
from clausewatch.errors import StoreError

FILE: Final = "compacted.json"
LARGEST_BYTES: Final = 4 * 1024 * 1024
"""A larger body stays whole: comparing two takes more memory than a check does."""
_LEAST_BYTES: Final = 1024
"""A smaller one takes a block of the disk either way."""
_NEAR: Final = 0.2
"""A patch below this share of the whole serves well; tried 0.1 to 0.8 on recordings."""
_WORTH: Final = 0.8
"""Below this share, a rebuilt page still has enough in common with the trunk."""
_CLOSE: Final = 0.02
"""So small that no other base need be tried."""
MOST: Final = 500
"""How many may hang on one trunk: no more can be lost with it."""
_FAN: Final = (None, None, 8, 4)
"""How many may differ from a node, by its depth: the deeper, the sooner it is old."""

Filed: TypeAlias = tuple[int, WatchId, Digest]
"""A capture's number in the store, its watch, its body."""


@dataclass(slots=True)
class Node:
    """A capture that later ones may differ from."""

    digest: Digest
    children: int = 0
    """How many differ from it; of a trunk, how many hang on it in all."""


class Compactor:
    """Compacts captures in the order they were filed, and knows how far it came.

    Belongs to whoever writes the blobs, and to the thread that does.

    Raises:
        StoreError: what it knows cannot be read.
    """

    def __init__(self, home: Path, blobs: Blobs) -> None:
        self._file = home / "blobs" / FILE
        self._blobs = blobs
        self._trunks: dict[WatchId, list[Node]] = {}
        self.upto = 0
        """The number of the last capture that was looked at."""
        self._load()

    def run(self, filed: Sequence[Filed]) -> Compacted:
        """Compact these captures, which come next; return what it came to.

        A blob that cannot be read stays as it is: to say so is `verify`'s part.

        Raises:
            StoreError: the disk refused.
        """
        found = Compacted()
        for number, watch, digest in filed:
            found += self._take(watch, digest)
            self.upto = number
        return found

    def save(self) -> None:
        """Remember how far it came; forgetting it costs time, and nothing else.

        Raises:
            StoreError: the disk refused.
        """
        # Not synced: whatever a power cut leaves here is found or done again.
        trunks: Json = {
            watch: [[node.digest, node.children] for node in trunk]
            for watch, trunk in self._trunks.items()
        }
        new = self._file.with_suffix(".new")
        try:
            new.write_text(canonical({"upto": self.upto, "trunks": trunks}))
            new.rename(self._file)
        except OSError as error:
            with suppress(OSError):
                new.unlink()
            raise refused("cannot keep how far compaction came", new, error) from error

    def _take(self, watch: WatchId, digest: Digest) -> Compacted:
        trunk = self._trunks.setdefault(watch, [])
        if any(node.digest == digest for node in trunk):
            return Compacted(1)
        if not self._blobs.is_whole(digest):
            self._recall(trunk, digest)
            return Compacted(1)
        if self._blobs.is_base(digest):
            trunk[:] = [Node(digest)]
            return Compacted(1)
        try:
            return self._compact(trunk, digest)
        except StoreError as error:
            if error.retry:
                raise
            return Compacted(1)

    def _recall(self, trunk: list[Node], digest: Digest) -> None:
        """Hang a patch of an earlier run where it hangs; another watch's stays there."""
        try:
            base = self._blobs.base(digest)
        except StoreError:
            return
        places = [at for at, node in enumerate(trunk) if node.digest == base]
        if places:
            _hang(trunk, places[0], digest)

    def _compact(self, trunk: list[Node], digest: Digest) -> Compacted:
        before = self._blobs.stored_bytes(digest)
        body = self._blobs.read(digest)
        if not _LEAST_BYTES <= len(body) <= LARGEST_BYTES:
            return Compacted(1)
        is_full = trunk and trunk[0].children >= MOST
        found = None if is_full else self._nearest(trunk, body, before)
        if found is None or len(found[1]) >= _WORTH * before:
            # Marked at once: from now on it may be what others differ from.
            self._blobs.mark(digest)
            trunk[:] = [Node(digest)]
            return Compacted(1)
        place, packed = found
        self._blobs.replace(digest, packed)
        _hang(trunk, place, digest)
        return Compacted(1, 1, before, len(packed))

    def _nearest(
        self, trunk: list[Node], body: bytes, whole_bytes: int
    ) -> tuple[int, bytes] | None:
        """Return where a body should hang, and its patch."""
        best: tuple[int, bytes] | None = None
        for at in reversed(range(len(trunk))):
            most = _FAN[at]
            if most is not None and trunk[at].children >= most:
                continue
            packed = self._packed(trunk, at, body)
            # A higher base must be clearly better: it leaves the lower ones behind.
            if packed and (best is None or len(packed) < _WORTH * len(best[1])):
                best = at, packed
                if len(packed) < _CLOSE * whole_bytes:
                    break
        if best is None or best[0] >= len(trunk):
            return None
        if best[0] and len(best[1]) >= _NEAR * whole_bytes:
            # Begin a new era rather than hang something so different so deep.
            packed = self._packed(trunk, 0, body)
            return None if packed is None else (0, packed)
        return best

    def _packed(self, trunk: list[Node], at: int, body: bytes) -> bytes | None:
        """Return the patch against a node; one that is no longer kept is forgotten."""
        name = trunk[at].digest
        try:
            return patch.packed(body, self._blobs.read(name), name)
        except StoreError as error:
            if error.retry:
                raise
            del trunk[at:]
            return None

    def _load(self) -> None:
        try:
            known = json.loads(self._file.read_bytes())
            self.upto = int(known["upto"])
            self._trunks = {
                WatchId(watch): [Node(Digest(digest), n) for digest, n in trunk]
                for watch, trunk in known["trunks"].items()
            }
        except FileNotFoundError:
            pass
        except OSError as error:
            raise refused("cannot read", self._file, error) from error
        except (ValueError, KeyError, TypeError, AttributeError):
            # It only saves work: from the start, everything comes to the same.
            self.upto, self._trunks = 0, {}


def _hang(trunk: list[Node], place: int, digest: Digest) -> None:
    """Hang a patch on the node at a place; it can be a base unless it is too deep."""
    del trunk[place + 1 :]
    trunk[0].children += 1
    if place:
        trunk[place].children += 1
    if place + 1 < DEEPEST:
        trunk.append(Node(digest))
