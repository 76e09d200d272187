"""`backtest` tells what the daemon would have told, and leaves nothing behind."""

import json
import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clausewatch.archive.blobs import Blobs
from clausewatch.archive.checkpoint import Notary
from clausewatch.archive.segments import Segments
from clausewatch.cli.backtest import Replay
from clausewatch.cli.exits import Code
from clausewatch.core.cloudevent import from_line
from clausewatch.core.event import EventType
from clausewatch.core.note import parse_checkpoint, parse_note
from clausewatch.fetch.recorded import recordings
from clausewatch.store import open_store
from clausewatch.testing.faults import Die, FaultyDisk, faulty_commit
from cli.conftest import CASE

DAY = timedelta(days=1)
PAGES = {
    "settings": "settings/data-privacy",
    "policy": "legal/privacy-policy",
    "faq": "help/data-and-ai",
    "terms": "legal/user-agreement",
}


def captures(steps=range(9)):
    """Yield the demo's pages as recordings, one a day."""
    bodies = {}
    for step in steps:
        at = datetime(2025, 8, 1, 9, tzinfo=UTC) + step * DAY
        for watch, path in PAGES.items():
            file = CASE / f"step{step}" / f"{path}.html"
            bodies[watch] = file.read_text() if file.exists() else bodies[watch]
            yield {
                "watch": watch,
                "url": f"https://halvorne.example/{path}",
                "captured_at": at.isoformat(),
                "status": 200,
                "content_type": "text/html",
                "body": bodies[watch],
            }


@pytest.fixture
def recorded(tmp_path):
    file = tmp_path / "captures.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in captures()))
    return str(file)


def test_the_case_is_told_in_order_and_its_noise_is_not(world, recorded):
    ended = world("backtest", recorded)

    events = [from_line(line) for line in ended.out.splitlines()]
    told = [
        (e.watch, e.observed_at.day)
        for e in events
        if e.type is EventType.CHANGED and e.verdict == "substantive"
    ]
    assert told == [("settings", 3), ("policy", 7), ("faq", 8)]
    assert ended.code == Code.FINE
    assert ended.err.startswith("36 captures of 4 pages, ")


def test_a_backtest_leaves_nothing_behind(world, recorded):
    world("backtest", recorded)

    assert not world.home.exists()


def test_keep_stores_what_was_told_with_its_evidence(world, recorded):
    ended = world("backtest", "--keep", recorded)
    kept = world("events", "--all", "--json")
    shown = world("diff", "terms")

    assert kept.out == ended.out
    assert "[-20 November 2024-] {+2 September 2025+}" in shown.out
    assert sum(1 for _ in world.home.glob("blobs/??/*.zst")) > len(PAGES)


def test_what_nobody_looks_at_any_more_is_overdue_not_fine(world, recorded):
    world("import", recorded)

    told = world("status")
    rows = [json.loads(line) for line in world("status", "--json").out.splitlines()]

    assert " overdue " in told.out
    assert " fine " not in told.out
    assert told.err == "4 watches: 4 overdue; does the daemon run?\n"
    assert [row["overdue"] for row in rows] == [True] * 4


def test_an_import_keeps_what_a_backtest_would_tell(world, recorded):
    told = world("backtest", recorded).out
    ended = world("import", recorded)

    assert (ended.code, ended.out) == (Code.FINE, "")
    assert ended.err.startswith("36 captures of 4 pages, ")
    kept = world("events", "--all", "--json").out
    assert list(map(unsigned, kept.splitlines())) == list(
        map(unsigned, told.splitlines())
    )


def test_what_is_older_than_what_is_kept_tells_no_changes(world, recorded):
    world("import", recorded)
    told = world("events", "--all", "--json").out

    again = world("import", recorded)

    assert again.err.endswith("0 events; 36 left out, no newer than what is kept\n")
    kept = world("events", "--all", "--json").out
    assert list(map(unsigned, kept.splitlines())) == list(
        map(unsigned, told.splitlines())
    )


def test_only_the_watches_asked_for_are_replayed(world, recorded):
    ended = world("backtest", "--watch", "faq", recorded)

    assert {from_line(line).watch for line in ended.out.splitlines()} == {"faq"}
    assert world("backtest", "--watch", "fq", recorded).code == Code.CONFIG


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("x.jsonl", "{}\n", "x.jsonl:1: watch: expected str, got nothing"),
        ("x.jsonl", "not json\n", "x.jsonl:1: expected a capture in JSON"),
        ("x.jsonl.zst", "not zstd", "x.jsonl.zst:1: expected another line"),
        ("x.txt", "", "x.txt: expected a name that ends in"),
        ("x.warc", "x", "x.warc: expected recorded pages, found none"),
        ("x.jsonl", "", "x.jsonl: expected recorded pages, found none"),
    ],
)
def test_a_source_that_cannot_be_read_is_named_with_its_place(
    world, tmp_path, name, text, says
):
    (tmp_path / name).write_text(text)
    ended = world("backtest", str(tmp_path / name))

    assert (ended.code, ended.out) == (Code.CONFIG, "")
    assert says in ended.err


def test_a_source_that_is_not_there_is_named(world):
    ended = world("backtest", "nowhere")

    assert ended.code == Code.CONFIG
    assert "nowhere: expected a file or a folder, there is none" in ended.err


def unsigned(line):
    """Return an event without the checkpoint, which only a home can sign."""
    event = json.loads(line)
    del event["data"]["evidence"]["checkpoint"]
    return event


def test_a_backtest_that_is_kept_has_a_line_for_each_capture(world, recorded):
    world("backtest", "--keep", recorded)

    said = [json.loads(line) for line in Segments(world.home).lines()]
    attempts = [one for one in said if one["kind"] == "attempt"]
    assert len(attempts) == 36
    assert all(one["recorded"] and "clock" not in one for one in attempts)
    assert said[-1]["kind"] == "checkpoint"


def test_what_is_told_by_default_carries_a_checkpoint_that_covers_its_look(
    world, recorded
):
    told = map(json.loads, world("backtest", "--keep", recorded).out.splitlines())
    changed = [e["data"] for e in told if e["data"]["verdict"] == "substantive"]

    segments = Segments(world.home)
    assert changed
    for one in changed:
        note = parse_checkpoint(parse_note(one["evidence"]["checkpoint"]))
        assert segments.span(0, note.size) == note.root
        bodies = [json.loads(s).get("body") for s in segments.lines(0, note.size)]
        assert one["evidence"]["capture"] in bodies


CUTS = [
    *(("before commit", nth) for nth in (16, 17)),
    *(("after commit", nth) for nth in (16, 17)),
    *(("after write", nth) for nth in (5, 31)),
]


@pytest.mark.parametrize(("step", "nth"), CUTS)
def test_an_import_that_was_killed_is_simply_repeated(world, recorded, step, nth):
    told = world("backtest", recorded).out
    pid = os.fork()
    if pid == 0:
        strike = Die(step, nth)
        notary = Notary(world.home, disk=FaultyDisk(strike))
        store = open_store(world.home, commit=faulty_commit(strike))
        replay = Replay(store, Blobs(world.home), notary)
        for _ in replay.take_all(recordings(Path(recorded))):
            pass
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL

    assert world("import", recorded).code == Code.FINE

    assert world("verify", "--full").code == Code.FINE
    kept = world("events", "--all", "--json").out
    assert list(map(unsigned, kept.splitlines())) == list(
        map(unsigned, told.splitlines())
    )
