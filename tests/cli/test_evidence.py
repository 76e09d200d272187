"""Keeping less, and handing evidence over, from the command line and the site."""

import io
import json
import subprocess
import zipfile

import httpx

from clausewatch.cli import hosting
from clausewatch.cli.exits import Code
from clausewatch.service.clock import SystemClock
from clausewatch.web.access import Access
from clausewatch.web.app import create


def verified(folder):
    command = ["env", "-i", "PATH=/usr/bin:/bin", "bash", folder / "verify.sh"]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    return ended.returncode == 0 and "\neverything checked: " in ended.stdout


def change_of(ask):
    lines = ask("events", "--json", "--all").out.splitlines()
    told = [json.loads(line) for line in lines]
    return next(e["id"] for e in told if e["type"].endswith(".changed"))


def test_a_change_is_exported_by_its_id_and_by_its_service(ask, tmp_path):
    event = change_of(ask)
    one = ask("evidence", "export", event, str(tmp_path / "one"))
    assert (one.code, one.out) == (Code.FINE, "")
    assert "bash " in one.err
    assert verified(tmp_path / "one")

    folder = tmp_path / "all"
    every = ask(
        "evidence", "export", "--service", "Halvorne", "--since", "1d", f"{folder}"
    )
    assert every.code == Code.FINE
    assert verified(folder)
    told = (folder / "events.jsonl").read_text().splitlines()
    assert len(told) == 3
    assert "type" in json.loads(told[0])


def test_what_cannot_be_exported_is_said(ask, tmp_path):
    unknown = ask("evidence", "export", "nothing", str(tmp_path / "a"))
    assert (unknown.code, "no event" in unknown.err) == (Code.CONFIG, True)
    neither = ask("evidence", "export", str(tmp_path / "b"))
    assert (neither.code, "expected EVENT DIR" in neither.err) == (Code.CONFIG, True)
    stranger = ask("evidence", "export", "--service", "Acme", str(tmp_path / "c"))
    assert (stranger.code, "Acme" in stranger.err) == (Code.CONFIG, True)
    assert list(tmp_path.iterdir()) == []


async def test_the_site_hands_out_an_export_that_verifies(ask, kept, tmp_path):
    event = change_of(ask)
    app = create(hosting.site_of(kept.home, SystemClock(), Access()))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://localhost"
        ) as visitor,
    ):
        answer = await visitor.get(f"/changes/{event}/export")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(tmp_path)
    assert verified(tmp_path / f"clausewatch-{event[:12]}")


def test_compacting_twice_does_it_once_and_loses_nothing(world):
    for step in (0, 1, 2):
        world.site.step = step
        world("check")
    first = world("compact")
    assert (first.code, first.err.partition(":")[0]) == (
        Code.FINE,
        "6 captures, 4 of them made smaller",
    )
    assert world("compact").err.startswith("0 captures")
    assert world("verify").code == Code.FINE
