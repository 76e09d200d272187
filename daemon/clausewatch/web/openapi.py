"""The API's own description, OpenAPI 3.1, made from the table that serves it."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Final, cast

from clausewatch import __version__
from clausewatch.core.digest import Json
from clausewatch.core.event import Direction
from clausewatch.core.model import Threshold
from clausewatch.web.answers import CloudChange, CloudEvent
from clausewatch.web.problems import CONTENT_TYPE
from clausewatch.web.schemas import PREFIX, schema
from clausewatch.web.site import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One address of the API: what it answers, and how."""

    path: str
    title: str
    answer: object
    """The type of what it answers."""
    find: Callable[[Visit], object]
    asks: Sequence[str] = ()
    """The parameters that it knows besides those in its path."""
    may_fail: Sequence[int] = ()


PARAMETERS: Final[Mapping[str, tuple[str, dict[str, Json]]]] = {
    "event": ("An event's id, or the start of it.", {"type": "string"}),
    "watch": ("A watch's name.", {"type": "string"}),
    "version": ("A version's number.", {"type": "integer"}),
    "old": ("The older version; by default the one before.", {"type": "integer"}),
    "new": ("The newer version; by default the last.", {"type": "integer"}),
    "service": ("Of this service only.", {"type": "string"}),
    "topic": ("On this topic only, such as ai-training.", {"type": "string"}),
    "signal": ("With this signal only, such as unannounced.", {"type": "string"}),
    "direction": (
        "What it means for the person whose data or rights it is.",
        {"type": "string", "enum": [str(one.value) for one in Direction]},
    ),
    "weight": (
        "The least weight; by default what is of substance.",
        {"type": "string", "enum": [str(one.value) for one in Threshold]},
    ),
    "since": ("From this day or time on.", {"type": "string"}),
    "until": ("Until the end of this day.", {"type": "string"}),
    "before": ("The `next` of an answer, for what comes after it.", {"type": "string"}),
    "skip": ("The `next` of an answer, likewise.", {"type": "integer", "minimum": 0}),
    "limit": (
        "How many at most.",
        {"type": "integer", "minimum": 1, "maximum": 200, "default": 50},
    ),
    "q": ("Words that a clause must have.", {"type": "string", "minLength": 1}),
}
_PROBLEM: Final[dict[str, Json]] = {
    "description": "What went wrong, as RFC 9457 has it.",
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}
_WHY: Final = {
    "400": "A parameter does not say what it should.",
    "401": "A token is needed.",
    "404": "There is nothing at this address.",
    "409": "The two were read by different rules.",
    "503": "What is kept cannot be read at the moment.",
}


def document(table: Sequence[Resource]) -> dict[str, Json]:
    """Return the description of all these addresses."""
    components: dict[str, Json] = {"Problem": _PROBLEM, **_told()}
    paths: dict[str, Json] = {
        resource.path: {"get": _operation(resource, components)} for resource in table
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "clausewatch",
            "version": __version__,
            "description": "What the pages of the site show, as JSON. "
            "Read-only; keys and addresses are added, never renamed or removed.",
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        # On loopback nobody asks for a token.
        "security": [{}, {"token": []}],
    }


def _operation(resource: Resource, components: dict[str, Json]) -> Json:
    answered = schema(resource.answer, components, given=GIVEN)
    in_path = re.findall(r"{(\w+)}", resource.path)
    problems = sorted({*map(str, resource.may_fail), "401", "503"})
    return {
        "summary": resource.title,
        "operationId": resource.find.__name__.strip("_"),
        "parameters": [
            *(_parameter(name, "path") for name in in_path),
            *(_parameter(name, "query") for name in resource.asks),
        ],
        "responses": {
            "200": {
                "description": "As asked.",
                "content": {"application/json": {"schema": answered}},
            },
            **{status: _failure(_WHY[status]) for status in problems},
        },
    }


def _parameter(name: str, where: str) -> Json:
    told, kind = PARAMETERS[name]
    required = where == "path" or name == "q"
    return {
        "name": name,
        "in": where,
        "required": required,
        "description": told,
        "schema": dict(kind),
    }


def _failure(why: str) -> Json:
    answered: Json = {"schema": {"$ref": PREFIX + "Problem"}}
    return {"description": why, "content": {CONTENT_TYPE: answered}}


GIVEN: Final[Mapping[object, str]] = {CloudEvent: "Event", CloudChange: "EventChange"}
"""Types whose schemas are those of the events that are told."""

_NAMES: Final = {"data": "EventData", "change": "EventChange"}


def _told() -> dict[str, Json]:
    """Return the shipped schema of events, as components."""
    file = resources.files("clausewatch") / "emit" / "event.schema.json"
    whole = json.loads(file.read_text(encoding="utf-8"))
    parts = whole.pop("$defs")
    told = {key: whole[key] for key in whole if not key.startswith("$")}
    named = {_name(key): part for key, part in parts.items()}
    return cast("dict[str, Json]", _repointed({"Event": told, **named}))


def _name(part: str) -> str:
    return _NAMES.get(part, f"Event{part.title()}")


def _repointed(value: Json) -> Json:
    """Return a schema whose references lead to where its parts stand here."""
    if isinstance(value, list):
        return [_repointed(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: PREFIX + _name(item.rpartition("/")[2])
        if key == "$ref" and isinstance(item, str)
        else _repointed(item)
        for key, item in value.items()
    }
