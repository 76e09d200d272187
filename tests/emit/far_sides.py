"""Real servers on loopback, that sinks talk to."""

import asyncio
import ssl
import subprocess
import urllib.error
import urllib.request
from contextlib import contextmanager
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from clausewatch.emit.registry import SinkContext
from clausewatch.errors import DeliveryError
from clausewatch.ports import Reply
from clausewatch.testing.clock import FakeClock


class Mailbox(Controller):
    """An SMTP server that keeps what it takes, and refuses as told."""

    def __init__(self, **options):
        self.envelopes = []
        self.refuse = {}
        """Answers by recipient; `DATA` for the message itself."""
        super().__init__(self, "127.0.0.1", 0, **options)

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, session, envelope):  # noqa: N802
        if "DATA" in self.refuse:
            return self.refuse["DATA"]
        self.envelopes.append((session, envelope))
        return "250 taken"

    @property
    def messages(self):
        return [
            message_from_bytes(envelope.content, policy=policy.default)
            for _, envelope in self.envelopes
        ]

    @property
    def options(self):
        """The options of a sink that writes to this server."""
        return {
            "host": "127.0.0.1",
            "port": self.port,
            "security": "none",
            "from": "clausewatch <watch@example.org>",
            "to": ["counsel@example.org"],
        }


@contextmanager
def mailbox(**options):
    server = Mailbox(**options)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def only(username, password):
    """Return an authenticator that takes one login."""

    def authenticate(server, session, envelope, mechanism, login):
        given = LoginPassword(username.encode(), password.encode())
        return AuthResult(success=login == given, handled=False)

    return authenticate


def certificate(folder):
    """Return the file of a fresh certificate for 127.0.0.1, and a server's context."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    command = (
        f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "
        f"-days 2 -subj /CN=loopback -addext subjectAltName=IP:127.0.0.1 "
        f"-keyout {key} -out {cert}"
    )
    subprocess.run(command.split(), check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    return cert, context


class Hooks(ThreadingHTTPServer):
    """An HTTP server that keeps what is posted, and answers as told."""

    def __init__(self):
        self.posts = []
        self.answers = []
        """Status and headers of the next answers; 204 when there are none."""
        super().__init__(("127.0.0.1", 0), _Hook)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/hook"


class _Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        status, headers = (
            self.server.answers.pop(0) if self.server.answers else (204, {})
        )
        if status == 204:
            given = {name.lower(): value for name, value in self.headers.items()}
            self.server.posts.append((given, body))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


@contextmanager
def hooks():
    with Hooks() as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)


class LoopbackPoster:
    """Posts with the standard library; for tests only."""

    async def post(self, url, body, headers, *, within_s=10):
        return await asyncio.to_thread(self._post, url, body, dict(headers), within_s)

    def _post(self, url, body, headers, within_s):
        request = urllib.request.Request(url, body, headers, method="POST")  # noqa: S310
        try:
            with _OPENER.open(request, timeout=within_s) as answer:
                return Reply(answer.status, None, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                wait = error.headers.get("retry-after")
                return Reply(error.code, float(wait) if wait else None)
        except OSError as error:
            raise DeliveryError(str(error), retry=True) from error


async def unasked(_opinion):
    raise AssertionError("nobody was asked")


def context(home, *, clock=None, poster=None, keep_opinion=unasked, site=""):
    """Return what a daemon lends its sinks."""
    return SinkContext(
        poster=poster or LoopbackPoster(),
        clock=clock or FakeClock(),
        home=home,
        secret=lambda options, key: options.get(key),
        keep_opinion=keep_opinion,
        site=site,
    )
