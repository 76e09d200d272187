"""`run` watches until it is told to stop, alone on its home."""

import json
import signal
from contextlib import contextmanager

import pytest

from clausewatch.cli.exits import Code


def logged(process, event):
    """Return the next line of the log that tells of this."""
    while (line := json.loads(process.stderr.readline()))["event"] != event:
        pass
    return line


@contextmanager
def running(world):
    """A daemon that has looked at both pages."""
    with world.start("run", "--log-level", "info") as process:
        for _ in range(2):
            logged(process, "look.done")
        yield process
        process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_run_prints_events_logs_to_stderr_and_stops_in_good_order(world, number):
    with running(world) as process:
        process.send_signal(number)
        out, err = process.communicate(timeout=60)

    assert process.returncode == Code.FINE
    assert out == ""
    assert json.loads(err.splitlines()[-1])["event"] == "daemon.stopped"


def test_a_second_daemon_on_one_home_is_refused_and_reading_is_not(world):
    with running(world):
        second = world("run")
        status = world("status")

    assert second.code == Code.STORE
    assert "already runs" in second.err.splitlines()[-1]
    assert (status.code, status.err) == (Code.FINE, "2 watches: 2 fine\n")


def test_sighup_reads_the_watchlist_again_and_keeps_the_old_one_if_it_is_wrong(world):
    with running(world) as process:
        good = world.watchlist.read_text()
        world.watchlist.write_text(good + "  - name: {}\n")
        process.send_signal(signal.SIGHUP)
        refused = logged(process, "watchlist.refused")
        world.watchlist.write_text(
            good.replace("/settings/data-privacy", "/help/data-and-ai")
        )
        process.send_signal(signal.SIGHUP)
        reloaded = logged(process, "watchlist.reloaded")

    assert refused["kept"] == 2
    assert str(world.watchlist) in refused["error"]
    assert reloaded["watches"] == 2


def test_a_log_level_that_is_not_there_exits_2(world):
    assert world("run", "--log-level", "loud").code == Code.CONFIG


@pytest.mark.parametrize("command", [("run",), ("watchlist", "validate")])
@pytest.mark.parametrize("option", [(), ("-c",)])
def test_the_watchlist_may_be_named_by_itself_or_as_for_all_commands(
    world, command, option
):
    ended = world(*command, *option, "absent.yaml")

    assert ended.code == Code.CONFIG
    assert "absent.yaml:1:1: watchlist: expected a file" in ended.err
