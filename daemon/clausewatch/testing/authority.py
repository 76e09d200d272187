"""A timestamp authority on this machine: `openssl ts` behind a small HTTP server.

For tests and for the demo. Its tokens are as good as anybody's, but nobody has reason
to trust its clock.
"""

import subprocess
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_CONFIG: Final = """\
[tsa]
serial = {folder}/serial
default_policy = 1.2.3.4.1
digests = sha256, sha512
signer_digest = sha256
ess_cert_id_alg = sha256
accuracy = secs:1
ess_cert_id_chain = no
"""
_LONG: Final = "whose name is long, so that its certificate is longer than the other"


class Authority:
    """Listens on a free port while it is entered.

    Args:
        folder: For its keys and certificates; made if need be.
        is_sorted: Whether the certificates in its tokens stand in the order that DER
            asks for. OpenSSL writes the signer's first, wherever it belongs.
        answer: Instead of stamping, to play an authority in trouble.
    """

    def __init__(
        self,
        folder: Path,
        *,
        is_sorted: bool = True,
        answer: tuple[int, bytes] | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.answer = answer
        self.asked = 0
        self.roots = folder / "roots.pem"
        _issue(folder, is_sorted=is_sorted)
        self.url = ""
        """Where it takes requests, while it is entered."""

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/tsa"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def reply(self, request: bytes) -> bytes:
        """Return the reply to a request, both in DER."""
        asked = self._folder / f"request-{threading.get_ident()}.tsq"
        asked.write_bytes(request)
        command: list[str | Path] = [
            "openssl",
            "ts",
            "-reply",
            "-section",
            "tsa",
            "-queryfile",
            asked,
        ]
        command += ["-config", self._folder / "tsa.conf"]
        command += ["-signer", self._folder / "signer.pem", "-chain", self.roots]
        command += ["-inkey", self._folder / "signer.key"]
        done = subprocess.run(command, check=True, capture_output=True)  # noqa: S603
        return done.stdout


def _issue(folder: Path, *, is_sorted: bool) -> None:
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _name("Root of a little authority " + (_LONG if is_sorted else ""))
    signer = _name("A little authority " + ("" if is_sorted else _LONG))
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    roots = _certificate(root, root, root_key).add_extension(
        x509.BasicConstraints(ca=True, path_length=None), critical=True
    )
    stamps = _certificate(signer, root, key).add_extension(usage, critical=True)
    pem = {
        "roots.pem": roots.sign(root_key, hashes.SHA256()).public_bytes(Encoding.PEM),
        "signer.pem": stamps.sign(root_key, hashes.SHA256()).public_bytes(Encoding.PEM),
        "signer.key": key.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        ),
        "serial": b"01\n",
        "tsa.conf": _CONFIG.format(folder=folder).encode(),
    }
    for name, body in pem.items():
        (folder / name).write_bytes(body)


def _name(text: str) -> x509.Name:
    parts = [text[at : at + 60] for at in range(0, len(text), 60)]
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, part) for part in parts]
    )


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
    )


def _handler(authority: Authority) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = self.rfile.read(int(self.headers["Content-Length"]))
            authority.asked += 1
            status, body = authority.answer or (200, authority.reply(request))
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
