"""Checkpoints are stamped by whom the operator trusts, and everything said is kept."""

import asyncio
import multiprocessing
import signal
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from archive.case import play, stamp
from clausewatch.archive.segments import Segments
from clausewatch.archive.stamper import Authority, Stamper
from clausewatch.archive.timestamp import (
    Standing,
    check,
    path_of,
    refusal,
    roots_name,
    tokens,
)
from clausewatch.archive.verify import verify
from clausewatch.core.digest import sha256
from clausewatch.fetch.http import HttpFetcher
from clausewatch.service.clock import SystemClock
from clausewatch.store import open_store
from clausewatch.testing.authority import Authority as LocalAuthority
from clausewatch.testing.clock import FakeClock
from clausewatch.testing.faults import DISK_STEPS, Die, FaultyDisk

FORKS = multiprocessing.get_context("fork")
NOTE = "log\n1\nAAAA\n\n— log AAAA\n"


class Notes:
    """The newest note, and the lines that were written."""

    def __init__(self):
        self.newest, self.lines = NOTE, []

    async def note(self):
        return self.newest

    async def record(self, said, _):
        self.lines.append(said)


@pytest.fixture
def notes():
    return Notes()


@pytest.fixture
async def poster():
    fetcher = HttpFetcher(SystemClock(), allow=frozenset({"127.0.0.1"}))
    yield fetcher
    await fetcher.close()


@pytest.fixture
def make(tmp_path, poster, notes):
    def stamper(*authorities, clock=None):
        return Stamper(
            tmp_path,
            authorities,
            poster=poster,
            clock=clock or FakeClock(),
            newest=notes.note,
            record=notes.record,
        )

    return stamper


def named(name, local, *, roots=True):
    return Authority(name, local.url, local.roots if roots else None)


async def test_a_checkpoint_is_stamped_and_the_token_verifies_here_and_with_openssl(
    tmp_path, make, notes
):
    with LocalAuthority(tmp_path / "tsa") as local:
        await make(named("local", local)).turn()
    (token,) = tokens(tmp_path)
    checked = check(token, NOTE)
    assert (token.authority, checked.standing) == ("local", Standing.VALID)
    assert abs((checked.at - datetime.now(UTC)).total_seconds()) < 600
    assert notes.lines == [
        {
            "authority": "local",
            "kind": "timestamp",
            "note": sha256(NOTE.encode()),
            "reply": sha256(token.reply()),
            "roots": sha256(local.roots.read_bytes()),
            "url": local.url,
        }
    ]
    assert by_openssl(tmp_path, token)


def by_openssl(tmp_path, token):
    note, roots = tmp_path / "note", tmp_path / "roots.pem"
    note.write_text(NOTE)
    roots.write_bytes(b"".join(token.roots()))
    command = ["openssl", "ts", "-verify", "-in", token.path, "-data", note]
    command += ["-CAfile", roots]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


async def test_a_token_that_the_library_refuses_is_kept_to_be_checked_by_hand(
    tmp_path, make
):
    with LocalAuthority(tmp_path / "tsa", is_sorted=False) as local:
        await make(named("local", local)).turn()
    (token,) = tokens(tmp_path)
    assert refusal(token.reply()) == ""
    assert check(token, NOTE).standing is Standing.BY_HAND
    assert by_openssl(tmp_path, token)


async def test_a_token_without_a_known_chain_says_so_and_one_of_another_is_wrong(
    tmp_path, make
):
    with LocalAuthority(tmp_path / "tsa") as local:
        await make(named("local", local, roots=False)).turn()
    (token,) = tokens(tmp_path)
    assert check(token, NOTE).standing is Standing.UNTRUSTED
    other = LocalAuthority(tmp_path / "other").roots.read_bytes()
    path = token.path.with_name(roots_name("local", other))
    path.write_bytes(other)
    assert check(token, NOTE).standing is Standing.WRONG
    roots = local.roots.read_bytes()
    token.path.with_name(roots_name("local", roots)).write_bytes(roots)
    assert check(token, NOTE).standing is Standing.VALID
    assert check(token, NOTE.replace("1", "2")).standing is Standing.WRONG
    path.write_bytes(b"# a remark\n" + other)
    assert "its name tells the hash" in check(token, NOTE).why


async def test_an_old_reply_is_no_answer_and_a_token_over_another_note_is_wrong(
    tmp_path, make, notes
):
    with LocalAuthority(tmp_path / "tsa") as local:
        await make(named("local", local)).turn()
        (token,) = tokens(tmp_path)
        local.answer = (200, token.reply())
        notes.newest = "another"
        with capture_logs() as logs:
            await make(named("local", local)).turn()
        assert "answers another request" in logs[-1]["error"]
        local.answer = None
        await make(named("local", local)).turn()
    (other,) = (t for t in tokens(tmp_path) if t.note == sha256(b"another"))
    token.path.write_bytes(other.reply())
    assert check(token, NOTE).why == "it is about another checkpoint"


