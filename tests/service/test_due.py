from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewatch.core.history import Content, Held, History
from clausewatch.core.model import Cron, Digest, Every
from clausewatch.core.outcome import (
    Assessment,
    Awaiting,
    Inaccessible,
    Suspect,
    Unchanged,
)
from clausewatch.service.due import next_delay, next_look, regular

AT = datetime(2026, 8, 3, 9, 0, tzinfo=UTC)  # a Monday
DAILY = Every(timedelta(days=1))
CONTENT = Content(
    fingerprint="f",
    words="w",
    document=Digest("d"),
    capture=Digest("c"),
    first_seen=AT,
    last_seen=AT,
)
minutes = st.integers(1, 60 * 24 * 40).map(lambda n: timedelta(minutes=n))
chances = st.floats(0, 1)


def found(outcome, **history):
    return Assessment(outcome=outcome, history=History(**history))


@given(minutes, st.integers(0, 1000), chances)
def test_a_failing_page_is_asked_less_often_but_at_least_daily(every, failures, jitter):
    calm = next_delay(every, 0, jitter=0)
    delay = next_delay(every, failures, jitter=0)

    assert calm == every
    assert calm <= delay <= max(every, timedelta(days=1))
    assert delay <= next_delay(every, failures + 1, jitter=0)
    assert delay <= next_delay(every, failures, jitter=jitter) <= 2 * delay


def test_the_first_failure_doubles_the_wait():
    assert next_delay(timedelta(hours=6), 1, jitter=0) == timedelta(hours=12)


def test_a_negative_number_of_failures_is_a_mistake():
    with pytest.raises(ValueError, match="failures: expected 0 or more, got -1"):
        next_delay(timedelta(hours=1), -1, jitter=0)


@pytest.mark.parametrize(("jitter", "hours"), [(0, 24), (0.1, 26.4), (1, 48)])
def test_chance_adds_no_more_than_the_jitter_asked_for(jitter, hours):
    steady = Every(timedelta(days=1), jitter)

    assert regular(steady, at=AT, chance=0) == AT + timedelta(days=1)
    assert regular(steady, at=AT, chance=1) == AT + timedelta(hours=hours)


@given(minutes, chances)
def test_a_change_is_confirmed_in_minutes_and_never_after_the_next_regular_look(
    every, chance
):
    due = next_look(Every(every), found(Awaiting(1)), at=AT, chance=chance)

    assert due <= regular(Every(every), at=AT, chance=chance)
    assert AT + min(every, timedelta(minutes=2)) <= due <= AT + timedelta(minutes=5)


def test_a_doubtful_page_is_looked_at_soon_then_less_and_less_soon():
    held = [
        Held(content=CONTENT, why="wall", since=CONTENT.first_seen, looks=n)
        for n in (1, 2, 3, 20)
    ]
    waits = [
        next_look(DAILY, found(Suspect("wall"), held=h), at=AT, chance=0) - AT
        for h in held
    ]

    assert waits == [timedelta(minutes=15 * n) for n in (1, 2, 4)] + [timedelta(days=1)]


def test_a_page_that_fails_while_a_change_awaits_confirmation_is_asked_again_soon():
    held = Held(content=CONTENT, why="", since=CONTENT.first_seen)
    failed = found(Inaccessible("timeout", retry=True), held=held, failures=1)

    assert next_look(DAILY, failed, at=AT, chance=0) == AT + timedelta(minutes=15)


@pytest.mark.parametrize(
    ("asked", "waited"),
    [
        (timedelta(hours=30), timedelta(hours=30)),
        (timedelta(seconds=1), timedelta(days=1)),
        (timedelta(days=3650), timedelta(days=7)),
    ],
)
def test_retry_after_is_honoured_but_cannot_kill_a_watch(asked, waited):
    failed = found(Inaccessible("http-503", retry=True), failures=1)

    due = next_look(DAILY, failed, at=AT, chance=0, retry_after=asked)

    assert due == AT + waited


def test_all_well_means_the_regular_wait_and_a_little_chance():
    fine = found(Unchanged("304"))

    assert next_look(DAILY, fine, at=AT, chance=0) == AT + timedelta(days=1)
    late = next_look(DAILY, fine, at=AT, chance=1)
    assert AT + timedelta(days=1) < late <= AT + timedelta(days=1.1)


@pytest.mark.parametrize(
    ("expression", "comes"),
    [
        ("30 6 * * *", datetime(2026, 8, 4, 6, 30, tzinfo=UTC)),
        ("0 9 * * *", datetime(2026, 8, 4, 9, 0, tzinfo=UTC)),  # not this very second
        ("0 6 * * sun", datetime(2026, 8, 9, 6, 0, tzinfo=UTC)),
        ("0 6 * * sat,TUE", datetime(2026, 8, 4, 6, 0, tzinfo=UTC)),
        ("*/20 * * * *", datetime(2026, 8, 3, 9, 20, tzinfo=UTC)),
    ],
)
def test_crontab_times_mean_what_crontab_says(expression, comes):
    assert regular(Cron(expression), at=AT, chance=1, failures=9) == comes
