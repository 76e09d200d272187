"""Whoever installs the wheel has the demo, its pages and the schemas, too."""

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with what our wheel brings, and nothing of the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with ZipFile(wheel) as packed:
        packed.extractall(folder / "site")
    return folder / "site"


def test_the_demo_finds_its_pages(installed):
    code = "from clausewatch.cli.demo import play; print(play.__file__, play._case())"
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    found = subprocess.check_output(
        [sys.executable, "-c", code], env=environment, cwd=installed, text=True
    )
    module, case = map(Path, found.split())

    assert module.is_relative_to(installed)
    assert case.is_relative_to(installed)
    assert sorted(case.glob("step*/*/*.html")) == [
        case / page.relative_to(ROOT / "seeds" / "case")
        for page in sorted((ROOT / "seeds" / "case").glob("step*/*/*.html"))
    ]


@pytest.mark.parametrize(
    "file",
    [
        "py.typed",
        "config/watchlist.schema.json",
        "emit/event.schema.json",
        "store/migrations/versions/0001_tables.py",
    ],
)
def test_what_is_no_code_comes_along(installed, file):
    assert (installed / "clausewatch" / file).is_file()
