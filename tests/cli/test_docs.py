"""What is written about the command line is what it does."""

import subprocess
import sys
from pathlib import Path

from clausewatch.cli.main import app

ROOT = Path(__file__).parents[2]


def test_the_reference_is_as_the_commands_say():
    ended = subprocess.run(
        [sys.executable, "bench/cli_reference.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.stdout == "cli.md: as the commands say\n"


def test_every_file_that_the_readme_points_to_is_there():
    text = (ROOT / "README.md").read_text()
    links = [part.partition(")")[0] for part in text.split("](")[1:]]

    assert [
        link for link in links if "://" not in link and not (ROOT / link).exists()
    ] == []


def test_every_command_that_the_readme_shows_is_there():
    text = (ROOT / "README.md").read_text()
    known = {command.callback.__name__ for command in app.registered_commands}
    shown = {
        line.split()[1] for line in text.splitlines() if line.startswith("clausewatch ")
    }

    assert shown - known <= {"watchlist", "is"}
    assert {"check", "run", "events", "explain"} <= shown
