"""What is written about the command line is what it does."""

import re
import subprocess
import sys
from pathlib import Path

from clausewatch.cli.main import COMMANDS

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


def test_every_file_that_a_document_points_to_is_there():
    documents = [*ROOT.glob("*.md"), *ROOT.glob("[bds]*/**/*.md")]
    links = [
        (document, link)
        for document in documents
        for link in re.findall(r"\]\(([^)#:]+)[)#]", document.read_text())
    ]

    assert (ROOT / "README.md", "docs/adr/README.md") in links
    assert [at for at in links if not (at[0].parent / at[1]).exists()] == []


def test_every_decision_is_listed_under_its_title():
    decisions = ROOT / "docs" / "adr"
    rows = []
    for file in sorted(decisions.glob("[0-9]*.md")):
        heading = file.read_text().partition("\n")[0]
        number, title = heading.removeprefix("# ").split(": ", 1)
        rows.append(f"| [{number}]({file.name}) | {title} |")

    listed = (decisions / "README.md").read_text().splitlines()
    assert [line for line in listed if line.startswith("| [")] == rows


def test_every_command_that_the_readme_shows_is_there():
    text = (ROOT / "README.md").read_text()
    known = set(COMMANDS)
    shown = {
        line.split()[1] for line in text.splitlines() if line.startswith("clausewatch ")
    }

    assert shown - known <= {"is"}
    assert {"check", "run", "events", "explain"} <= shown
