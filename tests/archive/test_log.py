"""The evidence log grows by whole lines, and by nothing else."""

import errno
import json
import shutil
import subprocess

import pytest
from structlog.testing import capture_logs

from archive.shelf import Swift, attempt, filled, lines
from clausewatch.archive.log import EvidenceLog
from clausewatch.archive.segments import LINES, Segments
from clausewatch.core import merkle
from clausewatch.core.attempt import Came
from clausewatch.core.recipe import recipe_of
from clausewatch.errors import StoreError
from clausewatch.testing.faults import Fail


def open_log(home, **more):
    return EvidenceLog(home, clock=lambda: {"state": "unknown"}, **more)


def test_a_line_says_what_was_asked_and_what_came(tmp_path):
    log = open_log(tmp_path)
    made = attempt()

    assert log.record(made) == 0

    (line,) = lines(tmp_path)
    said = json.loads(line)
    assert said["watch"] == "acme"
    assert said["body"] == made.capture.body
    assert said["response_headers"] == [["etag", '"1"'], ["content-type", "text/html"]]
    assert said["clock"] == {"state": "unknown"}
    assert said["recipe"] == recipe_of(made.watch).id
    assert (
        line
        == json.dumps(
            said, sort_keys=True, separators=(",", ":"), ensure_ascii=False
        ).encode()
    )


def test_a_failed_attempt_is_a_line_with_its_reason(tmp_path):
    failed = attempt(
        came=Came.NOTHING, capture=None, reason="robots", detail="robots forbid it"
    )
    open_log(tmp_path).record(failed)

    said = json.loads(lines(tmp_path)[0])
    assert (said["came"], said["reason"]) == ("nothing", "robots")
    assert "body" not in said


def test_what_no_utf8_can_hold_is_still_a_line(tmp_path):
    open_log(tmp_path).record(attempt(reason="x", detail="a\udc80b\nc"))

    (line,) = lines(tmp_path)
    assert json.loads(line)["detail"] == "a\udc80b\nc"


def test_a_log_goes_on_where_the_last_process_ended(tmp_path):
    for number in range(5):
        log = open_log(tmp_path)
        assert log.record(attempt(number)) == number
        log.close()

    assert log.root == merkle.root(map(merkle.leaf, lines(tmp_path)))


@pytest.fixture(scope="module")
def long_home(tmp_path_factory):
    return filled(tmp_path_factory.mktemp("long"), 2 * LINES + 10)


def test_full_segments_are_sealed_and_read_with_the_plain_tool(long_home):
    sealed = sorted(path.name for path in (long_home / "log").glob("*.jsonl*"))
    assert sealed == ["000000.jsonl.zst", "000001.jsonl.zst", "000002.jsonl"]

    told = subprocess.run(
        ["zstd", "-dc", long_home / "log" / sealed[0]], capture_output=True, check=True
    )
    assert told.stdout.split(b"\n")[:-1] == lines(long_home)[:LINES]


def test_proofs_over_sealed_segments_are_those_over_all_lines(long_home):
    segments = Segments(long_home)
    leaves = [merkle.leaf(line) for line in lines(long_home)]
    size = segments.size()
    top = merkle.root(leaves)

    assert segments.span(0, size) == top
    assert len(segments.roots()) == 2
    for index in (0, 1023, 1024, 2047, 2048, size - 1):
        path = merkle.inclusion(index, size, segments.span)
        assert path == merkle.inclusion(index, size, merkle.span_of(leaves))
        assert merkle.includes(leaves[index], index, size, path, top)
    for old in (1, 1024, 1500, 2048, size - 1):
        path = merkle.consistency(old, size, segments.span)
        assert merkle.extends(old, merkle.root(leaves[:old]), size, top, path)


def test_lines_are_had_from_the_middle(long_home):
    whole = lines(long_home)

    some = list(Segments(long_home).lines(1000, 2050))

    assert some == whole[1000:2050]


def test_half_a_line_is_cut_off_and_it_is_said(tmp_path):
    log = open_log(tmp_path)
    log.record(attempt(0))
    log.close()
    path = tmp_path / "log" / "000000.jsonl"
    with path.open("ab") as file:
        file.write(b'{"at":"2024')

    with capture_logs() as told:
        log = open_log(tmp_path)

    assert [(one["event"], one["dropped_bytes"]) for one in told] == [
        ("log.mended", 11)
    ]
    assert log.record(attempt(1)) == 1
    assert log.root == merkle.root(map(merkle.leaf, lines(tmp_path)))


def test_lines_that_were_acknowledged_and_are_gone_are_not_gone_unseen(tmp_path):
    log = open_log(tmp_path)
    for number in range(3):
        log.record(attempt(number))
    log.close()
    path = tmp_path / "log" / "000000.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:2]))

    with pytest.raises(StoreError, match="expected 3 lines") as refused:
        open_log(tmp_path)

    assert not refused.value.retry


@pytest.mark.parametrize("step", ["before write", "amid write", "before sync"])
def test_a_full_disk_leaves_the_log_as_it_was(tmp_path, step):
    strike = Fail("", errno.ENOSPC)
    log = open_log(tmp_path, disk=Swift(strike))
    log.record(attempt(0))
    strike.step = step
    with pytest.raises(StoreError, match="free some space"):
        log.record(attempt(1))
    strike.step = ""

    assert log.record(attempt(2)) == 1
    hours = [json.loads(line)["at"] for line in lines(tmp_path)]
    assert hours == ["2024-09-18T10:05:00Z", "2024-09-18T12:05:00Z"]


@pytest.mark.parametrize("step", ["before write", "before rename", "after rename"])
def test_a_full_disk_amid_sealing_loses_nothing(tmp_path, long_home, step):
    strike = Fail("", errno.ENOSPC)
    log = open_log(tmp_path, disk=Swift(strike))
    whole = lines(long_home)[:LINES]
    for line in whole:
        log.append(json.loads(line))
    strike.step = step
    with pytest.raises(StoreError, match="free some space"):
        log.record(attempt(0))
    strike.step = ""

    assert log.record(attempt(0)) == LINES
    assert lines(tmp_path)[:LINES] == whole
    assert Segments(tmp_path).span(0, LINES + 1) == log.root
    assert open_log(tmp_path).size == LINES + 1


@pytest.mark.parametrize("name", ["roots", "head"])
def test_what_follows_from_the_lines_is_made_again(tmp_path, long_home, name):
    home = tmp_path / "home"
    shutil.copytree(long_home, home)
    before = (home / "log" / name).read_bytes()
    (home / "log" / name).unlink()

    open_log(home).close()

    assert (home / "log" / name).read_bytes() == before
