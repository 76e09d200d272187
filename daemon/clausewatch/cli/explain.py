"""`explain`: why an event says what it says, down to the rule and the words."""

from collections.abc import Iterator
from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from clausewatch.cli.changelog import EventArgument, event_of
from clausewatch.cli.console import out
from clausewatch.cli.home import reading
from clausewatch.cli.options import HomeOption
from clausewatch.cli.paint import kind_of
from clausewatch.core.event import Change, Event
from clausewatch.render.wording import (
    direction,
    plain,
    reason_in_words,
    second_opinion,
    spoken,
    subject,
    timeline,
)

LABEL: Final = 13
"""Columns of the widest label, and two more."""


def explain(event: EventArgument, home: HomeOption = None) -> None:
    """Say why an event has its verdict, topics, direction and weight: which rule decided, by which words."""
    with reading(home) as store:
        found = event_of(store, event)
        opinions = store.opinions(found.id)
    console = out()
    console.print(Text(subject(found), "bold"))
    for label, value in _whole(found):
        _row(console, label, value)
    for number, change in enumerate(found.changes, 1):
        _print_change(console, number, change)
    for opinion in opinions:
        console.print(Text("\nA second opinion", "bold"))
        for label, value in second_opinion(opinion):
            _row(console, label.lower(), value)


def _whole(event: Event) -> Iterator[tuple[str, str]]:
    """Yield what was judged of the event as a whole, and what led to it."""
    reason = reason_in_words(event.reason) if event.reason else "nothing was compared"
    yield "verdict", f"{kind_of(event)}: {reason}"
    if event.verdict is not None:
        yield "materiality", f"{event.materiality} of 3"
        yield "direction", direction(event.direction)
        yield "topics", ", ".join(map(spoken, event.topics)) or "none that a rule knows"
    for line in event.because:
        yield "", plain(line)
    for signal in event.signals:
        yield "signal", f"{spoken(signal.name)}: {plain(signal.evidence)}"
    yield from timeline(event)
    yield "confidence", plain(event.confidence)


def _print_change(console: Console, number: int, change: Change) -> None:
    console.print()
    text = plain(change.after or change.before)
    console.print(Text(f"{number:>4}", "dim"))
    console.print(Padding(Text(text), (0, 0, 0, 6)))
    known = [change.kind.value, change.verdict.value, *map(spoken, change.topics)]
    console.print(Padding(Text(" · ".join(known), "cyan"), (0, 0, 0, 6)))
    for line in (change.why, *change.because):
        console.print(Padding(Text(plain(line), "dim"), (0, 0, 0, 6)))


def _row(console: Console, label: str, value: str) -> None:
    name = f"  {label}".ljust(LABEL + 2)
    console.print(Text.assemble((name, "dim"), value))
