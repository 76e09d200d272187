"""Where things are kept, and the store there: all that commands need that only read."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from clausewatch.config.settings import Settings, settings
from clausewatch.errors import ConfigError
from clausewatch.store import SqlStore, open_store
from clausewatch.store.database import FILE


def place(home: Path | None) -> Settings:
    """Return the folders of this machine, with the home that was named, if one was."""
    found = settings()
    if home is None:
        return found
    logs = home if found.logs == found.home else found.logs
    return replace(found, home=home.absolute(), logs=logs.absolute())


@contextmanager
def reading(home: Path | None, *, write: bool = False) -> Iterator[SqlStore]:
    """Open the store of a home beside a daemon that may be running on it.

    Raises:
        ConfigError: nothing is kept there yet.
    """
    folder = place(home).home
    if not (folder / FILE).exists():
        raise ConfigError(
            f"{folder}: nothing is kept here yet; start with `clausewatch check` "
            "or `clausewatch run`, or name another place with --home"
        )
    store = open_store(folder, read_only=not write)
    try:
        yield store
    finally:
        store.close()
