"""What `live.py` prints: what was told, mailed and kept, and what it cost."""

import contextlib
import hashlib
import itertools
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from sqlite3 import connect
from typing import Any

import zstandard
from live_story import Label, Played

from clausewatch.core.event import Event, EventType, Verdict
from clausewatch.core.model import WatchId
from clausewatch.ports import DeliveryState, Look
from clausewatch.store import open_store

TROUBLE = ("warning", "error", "critical")


@dataclass(frozen=True, slots=True)
class Alert:
    """A change that a reader was told of, and the labels that it may be about."""

    event: Event
    step: int | None
    """Where it was shown; None if that is nowhere in the record: a fault was told."""
    labels: tuple[Label, ...] = ()

    @property
    def is_right(self) -> bool:
        """Say whether a labelled substantive change is what it may be about."""
        return any(x.verdict == "substantive" and x.materiality for x in self.labels)

    @property
    def is_neutral(self) -> bool:
        """Say whether it is not to be counted as a false one."""
        return any(x.verdict in {"substantive", "neutral"} for x in self.labels)


class Evidence:
    """All that a run has left behind."""

    def __init__(self, played: Played) -> None:
        self.played = played
        with contextlib.closing(open_store(played.home, read_only=True)) as store:
            self.events = [event for _, event in store.events()]
            self.looks: dict[str, tuple[Look, ...]] = {
                part.watch: store.looks(WatchId(part.watch)) for part in played.parts
            }
            self.standings = store.standings()
            self.undone = store.deliveries(DeliveryState.PENDING) + store.deliveries(
                DeliveryState.DEAD
            )
        self.log = list(lines(played.home / "journal"))
        self.filed = list(lines(played.home / "events.jsonl"))
        self.printed = list(lines(played.home / "stdout"))
        self.parts = {part.watch: part for part in played.parts}

    @cached_property
    def alerts(self) -> list[Alert]:
        """Return what a reader had to open."""
        return [
            self._alert(event)
            for event in self.events
            if event.type is EventType.CHANGED and event.verdict is Verdict.SUBSTANTIVE
        ]

    def _alert(self, event: Event) -> Alert:
        part, step = self.parts[event.watch], self.step_of(event)
        if step is None:
            return Alert(event, None)
        return Alert(
            event, step, tuple(part.shown_at(step, since=self._before(event, step)))
        )

    def step_of(self, event: Event) -> int | None:
        """Return the last step at which what an event shows had been on the site."""
        part, capture = self.parts[event.watch], event.evidence.capture
        # The first step was on the site before the daemon, and so before any clock.
        begun = max(1, sum(at <= event.observed_at for at in self.played.started))
        shown = [n for n in range(begun) if part.digests[n] == capture]
        return shown[-1] if shown else None

    def _before(self, event: Event, step: int) -> int:
        """Return the last step before that was seen: a fault may have hidden one."""
        part = self.parts[event.watch]
        seen = {
            look.capture
            for look in self.looks[event.watch]
            if look.looked_at < self.played.started[step]
        }
        shown = [n for n in range(step) if part.digests[n] in seen]
        return shown[-1] if shown else 0


