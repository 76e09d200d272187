import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def make(tmp_path):
    if shutil.which("make") is None:
        pytest.skip("needs make")

    def run(target, **settings):
        """Run a target of the Makefile into a folder of our own, without the program."""
        given = {"DESTDIR": str(tmp_path), "PROGRAM": "no", **settings}
        words = [f"{name}={value}" for name, value in given.items()]
        return subprocess.run(
            ["make", "-C", str(ROOT), target, *words],
            check=False,
            capture_output=True,
            text=True,
            env={"PATH": os.environ["PATH"]},
        )

    return run


def files(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_everything_around_the_program_lands_in_its_place(make, tmp_path):
    done = make("install")

    assert done.returncode == 0, done.stderr
    assert files(tmp_path) == [
        "etc/clausewatch/watchlist.yaml",
        "etc/logrotate.d/clausewatch",
        "opt/clausewatch/share/doc/clausewatch/operations.md",
        "opt/clausewatch/share/doc/clausewatch/service.md",
        "opt/clausewatch/share/doc/clausewatch/watchlist.md",
        "opt/clausewatch/share/doc/clausewatch/watchlist.schema.json",
        "usr/local/bin/clausewatch",
        "usr/local/lib/systemd/system/clausewatch.service",
    ]
    assert os.access(tmp_path / "usr/local/bin/clausewatch", os.X_OK)


def test_the_watchlist_names_the_schema_and_the_guide_that_were_installed(
    make, tmp_path
):
    make("install", PREFIX="/srv/cw")

    first, *lines = (
        (tmp_path / "etc/clausewatch/watchlist.yaml").read_text().split("\n")
    )
    schema = first.partition("$schema=")[2]
    (guide,) = re.findall(r"/\S+/watchlist\.md", "\n".join(lines))
    assert schema.startswith("/srv/cw/")
    assert (tmp_path / schema[1:]).is_file()
    assert (tmp_path / guide[1:]).is_file()


def test_an_upgrade_keeps_the_watchlist_that_somebody_edited(make, tmp_path):
    make("install")
    watchlist = tmp_path / "etc/clausewatch/watchlist.yaml"
    watchlist.write_text("mine\n")

    assert make("install").returncode == 0
    assert watchlist.read_text() == "mine\n"


def test_another_prefix_is_told_to_everything_that_names_it(make, tmp_path):
    make("install", PREFIX="/srv/cw")

    unit = tmp_path / "usr/local/lib/systemd/system/clausewatch.service"
    wrapper = tmp_path / "usr/local/bin/clausewatch"
    assert "ExecStart=/srv/cw/bin/clausewatch run" in unit.read_text()
    assert 'exec /srv/cw/bin/clausewatch "$@"' in wrapper.read_text()
    assert "/opt/clausewatch" not in unit.read_text() + wrapper.read_text()


@pytest.mark.parametrize("prefix", ["/", "/usr", "cw", "/opt/../etc"])
def test_a_prefix_that_belongs_to_others_is_refused(make, tmp_path, prefix):
    done = make("install", PREFIX=prefix)

    assert done.returncode != 0
    assert "PREFIX: expected" in done.stderr
    assert files(tmp_path) == []


def test_uninstalling_leaves_what_was_seen_and_what_was_asked_for(make, tmp_path):
    make("install")
    state = tmp_path / "var/lib/private/clausewatch/store.db"
    state.parent.mkdir(parents=True)
    state.write_bytes(b"evidence")

    assert make("uninstall").returncode == 0
    assert files(tmp_path) == [
        "etc/clausewatch/watchlist.yaml",
        "var/lib/private/clausewatch/store.db",
    ]


def test_purging_leaves_nothing(make, tmp_path):
    make("install")
    state = tmp_path / "var/lib/private/clausewatch/store.db"
    state.parent.mkdir(parents=True)
    state.write_bytes(b"evidence")

    assert make("uninstall", PURGE="yes").returncode == 0
    assert files(tmp_path) == []


def test_the_log_rotation_is_one_that_logrotate_understands(tmp_path):
    if shutil.which("logrotate") is None:
        pytest.skip("needs logrotate")
    snippet = ROOT / "systemd" / "clausewatch.logrotate"

    done = subprocess.run(
        ["logrotate", "--debug", "--state", str(tmp_path / "state"), str(snippet)],
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0
    assert "error:" not in done.stderr
