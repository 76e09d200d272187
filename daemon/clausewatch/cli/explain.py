"""`explain`: why an event says what it says, down to the rule and the words."""

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from clausewatch.cli.changelog import EventArgument, event_of
from clausewatch.cli.console import out
from clausewatch.cli.home import reading
from clausewatch.cli.options import HomeOption
from clausewatch.cli.paint import kind_of
from clausewatch.core.event import Change, Event
from clausewatch.render.sureness import sureness
from clausewatch.render.wording import (
    direction,
    plain,
    reason_in_words,
    second_opinion,
    spoken,
    subject,
    timeline,
)
from clausewatch.render.wording import signal as in_words


def explain(event: EventArgument, home: HomeOption = None) -> None:
    """Say why an event has its verdict, topics, direction and weight: which rule decided, by which words."""
    with reading(home) as store:
        found = event_of(store, event)
        opinions = store.opinions(found.id)
    console = out()
    console.print(Text(subject(found), "bold"))
    console.print(_rows(_whole(found)))
    for number, change in enumerate(found.changes, 1):
        _print_change(console, number, change)
    for opinion in opinions:
        console.print(Text("\nA second opinion", "bold"))
        console.print(_rows(second_opinion(opinion)))


def _whole(event: Event) -> Iterator[tuple[str, str]]:
    """Yield what was judged of the event as a whole, and what led to it."""
    reason = reason_in_words(event.reason) if event.reason else "nothing was compared"
    yield "weight", kind_of(event)
    yield "why", reason
    if event.verdict is not None:
        yield "direction", direction(event.direction)
        yield "topics", ", ".join(map(spoken, event.topics)) or "none that a rule knows"
    for line in event.because:
        yield "", plain(line)
    for signal in event.signals:
        yield "signal", f"{in_words(signal.name)}: {plain(signal.evidence)}"
    yield from timeline(event)
    yield "sure", sureness(event)


def _print_change(console: Console, number: int, change: Change) -> None:
    console.print()
    text = plain(change.after or change.before)
    console.print(Text(f"{number:>4}", "dim"))
    console.print(Padding(Text(text), (0, 0, 0, 6)))
    known = [change.kind.value, change.verdict.value, *map(spoken, change.topics)]
    console.print(Padding(Text(" · ".join(known), "cyan"), (0, 0, 0, 6)))
    for line in (change.why, *change.because):
        console.print(Padding(Text(plain(line), "dim"), (0, 0, 0, 6)))


def _rows(lines: Iterable[tuple[str, str]]) -> Padding:
    table = Table.grid("", "", padding=(0, 2, 0, 0))
    for label, value in lines:
        table.add_row(Text(label.lower(), "dim"), Text(value))
    return Padding(table, (0, 0, 0, 2))
