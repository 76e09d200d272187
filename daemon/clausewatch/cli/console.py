"""Where words go: events and tables to stdout, progress and trouble to stderr."""

import os
import sys
from collections.abc import Iterable
from typing import NoReturn

from rich.console import Console
from rich.progress import Progress, ProgressColumn

from clausewatch.cli.exits import Code
from clausewatch.core.digest import Json, canonical


class _Console(Console):
    """A console that ends the program quietly when nobody reads it any more."""

    def on_broken_pipe(self) -> NoReturn:
        hang_up()


def hang_up() -> NoReturn:
    """End the program: the reader of our output has gone, as in `events | head`."""
    # The interpreter flushes stdout once more on its way out and would complain.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(Code.PIPE)


def out() -> Console:
    """Return the console for results; made anew, so that redirections count."""
    return _Console(highlight=False, soft_wrap=False, emoji=False, markup=False)


def err() -> Console:
    """Return the console for progress, questions and trouble."""
    return _Console(
        stderr=True, highlight=False, soft_wrap=True, emoji=False, markup=False
    )


def progress(*columns: ProgressColumn) -> Progress:
    """Return a bar that a person sees while it moves, and that leaves nothing."""
    console = err()
    hidden = not console.is_terminal
    return Progress(*columns, console=console, transient=True, disable=hidden)


def print_line(text: str) -> None:
    """Write one line to stdout as it is, at once: others may be waiting for it."""
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        hang_up()


def print_json(rows: Iterable[Json]) -> None:
    """Write one JSON value a line."""
    for row in rows:
        print_line(canonical(row))
