"""What an outside authority says of when a checkpoint was there (RFC 3161).

::

    log/timestamps/<SHA-256 of the note>.<authority>.tsr   the reply as it came
    log/timestamps/<authority>.<SHA-256 of the file>.pem   whom to trust for it

A reply is kept as it came, also one that we cannot read ourselves: OpenSSL writes the
certificates of a token in an order that stricter readers refuse, and its tokens are
none the worse for it. rfc3161_client takes 10 MB of memory, so it is imported when the
first token is asked for or checked, not before.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from clausewatch.core.digest import sha256
from clausewatch.core.model import Digest
from clausewatch.ports import REPLY_BYTES

BY_HAND: Final = "check it with `openssl ts -verify`; see docs/evidence.md"
_NAME: Final = re.compile(r"([0-9a-f]{64})\.([a-z0-9][a-z0-9-]*)\.tsr")
_GRANTED: Final = (0, 1)
_BEGINS: Final = 2
"""Bytes of a DER element before its length's own bytes."""


class Standing(StrEnum):
    """What is known of a kept token."""

    VALID = "valid"
    UNTRUSTED = "no chain is known to check its signature against"
    BY_HAND = "kept, check with openssl"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking a token came to."""

    standing: Standing
    at: datetime | None = None
    """The time that it tells, where we could read it."""
    why: str = ""
    under: bytes = b""
    """The certificates that it is valid under."""


@dataclass(frozen=True, slots=True)
class Token:
    """A reply that is kept, and what belongs to it."""

    note: Digest
    """SHA-256 of the signed note that it is about."""
    authority: str
    path: Path

    def reply(self) -> bytes:
        """Return the reply as it came."""
        return self.path.read_bytes()

    def roots(self, named: str | None = None) -> tuple[bytes, ...]:
        """Return the files of certificates to trust, in PEM; none if none are known.

        Args:
            named: SHA-256 of the only one of them that is meant.

        Raises:
            ValueError: a file of them is not what its name says.
        """
        found: list[bytes] = []
        for path in sorted(self.path.parent.glob(f"{self.authority}.*.pem")):
            body = path.read_bytes()
            if path.name != roots_name(self.authority, body):
                message = f"{path}: expected the file that its name tells the hash of"
                raise ValueError(message)
            if named is None or sha256(body) == named:
                found.append(body)
        return tuple(found)


def roots_name(authority: str, roots: bytes) -> str:
    """Return the name under which certificates are kept; it tells if they change."""
    return f"{authority}.{sha256(roots)}.pem"


def folder(home: Path) -> Path:
    """Return where tokens are kept."""
    return home / "log" / "timestamps"


def path_of(home: Path, note: Digest, authority: str) -> Path:
    """Return where a token is, or would be."""
    return folder(home) / f"{note}.{authority}.tsr"


def tokens(home: Path) -> Iterator[Token]:
    """Yield the tokens that are kept, in the order of their names."""
    if not folder(home).is_dir():
        return
    for path in sorted(folder(home).iterdir()):
        if match := _NAME.fullmatch(path.name):
            yield Token(Digest(match[1]), match[2], path)


def query(note: str) -> bytes:
    """Return a request for a token over a signed note, with a nonce, in DER."""
    from rfc3161_client import (  # noqa: PLC0415
        HashAlgorithm,
        TimestampRequestBuilder,
    )

    asked = TimestampRequestBuilder().data(note.encode())
    return asked.hash_algorithm(HashAlgorithm.SHA256).build().as_bytes()


def refusal(reply: bytes) -> str:
    """Return why a reply brings no token, read no further than that needs; else ""."""
    if len(reply) >= REPLY_BYTES:
        return f"expected a timestamp reply below {REPLY_BYTES} bytes"
    try:
        outer, _ = _element(reply, 0x30)
        status, token = _element(outer, 0x30)
        number, _ = _element(status, 0x02)
    except ValueError as error:
        return str(error)
    if int.from_bytes(number, signed=True) not in _GRANTED or not token:
        return "the authority refused"
    return ""


def check(token: Token, note: str, roots: str | None = None) -> Checked:
    """Return what is known of a token over this signed note.

    Args:
        roots: SHA-256 of the certificates that the log says are to be trusted for
            it; empty if none are. By default, all that are kept of its authority.
    """
    reply = token.reply()
    if sha256(note.encode()) != token.note:
        return Checked(Standing.WRONG, why="it is about another checkpoint")
    if why := refusal(reply):
        return Checked(Standing.WRONG, why=why)
    try:
        return _checked(reply, note.encode(), token.roots(roots))
    except ValueError as error:
        return Checked(Standing.WRONG, why=str(error))


def answers(reply: bytes, asked: bytes) -> bool:
    """Say whether a reply is to this request, as far as we can read it.

    An old reply is not: the number that a request holds has never been used before.
    """
    from rfc3161_client import decode_timestamp_response  # noqa: PLC0415

    try:
        nonce = decode_timestamp_response(reply).tst_info.nonce
    except ValueError:
        return True
    return nonce is not None and _number(nonce) in asked


def _checked(reply: bytes, note: bytes, roots: Sequence[bytes]) -> Checked:
    from rfc3161_client import decode_timestamp_response  # noqa: PLC0415

    try:
        told = decode_timestamp_response(reply).tst_info
    except ValueError:
        return Checked(Standing.BY_HAND, why=BY_HAND)
    at = told.gen_time
    if bytes.fromhex(sha256(note)) != told.message_imprint.message:
        return Checked(Standing.WRONG, at, "it is about another checkpoint")
    why = ""
    # One after the other: of two that bear one name, openssl may take the wrong one.
    for some in roots:
        why = _objection(reply, note, some)
        if not why:
            return Checked(Standing.VALID, at, under=some)
    return Checked(Standing.WRONG if why else Standing.UNTRUSTED, at, why)


def _objection(reply: bytes, note: bytes, roots: bytes) -> str:
    """Return what is wrong with a token's signature under these certificates."""
    from cryptography import x509  # noqa: PLC0415
    from rfc3161_client import (  # noqa: PLC0415
        VerificationError,
        VerifierBuilder,
        decode_timestamp_response,
    )

    try:
        builder = VerifierBuilder(roots=x509.load_pem_x509_certificates(roots))
        builder.build().verify_message(decode_timestamp_response(reply), note)
    except (VerificationError, ValueError) as error:
        return str(error) or "its signature does not hold"
    return ""


def _number(number: int) -> bytes:
    """Return a positive number in DER."""
    size = number.bit_length() // 8 + 1
    return bytes([0x02, size]) + number.to_bytes(size)


def _element(body: bytes, tag: int) -> tuple[bytes, bytes]:
    """Return what the first DER element holds, and what follows it."""
    if len(body) < _BEGINS or body[0] != tag:
        raise ValueError("expected a timestamp reply")
    size, at = body[1], _BEGINS
    if size & 0x80:
        at += size & 0x7F
        size = int.from_bytes(body[_BEGINS:at])
    if len(body) < at + size:
        raise ValueError("expected a whole timestamp reply")
    return body[at : at + size], body[at + size :]
