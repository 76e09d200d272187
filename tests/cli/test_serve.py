"""`serve` and `run --serve` show the site, to those it is for."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from clausewatch.cli.exits import Code
from clausewatch.cli.hosting import access_for
from clausewatch.errors import ConfigError

TOKEN = "a token that nobody guesses"


def get(url, **headers):
    asked = urllib.request.Request(url, headers=headers)  # noqa: S310 - ours
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.mark.parametrize(
    ("told", "code"),
    [(signal.SIGINT, Code.INTERRUPTED), (signal.SIGTERM, Code.FINE)],
)
def test_serve_shows_what_is_kept_and_stops_when_told(kept, told, code):
    with kept.start("serve", "--port", "0") as site:
        url = re.search(r"http://127\.0\.0\.1:\d+/", site.stderr.readline())[0]
        status, page = get(url)
        site.send_signal(told)
        out, err = site.communicate(timeout=30)

    assert status == 200
    assert "Halvorne" in page
    assert (site.returncode, out) == (code, "")
    assert "Traceback" not in err


def test_run_serves_beside_its_looks_and_stops_in_good_order(world):
    with world.start("run", "--serve", "0", "--log-level", "info") as daemon:
        lines = map(json.loads, daemon.stderr)
        url = next(line["url"] for line in lines if line["event"] == "site.served")
        next(line for line in lines if line["event"] == "look.done")
        status, page = get(f"{url}watches/settings")
        daemon.send_signal(signal.SIGTERM)
        daemon.communicate(timeout=30)

    assert status == 200
    assert "/settings/data-privacy" in page
    assert daemon.returncode == Code.FINE


def test_a_token_is_asked_for_where_there_is_one(kept):
    with kept.start("serve", "--port", "0", CLAUSEWATCH_TOKEN=TOKEN) as site:
        url = re.search(r"http://\S+", site.stderr.readline())[0]
        assert get(url)[0] == 401
        assert get(url, Authorization=f"Bearer {TOKEN}")[0] == 200
        site.kill()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--host", "0.0.0.0"], "--host 0.0.0.0: expected a token"),  # noqa: S104
        (["--host", "203.0.113.9", "--port", "0"], "expected a token"),
        (["--token-file", "/nowhere"], "cannot read /nowhere"),
        (["--address", "watch.example.org"], "--address: expected an address such as"),
        (
            ["--address", "https://a.example/x"],
            "--address: expected an address without",
        ),
    ],
)
def test_what_would_show_it_to_anybody_is_refused(ask, arguments, said):
    ended = ask("serve", *arguments)

    assert ended.code == Code.CONFIG
    assert said in ended.err


def test_a_daemon_shows_itself_to_nobody_else_without_a_token(world):
    with world.start("run", "--serve", "0.0.0.0:0") as daemon:
        _, err = daemon.communicate(timeout=60)

    assert daemon.returncode == Code.CONFIG
    assert "--serve 0.0.0.0: expected a token" in err
    assert "--token-file" not in err, "`run` has no such option"


def test_an_address_that_is_taken_is_named(kept, ask):
    with kept.start("serve", "--port", "0") as site:
        url = re.search(r"http://127\.0\.0\.1:(\d+)/", site.stderr.readline())
        ended = ask("serve", "--port", url[1])
        site.kill()

    assert ended.code == Code.CONFIG
    assert f"127.0.0.1:{url[1]}" in ended.err


def test_a_home_in_which_nothing_is_kept_is_not_served(ask, tmp_path):
    ended = ask("serve", "--home", str(tmp_path))

    assert ended.code == Code.CONFIG
    assert "nothing is kept here yet" in ended.err


def test_the_token_comes_from_a_file_the_environment_or_systemd(tmp_path):
    (tmp_path / "site-token").write_text(f"{TOKEN}\n")
    places = (
        {"token_file": tmp_path / "site-token", "environ": {}},
        {"environ": {"CLAUSEWATCH_TOKEN": TOKEN}},
        {"environ": {"CREDENTIALS_DIRECTORY": str(tmp_path)}},
    )
    for place in places:
        assert access_for("192.0.2.7", **place).token == TOKEN
    with pytest.raises(ConfigError, match="16 characters or more, got 5"):
        access_for("192.0.2.7", environ={"CLAUSEWATCH_TOKEN": "short"})


def test_a_proxys_header_needs_the_proxys_address():
    named = {"CLAUSEWATCH_PROXY_HEADER": "X-Forwarded-User"}
    with pytest.raises(ConfigError, match="CLAUSEWATCH_PROXIES"):
        access_for("192.0.2.7", environ=named)
    known = access_for(
        "192.0.2.7", environ={**named, "CLAUSEWATCH_PROXIES": "127.0.0.1, ::1"}
    )
    assert known.leaves_to_proxy("::1")
    with pytest.raises(ConfigError, match=r"CLAUSEWATCH_PROXIES: .*got '10.0.0.1/8'"):
        access_for("192.0.2.7", environ={**named, "CLAUSEWATCH_PROXIES": "10.0.0.1/8"})


def test_the_catalogue_can_be_filled_again(kept, ask):
    ended = ask("catalogue")

    assert ended.code == Code.FINE
    assert re.search(r"catalogued: \d+ events", ended.err)


def test_commands_that_do_not_serve_import_no_server(kept):
    script = (
        "import sys; from clausewatch.cli import run, check, serve;"
        "sys.exit(bool({'starlette', 'jinja2', 'uvicorn'} & set(sys.modules)))"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, check=False, timeout=60
    )
    assert done.returncode == 0


def test_feeds_lead_to_the_address_that_serve_or_the_watchlist_names(world):
    with world.start("check") as done:
        done.communicate(timeout=60)
    with world.start(
        "serve", "--port", "0", "--address", "https://watch.example.org"
    ) as site:
        url = re.search(r"http://127\.0\.0\.1:\d+/", site.stderr.readline())[0]
        _, feed = get(f"{url}feed.atom?weight=all", Host="watch.example.org")
        site.kill()
    assert "https://watch.example.org/changes/" in feed

    listed = world.watchlist.read_text()
    world.watchlist.write_text(f"site: {{address: 'https://other.example'}}\n{listed}")
    with world.start("run", "--serve", "0", "--log-level", "info") as daemon:
        lines = map(json.loads, daemon.stderr)
        url = next(line["url"] for line in lines if line["event"] == "site.served")
        _, feed = get(f"{url}feed.atom?weight=all", Host="other.example")
        daemon.kill()
    assert "https://other.example/changes/" in feed


def test_whoever_is_told_is_led_to_the_site_that_the_watchlist_names(world):
    log = "sinks: {log: {type: file, path: told.jsonl}}\n"
    site = "site: {address: 'https://watch.example.org'}\n"
    world.watchlist.write_text(site + log + world.watchlist.read_text())
    world("check")
    world.site.step = 2
    world("check")
    (told,) = map(json.loads, (world.home / "told.jsonl").read_text().splitlines())

    assert told["link"].startswith(f"https://watch.example.org/changes/{told['id']}")
