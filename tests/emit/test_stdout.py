"""Events for the next program in the pipe."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from clausewatch.core.cloudevent import from_line
from clausewatch.emit.stdout import StdoutSink
from clausewatch.errors import ConfigError, DeliveryError
from clausewatch.testing.examples import example
from clausewatch.testing.sinks import SinkContract
from emit.far_sides import context

PROGRAM = """
import asyncio, sys
from clausewatch.emit.stdout import StdoutSink
from clausewatch.errors import DeliveryError
from clausewatch.testing.examples import example

async def main():
    sink = StdoutSink("out")
    for _ in range(2):
        try:
            await sink.deliver([example()])
        except DeliveryError as error:
            print(error, error.retry, file=sys.stderr)

asyncio.run(main())
"""


@pytest.fixture
def unread():
    """A pipe that nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as stream:
        yield stream


@pytest.fixture
def full():
    """A device that is always full."""
    with Path("/dev/full").open("wb", buffering=0) as stream:
        yield stream


class TestStdout(SinkContract):
    @pytest.fixture(autouse=True)
    def here(self, unread):
        self.stream, self.unread = io.BytesIO(), unread

    def make_sink(self):
        return StdoutSink("out", self.stream)

    def make_refused(self):
        return StdoutSink("out", self.unread)

    def received(self):
        lines = self.stream.getvalue().decode().splitlines()
        return [from_line(line).id for line in lines]


async def test_a_line_is_there_at_once(capsysbinary):
    await StdoutSink("out").deliver([example()])

    assert capsysbinary.readouterr().out.count(b"\n") == 1


def test_a_reader_that_went_away_is_told_clearly_and_quietly(unread):
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        stdout=unread,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )

    assert ended.returncode == 0
    assert ended.stderr.decode().splitlines() == (
        ["out: nobody reads the output any more True"] * 2
    )


async def test_a_full_disk_behind_it_is_named(full):
    with pytest.raises(DeliveryError, match=r"^out: No space left on device$"):
        await StdoutSink("out", full).deliver([example()])


def test_it_has_no_options(tmp_path):
    with pytest.raises(ConfigError, match="expected no options at all"):
        StdoutSink.configure("out", {"colour": "red"}, context(tmp_path))
