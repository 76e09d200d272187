"""Events and changes for people to read in a terminal.

With colour, what went is struck out in red and what came is underlined in green.
Without, `[-…-]` and `{+…+}` say the same, as `wdiff` and `git` write it.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Console
from rich.text import Text

from clausewatch.core.event import Change, Direction, Event, EventType, Verdict
from clausewatch.core.model import EditKind, WordOp, WordSpan

GONE: Final = "red strike"
CAME: Final = "green underline"
SHOWN_CHANGES: Final = 8
"""How many changes of an event are shown unless all are asked for."""
_UNPRINTABLE: Final = dict.fromkeys(
    (
        *range(9),
        *range(11, 32),
        *range(127, 160),
        *range(0x202A, 0x202F),  # text direction overrides can hide what is said
        *range(0x2066, 0x206A),
    ),
    "�",
)
_SHADE: Final = {
    Verdict.SUBSTANTIVE: "bold yellow",
    Verdict.EDITORIAL: "cyan",
    Verdict.HOUSEKEEPING: "dim",
    Verdict.EXTRACTION: "dim",
    Verdict.VARIANT: "dim",
}
_FOR_PEOPLE: Final = {
    Direction.LESS: "↓ less protective",
    Direction.MORE: "↑ more protective",
    Direction.MIXED: "↕ mixed",
    Direction.NEUTRAL: "",
}


def safe(text: str) -> str:
    """Return page text without what could steer a terminal or disguise its order."""
    return text.translate(_UNPRINTABLE)


def is_plain(console: Console) -> bool:
    """Say whether this console shows no colour, so that marks must say it."""
    return console.color_system is None or console.no_color


def redline(words: Sequence[WordSpan], *, plain: bool) -> Text:
    """Return a reworded clause with what went and what came marked inside it."""
    line = Text()
    for position, span in enumerate(words):
        line.append(" " if position else "")
        line.append_text(_marked(span.op, span.text, plain=plain))
    return line


def _marked(op: WordOp, text: str, *, plain: bool) -> Text:
    text = safe(text)
    if op is WordOp.DELETE:
        return Text(f"[-{text}-]") if plain else Text(text, GONE)
    if op is WordOp.INSERT:
        return Text(f"{{+{text}+}}") if plain else Text(text, CAME)
    return Text(text)


def change_lines(change: Change, *, plain: bool) -> Iterator[Text]:
    """Yield one changed clause: where it stands, then what became of it."""
    yield Text("  " + " › ".join(map(safe, change.path or ("(top)",))), "dim")
    if change.words:
        body = redline(change.words, plain=plain)
    elif change.kind is EditKind.MOVED:
        body = Text(safe(change.after or change.before))
    else:
        spans = ((WordOp.DELETE, change.before), (WordOp.INSERT, change.after))
        body = redline([WordSpan(op, t) for op, t in spans if t], plain=plain)
    moved = " (moved)" if change.moved or change.kind is EditKind.MOVED else ""
    yield Text.assemble("    ", body, (moved, "dim"))


def headline(event: Event) -> Text:
    """Return when it was seen, whose document it is, and how it weighs."""
    line = Text(f"{event.observed_at:%Y-%m-%d %H:%M}  ")
    line.append(safe(f"{event.service} · {event.document}"), "bold")
    line.append("  " + kind_of(event), _SHADE.get(event.verdict or Verdict.VARIANT, ""))
    if event.materiality:
        line.append(f" {event.materiality}/3", "bold yellow")
    if _FOR_PEOPLE[event.direction]:
        line.append("  " + _FOR_PEOPLE[event.direction], "magenta")
    return line


def kind_of(event: Event) -> str:
    """Return the verdict of a change, and what happened for any other event."""
    name = event.type.value.rpartition(".")[2]
    if event.type is EventType.CHANGED and event.verdict:
        return event.verdict.value
    return name


def event_lines(
    event: Event, *, plain: bool, most: int | None = SHOWN_CHANGES
) -> Iterator[Text]:
    """Yield an event: headline, summary, the changed clauses, and its id."""
    yield headline(event)
    if event.summary:
        yield Text("  " + safe(event.summary))
    for change in event.changes[:most]:
        yield from change_lines(change, plain=plain)
    left = len(event.changes) - len(event.changes[:most])
    if left:
        yield Text(f"    … and {left} more", "dim")
    for signal in event.signals:
        yield Text(f"  ! {signal.name}: {safe(signal.evidence)}", "yellow")
    if event.topics:
        yield Text("  topics: " + ", ".join(event.topics), "dim")
    yield Text(f"  {event.id}", "dim")
