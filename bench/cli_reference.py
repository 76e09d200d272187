"""Write docs/cli.md from the commands themselves; `--check` only says if it is stale."""

import sys
from pathlib import Path

import typer.main
from typer.cli import get_docs_for_click

from clausewatch.cli.main import assemble

TARGET = Path(__file__).resolve().parent.parent / "docs" / "cli.md"
NOTE = "<!-- Written by bench/cli_reference.py; edit the commands instead. -->\n"


def reference() -> str:
    """Return the reference as Markdown."""
    command = typer.main.get_command(assemble())
    with typer.Context(command, info_name="clausewatch") as context:
        text = get_docs_for_click(
            obj=command, ctx=context, name="clausewatch", title="Commands"
        )
    lines = (line.rstrip() for line in text.strip().splitlines())
    return NOTE + "\n" + "\n".join(lines) + "\n"


def main() -> int:
    text = reference()
    if "--check" in sys.argv[1:]:
        fresh = TARGET.read_text(encoding="utf-8") == text
        print(f"{TARGET.name}: {'as the commands say' if fresh else 'stale'}")
        return not fresh
    TARGET.write_text(text, encoding="utf-8")
    print(f"{TARGET.name}: written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
