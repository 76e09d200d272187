"""How the command line ends: by one table of codes, and never with a traceback."""

import signal
import subprocess
import sys

import pytest
import typer

from clausewatch import __version__
from clausewatch.cli.exits import HELP, MEANING, Code
from clausewatch.cli.main import COMMANDS, assemble, main
from clausewatch.errors import (
    CaptureError,
    ConfigError,
    DeliveryError,
    StoreError,
)


def program(error):
    app = typer.Typer(pretty_exceptions_enable=False)

    @app.command()
    def go(*, debug: bool = False):
        raise error

    return app


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError("no"), Code.CONFIG),
        (CaptureError("no", reason="dns", retry=True), Code.INACCESSIBLE),
        (StoreError("no"), Code.STORE),
        (OSError(28, "No space left on device"), Code.STORE),
        (DeliveryError("no", retry=False), Code.DELIVERY),
        (ZeroDivisionError("no"), Code.BUG),
        (KeyboardInterrupt(), Code.INTERRUPTED),
    ],
)
def test_each_kind_of_error_has_its_code_and_no_traceback(error, code, capsys):
    with pytest.raises(SystemExit) as ended:
        main([], program=program(error))

    assert ended.value.code == code
    assert "Traceback" not in capsys.readouterr().err


def test_debug_shows_where_an_error_arose(capsys):
    with pytest.raises(SystemExit):
        main(["--debug"], program=program(ZeroDivisionError("no")))

    assert "in go" in capsys.readouterr().err


def test_every_code_is_explained_in_the_help(world):
    told = world("--help").out

    assert set(MEANING) == set(Code)
    assert "Exit codes" in told
    assert all(f"• {code:d}: " in told for code in Code)
    assert all(f"* {code:d}: " in HELP for code in Code)


def test_a_command_that_is_not_there_exits_2(world):
    ended = world("evnts")

    assert ended.code == Code.CONFIG
    assert "No such command 'evnts'" in ended.err


def test_a_reader_that_stops_reading_ends_us_quietly(world):
    world("check")
    process = world.start("events", "--all", "--json", "-f")
    process.stdout.readline()
    process.stdout.close()
    world.site.step = 2

    assert world("check").code == Code.CHANGED
    assert process.wait(timeout=60) == Code.PIPE
    assert process.stderr.read() == ""
    process.stderr.close()


def test_events_can_be_followed_until_ctrl_c(world):
    world("check")
    with world.start("events", "--json", "-f") as process:
        world.site.step = 2
        assert world("check").code == Code.CHANGED
        line = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)

    assert '"watch":"settings"' in line
    assert (process.returncode, err) == (Code.INTERRUPTED, "")


def test_shells_can_complete_our_commands(world, monkeypatch):
    monkeypatch.setenv("_CLAUSEWATCH_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "clausewatch eve")
    monkeypatch.setenv("COMP_CWORD", "1")

    assert world().out.split() == ["events"]


@pytest.mark.parametrize("command", ["events", "show", "explain", "status"])
def test_a_command_that_only_reads_imports_nothing_that_fetches_or_compares(command):
    script = (
        "import sys; from clausewatch.cli.main import assemble;"
        f"assemble([{command!r}]); print(*sys.modules)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    heavy = "httpx alembic pypdf numpy pydantic apscheduler warcio uvicorn selectolax"
    assert set(heavy.split()).isdisjoint(ended.stdout.split())


def test_every_command_can_be_had():
    app = assemble()

    named = {one.name for one in (*app.registered_commands, *app.registered_groups)}
    assert named == set(COMMANDS)


def test_the_version_is_told_by_option_and_by_command(capsys):
    for asked in ("--version", "version"):
        with pytest.raises(SystemExit) as ended:
            main([asked])

        assert ended.value.code == 0
        assert capsys.readouterr().out == f"clausewatch {__version__}\n"
