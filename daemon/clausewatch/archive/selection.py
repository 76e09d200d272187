"""Which lines of the evidence log an event rests on, and which checkpoints prove them."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, TypeAlias, cast

from clausewatch.archive.notes import notes
from clausewatch.archive.segments import LINES, Segments
from clausewatch.archive.timestamp import Standing, Token, check, tokens
from clausewatch.core.digest import Json, rfc3339, sha256
from clausewatch.core.event import Event
from clausewatch.core.model import Digest
from clausewatch.core.note import (
    Note,
    PublicKey,
    parse_checkpoint,
    parse_note,
    parse_vkey,
)
from clausewatch.errors import StoreError

_NEAR: Final = 8
"""Lines after an attempt's in which its events are told; a checkpoint's may be between."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log: its place, its bytes, what it says."""

    index: int
    raw: bytes
    said: dict[str, Json]

    def text(self, key: str) -> str:
        """Return what it says under a key; empty if nothing."""
        return str(self.said.get(key) or "")


@dataclass(frozen=True, slots=True)
class Proving:
    """A checkpoint, the tokens over it, and the keys that signed it."""

    note: Note
    size: int
    keys: tuple[PublicKey, ...]
    """In the order of the signatures: after a change of keys, the new one first."""
    named: tuple[Line, ...]
    """The lines that name the keys."""
    tokens: tuple[Token, ...] = ()


def size_of(note: Note) -> int:
    """Return how many lines a note is about."""
    return parse_checkpoint(note).size


def lines_about(segments: Segments, event: Event) -> tuple[Line, ...]:
    """Return the lines of all attempts that an event rests on, oldest first.

    From the one that brought the text before, to the one that brought the text after;
    for an event with a checkpoint of its own, up to that. Attempts in between that
    brought nothing are there too: a gap has to be seen.

    Raises:
        StoreError: the log is damaged, or has no line of what the event shows.
    """
    own = _own_size(event)
    found, missing = _collected(segments, event, own, None)
    if missing or not own:
        # Its checkpoint was the newest that there was, older than its own line.
        found, missing = _collected(segments, event, segments.size(), event.observed_at)
    if missing:
        wanted = ", ".join(sorted(missing))
        message = f"{segments.folder}: no line of {event.watch} names {wanted}"
        raise StoreError(message, retry=False)
    return tuple(reversed(found))


def lines_telling(
    segments: Segments, events: Iterable[Event], lines: Iterable[Line]
) -> Iterator[Line]:
    """Yield the lines that hold the hashes of these events.

    Each stands right after that of the attempt, which is among the lines; only where
    one does not, the whole log is gone through.
    """
    wanted = {event.id for event in events}
    found: set[str] = set()
    starts = (line.index + 1 for line in lines)
    near = ((at, segments.lines(at, at + _NEAR)) for at in starts)
    for start, raws in (*near, (0, segments.lines())):
        if start == 0 and found >= wanted:
            return
        for line, told in _telling(start, raws):
            if wanted & told:
                found |= told
                yield line


def _telling(start: int, raws: Iterable[bytes]) -> Iterator[tuple[Line, set[str]]]:
    """Yield the lines that hold hashes of events, and of which."""
    for index, raw in enumerate(raws, start):
        if b'"kind":"told"' in raw:
            said = cast("dict[str, Json]", json.loads(raw))
            yield Line(index, raw, said), {*cast("dict[str, str]", said["events"])}


def pruned(segments: Segments, bodies: Collection[Digest]) -> set[Digest]:
    """Return those of these bodies that the log says were removed on purpose."""
    gone: set[Digest] = set()
    for raw in segments.lines() if bodies else ():
        if b'"kind":"tombstone"' in raw:
            gone.update(json.loads(raw)["bodies"])
        elif b'"kind":"attempt"' in raw:
            # Seen again since, it has to be there again.
            gone.discard(Digest(str(json.loads(raw).get("body"))))
    return gone & {*bodies}


