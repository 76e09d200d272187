"""A report says what counts first, shows the words, and needs nothing beside it."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

from markupsafe import escape

from clausewatch.core.event import Direction, EventType, Verdict
from clausewatch.core.promise import Absence, Promise, Wording
from clausewatch.library import Coverage, Gap
from clausewatch.render.times import day
from clausewatch.render.wording import headline
from clausewatch.testing.examples import SEEN, example, examples, reworded
from clausewatch.web.axis import axis
from clausewatch.web.lost import Span, losses, lost
from clausewatch.web.report import css_string, report
from clausewatch.web.watched import Watched

SPAN = Span(
    service="Acme",
    since=SEEN - timedelta(days=30),
    until=SEEN + timedelta(days=30),
    made_at=SEEN + timedelta(days=31),
)


def words_of(html):
    """Return what a reader sees, without the marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


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

    rows = re.findall(r'href="#change-(\d+)">\1</a></td><td>(.*?)<', html)
    assert [title for _, title in rows] == ["Takes", "Takes later", "Gives", "Minor"]
    assert sorted(numbered(html)) == numbered(html), "in order of time"
    assert {*rows} == {*numbered(html)}, "each under one number"
    drawn = html.partition('<svg class="narrow"')[0]
    marks = re.findall(r'<text x="([\d.]+)" y="\d+" text-anchor="middle">(\d)<', drawn)
    in_time = [label for _, label in sorted(marks, key=lambda one: float(one[0]))]
    assert in_time == sorted(in_time)


def test_it_shows_redlines_promises_gone_gaps_patterns_and_evidence():
    event = example()
    html = report(SPAN, examples(), [promised(gone=SEEN)])

    assert "<ins>provide, and to train AI models for,</ins>" in html
    assert "<del>We never share it.</del>" in html
    assert '18 Sep 2024<br><a href="#change-1">no. 1</a>' in html
    assert "the server answered 503" in html
    told = example(EventType.PATTERN)
    assert f"What belongs together: {escape(headline(told))}" in html
    for step in told.pattern.steps:
        assert f"{day(step.observed_at)}, " in html
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

    assert "We <del>never</del> <ins>rarely</ins> share it." in html


WORDS = ("We never share it.", "We rarely share it.", "We seldom share it.")


def days(*numbers):
    return [SEEN + timedelta(days=number) for number in numbers]


def test_a_promise_that_weakened_and_went_is_lost_each_time_as_it_read_then():
    weaker, other, gone = days(0, 5, 10)
    promise = promised(
        text=WORDS[2],
        gone=gone,
        weakened=weaker,
        wordings=(Wording(WORDS[0], weaker, weaker=True), Wording(WORDS[1], other)),
    )

    first, last = losses(promise)
    assert (first.before, first.now, first.since, first.at) == (
        *WORDS[:2],
        promise.first,
        weaker,
    )
    assert (last.before, last.now, last.since, last.at) == (WORDS[2], "", other, gone)
    assert last.first == promise.first
    early = replace(SPAN, until=SEEN + timedelta(days=7))
    assert [one.loss for one in lost(early, [promise], {}, {})] == [first]


def test_a_promise_that_weakened_twice_is_lost_twice():
    first, last = days(0, 5)
    promise = promised(
        text=WORDS[2],
        weakened=last,
        wordings=(
            Wording(WORDS[0], first, weaker=True),
            Wording(WORDS[1], last, weaker=True),
        ),
    )

    told = [(one.before, one.now) for one in losses(promise)]
    assert told == [(WORDS[0], WORDS[1]), (WORDS[1], WORDS[2])]


def test_a_promise_that_was_away_did_not_always_stand():
    gone, again, reworded, later = days(0, 3, 5, 9)
    promise = promised(
        text=WORDS[1],
        gone=later,
        wordings=(Wording(WORDS[0], reworded),),
        absences=(Absence(gone, again),),
    )

    first, last = losses(promise)
    assert (first.before, first.at, first.again) == (WORDS[0], gone, again)
    assert (last.before, last.since, last.again) == (WORDS[1], reworded, None)


