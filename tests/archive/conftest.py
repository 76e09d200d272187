"""One export for all tests that hand it over or tamper with it."""

import asyncio
import shutil

import pytest

from archive.case import play, stamp
from archive.handed import export
from clausewatch.testing.authority import Authority


@pytest.fixture(scope="session")
def told_home(tmp_path_factory):
    """Return a home in which a change was told and stamped, and the event's id."""
    home = tmp_path_factory.mktemp("told") / "home"
    event = play(home)
    with Authority(home.with_name("tsa")) as local:
        asyncio.run(stamp(home, local))
    with Authority(home.with_name("tsb"), is_sorted=False) as local:
        asyncio.run(stamp(home, local, "unsorted"))
    return home, event


@pytest.fixture(scope="session")
def exported(told_home, tmp_path_factory):
    folder = tmp_path_factory.mktemp("exported") / "export"
    export(*told_home, folder)
    return folder


@pytest.fixture
def copy(exported, tmp_path):
    return shutil.copytree(exported, tmp_path / "copy")
