"""What the exit codes mean: one table, for `--help`, the docs and the code."""

from enum import IntEnum
from typing import Final

from clausewatch.errors import (
    CaptureError,
    ClausewatchError,
    ConfigError,
    DeliveryError,
    StoreError,
)


class Code(IntEnum):
    """Exit codes; scripts and timers rely on them, so they only ever grow."""

    FINE = 0
    CHANGED = 1
    CONFIG = 2
    INACCESSIBLE = 3
    STORE = 4
    DELIVERY = 5
    UNSOUND = 6
    BUG = 70  # EX_SOFTWARE of sysexits.h
    INTERRUPTED = 130  # 128 + SIGINT, as shells count
    PIPE = 141  # 128 + SIGPIPE


MEANING: Final = {
    Code.FINE: "nothing to report: done as asked",
    Code.CHANGED: "`check`, `diff`: something changed",
    Code.CONFIG: "the watchlist, an option or an argument has to be corrected",
    Code.INACCESSIBLE: "some page or source could not be had",
    Code.STORE: "what is kept cannot be read or written",
    Code.DELIVERY: "`deliveries`: some are dead; a sink refused",
    Code.UNSOUND: "`verify`, `checkpoint compare`: something is not what it was",
    Code.BUG: "a bug of ours; `--debug` shows where",
    Code.INTERRUPTED: "interrupted with Ctrl-C",
    Code.PIPE: "whoever read the output stopped reading",
}

HELP: Final = "**Exit codes**\n\n" + "\n".join(
    f"* {code:d}: {meaning}" for code, meaning in MEANING.items()
)


def code_for(error: ClausewatchError) -> Code:
    """Return the exit code of an error that ends a command."""
    match error:
        case ConfigError():
            return Code.CONFIG
        case CaptureError():
            return Code.INACCESSIBLE
        case DeliveryError():
            return Code.DELIVERY
        case StoreError():
            return Code.STORE
        case _:
            return Code.BUG
