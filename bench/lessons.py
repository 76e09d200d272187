"""What there is to learn from: the changes that a backtest tells, with their labels.

Every folder with labels (`captures/`, `index.json`, `truth.jsonl`) in SHARED/corpus is
read by the core alone, without store and rules. An event learns from the label that
score_alerts.py would hold it against.
"""

import bisect
import json
import os
import pickle
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from clausewatch.core.assess import assess
from clausewatch.core.event import Change, Event, EventType, Verdict
from clausewatch.core.history import History
from clausewatch.core.model import Digest, Document, Every, Page, Watch, WatchId
from clausewatch.core.outcome import Assessment
from clausewatch.errors import CaptureError
from clausewatch.fetch.decode import PageDecoder
from clausewatch.fetch.recorded import recordings

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
LOOK_BACK = 3
"""As the scorer has it, in captures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One event that may be learned from, and what careful readers said of it."""

    corpus: str
    service: str
    watch: str
    observed_at: datetime
    language: str
    title: str
    changes: tuple[Change, ...]
    """The substantive ones."""
    topics: frozenset[str]
    direction: str
    materiality: int
    substantive: bool
    """Whether the readers thought so, too; without, it has no topics."""


@dataclass(slots=True)
class _Shelf:
    """An archive of one watch, in memory."""

    documents: dict[Digest, Document] = field(default_factory=dict)

    def document(self, digest: Digest) -> Document:
        return self.documents[digest]

    def page(self, body: Digest) -> Page:
        raise LookupError(body)

    def siblings(self, _: Watch, _at: datetime) -> Sequence[Sequence[int]]:
        return ()


def lessons(names: Sequence[str], cache: Path | None = None) -> list[Lesson]:
    """Return the lessons of some corpora; read again where there is no cache."""
    if cache and cache.exists():
        return pickle.loads(cache.read_bytes())  # noqa: S301 - written by ourselves
    found = [lesson for name in names for lesson in _lessons(SHARED / "corpus" / name)]
    if cache:
        cache.write_bytes(pickle.dumps(found))
    return found


def _lessons(corpus: Path) -> Iterator[Lesson]:
    times, groups, labels = _labels(corpus)
    files = sorted((corpus / "captures").glob("*.jsonl.zst"))
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        told = [one for some in pool.map(_told, files) for one in some]
    taken: set[int] = set()
    for event, language, title in sorted(told, key=lambda one: one[0].observed_at):
        seen = times[event.watch]
        at = bisect.bisect_right(seen, event.observed_at.timestamp() + 0.5) - 1
        near = [row for row in labels[event.watch] if row[0] <= at <= row[1]]
        real = [row for row in near if row[2]["verdict"] == "substantive"]
        unsure = any(row[2]["verdict"] == "neutral" for row in near)
        if not near or (unsure and not real):
            continue
        label = max(real or near, key=lambda row: row[0])[2]
        if id(label) in taken:
            continue
        taken.add(id(label))
        yield Lesson(
            corpus=corpus.name,
            service=groups[event.watch].partition("/")[0],
            watch=event.watch,
            observed_at=event.observed_at,
            language=language,
            title=title,
            changes=tuple(c for c in event.changes if c.verdict is Verdict.SUBSTANTIVE),
            topics=frozenset(label["topics"]),
            direction=label["direction"],
            materiality=label["materiality"] if real else 0,
            substantive=bool(real) and label["materiality"] >= 1,
        )


def _labels(corpus: Path) -> tuple[dict, dict, dict]:
    docs = json.loads((corpus / "index.json").read_text())["docs"]
    times = {d["watch"]: [_stamp(t) for t in d["captured_at"]] for d in docs}
    labels = defaultdict(list)
    for line in (corpus / "truth.jsonl").read_text().splitlines():
        label = json.loads(line)
        for seen in label["captures"]:
            at = times[seen["watch"]]
            first = bisect.bisect_left(at, _stamp(seen["first"]) - 0.5)
            last = bisect.bisect_left(at, _stamp(seen["recorded"]) - 0.5) + LOOK_BACK
            labels[seen["watch"]].append((first, last, label))
    return times, {d["watch"]: d["group"] for d in docs}, labels


def _stamp(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _told(file: Path) -> list[tuple[Event, str, str]]:
    """Return the alerts of a file of captures, with language and title of the page."""
    told = []
    for _, found, page in followed(file):
        told += [
            (event, page.language, page.title)
            for event in found.events
            if page
            and event.type is EventType.CHANGED
            and event.verdict is Verdict.SUBSTANTIVE
        ]
    return told


def followed(file: Path) -> Iterator[tuple[WatchId, Assessment, Document | None]]:
    """Yield what each capture of a file comes to, and the document that stands then."""
    shelves: dict[WatchId, _Shelf] = defaultdict(_Shelf)
    histories: dict[WatchId, History] = defaultdict(History)
    decoder = PageDecoder()
    for item in recordings(file):
        try:
            answer = item.fetched()
        except CaptureError:
            continue
        watch = Watch(
            id=item.watch,
            service=item.service,
            url=item.url,
            kind=item.kind,
            schedule=Every(timedelta(days=1)),
        )
        shelf = shelves[item.watch]
        found = assess(
            watch,
            item.capture,
            histories[item.watch],
            page=lambda answer=answer: decoder.decode(
                answer.body, answer.capture.content_type
            ),
            archive=shelf,
            confirm=False,
        )
        histories[item.watch] = found.history
        shelf.documents.update(found.documents)
        head = found.history.head
        yield item.watch, found, shelf.documents.get(head.document) if head else None
