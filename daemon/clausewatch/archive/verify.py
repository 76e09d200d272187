"""Whether everything that is kept is still what it was.

The log is held against its checkpoints, their signatures and timestamps, the store
against the log, and the blobs against the hashes that the log names. Nothing is
changed, and a daemon may be running meanwhile.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Final

from clausewatch.archive import patch, timestamp
from clausewatch.archive.blobs import Blobs
from clausewatch.archive.findings import Progress, Report
from clausewatch.archive.lines import Seen, Verified
from clausewatch.archive.log import SOFTWARE
from clausewatch.archive.notes import end_of_note, notes, notes_file, whole
from clausewatch.archive.timestamp import Standing
from clausewatch.archive.walk import Walk
from clausewatch.core.digest import canonical, sha256
from clausewatch.core.event import Event
from clausewatch.core.model import Digest
from clausewatch.core.note import Note
from clausewatch.errors import StoreError
from clausewatch.ports import Look

FILE: Final = "verified.json"
"""How far the last verification came that found nothing wrong."""
_BLOB: Final = re.compile(
    r"[0-9a-f]{2}/[0-9a-f]{62}\.(zst|patch|base)|new/.*|compacted\.(json|new)"
)
_LOG: Final = re.compile(
    r"\d{6}\.jsonl(\.zst)?|roots|head|new|checkpoints"
    r"|timestamps/([0-9a-f]{64}\.[a-z0-9-]+\.tsr|[a-z0-9-]+\.[0-9a-f]{64}\.pem)"
)
_MAGIC: Final = b"\x28\xb5\x2f\xfd"
_MEANINGLESS: Final = 0b0001_0000
_FRAME_AT: Final = {".zst": 0, ".patch": patch.HEAD}
"""Where in a file the zstd frame begins, by the end of its name."""


def last(home: Path) -> Verified:
    """Return how far the last verification came; the beginning, if that is lost."""
    try:
        known = json.loads((home / FILE).read_bytes())
        keys = tuple(map(str, known.pop("keys")))
        return Verified(**known, keys=keys)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Verified()


def keep(home: Path, verified: Verified) -> None:
    """Remember how far a verification came; forgetting it costs time only."""
    new = home / f"{FILE}.new"
    new.write_text(canonical({**asdict(verified), "keys": list(verified.keys)}))
    new.rename(home / FILE)


def verify(
    home: Path,
    *,
    looks: Iterable[tuple[int, Look]],
    events: Iterable[Event],
    before: Verified,
    progress: Progress = lambda *_: None,
) -> tuple[Report, Verified]:
    """Return what is wrong, and how far everything is in order.

    Args:
        looks: The store's looks after `before.look`, with their numbers; none that
            were settled after the call.
        events: The store's events.
        before: Where to begin; `Verified()` for everything.
    """
    report = Report()
    signed = _notes(home, report)
    walk = Walk(home, report, looks=looks, notes=signed, before=before)
    verified = walk.run(progress)
    full = before.size == 0
    _timestamps(home, report, walk.seen, signed, full=full)
    _events(report, walk.seen, events, signed, full=full)
    _blobs(home, report, walk.seen, full=full, progress=progress)
    _strangers(home / "log", _LOG, report)
    if full:
        _strangers(home / "blobs", _BLOB, report)
        _frames(home / "blobs", report)
        _frames(home / "log", report)
    return report, verified


def _notes(home: Path, report: Report) -> list[Note]:
    """Return the notes that can be read."""
    path = notes_file(home)
    found: list[Note] = []
    try:
        found.extend(notes(home))
    except StoreError as error:
        report.wrong("log/checkpoints", str(error))
    body = path.read_bytes() if path.exists() else b""
    rest = body[whole(body) :]
    if rest and end_of_note(rest, 0) is None:
        begun = found[-1].text[:1] if found else ""
        text = f"{path}: ends amid a note of {len(rest)} bytes"
        if rest.decode(errors="replace").startswith(begun):
            report.notices.append(
                f"{text}: it is being written, or a crash cut it short"
            )
        else:
            report.wrong("log/checkpoints", text)
    return found


def _timestamps(
    home: Path, report: Report, seen: Seen, signed: list[Note], *, full: bool
) -> None:
    """Hold authorities' replies against the notes, and against the log's lines."""
    texts = {sha256(str(note).encode()): str(note) for note in signed}
    kept = {(token.note, token.authority): token for token in timestamp.tokens(home)}
    for (note, authority), reply in seen.stamps.items():
        token = kept.get((Digest(note), authority))
        place = f"log/timestamps: {authority}'s token over {note[:16]}…"
        if token is None:
            report.wrong(place, "is missing")
        elif sha256(token.reply()) != reply:
            report.wrong(place, "is not the reply that the log names")
    for name, token in kept.items():
        if not full and name not in seen.stamps:
            continue
        report.timestamps += 1
        if name not in seen.stamps:
            report.notices.append(f"{token.path}: no line of the log names it")
        checked = timestamp.check(token, texts.get(token.note, ""))
        if checked.standing is Standing.WRONG:
            report.wrong(token.path, checked.why)
        elif checked.standing is not Standing.VALID:
            report.notices.append(f"{token.path}: {checked.standing.value}")


def _events(
    report: Report,
    seen: Seen,
    events: Iterable[Event],
    signed: list[Note],
    *,
    full: bool,
) -> None:
    """Hold what was told against what is kept: each recipient may have a copy."""
    known = {sha256(str(note).encode()) for note in signed}
    for event in events:
        place = f"the store: event {event.id}"
        note = event.evidence.checkpoint
        if note is not None and sha256(note.encode()) not in known:
            report.wrong(place, "carries a checkpoint that is not kept")
        for body in filter(None, (event.evidence.capture, event.evidence.previous)):
            if full and body not in seen.bodies:
                report.wrong(place, f"names capture {body}, and no line does")


def _blobs(
    home: Path, report: Report, seen: Seen, *, full: bool, progress: Progress
) -> None:
    blobs = Blobs(home, read_only=True)
    kept = frozenset(blobs.digests()) if full else frozenset()
    wanted = sorted(kept.union(seen.bodies))
    for done, digest in enumerate(wanted):
        progress("blobs", done, len(wanted))
        if digest in seen.removed and not blobs.has(digest):
            continue
        report.blobs += 1
        try:
            body = blobs.read(digest)
        except StoreError as error:
            report.wrong(f"blob {digest}", str(error))
            continue
        if full and blobs.is_whole(digest):
            ours = seen.bodies.get(digest) == SOFTWARE
            same = blobs.is_as_packed(digest, body)
            report.packed(f"blob {digest}", same=same, ours=ours)
    alone = len(kept.difference(seen.bodies))
    if full and alone:
        report.notices.append(
            f"{alone} blobs that no line names: each of a look that was cut short"
        )


def _strangers(folder: Path, ours: re.Pattern[str], report: Report) -> None:
    """Name the files that are none of ours."""
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        name = path.relative_to(folder).as_posix()
        if not path.is_dir() and not ours.fullmatch(name):
            report.wrong(path, "is no file of ours")


def _frames(folder: Path, report: Report) -> None:
    """Name the files that differ from what we write where no reader ever looks.

    A zstd frame has a bit that means nothing (RFC 8878 §3.1.1.1.1.5): a file in which
    it flipped still unpacks to the same bytes.
    """
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".base" and path.stat().st_size:
            report.wrong(path, "is a mark, and expected to be empty")
        if path.suffix in _FRAME_AT:
            with path.open("rb") as file:
                file.seek(_FRAME_AT[path.suffix] + len(_MAGIC))
                descriptor = file.read(1)
            if descriptor and descriptor[0] & _MEANINGLESS:
                report.wrong(path, "is a frame as we write none")
