import io
import json
import logging
import os
import re

import pytest
import structlog

from clausewatch.service import logs


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def _as_before():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def test_logs_are_json_lines_with_the_event_in_front():
    stream = io.StringIO()
    logs.configure(stream=stream)

    structlog.get_logger().info("look.done", watch="acme", body_bytes=48_113)

    line = json.loads(stream.getvalue())
    assert list(line)[:3] == ["timestamp", "level", "event"]
    assert (line["event"], line["body_bytes"]) == ("look.done", 48_113)


def test_a_person_at_a_terminal_reads_no_json():
    stream = Terminal()
    logs.configure(stream=stream)

    structlog.get_logger().info("look.done", watch="acme")

    assert "look.done" in stream.getvalue()
    assert "{" not in stream.getvalue()


def test_the_journal_is_told_how_grave_it_is(tmp_path):
    with (tmp_path / "journal").open("w+") as stream:
        status = os.fstat(stream.fileno())
        journal = {"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"}
        logs.configure(stream=stream, environment=journal)
        structlog.get_logger().warning("watch.overdue", count=2)
        stream.flush()
        stream.seek(0)

        assert re.match(r'<4>\{"timestamp": ".*"watch.overdue"', stream.read())


def test_what_libraries_warn_of_has_the_same_shape():
    stream = io.StringIO()
    logs.configure(stream=stream)

    logging.getLogger("some.library").warning("queue is %s", "full")

    line = json.loads(stream.getvalue())
    assert (line["event"], line["message"]) == ("library.warned", "queue is full")
    assert (line["level"], line["library"]) == ("warning", "some.library")


def test_what_is_below_the_level_is_not_written():
    stream = io.StringIO()
    logs.configure(stream=stream, level="warning")

    structlog.get_logger().info("look.done")

    assert stream.getvalue() == ""
