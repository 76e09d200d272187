"""A report says what counts first, shows the words, and needs nothing beside it."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

from markupsafe import escape

from clausewatch.core.event import Direction, EventType, Verdict
from clausewatch.core.promise import Promise, Wording
from clausewatch.render.wording import headline
from clausewatch.testing.examples import SEEN, example, examples, reworded
from clausewatch.web.axis import axis
from clausewatch.web.lost import Span
from clausewatch.web.report import css_string, report

SPAN = Span(
    service="Acme",
    since=SEEN - timedelta(days=30),
    until=SEEN + timedelta(days=30),
    made_at=SEEN + timedelta(days=31),
)


def numbered(html):
    return re.findall(r'<h3 id="change-\d+">(\d+)\. (.*?)</h3>', html)


def test_the_weightiest_stands_first_and_what_takes_away_before_what_gives():
    def of(name, materiality, direction, days=0):
        at = SEEN + timedelta(days=days)
        return example(
            id=name,
            summary=name,
            materiality=materiality,
            direction=direction,
            observed_at=at,
        )

    html = report(
        SPAN,
        [
            of("minor", 1, Direction.LESS),
            of("gives", 3, Direction.MORE),
            of("takes later", 3, Direction.LESS, days=2),
            of("takes", 3, Direction.LESS, days=1),
        ],
    )

    assert numbered(html) == [
        ("1", "Takes"),
        ("2", "Takes later"),
        ("3", "Gives"),
        ("4", "Minor"),
    ]


def test_it_shows_redlines_promises_gone_gaps_patterns_and_evidence():
    event = example()
    html = report(SPAN, examples(), [promised(gone=SEEN)], {event.watch: "policy"})

    assert "<ins>provide, and to train AI models for,</ins>" in html
    assert "<del>We never share it.</del>" in html
    assert "2024-09-18 (no. 1)" in html
    assert "the server answered 503" in html
    told = example(EventType.PATTERN)
    assert f"What belongs together: {escape(headline(told))}" in html
    for step in told.pattern.steps:
        assert f"<li>{step.observed_at:%Y-%m-%d}, " in html
    assert event.evidence.capture in html
    assert event.evidence.previous in html


def test_a_pattern_that_grew_is_shown_once_as_it_was_last_told():
    first = example(EventType.PATTERN, id="first", summary="two of them")
    later = SEEN + timedelta(days=1)
    grown = replace(first, id="grown", summary="three of them", observed_at=later)
    html = report(SPAN, [grown, first])

    assert "three of them" in html
    assert "two of them" not in html


def promised(**differs):
    fields = {
        "watch": example().watch,
        "key": "1",
        "kind": "promise",
        "text": "We never share it.",
        "words": "never share",
        "first": SEEN - timedelta(days=300),
    }
    return Promise(**{**fields, **differs})


def test_a_promise_that_weakened_is_shown_as_it_read_before_and_reads_now():
    weak = promised(
        text="We rarely share it.",
        weakened=SEEN,
        wordings=(Wording("We never share it.", SEEN),),
    )
    html = report(SPAN, [], [weak])

    assert "<del>We never share it.</del><br><ins>We rarely share it.</ins>" in html


def test_promises_that_stand_or_went_at_another_time_are_left_out():
    past, future = SPAN.since - timedelta(days=1), SPAN.until + timedelta(days=1)
    html = report(
        SPAN, [], [promised(), promised(gone=past), promised(weakened=future)]
    )

    assert "We never share it." not in html


def test_what_woke_nobody_is_counted():
    quiet = example(EventType.CHANGED, verdict=Verdict.EDITORIAL, id="quiet")
    html = report(SPAN, [quiet, replace(quiet, id="other")])

    assert "2 editorial" in html
    assert numbered(html) == []


class Outward(HTMLParser):
    """Collects whatever would make a browser fetch or run something."""

    found: list

    def handle_starttag(self, tag, attrs):
        loads = {"src", "srcset", "href", "action", "data", "style", "poster"}
        self.found += [tag] * (tag in {"script", "link", "img", "iframe", "object"})
        self.found += [
            (name, value)
            for name, value in attrs
            if name.startswith("on")
            or (name in loads and not (value or "").startswith("#"))
        ]


def test_nothing_in_it_leads_outside_or_runs_whatever_the_page_says():
    evil = "</style><script>alert(1)</script><img src=x onerror=alert(1)>"
    change = replace(reworded(), path=(evil,), before=evil, after=evil, words=())
    event = example(summary=evil, changes=(change,), url=f"javascript:{evil}")
    html = report(replace(SPAN, service=evil), [event])
    reader = Outward()
    reader.found = []
    reader.feed(html)

    assert reader.found == []
    assert html.count("</style>") == 1
    assert "url(" not in html
    assert "@import" not in html


def test_a_string_of_css_cannot_end_itself():
    assert css_string('a"}\n</style>é') == (
        '"a\\22 \\7d \\a \\3c \\2f style\\3e \\e9 "'
    )


def test_changes_stand_on_one_axis_in_the_order_of_time():
    def on(year, month, document):
        at = datetime(year, month, 1, tzinfo=UTC)
        return example(observed_at=at, document=document)

    drawn = axis(
        [
            (on(2025, 9, "FAQ"), "2"),
            (on(2023, 1, "privacy policy"), "1"),
            (on(2026, 1, "FAQ"), "3"),
        ]
    )

    rows = {row.name: [mark.label for mark in row.marks] for row in drawn.rows}
    places = [mark.x for row in drawn.rows for mark in row.marks]
    assert rows == {"privacy policy": ["1"], "FAQ": ["2", "3"]}
    assert places == sorted(places)
    assert 0 < places[0] < places[-1] < drawn.width
    assert 2 < len(drawn.ticks) < 10
