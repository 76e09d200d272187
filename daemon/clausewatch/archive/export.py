"""The evidence of an event in a folder that anybody can check without us.

See docs/evidence.md and `verify.sh`. The same archive always makes the same folder.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from itertools import groupby
from pathlib import Path
from typing import Final, cast

from clausewatch import __version__
from clausewatch.archive.blobs import Blobs
from clausewatch.archive.papers import SHORT, Case, certification, readme
from clausewatch.archive.proofs import proofs
from clausewatch.archive.refusals import refused
from clausewatch.archive.segments import Segments
from clausewatch.archive.selection import (
    Line,
    Proving,
    lines_about,
    lines_telling,
    proving,
    pruned,
)
from clausewatch.archive.warc import warc
from clausewatch.core.cloudevent import to_line
from clausewatch.core.digest import jsonable, sha256
from clausewatch.core.event import Event
from clausewatch.core.model import Digest, Document, WatchId
from clausewatch.core.telling import told_text
from clausewatch.errors import ConfigError, StoreError
from clausewatch.ports import Store
from clausewatch.render.article import html, page
from clausewatch.render.wording import subject

MANIFEST: Final = "MANIFEST"
SCRIPT: Final = "verify.sh"


class Exporter:
    """Exports what is kept in a home; a daemon may be running on it."""

    def __init__(self, home: Path, store: Store) -> None:
        self._home = home
        self._store = store
        self._blobs = Blobs(home, read_only=True)
        self._segments = Segments(home)

    def export(self, events: Sequence[Event], folder: Path) -> int:
        """Write the evidence of these events into a folder; return how many files.

        Raises:
            ConfigError: there is something in the folder, or no event has evidence.
            StoreError: some of the evidence cannot be read, or the folder written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if any(folder.iterdir()):
                raise ConfigError(f"{folder}: expected an empty folder or none")
            files = self.files(events)
            for name, body in files.items():
                path = folder / name
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(body)
            (folder / SCRIPT).chmod(0o755)
        except OSError as error:
            raise refused("cannot write the export", folder, error) from error
        return len(files)

    def export_zip(self, event_id: str) -> bytes:
        """Return the export of an event as a ZIP file; see the port."""
        event = self._store.event(event_id)
        if event is None:
            raise ConfigError(f"{event_id}: no event of this id")
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, body in self.files([event]).items():
                entry = zipfile.ZipInfo(f"clausewatch-{event.id[:SHORT]}/{name}")
                mode = 0o755 if name == SCRIPT else 0o644
                entry.external_attr = (0o100000 | mode) << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, body)
        return packed.getvalue()

    def files(self, events: Sequence[Event]) -> Mapping[str, bytes]:
        """Return the files of an export by name, `MANIFEST` last.

        Raises:
            ConfigError: no event has evidence to show.
            StoreError: some of the evidence cannot be read.
        """
        told = self._with_steps(events)
        lines = self._lines(told)
        provings = proving(self._home, self._segments, lines, told[-1])
        every = {line.index: line for line in (*lines, *_key_lines(provings))}
        lines = tuple(every[index] for index in sorted(every))
        bodies = self._bodies(told, lines)
        proved = proofs(self._segments, lines, provings)
        software = f"clausewatch {__version__}"
        case = Case(told, lines, provings, software, bodies.keys(), proved)
        found = {
            **{f"bodies/{digest}": body for digest, body in bodies.items()},
            **self._readings(lines, bodies),
            **proved,
            **_told(told, lines),
            **_redlines(told),
            "events.jsonl": "".join(map(to_line, told)).encode(),
            "capture.warc.gz": warc(lines, bodies, software=software),
            **_papers(case),
        }
        return {**found, MANIFEST: _manifest(found)}

    def _with_steps(self, events: Sequence[Event]) -> tuple[Event, ...]:
        """Return the events, and those that patterns among them are made of."""
        found: dict[str, Event] = {}
        for event in events:
            steps = event.pattern.steps if event.pattern else ()
            for known in map(self._store.event, [step.event for step in steps]):
                if known is not None:
                    found[known.id] = known
            found[event.id] = event
        told = [event for event in found.values() if event.evidence.capture]
        if not told:
            raise ConfigError("no event here has a capture that it rests on")
        return tuple(sorted(told, key=lambda event: (event.observed_at, event.id)))

    def _lines(self, events: Sequence[Event]) -> tuple[Line, ...]:
        shown = [event for event in events if event.pattern is None]
        found = {
            line.index: line
            for event in shown
            for line in lines_about(self._segments, event)
        }
        telling = lines_telling(self._segments, events, tuple(found.values()))
        return tuple({**found, **{line.index: line for line in telling}}.values())

    def _bodies(
        self, events: Iterable[Event], lines: Iterable[Line]
    ) -> dict[Digest, bytes]:
        """Return the bodies that the lines name, but for those that were pruned.

        Never without that of an event itself: an export without it would show nothing.

        Raises:
            StoreError: one is damaged, or gone without a tombstone that says so.
        """
        evidence = (event.evidence for event in events)
        shown = {body for one in evidence for body in (one.capture, one.previous)}
        named = dict.fromkeys(Digest(line.text("body")) for line in lines)
        absent = [body for body in named if body and not self._blobs.has(body)]
        gone = pruned(self._segments, absent) - shown
        return {
            body: self._blobs.read(body) for body in named if body and body not in gone
        }

    def _readings(
        self, lines: Iterable[Line], bodies: Mapping[Digest, bytes]
    ) -> dict[str, bytes]:
        watches = dict.fromkeys(line.text("watch") for line in lines)
        read = {
            look.capture: look.document
            for watch in watches
            if watch
            for look in self._store.looks(WatchId(watch))
            if look.document and look.capture in bodies
        }
        return {
            f"readings/{digest}.txt": _text(self._store.document(document))
            for digest, document in read.items()
        }