def lines(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a file of JSON lines."""
    with file.open(encoding="utf-8", newline="\n") as several:
        for line in several:
            yield json.loads(line) if line.startswith("{") else {"text": line}


def report(played: Played) -> int:
    """Print all of it; return 1 if something is not as it must be."""
    found = Evidence(played)
    bodies = {body for part in played.parts for body in part.digests}
    services = {part.service for part in played.parts}
    took = ", ".join(f"{s:.0f}" for s in played.took_s)
    print(
        f"{len(played.parts)} pages of {len(services)} services, "
        f"{len(played.started)} steps, {len(bodies)} different bodies, "
        f"{len(played.faults)} faults, one kill -9; {played.wall_s:.0f} s "
        f"(steps: {took})"
    )
    for section in (told, labelled, mailed, kept, cost, faults, punctual, logged):
        print(f"\n## {section.__name__}")
        for line in section(found):
            print(line)
    wrong = list(must_not_be(found))
    print("\n## verdict")
    print("\n".join(wrong) if wrong else "all as it must be")
    return 1 if wrong else 0


def told(found: Evidence) -> Iterator[str]:
    counts = Counter(
        (e.type.value.removeprefix("org.clausewatch."), e.verdict or "-")
        for e in found.events
    )
    for (kind, verdict), count in sorted(counts.items()):
        yield f"{count:5}  {kind:24} {verdict}"
    ids = [line["id"] for line in found.filed]
    yield (
        f"events: {len(found.events)} in the store, {len(set(ids))} in the file "
        f"({len(ids) - len(set(ids))} twice), {len(found.printed)} on stdout; "
        f"{len(found.undone)} deliveries not done"
    )


def labelled(found: Evidence) -> Iterator[str]:
    alerts = found.alerts
    told_of = defaultdict(list)
    for alert in alerts:
        for label in alert.labels:
            told_of[alert.event.watch].append(label)
    wanted = [(p, one) for p in found.played.parts for one in p.wanted()]
    missed = [(p, one) for p, one in wanted if one not in told_of[p.watch]]
    big = [one for _, one in wanted if one.materiality >= 2]
    big_missed = [one for _, one in missed if one.materiality >= 2]
    right = sum(alert.is_right for alert in alerts)
    neutral = sum(a.is_neutral and not a.is_right for a in alerts)
    other = [alert for alert in alerts if not alert.is_neutral]
    yield (
        f"{len(wanted)} labelled substantive changes lie between the captures shown: "
        f"{len(wanted) - len(missed)} told; of {len(big)} material ones "
        f"{len(big) - len(big_missed)}"
    )
    yield (
        f"{len(alerts)} alerts: {right} labelled, {neutral} neutral, "
        f"{len(other)} not labelled"
    )
    for part, label in missed:
        at = next(n for n, i in enumerate(part.steps) if i >= label.first)
        yield f"missed  step {at} {part.watch} ({label.materiality}): {label.summary}"
    for alert in other:
        event = alert.event
        said = ", ".join(x.verdict for x in alert.labels) or "no label"
        yield (
            f"other   step {alert.step} {event.watch} ({event.materiality}) "
            f"[{said}]: {event.summary[:150]}"
        )


def mailed(found: Evidence) -> Iterator[str]:
    mails = found.played.mails
    names = Counter(mail["Message-ID"] for mail in mails)
    kinds = Counter(
        event.type.value.removeprefix("org.clausewatch.")
        for event in found.events
        if any(event.id in name for name in names)
    )
    sizes = sorted(len(mail.as_bytes()) for mail in mails) or [0]
    yield (
        f"{len(mails)} mails, {len(mails) - len(names)} of them twice: "
        + ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    )
    yield f"median {sizes[len(sizes) // 2] / 1024:.0f} KB, largest {sizes[-1] / 1024:.0f} KB"
    for mail in mails[:: max(len(mails) // 8, 1)]:
        yield f"  {mail['Subject']}"


def kept(found: Evidence) -> Iterator[str]:
    home = found.played.home
    blobs = [file for file in (home / "blobs").rglob("*.zst") if file.is_file()]
    raw, broken = 0, 0
    for file in blobs:
        body = (
            zstandard.ZstdDecompressor().decompressobj().decompress(file.read_bytes())
        )
        raw += len(body)
        broken += hashlib.sha256(body).hexdigest() != file.parent.name + file.stem
    packed = sum(file.stat().st_size for file in blobs)
    with contextlib.closing(
        connect(f"file:{home / 'clausewatch.db'}?mode=ro", uri=True)
    ) as rows:
        counts = {
            table: rows.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in ("captures", "documents", "looks", "events", "deliveries")
        }
    database = sum(file.stat().st_size for file in home.glob("clausewatch.db*"))
    yield ", ".join(f"{count} {table}" for table, count in counts.items())
    yield (
        f"{len(blobs)} blobs, {raw / 2**20:.1f} MB as {packed / 2**20:.1f} MB, "
        f"{broken} broken; database {database / 2**20:.1f} MB"
    )


def cost(found: Evidence) -> Iterator[str]:
    played = found.played
    done = [line for line in found.log if line.get("event") == "look.done"]
    spent = sorted(line["take_ms"] for line in done) or [0.0]
    yield (
        f"{len(done)} looks, {played.cpu_s:.1f} s CPU "
        f"({played.cpu_s * 1000 / max(len(done), 1):.1f} ms a look), "
        f"peak {played.peak_mb:.0f} MB"
    )
    yield (
        f"reading and settling: median {spent[len(spent) // 2]:.1f} ms, "
        f"99 % {spent[len(spent) * 99 // 100]:.0f} ms, most {spent[-1]:.0f} ms"
    )
    stages = Counter(
        line["detail"] if line["outcome"] == "unchanged" else line["outcome"]
        for line in done
    )
    yield "by outcome: " + ", ".join(f"{n} {name}" for name, n in stages.most_common())
    codes = ", ".join(map(str, played.codes))
    yield f"ended with {codes}; SIGTERM took {played.stop_s:.1f} s"


def faults(found: Evidence) -> Iterator[str]:
    for fault in found.played.faults:
        ended = fault.until or datetime.max.replace(tzinfo=fault.at.tzinfo)
        looks = [
            f"{look.outcome}: {look.detail}" if look.detail else look.outcome
            for look in reversed(found.looks[fault.part.watch])
            if fault.at <= look.looked_at <= ended
        ]
        runs = [(name, len(list(same))) for name, same in itertools.groupby(looks)]
        events = ", ".join(
            event.type.value.rpartition(".")[2]
            for event in found.events
            if event.watch == fault.part.watch
            and fault.at <= event.observed_at <= ended
        )
        shown = "; ".join(f"{name} ×{n}" if n > 1 else name for name, n in runs)
        yield (
            f"step {fault.step} {fault.mode:8} ×{fault.times} {fault.part.watch}: "
            f"{shown}" + (f" → told: {events}" if events else "")
        )


def punctual(found: Evidence) -> Iterator[str]:
    """Yield how long after it was due each look ended, fetching left out."""
    due: dict[str, datetime] = {}
    late = []
    for line in found.log:
        if line.get("event") != "look.done":
            continue
        now, watch = datetime.fromisoformat(line["timestamp"]), line["watch"]
        if watch in due:
            spent_s = (line["fetch_ms"] + line["take_ms"]) / 1000
            late.append((now - due[watch]).total_seconds() - spent_s)
        due[watch] = datetime.fromisoformat(line["next_due"])
    late.sort()
    if late:
        yield (
            f"looks began {late[len(late) // 2]:.1f} s after they were due (median), "
            f"99 % {late[len(late) * 99 // 100]:.1f} s, most {late[-1]:.1f} s"
        )
    warned = [line for line in found.log if line.get("event") == "watch.overdue"]
    yield f"{len(warned)} warnings of overdue watches"
    yield from (f"not seen: {one}" for one in found.played.unseen)


def logged(found: Evidence) -> Iterator[str]:
    counts = Counter(
        (line.get("level", "?"), line.get("event", "?"), line.get("detail", ""))
        for line in found.log
        if line.get("level", "?") in (*TROUBLE, "?")
    )
    for (level, event, detail), count in counts.most_common():
        yield f"{count:5}  {level:8} {event} {detail}"


def must_not_be(found: Evidence) -> Iterator[str]:
    shows = {EventType.CHANGED, EventType.RETURNED, EventType.FIRST_SEEN}
    for event in found.events:
        if event.type in shows and found.step_of(event) is None:
            known = event.evidence.capture in found.parts[event.watch].digests
            what = "dated before it was shown" if known else "a fault told as a change"
            yield f"{what}: {event.watch} {event.observed_at:%T} {event.summary}"
    yield from (f"not seen: {one}" for one in found.played.unseen)
    for line in found.log:
        if line.get("level") in TROUBLE[1:] or "text" in line:
            yield f"log: {json.dumps(line)[:300]}"
    missing = {event.id for event in found.events} - {x["id"] for x in found.filed}
    yield from (f"never in the file: {one}" for one in sorted(missing))
    yield from (f"not delivered: {one.sink} {one.event.id}" for one in found.undone)
    if found.played.codes[1:] != [0]:
        yield f"ended with {found.played.codes}, expected -9 and 0"
