"""Authorities' replies, held against the notes, and against the log's lines."""

from collections.abc import Iterable
from pathlib import Path

from clausewatch.archive import timestamp
from clausewatch.archive.findings import Report
from clausewatch.archive.lines import Seen, Stamp
from clausewatch.archive.timestamp import Standing, Token
from clausewatch.core.digest import sha256
from clausewatch.core.model import Digest
from clausewatch.core.note import Note, parse_checkpoint


def timestamps(
    home: Path,
    report: Report,
    seen: Seen,
    signed: Iterable[Note],
    tokens: Iterable[Token],
) -> None:
    """Check all replies that are kept, and name those that are not.

    Args:
        tokens: Those that there were before the notes and lines were read.
    """
    texts = {sha256(str(note).encode()): note for note in signed}
    kept = {(token.note, token.authority): token for token in tokens}
    for (note, authority), stamp in seen.stamps.items():
        token = kept.get((Digest(note), authority))
        place = f"log/timestamps: {authority}'s token over {note[:16]}…"
        if token is None:
            path = timestamp.path_of(home, Digest(note), authority)
            if path.exists():
                continue  # Kept and named while we were reading.
            report.wrong(place, "is missing")
            continue
        if sha256(token.reply()) != stamp.reply:
            report.wrong(place, "is not the reply that the log names")
        _roots(report, token, stamp)
    for name, token in kept.items():
        report.timestamps += 1
        named = texts.get(token.note)
        if name not in seen.stamps:
            _unnamed(report, token, named, seen)
        about = "" if named is None else str(named)
        trusted = seen.stamps[name].roots if name in seen.stamps else None
        checked = timestamp.check(token, about, trusted)
        if checked.standing is Standing.WRONG:
            report.wrong(token.path, checked.why)
        elif checked.standing is not Standing.VALID:
            report.notices.append(f"{token.path}: {checked.standing.value}")
    _certificates(home, report, seen)


def _roots(report: Report, token: Token, stamp: Stamp) -> None:
    """Name certificates that a line names and that are gone or different.

    Without them the token can no longer be checked, which is what whoever takes them
    away is after.
    """
    if not stamp.roots:
        return
    path = token.path.with_name(f"{token.authority}.{stamp.roots}.pem")
    if not path.exists():
        report.wrong(path, "is missing: the certificates to trust for a token")
    elif sha256(path.read_bytes()) != stamp.roots:
        report.wrong(path, "is not the file that its name tells the hash of")


def _unnamed(report: Report, token: Token, note: Note | None, seen: Seen) -> None:
    """Tell a token that no line names: a crash may leave the newest like that."""
    size = 0 if note is None else parse_checkpoint(note).size
    later = (
        stamp.index
        for (_, authority), stamp in seen.stamps.items()
        if authority == token.authority and stamp.index > size
    )
    what = "no line of the log names it"
    if note is None or any(later):
        report.wrong(token.path, what)
    else:
        report.notices.append(
            f"{token.path}: {what}: a crash came between, and the next start adds it"
        )


def _certificates(home: Path, report: Report, seen: Seen) -> None:
    named = {f"{who}.{stamp.roots}.pem" for (_, who), stamp in seen.stamps.items()}
    for path in sorted(timestamp.folder(home).glob("*.pem")):
        if path.name not in named:
            report.notices.append(
                f"{path}: no line of the log names these certificates"
            )
