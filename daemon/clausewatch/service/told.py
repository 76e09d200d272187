"""The lines that people read in the journal: one a look, and one for each event."""

import structlog

from clausewatch.core.event import Event
from clausewatch.errors import CaptureError
from clausewatch.ports import Fetched, Settlement, State
from clausewatch.service.settled import Answer

log = structlog.get_logger()


def check_done(
    settlement: Settlement,
    answer: Answer,
    *,
    fetch_s: float,
    take_s: float,
    error: str = "",
) -> None:
    """Log the canonical line of a look: what came of it, and what it cost."""
    standing = settlement.standing
    fields: dict[str, object] = {
        "watch": standing.watch,
        "outcome": settlement.outcome,
        "detail": settlement.detail,
        "events": len(settlement.events),
        "fetch_ms": round(fetch_s * 1000),
        "take_ms": round(take_s * 1000, 1),
        "next_due": standing.due.isoformat(timespec="seconds"),
    }
    match answer:
        case CaptureError():
            error = str(answer)
        case Fetched(capture=capture):
            fields["body_bytes"] = capture.body_bytes
            fields["wire_bytes"] = capture.exchange.wire_bytes
        case _:
            fields["wire_bytes"] = answer.exchange.wire_bytes
    if standing.failures:
        fields |= {"failures": standing.failures, "error": error}
    troubled = standing.state in {State.SUSPECT, State.INACCESSIBLE}
    (log.warning if troubled else log.info)("look.done", **fields)


def event_told(event: Event) -> None:
    """Log an event as a person would say it, so that the journal shows changes."""
    log.info(
        "event.told",
        message=sentence(event),
        id=event.id,
        watch=event.watch,
        type=event.type.value,
        verdict=event.verdict.value if event.verdict else None,
        materiality=event.materiality,
        url=event.url,
    )


def sentence(event: Event) -> str:
    """Return who, which document and what happened, in one line."""
    what = event.summary or event.type.value.rpartition(".")[2].replace("-", " ")
    return f"{event.service}, {event.document}: {' '.join(what.split())}"
