"""The program itself, as systemd starts and stops it."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from clausewatch.store import open_store
from service.world import policy

ROOT = Path(__file__).parents[2]
WATCHLIST = """\
defaults:
  threshold: all
network:
  allow: ["127.0.0.1"]
services:
  - name: Acme
    watches:
      - url: http://127.0.0.1:{port}/privacy
        id: acme-privacy
        kind: privacy-policy
"""


class Slow(BaseHTTPRequestHandler):
    """Answers only once it may, and says when it was asked."""

    asked = threading.Event()
    may_answer = threading.Event()

    def do_GET(self):
        found = self.path == "/privacy"
        if found:
            self.asked.set()
            self.may_answer.wait(20)
        body = policy().encode() if found else b""
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def site():
    handler = type("Handler", (Slow,), {})
    handler.asked, handler.may_answer = threading.Event(), threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    handler.may_answer.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def daemon(site, tmp_path):
    (tmp_path / "logs").mkdir()
    watchlist = tmp_path / "watchlist.yaml"
    watchlist.write_text(WATCHLIST.format(port=site.server_port))
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "daemon"),
        "CLAUSEWATCH_HOME": str(tmp_path / "home"),
        "LOGS_DIRECTORY": str(tmp_path / "logs"),
        "NOTIFY_SOCKET": str(tmp_path / "notify"),
    }
    program = "from clausewatch.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", program, "run", str(watchlist)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


def read_until(stream, event):
    """Return the lines up to the one that holds the event; the stream's end is too far."""
    lines = []
    for line in stream:
        lines.append(line)
        if event in line:
            return lines
    pytest.fail(f"{event} never came:\n{''.join(lines)}")


def test_asked_to_stop_it_finishes_the_page_in_flight(site, tmp_path, daemon):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        assert site.RequestHandlerClass.asked.wait(20)

        daemon.send_signal(signal.SIGTERM)
        read_until(daemon.stderr, "daemon.stopping")
        site.RequestHandlerClass.may_answer.set()
        read_until(daemon.stderr, "daemon.stopped")

        assert daemon.wait(20) == 0
        assert manager.recv(4096).startswith(b"READY=1")
        assert manager.recv(4096).startswith(b"STATUS=")
        assert manager.recv(4096).startswith(b"STOPPING=1")

    store = open_store(tmp_path / "home")
    looks = [look.outcome for look in store.looks("acme-privacy")]
    store.close()
    assert looks == ["first-seen"]


def test_the_change_log_is_where_systemd_keeps_logs(site, tmp_path, daemon):
    site.RequestHandlerClass.may_answer.set()

    read_until(daemon.stderr, "delivery.done")
    daemon.send_signal(signal.SIGTERM)

    assert daemon.wait(20) == 0
    (line,) = (tmp_path / "logs" / "events.jsonl").read_text().splitlines()
    assert json.loads(line)["type"] == "org.clausewatch.watch.first-seen"
    assert daemon.stdout.read() == ""  # the journal has it in words
