"""A backup is a home that verifies, whatever goes on while it is made."""

import json
import shutil
import signal
import subprocess
import sys
import threading

import pytest

from archive.shelf import Rows, Swift, attempt
from clausewatch.archive import backup as copying
from clausewatch.archive.checkpoint import Notary
from clausewatch.archive.segments import LINES, Segments
from clausewatch.archive.verify import verify
from clausewatch.cli.exits import Code
from clausewatch.testing.examples import SEEN
from cli.conftest import World
from cli.test_backtest import captures


@pytest.fixture
def taken_in(tmp_path):
    file = tmp_path / "captures.jsonl"
    file.write_text("\n".join(map(json.dumps, captures())))
    made = World(tmp_path, None)
    made("backtest", "--keep", str(file))
    return made


def test_a_restored_backup_verifies_and_goes_on(taken_in, tmp_path):
    first = taken_in("backup", str(tmp_path / "backup"))
    assert first.code == Code.FINE
    taken_in.home.rename(tmp_path / "lost")

    (tmp_path / "backup").rename(taken_in.home)

    assert taken_in("verify", "--full").code == Code.FINE
    assert taken_in("checkpoint", "rotate").code == Code.FINE
    assert taken_in("verify", "--full").code == Code.FINE


def test_a_second_backup_brings_what_is_new_and_what_was_compacted(taken_in, tmp_path):
    to = str(tmp_path / "backup")
    taken_in("backup", to)
    taken_in("compact")
    taken_in("checkpoint", "rotate")

    taken_in("backup", to)

    assert taken_in("verify", "--full", "--home", to).code == Code.FINE
    log = tmp_path / "backup" / "log" / "000000.jsonl"
    assert log.read_bytes() == (taken_in.home / "log" / log.name).read_bytes()


def test_a_backup_keeps_what_the_home_has_lost(taken_in, tmp_path):
    to = tmp_path / "backup"
    taken_in("backup", str(to))
    blob = next((taken_in.home / "blobs").glob("??/*.zst"))
    blob.unlink()
    log = taken_in.home / "log" / "000000.jsonl"
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-3]))

    ended = taken_in("backup", str(to))

    assert ended.code == Code.STORE
    assert "keep it" in ended.err
    assert (to / blob.relative_to(taken_in.home)).exists()
    assert taken_in("verify", "--full", "--home", str(to)).code == Code.FINE


def test_a_home_is_not_backed_up_onto_itself(taken_in):
    assert taken_in("backup", str(taken_in.home)).code == Code.CONFIG


def test_a_log_that_grows_meanwhile_is_copied_up_to_a_line(tmp_path):
    """A thread appends, seals and signs while copies are made."""
    home = tmp_path / "home"
    notary = Notary(home, disk=Swift())
    notary.record(attempt(0, capture=None))
    stop = threading.Event()

    def write():
        number = 0
        while not stop.is_set():
            notary.record(attempt(number := number + 1, capture=None))
            if number % 5 == 0:
                notary.checkpoint(SEEN)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        sizes = []
        while len(sizes) < 3 or sizes[-1] < LINES + 100:
            to = tmp_path / f"copy-{len(sizes)}"
            copying.backup(home, to, progress=lambda *_: None)
            report, _ = verify(to, store=Rows())
            assert report.findings == []
            sizes.append(Segments(to).size())
    finally:
        stop.set()
        writer.join()


BACKING_UP = """
import os, signal, sys
from clausewatch.cli.main import main

left = int(sys.argv.pop(1))

def hear(event, _):
    global left
    if event in {"os.rename", "os.remove"}:
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(hear)
main()
"""


@pytest.mark.parametrize("nth", [1, 2, 12, *range(23, 29)])
def test_a_backup_that_is_killed_is_simply_made_again(taken_in, tmp_path, nth):
    """Killed before it gives a file its name: a first copy, and one that goes on."""
    to = str(tmp_path / "backup")
    environment = taken_in.environment() | {"PYTHONDONTWRITEBYTECODE": "1"}
    for _ in range(2):
        killed = subprocess.run(
            [sys.executable, "-c", BACKING_UP, str(nth), "backup", to],
            env=environment,
            check=False,
            capture_output=True,
        )
        assert killed.returncode in {0, -signal.SIGKILL}
        assert taken_in("backup", to).code == Code.FINE
        taken_in("checkpoint", "rotate")

    ended = taken_in("verify", "--full", "--home", to)
    assert (ended.code, ended.out) == (Code.FINE, "")
    assert ended.err.count("note: ") == 1  # that nothing was given to hold it against


def test_a_first_backup_that_is_killed_is_no_home(taken_in, tmp_path):
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup" / "clausewatch.db.copied").touch()

    ended = taken_in("verify", "--home", str(tmp_path / "backup"))

    assert (ended.code, "nothing is kept here yet" in ended.err) == (Code.CONFIG, True)


def test_a_backup_made_while_others_write_is_restored_and_verifies(world, tmp_path):
    """A process looks and tells while copies are made of all that there is by then."""
    file = tmp_path / "captures.jsonl"
    file.write_text("\n".join(map(json.dumps, captures([*range(9)] * 3))))
    writing = world.start("import", str(file))
    codes = []
    while writing.poll() is None:
        codes.append(world("backup", str(tmp_path / f"copy-{len(codes)}")).code)
    writing.communicate()
    assert writing.returncode == Code.FINE

    copies = [tmp_path / f"copy-{n}" for n, code in enumerate(codes) if code == 0]
    assert copies
    for copy in copies:
        ended = world("verify", "--full", "--home", str(copy))
        assert (ended.code, ended.out) == (Code.FINE, "")
    shutil.rmtree(world.home)
    copies[-1].rename(world.home)
    assert world("import", str(file)).code == Code.FINE
    assert world("verify", "--full").code == Code.FINE
