"""What one page says to two places is told once it lasts, and once it is over."""

from dataclasses import replace
from datetime import timedelta

import pytest

from clausewatch.core.history import Held, History
from clausewatch.core.model import RecipeId
from clausewatch.core.rulebook import Rulebook
from clausewatch.core.vantages import View, compare, difference, pairs
from clausewatch.testing.examples import SEEN
from clausewatch.testing.looks import content_of, watch_of
from core.reading import document
from service.world import policy

DAY = timedelta(days=1)
US = replace(watch_of("acme"), vantage="us")
EU = replace(watch_of("acme-eu"), vantage="eu", url=US.url)
HERE = document(policy("We use your messages to train AI models."))
THERE = document(policy())


def view(watch, text, *, since=SEEN, until=SEEN + 4 * DAY, before=(), **differs):
    head = replace(content_of(text), first_seen=since, last_seen=until)
    history = History(
        recipe=RecipeId("1"), revision=1, head=head, contents=(*before, head)
    )
    return View(watch, replace(history, **differs))


def judged():
    return difference(HERE, THERE, Rulebook())


def unasked():
    raise AssertionError("nothing was to be compared")


def told_of(one, other, told=None, ask=judged):
    return compare(one, other, told=told, judged=ask)


def test_a_difference_that_lasts_is_told_in_the_words_of_the_page():
    event = told_of(view(US, 1), view(EU, 2))

    assert event.pattern.name == "vantage-differs"
    assert event.summary == (
        "seen from us, and only so, it says “We use your messages to train AI models.”"
    )
    assert [step.vantage for step in event.pattern.steps] == ["us", "eu"]
    assert event.watch == "acme-eu"


def test_it_is_told_once_while_it_lasts():
    told = told_of(view(US, 1), view(EU, 2))

    assert told_of(view(US, 1), view(EU, 3), told) is None


def test_that_it_is_over_is_told_under_the_same_pattern():
    told = told_of(view(US, 1), view(EU, 2))
    over = told_of(view(US, 2), view(EU, 2), told, unasked)

    assert over.pattern.name == "vantage-agrees"
    assert over.pattern.id == told.pattern.id
    assert over.pattern.follows == told.id
    assert told_of(view(US, 2), view(EU, 2), over, unasked) is None


def test_a_difference_that_comes_back_is_told_anew():
    told = told_of(view(US, 1), view(EU, 2))
    over = told_of(view(US, 2), view(EU, 2), told, unasked)

    again = told_of(view(US, 1), view(EU, 2), over)

    assert again.pattern.name == "vantage-differs"
    assert again.id != told.id


def test_that_only_the_frame_still_differs_is_over_too():
    told = told_of(view(US, 1), view(EU, 2))

    over = told_of(
        view(US, 1), view(EU, 3), told, lambda: difference(HERE, HERE, Rulebook())
    )

    assert over.pattern.name == "vantage-agrees"


@pytest.mark.parametrize(
    ("here", "there"),
    [
        pytest.param(view(US, 1), view(EU, 2, since=SEEN + 2 * DAY), id="rolled-out"),
        pytest.param(view(US, 1), view(EU, 2, until=SEEN), id="seen-once"),
        pytest.param(
            view(US, 1), view(EU, 2, recipe=RecipeId("2")), id="read-by-other-rules"
        ),
        pytest.param(
            view(US, 1),
            view(EU, 2, held=Held(content=content_of(1), why="", since=SEEN)),
            id="about-to-change",
        ),
        pytest.param(
            view(US, 1, before=(replace(content_of(2), last_seen=SEEN + DAY),)),
            view(EU, 2),
            id="shown-by-turns",
        ),
        pytest.param(view(US, 1, head=None), view(EU, 2), id="not-seen-yet"),
    ],
)
def test_what_may_pass_is_not_compared(here, there):
    assert told_of(here, there, ask=unasked) is None


def test_a_place_that_kept_the_old_text_is_one_that_differs():
    here = view(US, 1, before=(replace(content_of(2), last_seen=SEEN - DAY),))

    assert told_of(here, view(EU, 2)) is not None


def test_only_one_page_seen_from_two_places_is_a_pair():
    other = replace(watch_of("other"), vantage="eu")
    asia = replace(EU, id="acme-asia", vantage="asia")

    assert pairs([US, EU, other, asia]) == ((US, EU), (US, asia))
    assert pairs([US, replace(EU, vantage="us")]) == ()