def _key_lines(provings: Sequence[Proving]) -> Iterable[Line]:
    """Yield the lines that name the keys, where the checkpoints cover them."""
    least = min(one.size for one in provings)
    named = (line for one in provings for line in one.named)
    return (line for line in named if line.index < least)


def _told(events: Iterable[Event], lines: Iterable[Line]) -> dict[str, bytes]:
    """Return the events as they were hashed.

    Raises:
        StoreError: one is not what the log says was told.
    """
    known: dict[str, set[str]] = {}
    for line in lines:
        if line.text("kind") == "told":
            for event, digest in cast("dict[str, str]", line.said["events"]).items():
                known.setdefault(event, set()).add(digest)
    texts = {event.id: told_text(jsonable(event)) for event in events}
    for event, text in texts.items():
        if sha256(text) not in known.get(event, ()):
            why = "is not what the log says was told"
            if event not in known:
                why = "is named by no line of the log"
            message = f"event {event}: {why}; `clausewatch verify` tells more"
            raise StoreError(message, retry=False)
    return {f"events/{event}.json": text for event, text in texts.items()}


def _redlines(events: Iterable[Event]) -> dict[str, bytes]:
    return {
        f"redlines/{event.id[:SHORT]}.html": page(
            subject(event), html(event, most=len(event.changes))
        ).encode("utf-8", "replace")
        for event in events
    }


def _papers(case: Case) -> dict[str, bytes]:
    script = resources.files("clausewatch.archive").joinpath(SCRIPT).read_bytes()
    return {
        "README.txt": readme(case, script_lines=script.count(b"\n")).encode(),
        "CERTIFICATION.txt": certification(case).encode(),
        SCRIPT: script,
    }


def _text(document: Document) -> bytes:
    """Return a reading as plain text, under its headings."""
    parts: list[str] = []
    for path, clauses in groupby(document.clauses, lambda clause: clause.path):
        if path:
            parts.append(f"\n## {' › '.join(path)}")
        parts += [clause.text for clause in clauses]
    return ("\n".join(parts).lstrip("\n") + "\n").encode("utf-8", "replace")


def _manifest(files: Mapping[str, bytes]) -> bytes:
    """Return what `sha256sum * */*` would say in the folder."""
    names = sorted(files, key=lambda name: ("/" in name, name.encode()))
    return "".join(f"{sha256(files[name])}  {name}\n" for name in names).encode()