@pytest.mark.parametrize(
    "answer",
    [
        (503, b""),
        (200, b"<html>sign in</html>"),
        (200, b"\x30\x05\x30\x03\x02\x01\x02"),  # a rejection
        (200, b"\x30\x82\xff\xff\x30\x03\x02\x01\x00"),  # broken off
    ],
)
async def test_an_authority_in_trouble_keeps_nobody_waiting_and_is_asked_again(
    tmp_path, make, answer
):
    with (
        LocalAuthority(tmp_path / "bad", answer=answer) as bad,
        LocalAuthority(tmp_path / "good") as good,
    ):
        stamper = make(named("bad", bad), named("good", good))
        with capture_logs() as logs:
            await stamper.turn()
        assert [one["event"] for one in logs if one["authority"] == "bad"] == [
            "timestamp.refused"
        ]
        assert [token.authority for token in tokens(tmp_path)] == ["good"]
        bad.answer = None
        await stamper.turn()
        assert [token.authority for token in tokens(tmp_path)] == ["bad", "good"]
        assert good.asked == 1


async def test_roots_that_are_gone_trouble_their_authority_alone(tmp_path, make):
    with LocalAuthority(tmp_path / "tsa") as local:
        absent = Authority("absent", local.url, tmp_path / "absent.pem")
        with capture_logs() as logs:
            await make(absent, named("local", local)).turn()
    assert [token.authority for token in tokens(tmp_path)] == ["local"]
    refused = next(one for one in logs if one["authority"] == "absent")
    assert "evidence.timestamps.absent.roots: cannot read" in refused["error"]


async def test_an_authority_is_asked_for_the_newest_checkpoint_once_an_hour(
    tmp_path, make, notes
):
    clock = FakeClock()
    with LocalAuthority(tmp_path / "tsa") as local:
        stamper = make(named("local", local), clock=clock)
        await stamper.turn()
        await stamper.turn()
        notes.newest = "another"
        await stamper.turn()
        assert local.asked == 1
        clock.advance(timedelta(hours=1))
        await stamper.turn()
        await stamper.turn()
        assert local.asked == 2
    assert path_of(tmp_path, sha256(b"another"), "local").exists()
    assert not list((tmp_path / "log/timestamps").glob("new"))


async def test_without_a_checkpoint_nobody_is_asked(make, notes, tmp_path):
    notes.newest = None
    await make(Authority("local", "http://127.0.0.1:9/")).turn()
    assert not (tmp_path / "log").exists()


async def test_what_a_kill_leaves_of_a_token_is_tidied_and_gets_its_line(
    tmp_path, make, notes
):
    with LocalAuthority(tmp_path / "tsa") as local:
        await make(named("local", local)).turn()
        notes.lines.clear()  # as if it had come before the line
        (token,) = tokens(tmp_path)
        half = token.path.with_name("local.new")
        half.write_bytes(b"half")
        with capture_logs() as logs:
            await make(named("local", local)).turn()
        assert local.asked == 1
    assert not half.exists()
    assert [one["event"] for one in logs] == ["log.mended", "log.mended"]
    assert [(one["note"], one["reply"]) for one in notes.lines] == [
        (token.note, sha256(token.reply()))
    ]
    assert notes.lines[0]["roots"] == sha256(local.roots.read_bytes())


async def test_a_token_that_has_its_line_gets_no_other(tmp_path):
    play(tmp_path)
    with LocalAuthority(tmp_path / "tsa") as local:
        await stamp(tmp_path, local)
        lines = [*Segments(tmp_path).lines()]
        await stamp(tmp_path, local)
    assert [*Segments(tmp_path).lines()] == lines


STEPS = [(step, nth) for step in DISK_STEPS for nth in (1, 2)]


@pytest.mark.parametrize(("step", "nth"), STEPS)
async def test_a_kill_amid_stamping_leaves_an_archive_that_verifies(
    tmp_path, step, nth
):
    play(tmp_path)
    with LocalAuthority(tmp_path / "tsa") as local:
        child = FORKS.Process(target=stamped, args=(tmp_path, local, step, nth))
        child.start()
        child.join(60)
        assert child.exitcode == -signal.SIGKILL
        assert wrong_with(tmp_path)[0] == []
        await stamp(tmp_path, local)
    assert wrong_with(tmp_path) == ([], False)
    assert list((tmp_path / "log/timestamps").glob("*.tsr"))


def stamped(home, local, step, nth):
    asyncio.run(stamp(home, local, disk=FaultyDisk(Die(step, nth))))


def wrong_with(home):
    """Return what is wrong, and whether anything is left of a kill."""
    store = open_store(home, read_only=True)
    report, _ = verify(home, store=store)
    store.close()
    return report.findings, any("crash" in one for one in report.notices)
