"""What is kept is durable, whole, and checked when it is read."""

import errno
import stat

import pytest
import zstandard

from clausewatch.archive.blobs import Blobs
from clausewatch.core.digest import sha256
from clausewatch.errors import StoreError
from clausewatch.testing.faults import DISK_STEPS, Fail, FaultyDisk

PAGE = "<p>We never sell your data — not even a little. ".encode() * 3000


def files(home):
    return sorted(p for p in (home / "blobs").rglob("*") if p.is_file())


@pytest.fixture
def blobs(tmp_path):
    return Blobs(tmp_path)


@pytest.mark.parametrize("body", [PAGE, b"", b"\0\xff"])
def test_what_is_kept_is_read_under_its_digest_however_often_it_is_kept(blobs, body):
    assert blobs.keep(body) == sha256(body)
    assert blobs.keep(body) == sha256(body)
    assert blobs.read(sha256(body)) == body


def test_what_was_never_kept_is_named_as_absent(blobs):
    with pytest.raises(StoreError, match=f"blob {sha256(PAGE)} is absent") as refusal:
        blobs.read(sha256(PAGE))
    assert not refusal.value.retry


def test_a_blob_is_a_plain_zstd_file_for_its_owner_alone_and_written_once(tmp_path):
    digest = Blobs(tmp_path).keep(PAGE)
    path = tmp_path / "blobs" / digest[:2] / f"{digest[2:]}.zst"
    first = path.stat()
    assert zstandard.decompress(path.read_bytes()) == PAGE
    assert stat.S_IMODE(first.st_mode) == 0o600
    Blobs(tmp_path).keep(PAGE)
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (
        first.st_ino,
        first.st_mtime_ns,
    )


def test_bytes_are_synced_before_they_have_their_name_and_the_name_after(tmp_path):
    steps = []
    blobs = Blobs(tmp_path, disk=FaultyDisk(steps.append))
    steps.clear()
    blobs.keep(PAGE)
    done = [step for step in steps if step.startswith("after")]
    assert done == ["after write", "after sync", "after rename", "after sync"]
    steps.clear()
    blobs.keep(PAGE)
    # A crash may have come between the rename and the sync of the folder.
    assert steps == ["before sync", "after sync"]


@pytest.mark.parametrize("step", DISK_STEPS)
def test_a_full_disk_is_said_leaves_no_rubbish_and_is_got_over(tmp_path, step):
    fail = Fail("", errno.ENOSPC)
    blobs = Blobs(tmp_path, disk=FaultyDisk(fail))
    fail.step = step
    with pytest.raises(StoreError, match=f"{sha256(PAGE)}: .*free some space") as full:
        blobs.keep(PAGE)
    assert full.value.retry
    assert list((tmp_path / "blobs/new").iterdir()) == []
    assert all(zstandard.decompress(p.read_bytes()) == PAGE for p in files(tmp_path))
    fail.step = ""
    assert blobs.read(blobs.keep(PAGE)) == PAGE


def damage_cut(path):
    path.write_bytes(path.read_bytes()[:-9])


def damage_flipped(path):
    packed = bytearray(path.read_bytes())
    packed[len(packed) // 2] ^= 1
    path.write_bytes(packed)


def damage_swapped(path):
    path.write_bytes(zstandard.compress(b"other words"))


def damage_emptied(path):
    path.write_bytes(b"")


@pytest.mark.parametrize(
    "damage", [damage_cut, damage_flipped, damage_swapped, damage_emptied]
)
def test_a_damaged_blob_is_named_until_it_is_restored(tmp_path, damage):
    blobs = Blobs(tmp_path)
    digest = blobs.keep(PAGE)
    (path,) = files(tmp_path)
    whole = path.read_bytes()
    damage(path)
    with pytest.raises(StoreError, match=f"blob {digest} is damaged.*backup") as bad:
        blobs.read(digest)
    assert not bad.value.retry
    path.write_bytes(whole)
    assert blobs.read(digest) == PAGE


@pytest.mark.parametrize(
    ("number", "remedy"), [(errno.EACCES, "belongs to the user"), (errno.EIO, "disk")]
)
def test_an_unreadable_blob_is_named_until_it_can_be_read(tmp_path, number, remedy):
    fail = Fail("", number)
    blobs = Blobs(tmp_path, disk=FaultyDisk(fail))
    digest = blobs.keep(PAGE)
    fail.step = "before read"
    with pytest.raises(StoreError, match=f"cannot read blob {digest}.*{remedy}"):
        blobs.read(digest)
    fail.step = ""
    assert blobs.read(digest) == PAGE


def test_leftovers_of_a_crash_are_removed_by_the_next_writer_and_by_no_reader(tmp_path):
    Blobs(tmp_path)
    leftover = tmp_path / "blobs/new/123-0"
    leftover.write_bytes(b"half a bl")
    Blobs(tmp_path, read_only=True)
    assert leftover.exists()
    Blobs(tmp_path)
    assert not leftover.exists()


def test_a_reader_makes_nothing(tmp_path):
    Blobs(tmp_path / "home", read_only=True)
    assert not (tmp_path / "home").exists()


def test_a_home_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match=r"cannot open the blobs: .*file/blobs"):
        Blobs(tmp_path / "file")
