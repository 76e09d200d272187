"""The demo tells the case, in order, and lets the noise pass."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from email import message_from_bytes
from email.policy import default

import pytest

from clausewatch.cli.demo.stage import SCENES, START
from clausewatch.cli.exits import Code
from clausewatch.cli.home import reading
from clausewatch.core.cloudevent import from_cloudevent
from clausewatch.core.event import EventType
from clausewatch.ports import DeliveryState


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """The events that a demo in a pipe printed, and the folder that it kept."""
    folder = tmp_path_factory.mktemp("demo")
    scratch = tmp_path_factory.mktemp("scratch")
    ended = subprocess.run(
        [sys.executable, "-m", "clausewatch", "demo", "--keep", str(folder)],
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
        env={**os.environ, "TMPDIR": str(scratch)},
    )
    assert ended.returncode == 0, ended.stderr
    assert not list(scratch.iterdir())
    told = [json.loads(line) for line in ended.stdout.splitlines()]
    return told, folder, ended.stderr


@pytest.fixture(scope="module")
def changes(played):
    told = map(from_cloudevent, played[0])
    return [event for event in told if event.type is EventType.CHANGED]


@pytest.fixture(scope="module")
def stories(played):
    return [event for event in map(from_cloudevent, played[0]) if event.pattern]


def test_the_three_steps_of_the_case_are_told_in_order_as_substantive(changes):
    assert [(e.watch, f"{e.observed_at:%d %b}", e.verdict) for e in changes] == [
        ("halvorne-settings", "12 Aug", "substantive"),
        ("halvorne-privacy", "18 Sep", "substantive"),
        ("halvorne-faq", "25 Sep", "substantive"),
    ]


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (0, "☑ Use my data to train AI models"),
        (0, "European Economic Area, the United Kingdom and Switzerland"),
        (1, "to develop and train artificial intelligence (AI) models"),
        (2, "Opting out does not undo training that has already been done."),
    ],
)
def test_what_matters_stands_in_the_changes(changes, place, words):
    assert any(
        words in c.after and c.verdict == "substantive" for c in changes[place].changes
    )


def test_the_story_is_told_when_it_begins_and_when_it_goes_on(changes, stories):
    first, grown = stories

    assert first.pattern.id == grown.pattern.id
    assert grown.pattern.follows == first.id
    assert [step.event for step in first.pattern.steps] == [e.id for e in changes[:2]]
    assert [step.event for step in grown.pattern.steps] == [e.id for e in changes]
    assert grown.summary == (
        "AI training: settings switched on by default, then privacy policy changed "
        "37 days later, then FAQ changed 7 days later"
    )


def test_the_policy_that_was_rewritten_still_states_its_old_date(changes):
    stated = changes[1].stated_date

    assert stated.before == stated.after
    assert stated.before.isoformat() == "2025-02-03"


def test_the_bot_wall_was_seen_held_and_never_told(played):
    with reading(played[1] / "state") as store:
        looks = store.looks("halvorne-privacy")
        events = [event for _, event in store.events()]

    assert "suspect" in {look.outcome for look in looks}
    assert EventType.SUSPECT not in {event.type for event in events}


def test_a_date_alone_is_on_record_and_wakes_nobody(played):
    with reading(played[1] / "state") as store:
        events = [event for _, event in store.events(watch="halvorne-terms")]

    assert [event.verdict for event in events] == [None, "housekeeping"]


def test_the_mails_were_taken_by_a_real_server(played, stories):
    with reading(played[1] / "state") as store:
        done = store.deliveries(DeliveryState.DONE)

    told = [d.event for d in reversed(done) if d.sink == "counsel"]
    assert [event.watch for event in told[:1]] == ["halvorne-privacy"]
    assert [event.id for event in told[1:]] == [event.id for event in stories]


def test_the_mails_are_kept_as_they_came_and_as_they_look(played, stories):
    folder = played[1] / "mails"
    letters = [
        message_from_bytes(file.read_bytes(), policy=default)
        for file in sorted(folder.glob("*.eml"))
    ]

    ids = [str(one["Message-ID"]).strip("<").partition("@")[0] for one in letters]
    assert ids[1:] == [story.id for story in stories]
    for number, letter in enumerate(letters, 1):
        page = (folder / f"{number}.html").read_text()
        assert page == letter.get_body(("html",)).get_content()
        lines = letter.get_body(("plain",)).get_content().splitlines()[:5]
        assert [line.split()[0] for line in lines][3] == "Sure:"
        assert max(map(len, lines)) <= 78
    assert f"The mails: {folder}" in played[2]


def test_the_daemon_looked_about_twice_a_day_all_along(played):
    with reading(played[1] / "state") as store:
        looks = store.looks("halvorne-terms")

    assert looks[-1].looked_at - START < SCENES[0].on - START
    assert 105 < len(looks) < 140


def test_a_stranger_can_check_the_export_of_the_story(played):
    ended = subprocess.run(
        ["env", "-i", "PATH=/usr/bin:/bin", "bash", played[1] / "export/verify.sh"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 0, ended.stderr
    *_, last = ended.stdout.splitlines()
    assert last.startswith("everything checked: ")
    assert ended.stdout.count("  stamped ") == 1


def test_a_story_that_was_kept_is_shown_in_a_browser_as_on_its_last_day(played):
    command = [sys.executable, "-m", "clausewatch", "demo", "--keep", str(played[1])]
    with subprocess.Popen(
        [*command, "--serve"], stderr=subprocess.PIPE, text=True
    ) as shown:
        url = re.search(r"http://127\.0\.0\.1:\d+/", shown.stderr.readline())[0]
        with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310 - ours
            page = answer.read().decode()
        with urllib.request.urlopen(f"{url}healthz", timeout=20) as answer:  # noqa: S310
            health = answer.read().decode()
        shown.send_signal(signal.SIGINT)
        shown.communicate(timeout=30)

    assert "Halvorne" in page
    assert health == "ok: 4 watches, none overdue\n"
    assert shown.returncode == Code.INTERRUPTED


def test_the_demo_ends_by_saying_how_to_see_it_in_a_browser(played):
    assert f"demo --keep {played[1]} --serve" in played[2]


def test_a_story_that_was_kept_is_not_played_over(played):
    command = [sys.executable, "-m", "clausewatch", "demo", "--keep", str(played[1])]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)

    assert ended.returncode == Code.CONFIG
    assert "a story is kept here already; --serve shows it" in ended.stderr