def proving(
    home: Path, segments: Segments, lines: Iterable[Line], last: Event
) -> tuple[Proving, ...]:
    """Return checkpoints over all of the lines: as few as show all that is known.

    The event's own, which whoever was told of it has too, or else the first there is;
    and the first that each timestamp authority has stamped.

    Raises:
        StoreError: none covers all of the lines yet.
    """
    least = max(line.index for line in lines) + 1
    covering = [note for note in notes(home) if size_of(note) >= least]
    if not covering:
        raise StoreError(
            f"{segments.folder}: no checkpoint covers line {least - 1} yet; "
            "a running daemon signs one within the hour"
        )
    own = last.evidence.checkpoint
    first = next((note for note in covering if str(note) == own), covering[0])
    kept = _by_note(home)
    chosen = {size_of(note): note for note in (first, *_stamped(covering, kept))}
    return tuple(
        _proving(segments, note, tuple(_good(note, kept)))
        for _, note in sorted(chosen.items())
    )


_Kept: TypeAlias = Mapping[Digest, Sequence[Token]]


def _by_note(home: Path) -> _Kept:
    found: dict[Digest, list[Token]] = {}
    for token in tokens(home):
        found.setdefault(token.note, []).append(token)
    return found


def _stamped(covering: Iterable[Note], kept: _Kept) -> Iterator[Note]:
    """Yield the first note that each authority has stamped; there are few of them."""
    missing = {token.authority for some in kept.values() for token in some}
    for note in covering:
        if not missing:
            return
        good = {token.authority for token in _good(note, kept)}
        if good & missing:
            missing -= good
            yield note


def _good(note: Note, kept: _Kept) -> Iterator[Token]:
    """Yield the tokens over a note that are not known to be wrong."""
    text = str(note)
    for token in kept.get(sha256(text.encode()), ()):
        if check(token, text).standing is not Standing.WRONG:
            yield token


def _proving(segments: Segments, note: Note, stamped: tuple[Token, ...]) -> Proving:
    found = [_key_of(segments, signature.key_id) for signature in note.signatures]
    keys, named = zip(*found, strict=True)
    return Proving(note, size_of(note), keys, named, stamped)


def _key_of(segments: Segments, wanted: bytes) -> tuple[PublicKey, Line]:
    """Return the key of an id, and the line of the log that names it."""
    numbers = segments.numbers()
    # A log names its first key near its beginning, and hardly ever another.
    for number in dict.fromkeys([*numbers[:1], *reversed(numbers)]):
        for offset, raw in enumerate(segments.lines_of(number)):
            if b'"kind":"key"' in raw:
                said = cast("dict[str, Json]", json.loads(raw))
                key = parse_vkey(str(said.get("vkey", "")))
                if key.id == wanted:
                    return key, Line(number * LINES + offset, raw, said)
    message = f"{segments.folder}: no line names the key {wanted.hex()}"
    raise StoreError(message, retry=False)


def _collected(
    segments: Segments, event: Event, stop: int, until: datetime | None
) -> tuple[list[Line], set[str]]:
    """Return the event's lines below `stop`, newest first, and what none of them names.

    Args:
        until: Lines of later attempts are left out.
    """
    wanted = (event.evidence.capture, event.evidence.previous)
    missing = {str(digest) for digest in wanted if digest}
    begins = _key(event.previous_at or event.observed_at)
    ends = "" if until is None else _key(until)
    found: list[Line] = []
    for line in _backwards(segments, stop, event.watch):
        at = _key(datetime.fromisoformat(line.text("at")))
        if not missing and at < begins:
            break
        if line.text("body") in missing or (begins <= at <= (ends or at)):
            found.append(line)
            missing.discard(line.text("body"))
    return found, missing


def _own_size(event: Event) -> int:
    """Return how many lines the event's own checkpoint is about; 0 if it has none."""
    if not event.evidence.checkpoint:
        return 0
    try:
        return size_of(parse_note(event.evidence.checkpoint))
    except ValueError:
        return 0


def _backwards(segments: Segments, stop: int, watch: str) -> Iterator[Line]:
    """Yield the lines of a watch below `stop`, newest first."""
    named = json.dumps(watch).encode()
    for number in reversed(segments.numbers()):
        first = number * LINES
        if first >= stop:
            continue
        for offset, raw in reversed([*enumerate(segments.lines_of(number))]):
            if first + offset < stop and named in raw:
                said = cast("dict[str, Json]", json.loads(raw))
                if said.get("watch") == watch:
                    yield Line(first + offset, raw, said)


def _key(moment: datetime) -> str:
    """Return a time so that earlier ones sort first, to the second."""
    return rfc3339(moment.replace(microsecond=0))
