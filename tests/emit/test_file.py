"""A change log that survives logrotate, crashes and full disks."""

import errno
import os
import resource
import signal
import stat

import pytest

from clausewatch.core.cloudevent import from_line, to_line
from clausewatch.emit.file import FileSink
from clausewatch.errors import ConfigError, DeliveryError
from clausewatch.testing.examples import example
from clausewatch.testing.sinks import SinkContract
from emit.far_sides import context


class TestFile(SinkContract):
    @pytest.fixture(autouse=True)
    def here(self, tmp_path):
        self.home = tmp_path

    def make_sink(self):
        return FileSink.configure("log", {}, context(self.home))

    def make_refused(self):
        return FileSink.configure("log", {"path": "."}, context(self.home))

    def received(self):
        return ids(self.home / "events.jsonl")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "log" / "events.jsonl"


def ids(path):
    return [from_line(line).id for line in path.read_text().splitlines()]


async def test_folder_and_file_are_made_for_owner_and_group_only(path):
    await FileSink("log", path).deliver([example()])

    assert stat.S_IMODE(path.stat().st_mode) & 0o137 == 0
    assert stat.S_IMODE(path.parent.stat().st_mode) & 0o027 == 0


@pytest.mark.parametrize("how", ["rename", "remove", "truncate"])
async def test_a_rotated_file_is_followed_by_a_new_one(path, how):
    sink, old = FileSink("log", path), path.with_suffix(".1")
    await sink.deliver([example(id="before")])

    match how:
        case "rename":
            path.rename(old)
            assert ids(old) == ["before"]
        case "remove":
            path.unlink()
        case "truncate":
            os.truncate(path, 0)
    await sink.deliver([example(id="after")])

    assert ids(path) == ["after"]


async def test_a_line_that_a_crash_cut_short_spoils_no_other(path):
    path.parent.mkdir()
    path.write_text(to_line(example(id="whole")) + to_line(example())[:40])

    await FileSink("log", path).deliver([example(id="next")])

    first, cut, last = path.read_text().splitlines()
    assert [from_line(first).id, from_line(last).id] == ["whole", "next"]
    assert len(cut) == 40


async def test_a_disk_that_fills_up_leaves_no_half_line(path):
    sink = FileSink("log", path)
    await sink.deliver([example(id="first")])
    size = path.stat().st_size

    # The kernel's own limit on the size of a file stands in for a full disk: it
    # writes what fits and no more.
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, old[1]))
        with pytest.raises(DeliveryError, match=os.strerror(errno.ENOSPC)) as refused:
            await sink.deliver([example(id="second")])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, handler)

    assert refused.value.retry
    assert path.stat().st_size == size
    await sink.deliver([example(id="second")])
    assert ids(path) == ["first", "second"]


async def test_a_path_that_cannot_be_written_is_named(tmp_path):
    sink = FileSink("log", tmp_path)

    with pytest.raises(DeliveryError, match=f"^log: {tmp_path}: Is a directory$"):
        await sink.deliver([example()])


def test_a_wrong_option_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"^sinks\.log\.pth: unknown option"):
        FileSink.configure("log", {"pth": "x"}, context(tmp_path))
