"""The command line as people and scripts use it, on a site that changes by steps."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from clausewatch.cli.demo.site import Site
from clausewatch.cli.main import main

CASE = Path(__file__).parents[2] / "seeds" / "case"
WATCHLIST = """\
network: {{allow: [127.0.0.1], gap: 1s}}
services:
  - name: Halvorne
    watches:
      - {{id: settings, kind: settings, url: "{url}/settings/data-privacy"}}
      - {{id: policy, kind: privacy-policy, url: "{url}/legal/privacy-policy"}}
"""


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class World:
    """A folder with a watchlist, a home, and the site that it watches."""

    folder: Path
    site: Site

    @property
    def home(self):
        return self.folder / "home"

    @property
    def watchlist(self):
        return self.folder / "watchlist.yaml"

    def environment(self):
        ours = {
            "CLAUSEWATCH_HOME": str(self.home),
            "CLAUSEWATCH_WATCHLIST": str(self.watchlist),
            "COLUMNS": "200",
            "PYTHONUNBUFFERED": "1",
        }
        return {**os.environ, **ours}

    def start(self, *arguments, **variables):
        """Return a process of ours that runs, with its output in pipes."""
        return subprocess.Popen(
            [sys.executable, "-m", "clausewatch", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**self.environment(), **variables},
        )

    def __call__(self, *arguments, **variables):
        """Return how a process of ours ended; variables are of its environment."""
        with self.start(*arguments, **variables) as process:
            out, err = process.communicate(timeout=60)
        return Ended(process.returncode, out, err)

    def looks(self, watch):
        """Return the looks at a watch, newest first."""
        told = self("history", "--json", watch).out.splitlines()
        return [json.loads(line) for line in told]


def new_world(folder, site):
    folder.mkdir(exist_ok=True)
    made = World(folder, site)
    made.watchlist.write_text(WATCHLIST.format(url=site.url))
    return made


@pytest.fixture
def world(tmp_path):
    with Site(CASE) as site:
        yield new_world(tmp_path, site)


@pytest.fixture(scope="session")
def kept(tmp_path_factory):
    """A world that has seen the settings change; for commands that only read."""
    with Site(CASE) as site:
        made = new_world(tmp_path_factory.mktemp("kept"), site)
        assert made("check").code == 0
        site.step = 2
        assert made("check").code == 1
        yield made


@pytest.fixture
def ask(kept, monkeypatch, capfd):
    """Run a command that only reads, in this process."""
    for name, value in kept.environment().items():
        monkeypatch.setenv(name, value)

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        out, err = capfd.readouterr()
        return Ended(ended.value.code, out, err)

    return run
