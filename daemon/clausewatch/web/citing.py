"""The pages that an event rests on, each with its hashes and when their bytes came."""

from dataclasses import dataclass

from clausewatch.core.event import Event, Step
from clausewatch.core.model import Digest
from clausewatch.library import Library
from clausewatch.render.proof import Proof, proofs
from clausewatch.render.times import exact


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """One page, as it is cited."""

    event: str
    """The id of the event that tells of it."""
    service: str
    document: str
    url: str
    proofs: tuple[Proof, ...]

    @property
    def words(self) -> str:
        """Return whose page it is, where it is, and when it came."""
        came = [exact(one.received) for one in self.proofs if one.received]
        told = [f"as received {came[-1]}"] if came else []
        told += [f"and before that {came[0]}"] if len(came) > 1 else []
        return ", ".join((self.service, self.document, self.url, *told)) + "."


def cited(library: Library, event: Event) -> tuple[Cited, ...]:
    """Return the page of an event; of a pattern that of each of its steps."""
    if event.pattern is None:
        return (_cited(library, event),) if event.evidence.capture else ()
    return tuple(filter(None, (_step(library, event, s) for s in event.pattern.steps)))


def _cited(library: Library, event: Event) -> Cited:
    came = library.received(event)
    return Cited(
        event=event.id,
        service=event.service,
        document=event.document,
        url=event.url,
        proofs=tuple(proofs(event, came.capture, came.previous)),
    )


def _step(library: Library, event: Event, step: Step) -> Cited | None:
    """Return the page of a step, which names its event, or else a capture itself."""
    if told := library.event(step.event):
        return _cited(library, told)
    body = Digest(step.event)
    came = library.came(step.watch, body, step.observed_at)
    if came is None:
        return None
    place = f" (seen from {step.vantage})" if step.vantage else ""
    seen = Proof(
        what="seen",
        digest=body,
        received=came,
        text_seen=""
        if came == step.observed_at
        else f"the same text was first seen {exact(step.observed_at)}",
    )
    return Cited(
        event=event.id,
        service=event.service,
        document=step.document + place,
        url=step.url,
        proofs=(seen,),
    )
