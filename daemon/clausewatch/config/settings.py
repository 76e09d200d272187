"""Where things are kept on this machine, and how secrets are had."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_state_path

from clausewatch.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The folders of this machine; none of them need exist yet."""

    home: Path
    """Everything that must not be lost: the store, the blobs, the keys."""
    logs: Path
    """Where the change log goes."""
    credentials: Path | None
    """Where systemd lays secrets out for us."""
    watchlist: Path
    """The file to read when the command names none."""


def settings(
    home: Path | None = None, *, environ: Mapping[str, str] = os.environ
) -> Settings:
    """Return what the command line and the environment say.

    A home that is given goes before `CLAUSEWATCH_HOME`, that before systemd's
    `STATE_DIRECTORY`, and that before the user's state folder (XDG). The watchlist
    is `CLAUSEWATCH_WATCHLIST`, or else that of the present folder, or the machine's.
    """
    kept = (
        (home.expanduser().absolute() if home else None)
        or _folder(environ, "CLAUSEWATCH_HOME")
        or _folder(environ, "STATE_DIRECTORY")
        or user_state_path("clausewatch", appauthor=False).absolute()
    )
    return Settings(
        home=kept,
        logs=_folder(environ, "LOGS_DIRECTORY") or kept,
        credentials=_folder(environ, "CREDENTIALS_DIRECTORY"),
        watchlist=_watchlist(environ),
    )


def _folder(environ: Mapping[str, str], name: str) -> Path | None:
    value = environ.get(name, "")
    if name != "CLAUSEWATCH_HOME":
        # systemd joins several folders with colons; the first is the main one.
        value = value.partition(":")[0]
    return Path(value).expanduser().absolute() if value else None


def _watchlist(environ: Mapping[str, str]) -> Path:
    if named := environ.get("CLAUSEWATCH_WATCHLIST"):
        return Path(named)
    here, machine = Path("watchlist.yaml"), Path("/etc/clausewatch/watchlist.yaml")
    return machine if machine.exists() and not here.exists() else here


def secret(
    options: Mapping[str, object],
    name: str,
    *,
    environ: Mapping[str, str] = os.environ,
) -> str | None:
    """Return a secret that a sink's options name; None if they name none.

    `x_file` is read from that file, `x_credential` from systemd's folder of
    credentials, `x_env` from the environment, and `x` is the secret itself. Read
    when asked for, so that a watchlist can be checked on another machine.

    Raises:
        ConfigError: it is named and cannot be had.
    """
    if file := options.get(f"{name}_file"):
        return _read(Path(str(file)).expanduser(), f"{name}_file")
    if credential := options.get(f"{name}_credential"):
        folder = _folder(environ, "CREDENTIALS_DIRECTORY")
        if folder is None:
            raise ConfigError(
                f"{name}_credential: expected systemd to pass {credential}"
                f" (LoadCredential={credential}:…), got no CREDENTIALS_DIRECTORY"
            )
        return _read(folder / Path(str(credential)).name, f"{name}_credential")
    if variable := options.get(f"{name}_env"):
        if not environ.get(str(variable)):
            raise ConfigError(f"{name}_env: expected a value in ${variable}, got none")
        return environ[str(variable)]
    value = options.get(name)
    return None if value is None else str(value)


def _read(path: Path, key: str) -> str:
    try:
        text = path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, ValueError) as error:
        raise ConfigError(f"{key}: cannot read {path}: {error}") from error
    if not text:
        raise ConfigError(f"{key}: expected a secret in {path}, got an empty file")
    return text
