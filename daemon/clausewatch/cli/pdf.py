"""HTML on paper: a Chromium that is at hand prints it, without a network."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from clausewatch.errors import ConfigError

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")
TIMEOUT_S: Final = 120
"""A report of 2,000 changes is printed in some seconds; this is for slow machines."""

_QUIETLY: Final = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-pdf-header-footer",
    # A report asks for nothing. That it could not is said here, too.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=127.0.0.1:9",
)


def browser() -> str | None:
    """Return the Chromium that is at hand; None if there is none."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def pdf(html: str) -> bytes:
    """Return the page as PDF.

    Raises:
        ConfigError: there is no Chromium, or it failed.
    """
    found = browser()
    if found is None:
        raise ConfigError(
            f"PDF: expected a Chromium ({', '.join(BROWSERS)}) on the PATH, found none; "
            "write HTML with -o report.html and print that from any browser"
        )
    with tempfile.TemporaryDirectory(prefix="clausewatch-") as folder:
        page, target = Path(folder, "report.html"), Path(folder, "report.pdf")
        page.write_text(html, encoding="utf-8")
        # Chromium's sandbox refuses root, as whom services and containers run.
        root = ("--no-sandbox",) if os.geteuid() == 0 else ()
        said = _run(
            found,
            *_QUIETLY,
            *root,
            f"--user-data-dir={folder}/profile",
            f"--print-to-pdf={target}",
            page.as_uri(),
        )
        if not target.is_file():
            raise ConfigError(f"PDF: {found} made none: {said or 'no reason given'}")
        return target.read_bytes()


def _run(*command: str) -> str:
    """Return the last line that it wrote to stderr."""
    try:
        ended = subprocess.run(  # noqa: S603  (no shell; all of it is ours)
            command, capture_output=True, check=False, timeout=TIMEOUT_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ConfigError(f"PDF: {command[0]}: {error}") from error
    lines = ended.stderr.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else ""
