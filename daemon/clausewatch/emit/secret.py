"""Secrets of sinks, so that none has to stand in the watchlist."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from clausewatch.errors import ConfigError

CREDENTIALS: Final = "CREDENTIALS_DIRECTORY"
"""Where systemd's LoadCredential puts files that only the service can read."""


def read_secret(
    environ: Mapping[str, str], options: Mapping[str, object], key: str
) -> str | None:
    """Return a secret given as `key`, `key_file`, `key_env` or `key_credential`.

    Raises:
        ConfigError: it is given but cannot be read.
    """
    if isinstance(given := options.get(key), str):
        return given
    if isinstance(variable := options.get(f"{key}_env"), str):
        if variable not in environ:
            raise ConfigError(f"{key}_env: {variable} is not set in the environment")
        return environ[variable]
    if isinstance(path := options.get(f"{key}_file"), str):
        return _read(f"{key}_file", Path(path).expanduser())
    if isinstance(name := options.get(f"{key}_credential"), str):
        if CREDENTIALS not in environ:
            raise ConfigError(
                f"{key}_credential: {CREDENTIALS} is not set; "
                "expected LoadCredential= in the systemd unit"
            )
        return _read(f"{key}_credential", Path(environ[CREDENTIALS]) / name)
    return None


def _read(key: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not a text"
        raise ConfigError(f"{key}: cannot read {path}: {why}") from error
