"""The key that signs checkpoints, and the check of what others signed.

The secret lies in `keys/log.key`, for its owner alone, or where systemd lays out
credentials (`log-key`). cryptography takes 8 MB of memory, so it is imported when the
first checkpoint is signed or checked, not before.
"""

import os
import secrets
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from clausewatch.archive.disk import Disk
from clausewatch.core.note import (
    Note,
    PublicKey,
    Signature,
    parse_private,
    private_text,
)
from clausewatch.errors import ConfigError

CREDENTIAL: Final = "log-key"
"""What the key is called among systemd's credentials."""
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class SigningKey:
    """A secret that signs texts."""

    def __init__(self, name: str, seed: bytes) -> None:
        from cryptography.hazmat.primitives.asymmetric import (  # noqa: PLC0415
            ed25519,
        )

        self._secret = ed25519.Ed25519PrivateKey.from_private_bytes(seed)
        self._seed = seed
        self.public = PublicKey(name, self._secret.public_key().public_bytes_raw())

    def sign(self, text: str) -> Signature:
        """Return the signature of a text; the same text has always the same."""
        signed = self._secret.sign(text.encode())
        return Signature(self.public.name, self.public.id, signed)

    def text(self) -> str:
        """Return the secret as it is kept."""
        return private_text(self.public, self._seed)


def key_file(home: Path) -> Path:
    """Return where the key lies that we made ourselves."""
    return home / "keys" / "log.key"


def signing_key(home: Path, credentials: Path | None) -> SigningKey:
    """Return the key: systemd's credential, or else that of the home, made if need be.

    Raises:
        ConfigError: others may read it, or it is none.
    """
    path = _place(home, credentials)
    if not path.exists():
        keep_key(path, new_key(f"clausewatch-{secrets.token_hex(4)}"))
    name, key_id, seed = _read(path)
    key = SigningKey(name, seed)
    if key.public.id != key_id:
        raise ConfigError(f"{path}: expected a private key, got a damaged one")
    return key


def check_key(home: Path, credentials: Path | None) -> None:
    """Return if there is no key yet, or one that can be used; costs no memory.

    Raises:
        ConfigError: others may read it, or it is none.
    """
    path = _place(home, credentials)
    if path.exists():
        _read(path)


def _place(home: Path, credentials: Path | None) -> Path:
    given = None if credentials is None else credentials / CREDENTIAL
    return given if given is not None and given.exists() else key_file(home)


def new_key(name: str) -> SigningKey:
    """Return a key that nobody has had before."""
    return SigningKey(name, secrets.token_bytes(32))


def keep_key(path: Path, key: SigningKey, *, disk: Disk | None = None) -> None:
    """Write a key where only its owner may read it; whole, or not at all."""
    disk = disk or Disk()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        disk.write(file, f"{key.text()}\n".encode())
        disk.sync(file)
    finally:
        os.close(file)
    # A crash before this leaves the old key in force, and one beside it that signed
    # nothing.
    disk.rename(new, path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        disk.sync(folder)
    finally:
        os.close(folder)


def _read(path: Path) -> tuple[str, bytes, bytes]:
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: cannot read the log's key: {error}") from error
    # systemd keeps others from its credentials by the folder, and its lists of access
    # show as bits of the group.
    if mode & _OTHERS and path.name != CREDENTIAL:
        raise ConfigError(
            f"{path}: expected a key that only its owner can read (mode 0600), got "
            f"{stat.S_IMODE(mode):04o}; `chmod 600` it, and `clausewatch checkpoint "
            "rotate` if somebody may have read it"
        )
    try:
        return parse_private(text)
    except ValueError as error:
        raise ConfigError(f"{path}: {error}") from error


def signers(note: Note, keys: Iterable[PublicKey]) -> tuple[PublicKey, ...]:
    """Return which of these keys have signed a note; none if one signature is wrong."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415

    known = {(key.name, key.id): key for key in keys}
    found: list[PublicKey] = []
    for one in note.signatures:
        key = known.get((one.name, one.key_id))
        if key is None:
            continue
        public = ed25519.Ed25519PublicKey.from_public_bytes(key.key)
        try:
            public.verify(one.signature, note.text.encode())
        except InvalidSignature:
            return ()
        found.append(key)
    return tuple(found)
