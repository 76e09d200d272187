"""Timestamps at any time, under a certificate that is valid for one year alone."""

import subprocess
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from clausewatch.core.digest import sha256

BEGINS, ENDS = datetime(2015, 1, 1, tzinfo=UTC), datetime(2016, 1, 1, tzinfo=UTC)
_INFO = "1.2.840.113549.1.9.16.1.4"
"""What a token signs (RFC 3161, 2.4.2)."""


def token(folder, told, at):
    """Return a reply over this text that tells this time, and its certificate, in DER.

    `openssl ts` only tells today's time, so the token is put together by hand.
    """
    folder.mkdir()
    key, certificate = _signer()
    pem = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key").write_bytes(key.private_bytes(*pem))
    (folder / "crt").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "info").write_bytes(_info(told, at))
    command = ["openssl", "cms", "-sign", "-cades", "-binary", "-nodetach", "-md"]
    command += ["sha256", "-econtent_type", _INFO, "-in", "info", "-outform", "DER"]
    command += ["-signer", "crt", "-inkey", "key"]
    made = subprocess.run(command, check=True, capture_output=True, cwd=folder)
    granted = bytes.fromhex("3003020100")
    return _der(0x30, granted, made.stdout), certificate.public_bytes(Encoding.DER)


def _info(told, at):
    digest = bytes.fromhex(sha256(told))
    sha = bytes.fromhex("300d06096086480165030402010500")
    return _der(
        0x30,
        bytes.fromhex("02010106032a0304"),  # version 1, policy 1.2.3.4
        _der(0x30, sha, _der(0x04, digest)),
        bytes.fromhex("020107"),  # serial number
        _der(0x18, f"{at:%Y%m%d%H%M%S}Z".encode()),
    )


def _der(tag, *parts):
    body = b"".join(parts)
    size = len(body)
    length = bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2)
    return bytes([tag]) + length + body


def _signer():
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A notary of old")])
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGINS)
        .not_valid_after(ENDS)
        .add_extension(usage, critical=True)
    )
    return key, made.sign(key, hashes.SHA256())
