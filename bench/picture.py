"""Draw docs/demo.svg: what `clausewatch events` shows after the demo, cut to a screen."""

import io
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI

from clausewatch.cli.home import reading
from clausewatch.cli.paint import print_event
from clausewatch.core.event import passes
from clausewatch.core.model import Threshold

TARGET = Path(__file__).resolve().parent.parent / "docs" / "demo.svg"
COLUMNS = 98
CHANGES = 8


def main() -> int:
    console = Console(
        record=True,
        width=COLUMNS,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        markup=False,
        highlight=False,
    )
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "clausewatch", "demo", "--keep", folder]
        subprocess.run(command, check=True, capture_output=True)
        console.print("$ clausewatch events -f", style="bold")
        with reading(Path(folder) / "state") as store:
            for _, event in store.events():
                if passes(event, Threshold.SUBSTANTIVE):
                    console.print()
                    print_event(console, event, most=CHANGES)
    svg = console.export_svg(title="clausewatch", theme=MONOKAI, unique_id="demo")
    # A picture that fetches fonts from somebody else tells them who reads our README.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    TARGET.write_text(svg, encoding="utf-8")
    print(f"{TARGET.name}: drawn")
    return 0


if __name__ == "__main__":
    sys.exit(main())
