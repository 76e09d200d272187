"""How it stands: `status` and `deliveries`."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import typer
from rich.table import Table
from rich.text import Text

from clausewatch.cli.console import err, out, print_json
from clausewatch.cli.exits import Code
from clausewatch.cli.home import reading
from clausewatch.cli.options import HomeOption, JsonOption
from clausewatch.core.digest import Json, jsonable
from clausewatch.ports import LATE, Delivery, DeliveryState, Standing, State
from clausewatch.render.wording import count, plain, reason_in_words

OVERDUE: Final = "overdue"
_SHADE: Final = {
    State.NEW: "dim",
    State.FINE: "green",
    State.AWAITING: "yellow",
    State.SUSPECT: "yellow",
    State.INACCESSIBLE: "red",
    OVERDUE: "red",
}


def status(as_json: JsonOption = False, home: HomeOption = None) -> None:
    """Show each watch: when it was seen, when it is next looked at, how it does."""
    now = datetime.now(UTC)
    with reading(home) as store:
        standings = store.standings()
    if as_json:
        print_json(_as_json(standing, now) for standing in standings)
        return
    table = Table(
        "watch", "state", "last seen", "next look", "failures", "remark", box=None
    )
    for one in standings:
        table.add_row(
            one.watch,
            Text(_state(one, now), _SHADE[_state(one, now)]),
            ago(one.last_good, now),
            until(one.due, now),
            str(one.failures or ""),
            reason_in_words(one.remark) if one.remark else "",
        )
    out().print(table)
    err().print(_summary(standings, now) if standings else "no watches yet")


def _summary(standings: Sequence[Standing], now: datetime) -> str:
    found = Counter(_state(one, now) for one in standings)
    told = ", ".join(f"{number} {state}" for state, number in found.most_common())
    doubt = "; does the daemon run?" if OVERDUE in found else ""
    return f"{count(len(standings), 'watch', 'es')}: {told}{doubt}"


def _state(one: Standing, now: datetime) -> str:
    """Return how a watch does, in one word; trouble with its page goes first."""
    troubled = one.state in {State.SUSPECT, State.INACCESSIBLE}
    return OVERDUE if _is_late(one, now) and not troubled else one.state.value


def _is_late(one: Standing, now: datetime) -> bool:
    return one.due + LATE < now


def _as_json(one: Standing, now: datetime) -> Json:
    return {
        "watch": one.watch,
        "state": one.state.value,
        "last_look": jsonable(one.last_look),
        "last_good": jsonable(one.last_good),
        "due": jsonable(one.due),
        "overdue": _is_late(one, now),
        "failures": one.failures,
        "remark": one.remark,
        "revision": one.history.revision,
    }


def ago(then: datetime | None, now: datetime) -> str:
    """Return how long ago that was, in one unit; `never` for None."""
    return f"{length(now - then)} ago" if then else "never"


def until(then: datetime, now: datetime) -> str:
    """Return how long it is until then, or for how long it has been overdue."""
    return f"in {length(then - now)}" if then > now else f"due for {length(now - then)}"


def length(span: timedelta) -> str:
    """Return a length of time in its largest unit that makes at least two of them."""
    seconds = max(0, int(span.total_seconds()))
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def deliveries(
    *,
    retry: Annotated[
        bool, typer.Option("--retry", help="Make the dead ones pending again.")
    ] = False,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Show what is on its way to sinks and what was given up; the done are left out."""
    now = datetime.now(UTC)
    with reading(home, write=retry) as store:
        dead = store.deliveries(DeliveryState.DEAD)
        if retry:
            revived = store.revive([one.id for one in dead], now)
            err().print(f"pending again: {revived}; a running daemon sends them")
            return
        rows = (*dead, *store.deliveries(DeliveryState.PENDING))
    if as_json:
        print_json(_delivery_json(row) for row in rows)
    elif rows:
        out().print(_table(rows, now))
    else:
        err().print("nothing is on its way, and nothing was given up")
    if dead:
        raise typer.Exit(Code.DELIVERY)


def _table(rows: tuple[Delivery, ...], now: datetime) -> Table:
    table = Table(
        "id",
        "event",
        "watch",
        "sink",
        "state",
        "attempts",
        "next",
        "last error",
        box=None,
    )
    for row in rows:
        dead = row.state is DeliveryState.DEAD
        table.add_row(
            str(row.id),
            row.event.id[:12],
            row.event.watch,
            row.sink,
            Text(row.state.value, "red" if dead else "yellow"),
            str(row.attempts),
            "" if dead else until(row.next_at, now),
            plain(row.last_error),
        )
    return table


def _delivery_json(row: Delivery) -> Json:
    return {
        "id": row.id,
        "event": row.event.id,
        "watch": row.event.watch,
        "sink": row.sink,
        "state": row.state.value,
        "attempts": row.attempts,
        "next_at": jsonable(row.next_at),
        "created_at": jsonable(row.created_at),
        "last_error": row.last_error,
    }
