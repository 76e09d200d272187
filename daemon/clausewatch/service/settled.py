"""What is kept of a watch after a look; pure, so that every case is a test."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from clausewatch.core.model import Watch
from clausewatch.core.outcome import (
    Assessment,
    Awaiting,
    Changed,
    FirstSeen,
    Inaccessible,
    Outcome,
    Rebased,
    Returned,
    Suspect,
    Unchanged,
)
from clausewatch.core.recipe import recipe_of
from clausewatch.errors import CaptureError
from clausewatch.ports import Fetch, Fetched, Standing, State, Validators
from clausewatch.service.due import next_look

Answer: TypeAlias = Fetch | CaptureError
"""What came of asking for a page."""

FULL_EVERY: Final = timedelta(days=3)
"""A 304 is only the server's word: this often the page is fetched whole."""

_NAMES: Final[dict[type[Outcome], tuple[str, State]]] = {
    FirstSeen: ("first-seen", State.FINE),
    Unchanged: ("unchanged", State.FINE),
    Returned: ("returned", State.FINE),
    Rebased: ("rebased", State.FINE),
    Changed: ("changed", State.FINE),
    Awaiting: ("awaiting", State.AWAITING),
    Suspect: ("suspect", State.SUSPECT),
    Inaccessible: ("inaccessible", State.INACCESSIBLE),
}


def name_of(outcome: Outcome) -> str:
    """Return the outcome's name for logs and records, such as `first-seen`."""
    return _NAMES[type(outcome)][0]


def detail_of(outcome: Outcome) -> str:
    """Return what the name does not say: the stage, the doubt or the reason."""
    match outcome:
        case Unchanged(stage):
            return stage
        case Awaiting(looks):
            return f"look {looks}"
        case Suspect(detail) | Inaccessible(detail):
            return detail
        case _:
            return ""


def ask_with(watch: Watch, standing: Standing, at: datetime) -> Validators | None:
    """Return the validators to ask with, or None where the whole page is wanted.

    That is at an interval, and while there is no document, read by today's rules,
    that a 304 could stand for. As long as something waits to be believed there are
    no validators: the second look is not answered from the cache that gave the first.
    """
    history = standing.history
    if history.head is None or history.recipe != recipe_of(watch).id:
        return None
    if standing.full_due is None or at >= standing.full_due:
        return None
    return standing.validators if standing.validators != Validators() else None


def standing_after(
    watch: Watch,
    before: Standing,
    answer: Answer,
    found: Assessment,
    *,
    at: datetime,
    chance: float,
) -> Standing:
    """Return all that is kept of a watch after a look at `at`."""
    state = _NAMES[type(found.outcome)][1]
    fine = state is State.FINE
    whole = fine and isinstance(answer, Fetched)
    return replace(
        before,
        history=found.history,
        state=state,
        due=next_look(
            watch.schedule,
            found,
            at=at,
            chance=chance,
            retry_after=_retry_after(answer),
        ),
        last_look=at,
        last_good=at if fine else before.last_good,
        failures=found.history.failures,
        remark="" if fine else detail_of(found.outcome),
        validators=_validators(before, answer, fine=fine),
        full_due=at + FULL_EVERY if whole else before.full_due,
    )


def _validators(before: Standing, answer: Answer, *, fine: bool) -> Validators:
    """Return what a 304 may later stand for: only an answer that we believed."""
    if not isinstance(answer, Fetched):
        return before.validators
    return answer.validators if fine else Validators()


def _retry_after(answer: Answer) -> timedelta | None:
    if not isinstance(answer, CaptureError) or answer.retry_after_s is None:
        return None
    return timedelta(seconds=answer.retry_after_s)
