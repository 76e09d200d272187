"""What each address of the API finds: the same as the pages, as values."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from starlette.exceptions import HTTPException

from clausewatch.core.cloudevent import to_cloudevent, told_change
from clausewatch.core.model import WatchId
from clausewatch.library import Paper, Version
from clausewatch.web import answers
from clausewatch.web.answers import CloudChange, CloudEvent
from clausewatch.web.comparing import compared
from clausewatch.web.filters import asked, place, placed
from clausewatch.web.health import overdue
from clausewatch.web.site import Visit

USUAL: Final = 50
MOST: Final = 200
DEEPEST: Final = 10_000
"""Hits of a search that can be skipped; who wants more should ask for less."""


def services(visit: Visit) -> answers.Services:
    """Return the services by name."""
    papers = sorted(visit.library.papers(), key=lambda paper: paper.service)
    grouped = groupby(papers, lambda paper: paper.service)
    return answers.Services(tuple(_service(name, list(own)) for name, own in grouped))


def _service(name: str, papers: Sequence[Paper]) -> answers.ServiceRow:
    changed = max((p.changed_at for p in papers if p.changed_at), default=None)
    return answers.ServiceRow(name, len(papers), changed)


def watches(visit: Visit) -> answers.Watches:
    """Return the documents, of one service or all."""
    papers = visit.library.papers(service=visit.query("service"))
    late = overdue(papers, visit.site.clock.now())
    return answers.Watches(papers, tuple(paper.watch for paper in late))


def watch(visit: Visit) -> Paper:
    """Return one document."""
    name = WatchId(visit.named("watch"))
    found = visit.library.papers(watches=[name])
    if not found:
        raise HTTPException(404, f"{name}: no watch of this name")
    return found[0]


def versions(visit: Visit) -> answers.Versions:
    """Return the versions of a document."""
    paper = watch(visit)
    return answers.Versions(paper, visit.library.versions(paper.watch))


def version(visit: Visit) -> answers.Reading:
    """Return one version, clause by clause."""
    known = visit.library.versions(watch(visit).watch)
    found = _numbered(known, visit.named("version"))
    return answers.Reading(found, visit.library.document(found.document))


def compare(visit: Visit) -> answers.Compared:
    """Return what differs between two versions."""
    known = visit.library.versions(watch(visit).watch)
    if not known:
        raise HTTPException(404, "no version has been seen yet")
    new = _numbered(known, visit.query("new")) if visit.query("new") else known[-1]
    one_before = known[max(0, known.index(new) - 1)]
    old = _numbered(known, visit.query("old")) if visit.query("old") else one_before
    if known.index(old) > known.index(new):
        # Turned around, what was promised anew would be told as taken away.
        raise HTTPException(
            400, f"old: expected a version before {new.number}, got {old.number}"
        )
    before, after = (visit.library.document(one.document) for one in (old, new))
    try:
        found = compared(before, after, visit.site.rulebook)
    except ValueError as error:
        raise HTTPException(409, "these were read by different rules") from error
    told = tuple(CloudChange(told_change(change)) for change in found.changes)
    return answers.Compared(old, new, found.is_judged, told)


def events(visit: Visit) -> answers.Events:
    """Return events, the newest first."""
    chosen, limit = asked(visit).wanted, _limit(visit)
    found = visit.library.briefs(chosen, before=place(visit), limit=limit + 1)
    shown = found[:limit]
    return answers.Events(
        visit.library.counted(chosen),
        tuple(map(answers.event_row, shown)),
        placed(shown[-1]) if len(found) > limit else None,
    )


def event(visit: Visit) -> CloudEvent:
    """Return one event with all its changes, as it is told to sinks."""
    name = visit.named("event")
    found = visit.library.event(name)
    if found is None:
        raise HTTPException(404, f"{name}: no event of this id")
    return CloudEvent(to_cloudevent(found))


def promises(visit: Visit) -> answers.Promises:
    """Return the ledger of promises of one service."""
    service = visit.query("service")
    if not visit.library.papers(service=service or "\0"):
        raise HTTPException(404, f"{service}: no service of this name")
    return answers.Promises(visit.library.promises(service))


def search(visit: Visit) -> answers.Found:
    """Return clauses of any version that have the words."""
    text, limit = visit.query("q"), _limit(visit)
    if not text:
        raise HTTPException(400, "q: expected words to search for, got none")
    skip = _number(visit, "skip", 0, least=0, most=DEEPEST)
    found = visit.library.search(text, limit=limit + 1, skip=skip)
    more = str(skip + limit) if len(found) > limit else None
    return answers.Found(tuple(map(answers.hit, found[:limit])), more)


def marks(visit: Visit) -> answers.Marks:
    """Return the topics and signals that events have."""
    named = visit.library.named()
    return answers.Marks(named["topics"], named["signals"])


def _numbered(known: Sequence[Version], text: str) -> Version:
    found = next((one for one in known if str(one.number) == text), None)
    if found is None:
        raise HTTPException(404, f"{text}: no version of this number")
    return found


def _limit(visit: Visit) -> int:
    return _number(visit, "limit", USUAL, least=1, most=MOST)


def _number(visit: Visit, name: str, usual: int, *, least: int, most: int) -> int:
    text = visit.query(name)
    if not text:
        return usual
    digits = text.isascii() and text.isdigit() and len(text) <= len(str(most))
    if not (digits and least <= int(text) <= most):
        message = f"{name}: expected a number from {least} to {most}, got {text!r}"
        raise HTTPException(400, message)
    return int(text)
