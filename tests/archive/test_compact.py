"""Compaction keeps every byte, readable by others, and is safe wherever it is cut."""

import json
import os
import signal
import subprocess
import sys

import pytest

from archive.histories import history, keep
from clausewatch.archive import patch
from clausewatch.archive.blobs import DEEPEST, Blobs
from clausewatch.archive.compact import LARGEST_BYTES, MOST, Compactor
from clausewatch.core.digest import sha256
from clausewatch.core.model import WatchId
from clausewatch.errors import StoreError
from clausewatch.testing.faults import DISK_STEPS, FaultyDisk

OTHER = WatchId("other")


def patches(home):
    return sorted((home / "blobs").glob("??/*.patch"))


def depth(blobs, digest):
    base = blobs.base(digest)
    return 0 if base is None else 1 + depth(blobs, base)


def size(home):
    files = [*(home / "blobs").glob("??/*")]
    return sum(file.stat().st_size for file in files)


def test_a_history_takes_a_fraction_and_every_capture_is_read_as_before(tmp_path):
    blobs, bodies = Blobs(tmp_path), list(history(120))
    filed = keep(blobs, bodies)
    before = size(tmp_path)
    done = Compactor(tmp_path, blobs).run(filed)
    assert (done.captures, done.patched) == (120, 119)
    assert before - size(tmp_path) == done.before_bytes - done.after_bytes
    assert sum(map(len, bodies)) > 40 * size(tmp_path)
    reader = Blobs(tmp_path, read_only=True)
    assert [reader.read(digest) for _, _, digest in filed] == bodies
    assert sorted(reader.digests()) == sorted(digest for _, _, digest in filed)


def test_a_patch_is_read_with_the_plain_tool_and_names_its_base(tmp_path):
    blobs = Blobs(tmp_path)
    filed = keep(blobs, history(3))
    Compactor(tmp_path, blobs).run(filed)
    digest = filed[-1][2]
    file = tmp_path / "blobs" / digest[:2] / f"{digest[2:]}.patch"
    base = patch.base_of(file.read_bytes()[:88])
    assert base == blobs.base(digest)
    (tmp_path / "base").write_bytes(blobs.read(base))
    told = subprocess.run(
        ["zstd", "-dc", f"--patch-from={tmp_path / 'base'}", file],
        check=True,
        capture_output=True,
    )
    assert sha256(told.stdout) == digest


def test_no_capture_is_deeper_than_reading_follows_and_a_rebuilt_page_starts_anew(
    tmp_path,
):
    blobs = Blobs(tmp_path)
    bodies = [*history(60), *history(60, seed=2), *history(1, seed=3, paragraphs=900)]
    filed = keep(blobs, bodies)
    Compactor(tmp_path, blobs).run(filed)
    whole = [digest for _, _, digest in filed if blobs.is_whole(digest)]
    assert whole == [filed[0][2], filed[60][2], filed[120][2]]
    assert all(map(blobs.is_base, whole))
    assert max(depth(blobs, digest) for _, _, digest in filed) == DEEPEST


def test_no_more_hang_on_one_whole_blob_than_may_be_lost_with_it(tmp_path):
    blobs = Blobs(tmp_path)
    filed = keep(blobs, history(6))
    first = Compactor(tmp_path, blobs)
    first.run(filed[:1])
    first.save()
    state = tmp_path / "blobs/compacted.json"
    known = json.loads(state.read_text())
    known["trunks"]["acme"][0][1] = MOST - 2
    state.write_text(json.dumps(known))
    Compactor(tmp_path, blobs).run(filed[1:])
    whole = [blobs.is_whole(digest) for _, _, digest in filed]
    assert whole == [True, False, False, True, False, False]


def test_a_second_run_goes_on_and_one_from_the_start_changes_nothing(tmp_path):
    blobs = Blobs(tmp_path)
    filed = keep(blobs, history(40))
    first = Compactor(tmp_path, blobs)
    first.run(filed[:15])
    first.save()
    going_on = Compactor(tmp_path, blobs)
    assert going_on.upto == 15
    going_on.run(filed[15:])
    going_on.save()
    stood = {file: file.stat().st_mtime_ns for file in patches(tmp_path)}
    assert len(stood) == 39
    state = tmp_path / "blobs/compacted.json"
    reached = state.read_bytes()
    state.write_bytes(b"{not JSON")
    again = Compactor(tmp_path, blobs)
    assert again.upto == 0
    assert again.run(filed).patched == 0
    again.save()
    assert {file: file.stat().st_mtime_ns for file in patches(tmp_path)} == stood
    assert state.read_bytes() == reached


def test_a_body_that_another_watch_builds_on_stays_whole(tmp_path):
    blobs = Blobs(tmp_path)
    first, *rest = history(9)
    near = first.replace(b"<i>", b"<i>other ")
    filed = keep(blobs, [first, *rest])
    shared = keep(blobs, [near, first], OTHER, first=10)
    Compactor(tmp_path, blobs).run(filed + shared)
    assert blobs.is_whole(filed[0][2])
    assert blobs.read(filed[-1][2]) == rest[-1]


