"""Sites that browsers look at: made once, in a process of their own each."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from clausewatch.cli.demo.site import Site
from web.hostile import WATCHLIST, pages

CHROMIUM = shutil.which("chromium")
QUIETLY = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items):
    absent = pytest.mark.skip(reason="there is no chromium")
    for item in items:
        if not CHROMIUM and item.get_closest_marker("browser"):
            item.add_marker(absent)


def run(*arguments, home=None):
    """Return once a command of ours has ended as it should."""
    environment = {**os.environ, "CLAUSEWATCH_HOME": str(home or "")}
    ended = subprocess.run(
        [sys.executable, "-m", "clausewatch", *map(str, arguments)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=170,
    )
    assert ended.returncode in {0, 1}, ended.stderr


@contextmanager
def served(home):
    """Enter a site that serves a home; what is entered is its address."""
    command = [sys.executable, "-m", "clausewatch", "serve", "--port", "0"]
    with subprocess.Popen(
        command,
        env={**os.environ, "CLAUSEWATCH_HOME": str(home), "COLUMNS": "200"},
        stderr=subprocess.PIPE,
        text=True,
    ) as site:
        try:
            said = site.stderr.readline()
            yield re.search(r"(http://[\d.:]+)/", said)[1]
        finally:
            site.terminate()


def once(tmp_path_factory, name, make):
    """Return a folder that the first of all test processes fills."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / name
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            folder.mkdir(exist_ok=True)
            make(folder)
            (folder / "done").touch()
    return folder


@pytest.fixture(scope="session")
def story(tmp_path_factory):
    """The address of a site with the demo's story in it."""
    folder = once(
        tmp_path_factory, "story", lambda folder: run("demo", "--keep", folder)
    )
    with served(folder / "state") as address:
        yield address


@pytest.fixture(scope="session")
def attack(tmp_path_factory):
    """The address of a site that watched a hostile page, and that page's server."""
    folder = tmp_path_factory.mktemp("attack")
    with Site(folder) as server:
        pages(folder, server.url)
        watchlist = folder / "watchlist.yaml"
        watchlist.write_text(WATCHLIST.format(url=server.url), encoding="utf-8")
        for step in range(2):
            server.step = step
            run("check", "--watchlist", watchlist, home=folder / "home")
        server.answers.clear()
        with served(folder / "home") as address:
            yield address, server


@pytest.fixture(scope="module")
def chromium():
    """A browser; gone after each module, for its loop would hold up tests that await."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=list(QUIETLY)
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe():
    """The source of axe, which tells what keeps people out."""
    import axe_playwright_python  # noqa: PLC0415

    folder = Path(axe_playwright_python.__file__).parent
    return (folder / "axe.min.js").read_text(encoding="utf-8")
