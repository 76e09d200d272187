"""A probe: a page, one edit to it, and what a careful reader would expect."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from clausewatch.core.event import EventType, Verdict
from clausewatch.core.model import Media
from clausewatch.testing.onlooker import Onlooker

PAGES = Path(__file__).parent / "pages"


@dataclass(frozen=True)
class Probe:
    """An edit is a function of the page's source; most put one text for another."""

    name: str
    page: str
    edits: tuple[Callable[[str], str], ...]
    told: bool
    base: Callable[[str], str] = str
    """What makes the page's source into the one that stood before the edit."""


def told(name, page, *edits):
    """Say that somebody must hear of this: `was, now, was, now …`, or functions."""
    return Probe(f"{name} is told", page, _edits(edits), told=True)


def silent(name, page, *edits):
    """Say that nobody wants to hear of this."""
    return Probe(f"{name} is silent", page, _edits(edits), told=False)


def reworded(was, now, *, told):
    """Say what a sentence of its own in `terms.md` amounts to that is reworded."""
    place = "## 5. Law\n"
    return Probe(
        f"“{was}” that becomes “{now}” is {'told' if told else 'silent'}",
        "terms.md",
        (swapped(f"{place}\n{was}\n", f"{place}\n{now}\n"),),
        told=told,
        base=swapped(place, f"{place}\n{was}\n"),
    )


def _edits(parts):
    rest = iter(parts)
    return tuple(p if callable(p) else swapped(p, next(rest)) for p in rest)


def swapped(was, now):
    """Return an edit that puts one text for another, which must stand there once."""

    def edit(source):
        assert source.count(was) == 1, f"{was!r} stands {source.count(was)} times"
        return source.replace(was, now)

    return edit


def source_of(page):
    return (PAGES / page).read_text(encoding="utf-8")


def sides(probe):
    """Return the source before the edit, and after."""
    before = after = probe.base(source_of(probe.page))
    for edit in probe.edits:
        after = edit(after)
    return before, after


def events_of(probe):
    """Return what is made of the edit at the look that first shows it."""
    onlooker = Onlooker()
    media = Media.MARKDOWN if probe.page.endswith(".md") else Media.HTML
    for source in sides(probe):
        onlooker.look(source, media=media)
    return [
        event for event in onlooker.events if event.type is not EventType.FIRST_SEEN
    ]


def alerts(events):
    """Return the events of a change that somebody is woken for."""
    return [
        event
        for event in events
        if event.type is EventType.CHANGED and event.verdict is Verdict.SUBSTANTIVE
    ]
