"""What one look writes, in one transaction."""

from dataclasses import replace
from typing import Final

from sqlalchemy import Connection, bindparam, delete, insert, update

from clausewatch.core.event import Event
from clausewatch.core.history import History
from clausewatch.errors import ClaimLostError
from clausewatch.ports import DeliveryState, Settlement, Standing
from clausewatch.store.cataloguing import catalogued
from clausewatch.store.database import Database
from clausewatch.store.pledging import pledged
from clausewatch.store.schema import (
    InsertNew,
    captures,
    contents,
    deliveries,
    documents,
    events,
    looks,
    watches,
)
from clausewatch.store.spine import is_kept, parts, spine

_w: Final = watches.c

_SETTLE: Final = (
    update(watches)
    .where(
        _w.id == bindparam("watch"),
        _w.token == bindparam("claimed"),
        _w.lease_until.is_not(None),
    )
    .values(
        lease_until=None,
        **{
            name: bindparam(f"new_{name}")
            for name in (
                "due",
                "state",
                "failures",
                "remark",
                "last_look",
                "last_good",
                "etag",
                "last_modified",
                "validated_url",
                "full_due",
                "history",
            )
        },
    )
)
_FORGET: Final = delete(contents).where(
    contents.c.watch == bindparam("of"), contents.c.key == bindparam("gone")
)
_REMEMBER: Final = insert(contents)
_FILE_DOCUMENT: Final = InsertNew(documents)
_FILE_CAPTURE: Final = InsertNew(captures)
_FILE_LOOK: Final = insert(looks)
_TELL: Final = InsertNew(events)
_DELIVER: Final = InsertNew(deliveries)


class Settling:
    """The part of the store that ends a look."""

    _database: Database

    def settle(self, settlement: Settlement) -> None:
        """Write all of it in one transaction, and end the claim.

        A crash before the commit leaves nothing of what follows: the lease runs out
        and the look is repeated, under the same event ids, over a blob that is there
        already. A crash after it leaves all: the outbox delivers.
        """
        watch = settlement.standing.watch
        with self._database.writing(watch) as rows:
            # First, so that a worker who was overtaken writes nothing at all.
            _end_claim(rows, settlement)
            before = settlement.claim.standing.history
            _remember(rows, watch, before, settlement.standing.history)
            _file(rows, settlement)
            _tell(rows, settlement)
            catalogued(rows, settlement)
            pledged(rows, settlement.promises)


def _end_claim(rows: Connection, settlement: Settlement) -> None:
    claim, standing = settlement.claim, settlement.standing
    of = {"watch": standing.watch, "claimed": claim.token}
    if rows.execute(_SETTLE, of | _columns(standing)).rowcount != 1:
        raise ClaimLostError(
            f"{standing.watch}: expected claim {claim.token} to be the newest and open, "
            "but another look was quicker; nothing was written"
        )


def _columns(standing: Standing) -> dict[str, object]:
    return {
        "new_due": standing.due,
        "new_state": standing.state,
        "new_failures": standing.failures,
        "new_remark": standing.remark,
        "new_last_look": standing.last_look,
        "new_last_good": standing.last_good,
        "new_etag": standing.validators.etag,
        "new_last_modified": standing.validators.last_modified,
        "new_validated_url": standing.validators.url,
        "new_full_due": standing.full_due,
        "new_history": spine(standing.history),
    }


def _remember(rows: Connection, watch: str, before: History, after: History) -> None:
    """Write the contents that are new and drop those that are forgotten."""
    old, new = parts(before), parts(after)
    fresh = {
        k: content for k, content in new.items() if not is_kept(content, old.get(k))
    }
    # One that differs is dropped and written again; most looks do neither.
    if gone := (old.keys() - new.keys()) | (old.keys() & fresh.keys()):
        rows.execute(_FORGET, [{"of": watch, "gone": key} for key in gone])
    if fresh:
        rows.execute(
            _REMEMBER,
            [
                {
                    "watch": watch,
                    "key": key,
                    "body": replace(content, sketch=()),
                    "sketch": content.sketch,
                }
                for key, content in fresh.items()
            ],
        )


def _file(rows: Connection, settlement: Settlement) -> None:
    """Write what was seen; what is filed already stays as it was."""
    for digest, document in settlement.documents:
        rows.execute(_FILE_DOCUMENT, {"digest": digest, "body": document})
    capture = settlement.capture
    if capture is not None:
        # Its blob was durable before this look was judged.
        rows.execute(
            _FILE_CAPTURE,
            {
                "watch": capture.watch,
                "captured_at": capture.captured_at,
                "content_type": capture.content_type,
                "body": capture.body,
                "body_bytes": capture.body_bytes,
                "exchange": capture.exchange,
            },
        )
    rows.execute(
        _FILE_LOOK,
        {
            "watch": settlement.standing.watch,
            "looked_at": settlement.looked_at,
            "outcome": settlement.outcome,
            "detail": settlement.detail,
            "capture": capture and capture.body,
            "document": capture and next((d for d, _ in settlement.documents), None),
        },
    )


def _tell(rows: Connection, settlement: Settlement) -> None:
    """Write the events, numbered as they are told, and whom they are for."""
    at = settlement.looked_at
    for event in settlement.events:  # one by one: their order is their number
        rows.execute(_TELL, {**_told(event), "told_at": at})
    if settlement.deliveries:
        rows.execute(
            _DELIVER,
            [
                {
                    "event": event_id,
                    "sink": sink,
                    "state": DeliveryState.PENDING,
                    "attempts": 0,
                    "next_at": first_at,
                    "created_at": at,
                    "last_error": "",
                }
                for event_id, sink, first_at in settlement.deliveries
            ],
        )


def _told(event: Event) -> dict[str, object]:
    return {
        "id": event.id,
        "type": event.type,
        "watch": event.watch,
        "service": event.service,
        "observed_at": event.observed_at,
        "verdict": event.verdict,
        "materiality": event.materiality,
        "body": event,
    }
