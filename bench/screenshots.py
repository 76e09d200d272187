"""Draw docs/site-*.png: the site with the demo's story in it, in Debian's Chromium.

`python bench/screenshots.py` plays the demo (some seconds) and takes the pictures that
README.md shows; `--home DIR` takes a home that `clausewatch demo --keep DIR` left.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

DOCS = Path(__file__).resolve().parent.parent / "docs"
MOST_KB = 150
QUIETLY = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PICTURES = (
    ("overview", "/", "light", (960, 720), ""),
    ("overview-dark", "/", "dark", (960, 720), ""),
    ("change", "/changes/{event}", "light", (960, 820), "What changed"),
    ("service", "/services/Halvorne", "light", (960, 640), ""),
)


@contextmanager
def shown(home: Path) -> Iterator[str]:
    """Enter the site of a story; what is entered is its address."""
    command = [sys.executable, "-m", "clausewatch", "demo", "--keep", str(home)]
    with subprocess.Popen(
        [*command, "--serve"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as site:
        assert site.stderr is not None
        try:
            found = (re.search(r"(http://\S+:\d+)/", line) for line in site.stderr)
            yield next(one for one in found if one)[1]
        finally:
            site.terminate()


def take(browser: Browser, address: str) -> Iterator[tuple[str, int]]:
    """Write the pictures; yield the name and size in KB of each."""
    asked = browser.new_context().request.get(
        f"{address}/api/v1/events?watch=halvorne-privacy"
    )
    events = asked.json()["events"]
    event = next(e["id"] for e in events if e["type"].endswith("policy.changed"))
    for name, path, scheme, (wide, tall), heading in PICTURES:
        context = browser.new_context(
            viewport={"width": wide, "height": tall}, color_scheme=scheme
        )
        page = context.new_page()
        page.goto(address + path.format(event=event))
        if heading:  # what stands under it is what the picture is of
            found = page.get_by_role("heading", name=heading)
            found.evaluate("heading => heading.scrollIntoView()")
        target = DOCS / f"site-{name}.png"
        page.screenshot(path=target)
        context.close()
        yield target.name, target.stat().st_size // 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="a story that was kept")
    asked = parser.parse_args()
    large = []
    with (
        tempfile.TemporaryDirectory() as scratch,
        shown(asked.home or Path(scratch) / "demo") as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=list(QUIETLY)
        )
        for name, size in take(browser, address):
            print(f"{name}: {size} KB")
            large += [name] * (size > MOST_KB)
        browser.close()
    return len(large)


if __name__ == "__main__":
    sys.exit(main())
