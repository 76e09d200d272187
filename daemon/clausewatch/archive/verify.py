"""Whether everything that is kept is still what it was.

The log is held against its checkpoints, their signatures and timestamps, the store
against the log, and the blobs against the hashes that the log names. Nothing is
changed, and a daemon may be running meanwhile.
"""

import re
from pathlib import Path
from typing import Final

from clausewatch.archive import audit, patch
from clausewatch.archive.anchors import Anchors, Verified
from clausewatch.archive.audit import Audited, Decode
from clausewatch.archive.blobs import Blobs
from clausewatch.archive.chain import Chain, shown
from clausewatch.archive.findings import Progress, Report
from clausewatch.archive.keys import kept_key, key_file, next_file
from clausewatch.archive.lines import Seen
from clausewatch.archive.log import SOFTWARE
from clausewatch.archive.notes import is_begun, notes, notes_file, whole
from clausewatch.archive.stamps import timestamps
from clausewatch.archive.timestamp import tokens as kept_tokens
from clausewatch.archive.walk import Walk
from clausewatch.core.note import Note, PublicKey
from clausewatch.errors import ConfigError, StoreError
from clausewatch.render.wording import count

_BLOB: Final = re.compile(r"[0-9a-f]{2}/[0-9a-f]{62}\.(zst|patch|base)|compacted\.json")
_LOG: Final = re.compile(
    r"\d{6}\.jsonl(\.zst)?|roots|head|checkpoints"
    r"|timestamps/([0-9a-f]{64}\.[a-z0-9-]+\.tsr|[a-z0-9-]+\.[0-9a-f]{64}\.pem)"
)
_KEYS: Final = re.compile(r"log\.key")
_CUT_SHORT: Final = re.compile(
    r"new|new/\d+-\d+|compacted\.new|timestamps/[^/]+\.new|log\.key\.(next|new)"
    r"|log\.key\.next\.new|([0-9a-f]{2}/|timestamps/)?\.[^/]+\.new"
)
"""What is written before it gets its name: a crash leaves it, and nothing reads it."""
_NAMED: Final = 20
"""How many blobs are named that no line names."""
_MAGIC: Final = b"\x28\xb5\x2f\xfd"
_MEANINGLESS: Final = 0b0001_0000
_FRAME_AT: Final = {".zst": 0, ".patch": patch.HEAD}
"""Where in a file the zstd frame begins, by the end of its name."""


def verify(
    home: Path,
    *,
    store: Audited,
    anchors: Anchors = Anchors(),  # noqa: B008 - frozen
    before: Verified = Verified(),  # noqa: B008 - frozen
    decode: Decode | None = None,
    progress: Progress = lambda *_: None,
) -> tuple[Report, Verified]:
    """Return what is wrong, and how far everything is in order.

    Args:
        store: What is held against the log.
        anchors: What the reader has from elsewhere.
        before: Where to begin with captures and looks; `Verified()` for all of them.
        decode: Makes pages of captures, to read them again; without it they are not.
    """
    report = Report()
    # All of the store that is asked for was there before the log was looked at.
    looks, told = store.looks_after(before.look), store.told()
    captured, made = store.captured(), store.read_from()
    tokens = list(kept_tokens(home))
    signed = _notes(home, report)
    walk = Walk(home, report, looks=looks, notes=signed, anchors=anchors, before=before)
    verified = walk.run(progress)
    seen = walk.seen
    _key(home, report, walk.chain)
    timestamps(home, report, seen, signed, tokens)
    audit.events(report, seen, told, signed)
    _blobs(home, report, seen, progress=progress)
    for name, ours in (("log", _LOG), ("keys", _KEYS), ("blobs", _BLOB)):
        _strangers(home / name, ours, report)
    if seen.full:
        audit.captures(report, seen, captured)
        audit.readings(report, store.readings())
        _frames(home / "blobs", report)
        _frames(home / "log", report)
    if seen.full and decode is not None:
        blobs = Blobs(home, read_only=True)
        audit.read_again(report, seen, blobs, list(made), decode, progress)
    return report, verified


def _key(home: Path, report: Report, chain: Chain) -> None:
    """Hold the key that is to sign next against those that have signed."""
    found = _kept_key(key_file(home), report)
    new = _kept_key(next_file(home), report)
    due = (chain.named, *chain.keys[-1:])
    if found is None or not chain.keys or found in due:
        return
    if found in chain.keys[-2:] and new in due:
        report.notices.append(
            f"{next_file(home)}: has signed, and a crash came before it took the old "
            "one's place; the next start goes on"
        )
        return
    what = f"is {shown(found)}, and the log is signed by {shown(chain.keys[-1])}"
    report.wrong(key_file(home), what)


def _kept_key(path: Path, report: Report) -> PublicKey | None:
    try:
        return kept_key(path)
    except ConfigError as error:
        report.wrong(path, str(error).removeprefix(f"{path}: "))
    except PermissionError:
        report.notices.append(f"{path}: not ours to read, so not compared")
    return None


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
    if rest:
        text = f"{path}: ends amid a note of {len(rest)} bytes"
        origin = found[-1].text.partition("\n")[0] if found else ""
        if is_begun(rest, origin):
            report.notices.append(
                f"{text}: it is being written, or a crash cut it short"
            )
        else:
            report.wrong("log/checkpoints", f"{text}, which is not how ours begin")
    return found


def _blobs(home: Path, report: Report, seen: Seen, *, progress: Progress) -> None:
    blobs = Blobs(home, read_only=True)
    kept = frozenset(blobs.digests()) if seen.full else frozenset()
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
        if seen.full and blobs.is_whole(digest):
            ours = seen.bodies.get(digest) == SOFTWARE
            same = blobs.is_as_packed(digest, body)
            report.packed(f"blob {digest}", same=same, ours=ours)
    alone = sorted(kept.difference(seen.bodies))
    if seen.full and alone:
        more = ", …" * (len(alone) > _NAMED)
        report.notices.append(
            f"{count(len(alone), 'blob')} that no line names, each of a look that was "
            f"cut short: {', '.join(alone[:_NAMED])}{more}"
        )


def _strangers(folder: Path, ours: re.Pattern[str], report: Report) -> None:
    """Name the files that are none of ours, and those that a crash left."""
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            report.wrong(path, "is a link: what it leads to is no part of the archive")
        elif path.is_dir() or ours.fullmatch(name):
            continue
        elif _CUT_SHORT.fullmatch(name):
            report.notices.append(
                f"{path}: is being written, or a crash cut that short; nothing reads it"
            )
        else:
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