def watched_of(
    name, *events, more=0, gaps=(), first=SEEN, last=SEEN + timedelta(days=20)
):
    coverage = Coverage(
        watch=name,
        looks=412,
        failed=0,
        changes=len(events),
        differences=len(events) + more,
        first=first,
        last=last,
        gaps=gaps,
    )
    return Watched(name, name.title(), True, coverage)


def test_it_says_how_closely_each_document_was_watched():
    (event,) = (example(watch="policy"),)
    gap = Gap(*days(3, 9), 0)
    broken = Gap(SEEN, SEEN + timedelta(hours=2), 2)
    html = report(
        SPAN,
        [event],
        documents=[
            watched_of("policy", event, gaps=(broken,)),
            watched_of("terms", gaps=(gap,)),
        ],
    )
    told = words_of(html)

    assert "2 documents were looked at 824 times in all" in told
    assert "In substance, 1 changed and 1 did not." in told
    assert "Terms 412 18 Sep 2024 8 Oct 2024 unchanged" in told
    assert "not seen 21 Sep 2024 to 27 Sep 2024: it was not looked at" in told
    assert "10:05 to 12:05 UTC: 2 looks did not see it" in told


def test_unchanged_is_only_what_showed_no_other_text_at_all():
    assert watched_of("terms").found == "unchanged"
    edited = watched_of("terms", more=2)
    assert edited.found == "no change of substance, 2 small"
    assert watched_of("terms", example(), more=1).found == (
        "1 change of substance, 1 small"
    )
    drawn = axis([], [edited])
    assert drawn.rows[0].note == edited.found


def test_no_change_is_said_of_what_was_seen_and_of_nothing_else():
    unseen = watched_of("terms", first=None, last=None)
    html = report(SPAN, [], documents=[unseen])

    assert "No document was seen in this time" in html
    assert "No change" not in html
    assert "unchanged" not in html


def test_a_document_without_a_change_has_its_row_in_the_timeline():
    gap = Gap(*days(3, 9), 0)
    drawn = axis(
        [(example(watch="policy", observed_at=SEEN + timedelta(days=2)), "1")],
        [watched_of("policy"), watched_of("terms", gaps=(gap,))],
    )

    changed, quiet = drawn.rows
    assert (changed.name, quiet.name) == ("Policy", "Terms")
    assert not quiet.marks
    (whole,) = changed.seen
    before, after = quiet.seen
    assert (before[0], after[1]) == whole
    assert before[1] < after[0], "while nobody looked, nothing is known"


def test_a_renamed_document_stays_one_row_and_its_service_is_named_as_it_was():
    old = example(watch="policy", document="policy", service="Umbra")
    new = replace(old, id="new", document="rules", service="Acme")
    drawn = axis([(old, "1"), (new, "2")], [watched_of("policy", old, new)])
    html = report(SPAN, [old, new])

    assert [row.name for row in drawn.rows] == ["Policy"]
    assert "Watched as “Umbra” until 18 Sep 2024." in html


def test_the_last_day_is_the_one_that_was_asked_for():
    until = SEEN.replace(hour=0, minute=0, second=0, microsecond=0)

    assert "19 Aug 2024 to 17 Sep 2024" in report(replace(SPAN, until=until), [])


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
        return example(observed_at=at, document=document, watch=document)

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


def test_the_steps_of_a_pattern_have_the_numbers_of_their_changes():
    told = example(EventType.PATTERN)
    step = told.pattern.steps[0]
    changed = example(id=step.event, watch=step.watch, observed_at=step.observed_at)
    earlier = example(id="earlier", observed_at=step.observed_at - timedelta(days=1))
    html = report(SPAN, [told, changed, earlier])

    assert f"<li>No. 2, {day(step.observed_at)}, " in re.sub("</?a[^>]*>", "", html)
