import re
import shutil
import subprocess
from pathlib import Path

import pytest

from clausewatch.service.pace import Pace

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "systemd" / "clausewatch.service"

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="needs systemd-analyze"
)


def run(*command):
    return subprocess.run(command, check=False, capture_output=True, text=True)


@needs_systemd
def test_the_unit_exposes_little_of_the_machine():
    said = run("systemd-analyze", "security", "--offline=true", str(UNIT)).stdout

    exposure = re.search(r"exposure level for clausewatch.service: (\d\.\d)", said)
    assert exposure is not None, said
    assert float(exposure[1]) <= 1.5


@needs_systemd
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path):
    installed = tmp_path / UNIT.name
    installed.write_text(
        UNIT.read_text().replace("/opt/clausewatch/bin/clausewatch", "/bin/true")
    )

    found = run("systemd-analyze", "verify", "--man=no", str(installed))

    complaints = [line for line in found.stderr.splitlines() if UNIT.name in line]
    assert found.returncode == 0
    assert complaints == []


def test_the_unit_gives_the_daemon_longer_to_stop_than_it_takes():
    seconds = re.search(r"^TimeoutStopSec=(\d+)s$", UNIT.read_text(), re.MULTILINE)

    assert seconds is not None
    assert int(seconds[1]) > Pace().stop_within.total_seconds()


def test_a_secret_that_nobody_set_does_not_keep_the_unit_from_starting():
    """Only a credential named without a path may be absent (systemd.exec(5))."""
    sources = re.findall(r"^LoadCredential=[^:]+:(.+)$", UNIT.read_text(), re.MULTILINE)

    assert sources
    assert not [source for source in sources if "/" in source]
