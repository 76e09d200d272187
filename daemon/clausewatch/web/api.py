"""`/api/v1`: what the pages show, as JSON. One table serves it and describes it."""

import json
from functools import partial
from typing import Final, cast

from starlette.responses import Response

from clausewatch.core.digest import Json, jsonable
from clausewatch.library import Paper
from clausewatch.web import answering, answers, openapi
from clausewatch.web.answers import CloudEvent
from clausewatch.web.filters import NAMES
from clausewatch.web.openapi import Resource
from clausewatch.web.site import Routes, Visit

TABLE: Final = (
    Resource(
        path="/api/v1/services",
        title="The services, by name",
        answer=answers.Services,
        find=answering.services,
    ),
    Resource(
        path="/api/v1/watches",
        title="The documents and how they stand",
        answer=answers.Watches,
        find=answering.watches,
        asks=("service",),
    ),
    Resource(
        path="/api/v1/watches/{watch}",
        title="One document",
        answer=Paper,
        find=answering.watch,
        may_fail=(404,),
    ),
    Resource(
        path="/api/v1/watches/{watch}/versions",
        title="What a document showed, oldest first",
        answer=answers.Versions,
        find=answering.versions,
        may_fail=(404,),
    ),
    Resource(
        path="/api/v1/watches/{watch}/versions/{version}",
        title="One version of a document, clause by clause",
        answer=answers.Reading,
        find=answering.version,
        may_fail=(404,),
    ),
    Resource(
        path="/api/v1/watches/{watch}/compare",
        title="What differs between two versions",
        answer=answers.Compared,
        find=answering.compare,
        asks=("old", "new"),
        may_fail=(400, 404, 409),
    ),
    Resource(
        path="/api/v1/events",
        title="Events, the newest first, without their changes",
        answer=answers.Events,
        find=answering.events,
        asks=(*NAMES, "before", "limit"),
        may_fail=(400,),
    ),
    Resource(
        path="/api/v1/events/{event}",
        title="One event with all its changes",
        answer=CloudEvent,
        find=answering.event,
        may_fail=(404,),
    ),
    Resource(
        path="/api/v1/promises",
        title="What a service promised, and what became of it",
        answer=answers.Promises,
        find=answering.promises,
        asks=("service",),
        may_fail=(404,),
    ),
    Resource(
        path="/api/v1/search",
        title="Clauses of any version that have the words",
        answer=answers.Found,
        find=answering.search,
        asks=("q", "skip", "limit"),
        may_fail=(400,),
    ),
    Resource(
        path="/api/v1/marks",
        title="The topics and signals that events have",
        answer=answers.Marks,
        find=answering.marks,
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
