"""A store of many watches and events, and one long policy rewritten: for bench/web.py."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from clausewatch.archive.blobs import Blobs
from clausewatch.core.diff import diff
from clausewatch.core.digest import sha256
from clausewatch.core.event import (
    Change,
    Direction,
    Event,
    EventType,
    Evidence,
    Signal,
    StatedDates,
    Verdict,
)
from clausewatch.core.history import Content, History
from clausewatch.core.judge import judge
from clausewatch.core.model import (
    Capture,
    Clause,
    Digest,
    Document,
    EditKind,
    Every,
    Exchange,
    Kind,
    Watch,
    WatchId,
    WordOp,
    WordSpan,
)
from clausewatch.core.recipe import recipe_of
from clausewatch.ports import Settlement, State, Store
from clausewatch.store import open_store

SERVICES = 500
EVENTS = 25
"""For each watch; the first is that it was seen."""
CLAUSES = 40
KINDS = (Kind.PRIVACY, Kind.TERMS, Kind.TRACKERS, Kind.COMMUNITY)
TOPICS = ("ai-training", "data-sale", "retention", "arbitration", "children", "choice")
WORDS = (
    "we may use share keep sell delete your personal data content account profile "
    "with our partners affiliates vendors for training advertising security research "
    "unless until where you object consent agree notify within thirty ninety days "
    "under this policy law region settings request court arbitration fee refund"
).split()
SYLLABLES = "ba con de for ge in lo mi nor per qui ra sen ti ver".split()
RARE = [a + b + c for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES]
"""Three thousand words more: a search finds what few clauses say, as in life."""
LONG = WatchId("service-000-privacy-policy")
"""The watch whose last event rewrites 2,000 clauses of a policy of 500 KB."""


def watches() -> list[Watch]:
    """Return all watches: four documents of each service."""
    return [
        Watch(
            id=WatchId(f"service-{n:03}-{kind.value}"),
            service=f"Service {n:03}",
            url=f"https://service-{n}.example/{kind.value}",
            kind=kind,
            schedule=Every(timedelta(hours=6)),
        )
        for n in range(SERVICES)
        for kind in KINDS
    ]


def fill(home: Path, now: datetime, *, every: int = 1) -> int:
    """Fill a home; return how many events it has. `every` 10 takes a tenth of it."""
    store, chosen = open_store(home), watches()[::every]
    try:
        start = now - timedelta(days=750)
        store.enrol(chosen, {watch.id: start for watch in chosen})
        for n, watch in enumerate(chosen):
            told = list(_story(watch, random.Random(n), start, now))
            _settle(store, watch, told, now)
        _settle(store, chosen[0], rewritten(chosen[0], Blobs(home), now), now)
        return sum(1 for _ in store.events())
    finally:
        store.close()


Told = tuple[Event, Document]


def _story(
    watch: Watch, chance: random.Random, start: datetime, now: datetime
) -> Iterator[Told]:
    texts = [_sentence(chance) for _ in range(CLAUSES)]
    step = (now - start) / (EVENTS + 1)
    for number in range(EVENTS):
        at = start + step * (number + chance.random())
        event = _event(watch, number, at, at - timedelta(hours=6))
        if number:
            event = replace(event, **_changed(chance, texts))
        yield event, _document(watch, texts)


def _event(watch: Watch, number: int, at: datetime, before: datetime) -> Event:
    name = f"{watch.id} {number}"
    return Event(
        id=sha256(name.encode())[:16],
        type=EventType.CHANGED if number else EventType.FIRST_SEEN,
        watch=watch.id,
        service=watch.service,
        document=watch.name,
        url=watch.url,
        kind=watch.kind,
        vantage="",
        observed_at=at,
        previous_at=before if number else None,
        revision=number + 1,
        verdict=None,
        evidence=Evidence(sha256(name.encode()), sha256(name[::-1].encode())),
    )


def _changed(chance: random.Random, texts: list[str]) -> dict[str, object]:
    """Return what a change says, and change the texts."""
    changes = []
    for place in sorted(chance.sample(range(CLAUSES), chance.randint(1, 8))):
        old, words = texts[place], texts[place].split()
        cut = chance.randrange(2, len(words) - 2)
        new = _sentence(chance, most=8)
        texts[place] = " ".join((*words[:cut], new, *words[cut + 2 :]))
        spans = (
            WordSpan(WordOp.EQUAL, " ".join(words[:cut])),
            WordSpan(WordOp.DELETE, " ".join(words[cut : cut + 2])),
            WordSpan(WordOp.INSERT, new),
            WordSpan(WordOp.EQUAL, " ".join(words[cut + 2 :])),
        )
        changes.append(_reworded(place, old, texts[place], spans, chance))
    verdict = changes[0].verdict
    heavy = verdict is Verdict.SUBSTANTIVE
    return {
        "verdict": verdict,
        "materiality": chance.choice((1, 1, 2, 3)) if heavy else 0,
        "topics": tuple(sorted({t for c in changes for t in c.topics})),
        "direction": chance.choice(list(Direction)) if heavy else Direction.NEUTRAL,
        "signals": (Signal("unannounced", "the stated date is still 1 May 2024"),)
        if heavy
        else (),
        "stated_date": StatedDates(None, None),
        "summary": f"now says “{changes[0].after[:80]}”",
        "reason": "substantive: 2 clauses",
        "changes": tuple(changes),
    }


def _reworded(
    place: int,
    before: str,
    after: str,
    words: tuple[WordSpan, ...],
    chance: random.Random,
) -> Change:
    verdict = chance.choices(
        (Verdict.SUBSTANTIVE, Verdict.EDITORIAL, Verdict.HOUSEKEEPING), (4, 2, 3)
    )[0]
    topics = (chance.choice(TOPICS),) if verdict is Verdict.SUBSTANTIVE else ()
    return Change(
        kind=EditKind.REWORDED,
        path=("Policy", f"Section {place // 8}"),
        before=before,
        after=after,
        words=words,
        verdict=verdict,
        why="words that carry meaning differ",
        topics=topics,
        because=("topic: words of a rule",) if topics else (),
    )


def _sentence(chance: random.Random, most: int = 22) -> str:
    words = chance.choices(WORDS, k=chance.randint(most // 2, most))
    return " ".join(
        chance.choice(RARE) if chance.random() < 1 / 3 else w for w in words
    )


def _document(watch: Watch, texts: list[str]) -> Document:
    head = Clause(watch.name, watch.name.lower(), (), block=0)
    clauses = tuple(
        Clause(
            text, text.lower(), ("Policy", f"Section {place // 8}"), block=place // 3
        )
        for place, text in enumerate(texts)
    )
    return Document(recipe=recipe_of(watch).id, clauses=(head, *clauses), language="en")


def rewritten(watch: Watch, blobs: Blobs, now: datetime) -> list[Told]:
    """Return how a policy of 500 KB comes, and how 2,000 of its clauses are reworded."""
    chance = random.Random(7)
    before = [_sentence(chance, most=30) for _ in range(4_000)]
    after = [
        f"{text} {_sentence(chance, most=6)}" if n % 2 else text
        for n, text in enumerate(before)
    ]
    old, new = _document(watch, before), _document(watch, after)
    found = judge(old, new, diff(old.clauses, new.clauses), seen=frozenset())
    bodies = [blobs.keep(_html(texts)) for texts in (before, after)]
    times = [now - timedelta(hours=hours) for hours in (13, 7, 1)]
    came, changed = (
        _event(watch, EVENTS + n, times[n + 1], times[n]) for n in range(2)
    )
    came = replace(
        came, type=EventType.RETURNED, evidence=Evidence(bodies[0], bodies[0])
    )
    changed = replace(
        changed,
        verdict=found.verdict,
        materiality=3,
        changes=found.changes,
        summary="rewritten throughout",
        reason=found.reason,
        evidence=Evidence(bodies[1], bodies[0]),
    )
    return [(came, old), (changed, new)]


def _html(texts: list[str]) -> bytes:
    return "".join(f"<p>{text}</p>\n" for text in texts).encode()


def _settle(store: Store, watch: Watch, told: list[Told], now: datetime) -> None:
    for event, document in told:
        digest = sha256(repr(document).encode())
        at = event.observed_at
        claim = store.claim_one(watch.id, at, lease_until=at + timedelta(minutes=5))
        assert claim is not None
        standing = replace(
            claim.standing,
            history=_history(event, digest),
            state=State.FINE,
            due=now + timedelta(hours=6),
            last_look=at,
            last_good=at,
        )
        store.settle(
            Settlement(
                claim=claim,
                standing=standing,
                looked_at=at,
                outcome="first-seen" if event.revision == 1 else "changed",
                capture=_capture(event),
                documents=((digest, document),),
                events=(event,),
            )
        )


def _history(event: Event, digest: Digest) -> History:
    head = Content(
        fingerprint=event.id,
        words=event.id,
        document=digest,
        capture=event.evidence.capture,
        first_seen=event.observed_at,
        last_seen=event.observed_at,
    )
    return History(revision=event.revision, head=head)


def _capture(event: Event) -> Capture:
    exchange = Exchange(
        url=event.url,
        final_url=event.url,
        started_at=event.observed_at,
        finished_at=event.observed_at,
        status=200,
    )
    return Capture(
        watch=event.watch,
        captured_at=event.observed_at,
        content_type="text/html",
        body=event.evidence.capture,
        body_bytes=1,
        exchange=exchange,
    )
