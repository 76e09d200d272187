"""What a page says is shown as what it says, however it says it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewatch.web.finding import MOST_CHARACTERS, highlighted

LONG = "word " * MOST_CHARACTERS


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("we \x02train\x03 models", "we <mark>train</mark> models"),
        ("we\x1b[2J \x02tr\u202eain\x03", "we [2J <mark>tr ain</mark>"),
        ("\x02<b>\x03 & co", "<mark>&lt;b&gt;</mark> &amp; co"),
        ("\x03a \x02\x02b\x03\x03 c", "a <mark>b</mark> c"),
        ("a \x02b", "a <mark>b</mark>"),
    ],
)
def test_words_found_are_marked_and_nothing_acts(text, shown):
    assert highlighted(text) == shown


@given(st.text(st.sampled_from("\x02\x03 ab<\u202e")))
def test_every_mark_that_is_begun_is_ended_once(text):
    shown = str(highlighted(LONG + text + LONG))

    rest = shown.split("<mark>")
    assert rest[0].count("</mark>") == 0
    assert all(part.count("</mark>") == 1 for part in rest[1:])
    assert not set(shown) & set("\x02\x03\u202e")
