"""A little web site that changes by steps, as the pages in `seeds/case` do."""

import secrets
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final, Self

TOKEN: Final = b"4f6b0e1d9c2a7358"
"""Stands in the pages wherever a real site puts a token of its own into each answer."""


class Site:
    """Serves `step0/` … `stepN/`: a page that a step lacks is as it was before.

    Every answer has tokens of its own, so that no two answers have the same bytes.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self.step = 0
        self.answers: Counter[str] = Counter()
        """How often each path was asked for."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """Return the site's address, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def page(self, path: str) -> bytes | None:
        """Return the page as it stands at this step, or None if there is none."""
        self.answers[path] += 1
        name = path.partition("?")[0].strip("/") + ".html"
        for step in range(self.step, -1, -1):
            file = (self._root / f"step{step}" / name).resolve()
            if file.is_relative_to(self._root.resolve()) and file.is_file():
                return file.read_bytes().replace(TOKEN, secrets.token_hex(8).encode())
        return None


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            body = site.page(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            """Say nothing: the daemon's own log has it."""

    return Handler
