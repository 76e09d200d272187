"""Events for people to read in a terminal.

With colour, what went is struck out in red and what came is underlined in green.
Without, `[-…-]` and `{+…+}` say the same, as `wdiff` and `git` write it.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from clausewatch.core.event import Direction, Event, EventType, Verdict
from clausewatch.core.model import WordOp, WordSpan
from clausewatch.render.redline import MARKS, Redline, left_out, shown
from clausewatch.render.wording import (
    headline,
    name,
    plain,
    spoken,
    timeline,
    weight,
)
from clausewatch.render.wording import signal as in_words

MOST: Final = 12
"""How many changes of an event are shown unless all are asked for."""

_STYLE: Final = {
    WordOp.EQUAL: "",
    WordOp.DELETE: "red strike",
    WordOp.INSERT: "green underline",
}
_SHADE: Final = {
    Verdict.SUBSTANTIVE: "bold yellow",
    Verdict.EDITORIAL: "cyan",
}
_DIRECTION: Final = {
    Direction.LESS: "  ↓ less protective",
    Direction.MORE: "  ↑ more protective",
    Direction.MIXED: "  ↕ partly less, partly more protective",
    Direction.NEUTRAL: "",
}


def kind_of(event: Event) -> str:
    """Return how much a change weighs, and what happened for any other event."""
    what = spoken(event.type.value.rpartition(".")[2])
    if event.type not in {EventType.CHANGED, EventType.PATTERN}:
        return what
    known = weight(event)
    if event.verdict is Verdict.SUBSTANTIVE:
        known = f"{known}, {event.materiality} of 3"
    return known if event.type is EventType.CHANGED else f"{what}, {known}"


def print_event(console: Console, event: Event, *, most: int = MOST) -> None:
    """Print an event: when and who, what in one line, the changed clauses, its id."""
    console.print(title(event))
    console.print(_inset(Text(headline(event)), 2))
    for day, step in timeline(event):
        console.print(_inset(Text.assemble((f"{day}  ", "dim"), step), 2))
    for signal in () if event.pattern else event.signals:
        line = f"{in_words(signal.name)}: {plain(signal.evidence)}"
        console.print(_inset(Text(line, "yellow"), 2))
    print_changes(console, event, most=most)
    if event.topics:
        topics = ", ".join(map(spoken, event.topics))
        console.print(_inset(Text(f"topics: {topics}", "dim"), 2))
    console.print(_inset(Text(event.id, "dim"), 2))


def title(event: Event) -> Text:
    """Return when it was seen, whose document it is, and how it weighs."""
    shade = _SHADE.get(event.verdict, "dim") if event.verdict else "magenta"
    return Text.assemble(
        (f"{event.observed_at:%Y-%m-%d %H:%M} UTC  ", ""),
        (name(event), "bold"),
        (f"  {kind_of(event)}", shade),
        (_DIRECTION[event.direction], "magenta"),
    )


def print_changes(console: Console, event: Event, *, most: int) -> None:
    """Print the changed clauses of an event, and how many are left out."""
    found = shown(event)
    print_redlines(console, found.redlines[:most])
    if len(found.redlines) > most:
        console.print(_inset(Text(f"… {len(found.redlines) - most} more", "dim"), 4))
    elif rest := left_out(found):
        console.print(_inset(Text(rest, "dim"), 4))


def print_redlines(console: Console, redlines: Sequence[Redline]) -> None:
    """Print changed clauses under the headings that they stand under."""
    for section, group in groupby(redlines, lambda one: one.section):
        console.print(_inset(Text(section or "(top)", "dim"), 2))
        for one in group:
            console.print(_inset(_line(one, console), 4))


def _line(one: Redline, console: Console) -> Text:
    line = marked(one.spans, colour=_has_colour(console))
    if all(span.op is WordOp.EQUAL for span in one.spans):
        line.append(f"  ({one.what})", "dim")
    return line


def marked(spans: Sequence[WordSpan], *, colour: bool) -> Text:
    """Return words with what went and what came marked among them."""
    return Text(" ").join(_runs(spans, colour=colour))


def _runs(spans: Sequence[WordSpan], *, colour: bool) -> Iterator[Text]:
    for span in spans:
        words = plain(span.text)
        if colour:
            yield Text(words, _STYLE[span.op])
        else:
            yield Text(MARKS[span.op].format(words))


def _has_colour(console: Console) -> bool:
    return console.color_system is not None and not console.no_color


def _inset(text: Text, columns: int) -> Padding:
    return Padding(text, (0, 0, 0, columns), expand=False)
