"""What `live.py` plays: pages of the record, ten captures of each, and their labels."""

import hashlib
import itertools
import json
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

from clausewatch.fetch.jsonl import captures

LATE = 3
"""Captures after the recorded one in which a change may still be told, as scored."""
PAIRS = 3
"""Labelled substantive changes around which captures are chosen first."""


@dataclass(frozen=True, slots=True)
class Label:
    """A labelled change: the first capture that shows it, and the last that may."""

    first: int
    last: int
    verdict: str
    materiality: int
    summary: str


@dataclass(slots=True)
class Part:
    """One page, and the captures of it that are shown, one a step."""

    watch: str
    service: str
    steps: list[int] = field(default_factory=list)
    """Ordinals into the page's recorded history."""
    bodies: list[bytes] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Return where it stands on its site."""
        return f"/{self.watch}.html"

    @property
    def host(self) -> str:
        """Return the name of the server that serves it."""
        return self.service.lower().replace(" ", "-")

    def wanted(self) -> Iterator[Label]:
        """Yield the substantive changes that lie between the captures shown."""
        for label in self.labels:
            between = self.steps[0] < label.first <= self.steps[-1]
            if label.verdict == "substantive" and label.materiality and between:
                yield label

    def shown_at(self, step: int, *, since: int | None = None) -> list[Label]:
        """Return the labels that a change told at a step may be about."""
        at, before = self.steps[step], self.steps[step - 1 if since is None else since]
        return [
            one
            for one in self.labels
            if one.first <= at and (at <= one.last or one.first > before)
        ]


@dataclass(slots=True)
class Fault:
    """Something that went wrong on a page, while it also changed."""

    part: Part
    mode: str
    times: int
    step: int
    at: datetime
    until: datetime | None = None


@dataclass(slots=True)
class Played:
    """All that is known of a run once it is over."""

    home: Path
    parts: list[Part]
    faults: list[Fault] = field(default_factory=list)
    started: list[datetime] = field(default_factory=list)
    """When each step began."""
    took_s: list[float] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    mails: list[EmailMessage] = field(default_factory=list)
    cpu_s: float = 0.0
    peak_mb: float = 0.0
    stop_s: float = 0.0
    codes: list[int] = field(default_factory=list)
    wall_s: float = 0.0


def parts(corpus: Path, *, watches: int, steps: int) -> list[Part]:
    """Return the pages with the most to tell, spread over all services."""
    documents = json.loads((corpus / "index.json").read_text(encoding="utf-8"))["docs"]
    times = {d["watch"]: [_stamp(t) for t in d["captured_at"]] for d in documents}
    labels = _labels(corpus, times)
    by_service = defaultdict(list)
    for entry in documents:
        if len(entry["captured_at"]) >= steps:
            name = entry["watch"]
            part = Part(name, entry["group"].partition("/")[0], labels=labels[name])
            by_service[part.service].append(part)
    for several in by_service.values():
        several.sort(key=lambda part: -len(part.labels))
    rounds = itertools.zip_longest(*(by_service[name] for name in sorted(by_service)))
    found = [part for several in rounds for part in several if part is not None]
    return list(_filled(corpus, found, watches, steps))


def _filled(
    corpus: Path, found: Sequence[Part], watches: int, steps: int
) -> Iterator[Part]:
    """Yield as many pages as are wanted, each with its bodies."""
    count = 0
    for part in found:
        history = list(captures(corpus / "captures" / f"{part.watch}.jsonl.zst"))
        part.steps = _chosen(len(history), part.labels, steps)
        # The page server says of every page that it is HTML, and that all is well.
        part.bodies = [
            one.body
            for one in (history[at] for at in part.steps)
            if one.capture.exchange.status == 200
            and one.capture.content_type.startswith("text/html")
        ]
        part.digests = [hashlib.sha256(body).hexdigest() for body in part.bodies]
        if len(part.bodies) == steps:
            count += 1
            yield part
        if count == watches:
            return


def _labels(
    corpus: Path, times: Mapping[str, list[float]]
) -> defaultdict[str, list[Label]]:
    found: defaultdict[str, list[Label]] = defaultdict(list)
    with (corpus / "truth.jsonl").open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            said = json.loads(line)
            for where in said["captures"]:
                at = times[where["watch"]]
                found[where["watch"]].append(
                    Label(
                        bisect_left(at, _stamp(where["first"]) - 0.5),
                        bisect_right(at, _stamp(where["recorded"]) + 0.5) - 1 + LATE,
                        said["verdict"],
                        said["materiality"],
                        said["summary"],
                    )
                )
    return found


def _chosen(length: int, labels: Sequence[Label], steps: int) -> list[int]:
    """Return which captures to show: both sides of what matters, then noise."""
    real = [one for one in labels if one.verdict == "substantive"]
    real.sort(key=lambda one: (-one.materiality, one.first))
    first_of = {one.verdict: one for one in labels if one.verdict != "substantive"}
    shown = [at for one in real[:PAIRS] for at in (one.first - 1, one.first)]
    noise = [at for one in first_of.values() for at in (one.first, one.first - 1)]
    even = [n * (length - 1) // (steps - 1) for n in range(steps)]
    order = [*shown, *noise, *even, *range(length)]
    kept = dict.fromkeys(at for at in order if 0 <= at < length)
    return sorted(itertools.islice(kept, steps))


def _stamp(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
