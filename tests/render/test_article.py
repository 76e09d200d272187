"""An event in words: short where it can be, and true where it must be."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewatch.core.event import (
    Direction,
    EventType,
    Pattern,
    Signal,
    StatedDates,
    Verdict,
)
from clausewatch.core.model import EditKind, Kind, WordOp, WordSpan
from clausewatch.render.article import html, marked, text
from clausewatch.render.glance import glance, title
from clausewatch.render.redline import shown
from clausewatch.render.sureness import doubt
from clausewatch.render.wording import headline, lead, subject
from clausewatch.testing.examples import SEEN, example, reworded, step


@pytest.mark.parametrize("kind", EventType)
def test_every_type_of_event_can_be_read(kind):
    event = example(kind, reason="dns")

    assert text(event).startswith("What:   ")
    assert subject(event) in " ".join(text(event).split())
    assert "<h1" in html(event)
    assert event.id in text(event)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (EventType.RETURNED, "shows a text again that it had shown before"),
        (EventType.REBASED, "we read it better now; the publisher changed nothing"),
        (EventType.FIRST_SEEN, "seen for the first time; it is watched from now on"),
        (EventType.RECOVERED, "the document can be read again"),
    ],
)
def test_what_has_no_summary_still_says_what_happened(kind, said):
    assert headline(example(kind)) == said


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (
            "http-404, at 3 looks in a row",
            "the server answered 404, at 3 looks in a row",
        ),
        ("timeout", "no answer in time"),
        ("something new", "something new"),
        ("", "no reason known"),
    ],
)
def test_why_a_page_cannot_be_read_is_said_in_words(reason, said):
    event = example(EventType.INACCESSIBLE, reason=reason, summary=f"x: {reason}")

    assert headline(event) == f"the page cannot be read ({said})"


def test_a_change_without_a_summary_is_counted():
    event = example(summary="")

    assert headline(event) == "1 clause reworded, 1 clause added, 1 clause removed"


def test_a_service_is_not_named_twice():
    assert subject(example(document="Acme Terms")).startswith("Acme Terms: ")


def test_a_long_clause_shows_its_edit_and_not_the_rest():
    words = (
        WordSpan(WordOp.EQUAL, "before " * 100),
        WordSpan(WordOp.DELETE, "never"),
        WordSpan(WordOp.INSERT, "always"),
        WordSpan(WordOp.EQUAL, "after " * 100),
    )

    (one,) = shown(example(changes=(reworded(words),))).redlines

    assert marked(one.spans) == (
        f"… {'before ' * 14}[-never-] {{+always+}}{' after' * 14} …"
    )


@given(st.lists(st.builds(WordSpan, st.sampled_from(WordOp), st.text(max_size=9))))
def test_no_word_that_went_or_came_is_lost(spans):
    change = reworded(tuple(spans))

    (one,) = shown(example(changes=(change,))).redlines

    for op in (WordOp.DELETE, WordOp.INSERT):
        told = [word for s in one.spans if s.op is op for word in s.text.split()]
        clean = [s for s in spans if s.op is op and s.text.isprintable()]
        assert [w for s in clean for w in s.text.split() if w not in told] == []


def test_what_is_around_the_document_is_counted_beside_what_is_in_it():
    loud = example()
    quiet = example(verdict=Verdict.EXTRACTION, summary="", changes=loud.changes[-1:])

    assert "Not shown here: 1 change around the document." in text(loud)
    assert "Read time" not in text(loud)
    assert "Read time [-9-] {+11+} min" in text(quiet)
    assert headline(quiet) == "1 clause reworded; around the document, not in it"


def test_a_moved_clause_is_not_shown_as_new():
    moved = replace(reworded(), kind=EditKind.MOVED, words=())

    (one,) = shown(example(changes=(moved,))).redlines

    assert one.what == "moved, in the same words"
    assert {span.op for span in one.spans} == {WordOp.EQUAL}


@pytest.mark.parametrize(
    ("kind", "confidence", "said"),
    [
        (EventType.CHANGED, "high", "it changed: yes, seen twice; direction: sure"),
        (
            EventType.CHANGED,
            "low",
            "it changed: yes, seen twice; direction: less sure, read the clauses",
        ),
        (
            EventType.CHANGED,
            "unconfirmed",
            "it changed: seen once, not looked at again yet; read the clauses",
        ),
        (EventType.PATTERN, "high", "last change: yes, seen twice; direction: sure"),
    ],
)
def test_that_it_changed_is_one_doubt_and_how_it_leans_is_another(
    kind, confidence, said
):
    assert dict(lead(example(kind, confidence=confidence)))["Sure"] == said


def test_no_direction_is_never_called_sure():
    event = example(direction=Direction.NEUTRAL)

    assert dict(lead(event))["Sure"].endswith("direction: none that we can tell")
    assert doubt(event) == ""
    assert doubt(example(confidence="low")) == "direction less sure"


@pytest.mark.parametrize("kind", EventType)
@pytest.mark.parametrize("confidence", ["high", "low", "unconfirmed"])
def test_all_that_is_urgent_fits_five_short_lines(kind, confidence):
    event = example(
        kind,
        confidence=confidence,
        summary=f"now says “{'We train our models on your data. ' * 5}” and 9 more",
        service="The Halvorne Publishing Company of Northern Europe",
        previous_at=None if kind is EventType.FIRST_SEEN else SEEN - timedelta(days=2),
        direction=Direction.MIXED,
    )

    lines = text(event).splitlines()
    labels = [line.split()[0] for line in lines[:5]]
    assert labels == ["What:", "Where:", "When:", "Sure:", "Weight:"]
    assert max(map(len, lines[:5])) <= 78
    assert lines[5] == ""
    assert len(title(event)) <= 100
    if confidence == "low":
        assert "…" not in lines[3]


def test_a_quotation_gives_way_to_what_it_is_about_and_how_much_more_there_is():
    event = example(summary=f"now says “{'All is well. ' * 12}” and 9 more on choice")

    told = dict(glance(event))
    assert told["What"].startswith("AI training: now says “All is well.")
    assert told["What"].endswith(" …”; 9 more")
    assert told["Where"] == ("Acme privacy policy, How we use your data (+1 section)")


def test_a_date_that_the_document_did_not_change_is_said():
    same = example()
    none = example(stated_date=StatedDates(None, None))

    assert "Own date: still 14 Sep 2023" in text(same)
    assert "Own date" not in text(none)


def test_the_subject_says_what_it_means_and_where_the_stated_date_went():
    event = example(
        service="LinkedIn",
        summary="now says “personal data may be used to train AI models”",
        signals=(Signal("unannounced", "no word of it"),),
        stated_date=StatedDates(date(2023, 9, 14), date(2024, 9, 19)),
    )

    assert subject(event) == (
        "LinkedIn, privacy policy: now says “personal data may be used to train AI "
        "models” (less protective; not announced; stated date moved to the next day)"
    )


def test_what_is_announced_is_not_called_unannounced():
    signals = (Signal("unannounced", "still 2023"), Signal("notice", "on 3 November"))

    assert subject(example(signals=signals)).endswith("(less protective; announced)")


def test_a_page_cannot_push_what_it_means_out_of_the_subject():
    event = example(summary="now says “" + "all is well " * 90)

    assert subject(event).endswith("… (less protective; not announced)")
    assert len(subject(event)) < 360


def test_a_page_seen_from_two_places_is_told_by_its_name():
    views = tuple(
        step(Kind.PRIVACY, 0, vantage=place, document="privacy policy", signals=())
        for place in ("us", "eu")
    )
    event = example(
        EventType.PATTERN,
        document="privacy policy",
        summary="seen from us, and only so, it says “We train AI models.”",
        pattern=Pattern(name="vantage-differs", id="p", steps=views),
    )

    assert subject(event).startswith("Acme, privacy policy: seen from us, and only so")
    assert "privacy policy, seen from eu: " in text(event)


def test_the_steps_of_a_pattern_are_told_with_their_days():
    told = text(example(EventType.PATTERN))

    assert "12 Aug 2024: settings: now says “train AI models” (less protective;" in told
    assert "18 Sep 2024: privacy policy: now says" in told
    assert told.index("12 Aug 2024: ") < told.index("18 Sep 2024: privacy")
