"""The key that signs checkpoints, and the check of what others signed.

The secret lies in `keys/log.key`, for its owner alone, or where systemd lays out
credentials (`log-key`). Which of them signs, the log says: the one that it named last.
cryptography takes 7 MB of memory, so it is imported when the first signature is
checked, not before.
"""

import os
import secrets
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from clausewatch.archive.disk import Disk, sync_folder
from clausewatch.archive.ed25519 import signer
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
        public, self._sign = signer(seed)
        self._seed = seed
        self.public = PublicKey(name, public)

    def sign(self, text: str) -> Signature:
        """Return the signature of a text; the same text has always the same."""
        signed = self._sign(text.encode())
        return Signature(self.public.name, self.public.id, signed)

    def text(self) -> str:
        """Return the secret as it is kept."""
        return private_text(self.public, self._seed)


def key_file(home: Path) -> Path:
    """Return where the key lies that we made ourselves."""
    return home / "keys" / "log.key"


def next_file(home: Path) -> Path:
    """Return where a new key lies until it has signed beside the old one."""
    return home / "keys" / "log.key.next"


def kept_key(path: Path) -> PublicKey | None:
    """Return the public half of a key as we keep keys, to the byte; None if absent.

    Raises:
        ConfigError: it is damaged, or others may read it.
        PermissionError: it is not ours to read.
    """
    if not path.exists():
        return None
    with path.open("rb") as file:
        body = file.read()
    key = _read(path).key()
    if body != f"{key.text()}\n".encode():
        raise ConfigError(f"{path}: expected a key in its one spelling")
    return key.public


@dataclass(frozen=True, slots=True)
class Secret:
    """A key that is kept somewhere, not tried yet."""

    path: Path
    name: str
    key_id: bytes
    seed: bytes

    def key(self) -> SigningKey:
        """Return the key, ready to sign.

        Raises:
            ConfigError: it is damaged.
        """
        key = SigningKey(self.name, self.seed)
        if key.public.id != self.key_id:
            raise ConfigError(f"{self.path}: expected a private key, got a damaged one")
        return key


class Keyring:
    """The secrets of a log: the one in force, and a new one that is about to be.

    Args:
        home: The folder that holds `keys/`.
        credentials: Where systemd lays out secrets.
    """

    def __init__(
        self, home: Path, credentials: Path | None, *, disk: Disk | None = None
    ) -> None:
        self._home = home
        self._credentials = credentials
        self._disk = disk or Disk()

    def check(self, key_id: bytes | None) -> None:
        """Return if this key can be used, or if none is named and none has to be.

        Costs no memory.

        Raises:
            ConfigError: others may read it, it is none, or it is not here.
        """
        kept = self.kept()
        if key_id is not None:
            self._named(key_id, kept)

    def key(self, key_id: bytes | None) -> SigningKey:
        """Return the key of this id; by default the one there is, made if need be.

        Raises:
            ConfigError: as `check`.
        """
        kept = self.kept()
        if key_id is not None:
            return self._named(key_id, kept).key()
        if not kept:
            path = key_file(self._home)
            keep_key(path, new_key(f"clausewatch-{secrets.token_hex(4)}"))
            kept = self.kept()
        return kept[0].key()

    def make_next(self, name: str) -> SigningKey:
        """Return a new key, kept beside the one in force."""
        key = new_key(name)
        keep_key(next_file(self._home), key, disk=self._disk)
        return key

    def settle(self, key_id: bytes) -> bool:
        """Put the new key in the old one's place, if it is this one; say whether."""
        path = next_file(self._home)
        if not path.exists() or _read(path).key_id != key_id:
            return False
        # A crash before this leaves both, of which the log says which one is in force.
        self._disk.rename(path, key_file(self._home))
        sync_folder(path.parent, self._disk)
        return True

    def kept(self) -> list[Secret]:
        """Return the secrets that there are, the one of the first place first.

        Raises:
            ConfigError: others may read one, or it is none.
        """
        places = [key_file(self._home), next_file(self._home)]
        if self._credentials is not None:
            places.insert(0, self._credentials / CREDENTIAL)
        return [_read(path) for path in places if path.exists()]

    def _named(self, key_id: bytes, kept: Iterable[Secret]) -> Secret:
        found = next((one for one in kept if one.key_id == key_id), None)
        if found is not None:
            return found
        raise ConfigError(
            f"{key_file(self._home)}: expected the key {key_id.hex()}, which the log "
            f"named last, there or as systemd's credential {CREDENTIAL}; got "
            f"{', '.join(one.key_id.hex() for one in kept) or 'none'}; put it back "
            "from a backup"
        )


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
    # A crash before this leaves a file that no one reads; the next key replaces it.
    disk.rename(new, path)
    sync_folder(path.parent, disk)


def _read(path: Path) -> Secret:
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
        return Secret(path, *parse_private(text))
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
