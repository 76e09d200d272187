"""What proves an export, as files: the log's tree, checkpoints, keys and timestamps.

::

    log/9.json                a line of the log, by its place
    checkpoints/482.note      the signed note, as it was told
    checkpoints/482.text      what is signed of it; openssl wants a file of its own
    checkpoints/482.tree      the log in order: `1 log/9.json` for a line shown here,
                              `128 5f0c…` for so many others, by the hash over them
    keys/2ad5305e.vkey        the key, under the id that stands in its signatures
    timestamps/482.acme.tsr   what an authority answered
    timestamps/482.acme.crt   the certificate that it is checked against
    kept/482.acme.tsr         an answer that `verify.sh` does not check …
    kept/482.acme.pem         … and the certificates that are known of its authority

Source: docs/adr/0137-export.md
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

from clausewatch.archive.segments import Segments
from clausewatch.archive.selection import Line, Proving
from clausewatch.archive.timestamp import Standing, Token, check
from clausewatch.core import merkle


def proofs(
    segments: Segments, lines: Iterable[Line], provings: Iterable[Proving]
) -> Mapping[str, bytes]:
    """Return the lines and what proves them, by the name of the file."""
    shown = {line.index: line.raw for line in lines}
    found = {_name(index): raw for index, raw in shown.items()}
    for one in provings:
        base = f"checkpoints/{one.size}"
        found[f"{base}.note"] = str(one.note).encode()
        found[f"{base}.text"] = one.note.text.encode()
        found[f"{base}.tree"] = "".join(_tree(segments, one.size, shown)).encode()
        for key in one.keys:
            found[f"keys/{key.id.hex()}.vkey"] = f"{key.vkey}\n".encode()
        for token in one.tokens:
            found |= _stamped(one, token)
    return found


def _name(index: int) -> str:
    return f"log/{index}.json"


def _tree(segments: Segments, size: int, shown: Collection[int]) -> Iterator[str]:
    for run in merkle.runs(size, shown):
        if run.start in shown:
            yield f"1 {_name(run.start)}\n"
        else:
            yield f"{len(run)} {segments.span(run.start, run.stop).hex()}\n"


def _stamped(one: Proving, token: Token) -> dict[str, bytes]:
    """Return a token with the one certificate that is enough to check it.

    The hash of that certificate is what authorities publish as its fingerprint. Where
    we cannot tell which of several it is, or know none, the token is only kept.
    """
    name, note = f"{one.size}.{token.authority}", str(one.note)
    checked = check(token, note)
    roots = checked.under or b"".join(token.roots())
    known = _in_der(roots)
    if checked.standing is Standing.VALID:
        known = [each for each in known if _is_enough(token.reply(), note, each)][:1]
    if len(known) == 1:
        base = f"timestamps/{name}"
        return {f"{base}.tsr": token.reply(), f"{base}.crt": known[0]}
    certificates = {f"kept/{name}.pem": roots} if roots else {}
    return {f"kept/{name}.tsr": token.reply(), **certificates}


def _in_der(roots: bytes) -> list[bytes]:
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

    try:
        found = x509.load_pem_x509_certificates(roots) if roots else []
    except ValueError:
        return []
    return [one.public_bytes(Encoding.DER) for one in found]


def _is_enough(reply: bytes, note: str, certificate: bytes) -> bool:
    from cryptography import x509  # noqa: PLC0415
    from rfc3161_client import (  # noqa: PLC0415
        VerificationError,
        VerifierBuilder,
        decode_timestamp_response,
    )

    builder = VerifierBuilder(roots=[x509.load_der_x509_certificate(certificate)])
    try:
        builder.build().verify_message(decode_timestamp_response(reply), note.encode())
    except (VerificationError, ValueError):
        return False
    return True
