"""What a terminal shows: marks that need no colour, and no page that steers it."""

import io

import pytest
from rich.console import Console

from clausewatch.cli.paint import marked, print_event
from clausewatch.core.event import EventType
from clausewatch.core.model import WordOp, WordSpan
from clausewatch.testing.examples import example, reworded

SPANS = (
    WordSpan(WordOp.EQUAL, "We keep it for"),
    WordSpan(WordOp.DELETE, "30"),
    WordSpan(WordOp.INSERT, "90"),
    WordSpan(WordOp.EQUAL, "days."),
)


def shown(event, **how):
    file = io.StringIO()
    console = Console(file=file, width=200, markup=False, **how)
    print_event(console, event)
    return file.getvalue()


def test_without_colour_marks_say_what_went_and_what_came():
    assert marked(SPANS, colour=False).plain == "We keep it for [-30-] {+90+} days."


def test_with_colour_what_went_is_struck_and_what_came_is_underlined():
    text = marked(SPANS, colour=True)

    assert text.plain == "We keep it for 30 90 days."
    styles = {text.plain[s.start : s.end]: s.style for s in text.spans if s.style}
    assert styles == {"30": "red strike", "90": "green underline"}


@pytest.mark.parametrize("colour", [True, False])
def test_a_page_cannot_steer_the_terminal(colour):
    hostile = (WordSpan(WordOp.INSERT, "a\x1b[2Jb\x07c\u202ed\x9be"),)
    event = example(
        service="\x1b]0;mine\x07", summary="\x1b[31m", changes=(reworded(hostile),)
    )
    told = shown(
        event, force_terminal=colour, color_system="standard" if colour else None
    )

    assert not any(
        sign in told for sign in ("\x1b[2J", "\x1b]", "\x07", "\u202e", "\x9b")
    )


@pytest.mark.parametrize("kind", list(EventType))
def test_every_type_of_event_can_be_shown(kind):
    event = example(kind)

    assert event.id in shown(event)
    assert event.service in shown(event)


def test_a_long_event_says_how_much_it_leaves_out():
    event = example(changes=(reworded(SPANS),) * 15)

    assert "… 3 more" in shown(event)
