"""Events as others get them: CloudEvents 1.0, structured, one line of JSON each.

What stands in a line is a promise: keys are added, never renamed or removed. The
schema is `emit/event.schema.json`, and a contract test holds both to one another.

Source: CloudEvents 1.0.2, https://github.com/cloudevents/spec
"""

import json
import re
from collections.abc import Mapping
from typing import Final, cast

from clausewatch.core.digest import Json, jsonable, revive
from clausewatch.core.event import Change, Event
from clausewatch.core.model import WatchId

CONTENT_TYPE: Final = "application/cloudevents+json"
SCHEMA: Final = "urn:clausewatch:schema:event:1"
"""The `$id` of the schema; a new number only for what would break a reader."""

_UNSAFE: Final = re.compile(
    "[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Would break a line, steer a terminal, reorder what it shows, or are no UTF-8."""


def source(watch: WatchId) -> str:
    """Return the CloudEvents `source` of a watch: its own name, which never changes.

    URL and service are attributes that an operator may correct; see ADR 0050.
    """
    return f"urn:clausewatch:watch:{watch}"


def to_cloudevent(event: Event, *, link: str = "") -> dict[str, Json]:
    """Return the event as a CloudEvent, its keys in the order they are read best.

    Args:
        link: Where a site shows it. It stands beside the event and not in it: it is
            the same event wherever it is shown.
    """
    return {
        "specversion": "1.0",
        "id": event.id,
        "source": source(event.watch),
        "type": event.type.value,
        "subject": event.url,
        "time": _field(event, "observed_at"),
        "datacontenttype": "application/json",
        "dataschema": f"{SCHEMA}#/$defs/data",
        **({"link": link} if link else {}),
        "data": {name: _field(event, name) for name in _ORDER}
        | {"changes": [_change(item) for item in _list(_field(event, "changes"))]},
    }


def to_line(event: Event, *, link: str = "") -> str:
    """Return the event as one line of JSON, with its end of line.

    A page's text cannot break the line or steer the terminal that shows it.
    """
    text = json.dumps(
        to_cloudevent(event, link=link),
        ensure_ascii=False,
        separators=(",", ":"),
        allow_nan=False,
    )
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def told_change(change: Change) -> dict[str, Json]:
    """Return one change as it stands in the event that tells it."""
    return cast("dict[str, Json]", _change(jsonable(change)))


def from_cloudevent(value: Mapping[str, Json]) -> Event:
    """Return the event that a CloudEvent of ours tells; unknown keys are ignored.

    Raises:
        ValueError: it is not one of ours, or not whole.
    """
    version, name, told = (value.get(k) for k in ("specversion", "id", "data"))
    if version != "1.0" or not isinstance(name, str) or not isinstance(told, dict):
        message = (
            "expected a CloudEvent with specversion, id and data, "
            f"got specversion {version!r}, id {name!r}"
        )
        raise ValueError(message)
    changes: list[Json] = [_unchange(item) for item in _list(told.get("changes"))]
    whole: dict[str, Json] = {
        **told,
        "id": name,
        "type": value.get("type"),
        "changes": changes,
    }
    return revive(Event, whole)


def from_line(line: str) -> Event:
    """Return the event of one line of JSON.

    Raises:
        ValueError: it is not JSON, or not an event of ours.
    """
    value = json.loads(line)
    if not isinstance(value, dict):
        message = f"expected a JSON object, got {type(value).__name__}"
        raise ValueError(message)  # noqa: TRY004 - what is wrong is the line's value
    return from_cloudevent(value)


_ORDER: Final = (
    "watch",
    "service",
    "document",
    "kind",
    "url",
    "vantage",
    "observed_at",
    "previous_at",
    "verdict",
    "materiality",
    "confidence",
    "topics",
    "direction",
    "summary",
    "reason",
    "because",
    "signals",
    "stated_date",
    "revision",
    "changes",
    "pattern",
    "evidence",
)
"""The keys of `data`, so that the start of a line tells most of it."""


def _field(event: Event, name: str) -> Json:
    return jsonable(getattr(event, name))


def _list(value: Json) -> list[Json]:
    if value is None:
        return []
    if not isinstance(value, list):
        message = f"expected a list of changes, got {type(value).__name__}"
        raise ValueError(message)  # noqa: TRY004 - what is wrong is the line's value
    return value


def _change(value: Json) -> Json:
    """Return a change with its words as `["delete", "our partners"]` pairs."""
    if not isinstance(value, dict):
        return value
    spans = [list(s.values()) for s in _list(value["words"]) if isinstance(s, dict)]
    return {**value, "words": list[Json](spans)}


def _unchange(value: Json) -> Json:
    if not isinstance(value, dict):
        return value
    spans = [s for s in _list(value.get("words")) if isinstance(s, list)]
    return {
        **value,
        "words": [dict(zip(("op", "text"), s, strict=True)) for s in spans],
    }
