"""Options that several commands share, and how they are understood."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from clausewatch.config.settings import settings
from clausewatch.core.model import WatchId
from clausewatch.core.period import time_of
from clausewatch.errors import ConfigError
from clausewatch.ports import Store

HomeOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--home",
        metavar="DIR",
        help="Where everything is kept.",
        envvar="CLAUSEWATCH_HOME",
        show_default="the user's state folder",
    ),
]
WatchlistOption: TypeAlias = Annotated[
    Path,
    typer.Option(
        "--watchlist",
        "-c",
        metavar="FILE",
        envvar="CLAUSEWATCH_WATCHLIST",
        help="What is watched.",
        show_default="watchlist.yaml, or else /etc/clausewatch/watchlist.yaml",
    ),
]
FileArgument: TypeAlias = Annotated[
    Path | None, typer.Argument(metavar="FILE", help="The same as --watchlist FILE.")
]
JsonOption: TypeAlias = Annotated[
    bool, typer.Option("--json", help="One JSON object a line, for scripts.")
]
WATCHLIST: Final = settings().watchlist
"""The file to read when the command names none."""
_AGO: Final = re.compile(r"(\d{1,6})([mhdw])")
_UNIT: Final = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}


def moment(
    text: str, now: datetime, *, option: str = "--since", ends: bool = False
) -> datetime:
    """Return the time that `2026-09-18`, `2026-09-18T10:00Z`, `36h` or `7d` means.

    A time without a zone is in UTC, as all times that we show; a length is ago. A day
    that `ends` something is in it.

    Raises:
        ConfigError: it is none of these.
    """
    ago = _AGO.fullmatch(text)
    try:
        if ago:
            return now - int(ago[1]) * _UNIT[ago[2]]
        return time_of(text, ends=ends)
    except (ValueError, OverflowError) as error:
        message = f'{option}: expected a date, a time or "36h", not {text!r}'
        raise ConfigError(message) from error


def named(asked: str, known: Iterable[WatchId]) -> WatchId:
    """Return the watch that is meant.

    Raises:
        ConfigError: there is none of this name; names the nearest.
    """
    names = sorted(known)
    if asked in names:
        return WatchId(asked)
    near = get_close_matches(asked, names, n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]}?" if near else some_of(names)
    raise ConfigError(f"{asked}: no watch of this name{hint}")


def kept_by(store: Store, asked: str) -> WatchId:
    """Return the watch that is meant: one on the list, or one that once was.

    Raises:
        ConfigError: nothing is kept under this name.
    """
    if store.standing(WatchId(asked)):
        return WatchId(asked)
    return named(asked, (standing.watch for standing in store.standings()))


def some_of(names: Sequence[str]) -> str:
    """Return the first few names there are, as the end of a message."""
    if not names:
        return "; there are none yet"
    shown = ", ".join(names[:5])
    return f"; there are {shown}" + (" and others" if names[5:] else "")