def test_tiny_and_huge_bodies_stay_whole(tmp_path):
    blobs = Blobs(tmp_path)
    huge = [os.urandom(LARGEST_BYTES) + bytes([n]) for n in range(2)]
    filed = keep(blobs, [b"a" * 900, b"a" * 901, *huge])
    assert Compactor(tmp_path, blobs).run(filed).patched == 0
    assert all(blobs.is_whole(digest) for _, _, digest in filed)


def test_what_is_kept_again_is_not_written_again(tmp_path):
    blobs, bodies = Blobs(tmp_path), list(history(4))
    Compactor(tmp_path, blobs).run(keep(blobs, bodies))
    assert blobs.keep(bodies[-1]) == sha256(bodies[-1])
    assert not blobs.is_whole(sha256(bodies[-1]))


def test_a_patch_that_does_not_give_the_bytes_never_takes_their_place(tmp_path):
    blobs, (base, body) = Blobs(tmp_path), history(2)
    name, digest = blobs.keep(base), blobs.keep(body)
    with pytest.raises(StoreError, match=f"blob {digest} is damaged"):
        blobs.replace(digest, patch.packed(b"other words" * 200, base, name))
    assert blobs.is_whole(digest)
    assert patches(tmp_path) == []


def test_damage_to_a_patch_or_its_base_is_named_where_it_is(tmp_path):
    blobs = Blobs(tmp_path)
    filed = keep(blobs, history(2))
    Compactor(tmp_path, blobs).run(filed)
    base, digest = (digest for _, _, digest in filed)
    file = patches(tmp_path)[0]
    whole = file.read_bytes()
    for at in range(len(whole)):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(StoreError, match=f"blob {digest} is damaged|is absent"):
            blobs.read(digest)
    file.write_bytes(whole)
    (tmp_path / "blobs" / base[:2] / f"{base[2:]}.zst").write_bytes(b"")
    with pytest.raises(StoreError, match=f"blob {base} is damaged"):
        blobs.read(digest)


def test_compaction_leaves_a_damaged_blob_alone_and_goes_on(tmp_path):
    blobs = Blobs(tmp_path)
    filed = keep(blobs, history(6))
    bad = filed[2][2]
    path = tmp_path / "blobs" / bad[:2] / f"{bad[2:]}.zst"
    path.write_bytes(b"rubbish")
    assert Compactor(tmp_path, blobs).run(filed).patched == 4
    assert path.read_bytes() == b"rubbish"


def test_what_is_dropped_goes_and_what_differs_from_it_becomes_whole(tmp_path):
    blobs, bodies = Blobs(tmp_path), list(history(30))
    filed = keep(blobs, bodies)
    compactor = Compactor(tmp_path, blobs)
    compactor.run(filed)
    gone = [digest for _, _, digest in filed[:12]]
    blobs.drop(gone)
    for digest in gone:
        with pytest.raises(StoreError, match="absent"):
            blobs.read(digest)
    assert [blobs.read(d) for _, _, d in filed[12:]] == bodies[12:]
    # The trunk is gone, too: what comes next begins another.
    more = keep(blobs, history(3, seed=9), first=31)
    assert compactor.run(more).patched == 2


CHILD = """
import sys
from pathlib import Path
from archive.histories import history, keep
from clausewatch.archive.blobs import Blobs
from clausewatch.archive.compact import Compactor
from clausewatch.testing.faults import Die, FaultyDisk

home, step, nth = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
filed = keep(Blobs(home), history(4))
blobs = Blobs(home, disk=FaultyDisk(Die(step, nth)))
Compactor(home, blobs).run(filed)
"""


# Syncs: the folders, the mark, then three a patch: the file, its name, the whole gone.
@pytest.mark.parametrize(
    ("step", "nth"),
    [
        *((step, 2) for step in DISK_STEPS),
        *(("before sync", nth) for nth in (1, 3, 4, 5, 6)),
    ],
)
def test_a_kill_at_any_step_loses_nothing_and_the_next_run_goes_on(tmp_path, step, nth):
    told = subprocess.run(
        [sys.executable, "-c", CHILD, tmp_path, step, str(nth)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )
    assert told.returncode == -signal.SIGKILL
    bodies = list(history(4))
    blobs = Blobs(tmp_path)
    assert [blobs.read(sha256(body)) for body in bodies] == bodies
    filed = keep(blobs, bodies)
    Compactor(tmp_path, blobs).run(filed)
    assert [blobs.is_whole(digest) for _, _, digest in filed] == [True, *[False] * 3]
    assert [blobs.read(sha256(body)) for body in bodies] == bodies


def test_a_reader_beside_a_compaction_never_sees_a_hole(tmp_path):
    bodies = list(history(8))
    reader = Blobs(tmp_path)
    filed = keep(reader, bodies)
    seen = []

    def look(step):
        seen.append(step)
        assert [reader.read(digest) for _, _, digest in filed] == bodies

    Compactor(tmp_path, Blobs(tmp_path, disk=FaultyDisk(look))).run(filed)
    assert "after rename" in seen
    assert len(patches(tmp_path)) == 7
