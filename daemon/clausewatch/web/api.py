"""`/api/v1`: what the pages show, as JSON. One table serves it and describes it."""

import json
from collections.abc import Sequence
from functools import partial
from itertools import groupby
from typing import Final, cast

from starlette.exceptions import HTTPException
from starlette.responses import Response

from clausewatch.core.cloudevent import to_cloudevent, told_change
from clausewatch.core.diff import diff
from clausewatch.core.digest import Json, jsonable
from clausewatch.core.judge import judge
from clausewatch.core.model import WatchId
from clausewatch.library import Paper, Version
from clausewatch.web import answers, openapi
from clausewatch.web.answers import CloudChange, CloudEvent
from clausewatch.web.filters import NAMES, asked, place, placed
from clausewatch.web.health import overdue
from clausewatch.web.openapi import Resource
from clausewatch.web.site import Routes, Visit

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
    last, last_but_one = known[-1], known[max(0, len(known) - 2)]
    old = _numbered(known, visit.query("old")) if visit.query("old") else last_but_one
    new = _numbered(known, visit.query("new")) if visit.query("new") else last
    before, after = (visit.library.document(one.document) for one in (old, new))
    if before.recipe != after.recipe:
        raise HTTPException(409, "these were read by different rules")
    found = judge(
        before,
        after,
        diff(before.clauses, after.clauses),
        seen=frozenset(),
        rulebook=visit.site.rulebook(),
    ).changes
    told = tuple(CloudChange(told_change(change)) for change in found)
    return answers.Compared(old, new, told)


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
    if not (text.isascii() and text.isdigit() and least <= int(text[:9]) <= most):
        message = f"{name}: expected a number from {least} to {most}, got {text!r}"
        raise HTTPException(400, message)
    return int(text)


TABLE: Final = (
    Resource(
        path="/api/v1/services",
        title="The services, by name",
        answer=answers.Services,
        find=services,
    ),
    Resource(
        path="/api/v1/watches",
        title="The documents and how they stand",
        answer=answers.Watches,
        find=watches,
        asks=("service",),
    ),
    Resource(
        path="/api/v1/watches/{watch}",
        title="One document",
        answer=Paper,
        find=watch,
        may_fail=(404,),
    ),
    Resource(
        path="/api/v1/watches/{watch}/versions",
        title="What a document showed, oldest first",
        answer=answers.Versions,
        find=versions,
        may_fail=(404,),
    ),
    Resource(
        path="/api/v1/watches/{watch}/versions/{version}",
        title="One version of a document, clause by clause",
        answer=answers.Reading,
        find=version,
        may_fail=(404,),
    ),
    Resource(
        path="/api/v1/watches/{watch}/compare",
        title="What differs between two versions",
        answer=answers.Compared,
        find=compare,
        asks=("old", "new"),
        may_fail=(404, 409),
    ),
    Resource(
        path="/api/v1/events",
        title="Events, the newest first, without their changes",
        answer=answers.Events,
        find=events,
        asks=(*NAMES, "before", "limit"),
        may_fail=(400,),
    ),
    Resource(
        path="/api/v1/events/{event}",
        title="One event with all its changes",
        answer=CloudEvent,
        find=event,
        may_fail=(404,),
    ),
    Resource(
        path="/api/v1/promises",
        title="What a service promised, and what became of it",
        answer=answers.Promises,
        find=promises,
        asks=("service",),
        may_fail=(404,),
    ),
    Resource(
        path="/api/v1/search",
        title="Clauses of any version that have the words",
        answer=answers.Found,
        find=search,
        asks=("q", "skip", "limit"),
        may_fail=(400,),
    ),
    Resource(
        path="/api/v1/marks",
        title="The topics and signals that events have",
        answer=answers.Marks,
        find=marks,
    ),
)


def _answer(resource: Resource, visit: Visit) -> Response:
    return _json(jsonable(resource.find(visit)))


def _description(_: Visit) -> Response:
    return _json(cast("Json", openapi.document(TABLE)))


def _json(value: Json) -> Response:
    body = json.dumps(value, separators=(",", ":")).encode()
    return Response(body, media_type="application/json")


ROUTES: Final[Routes] = (
    *((resource.path, partial(_answer, resource)) for resource in TABLE),
    ("/api/v1/openapi.json", _description),
)
