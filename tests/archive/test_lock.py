"""One daemon for one home."""

import os
import stat
import subprocess
import sys

import pytest

from clausewatch.archive.lock import instance_lock
from clausewatch.errors import StoreError
from clausewatch.testing.examples import SEEN

HOLD = """
import sys
from pathlib import Path
from clausewatch.archive.lock import instance_lock
from clausewatch.testing.examples import SEEN

with instance_lock(Path(sys.argv[1]), now=SEEN):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_instance_is_told_who_the_first_is_until_that_one_is_killed(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as first:
        assert first.stdout.readline() == "held\n"
        held = rf"already runs on .*pid {first.pid} since 2024-09-18T10:05:00Z"
        with (
            pytest.raises(StoreError, match=held) as refusal,
            instance_lock(tmp_path, now=SEEN),
        ):
            pass
        assert not refusal.value.retry
        first.kill()
    with (tmp_path / "lock").open("a") as leftover:
        leftover.write("and more than the next will write")
    with instance_lock(tmp_path, now=SEEN):
        mine = f"pid {os.getpid()} since 2024-09-18T10:05:00Z\n"
        assert (tmp_path / "lock").read_text() == mine


def test_a_lock_that_was_let_go_can_be_taken_again(tmp_path):
    for _ in range(2):
        with instance_lock(tmp_path, now=SEEN):
            pass


def test_the_home_is_made_for_its_owner_alone(tmp_path):
    home = tmp_path / "state/clausewatch"
    with instance_lock(home, now=SEEN):
        assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_a_home_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with (
        pytest.raises(StoreError, match=r"cannot open the home: .*file"),
        instance_lock(tmp_path / "file/home", now=SEEN),
    ):
        pass
