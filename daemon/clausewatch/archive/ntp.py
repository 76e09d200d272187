"""Whether this machine's clock is kept right, as far as the kernel knows."""

import ctypes
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from clausewatch.core.digest import Json

_ERROR: Final = 5
"""TIME_ERROR of adjtimex(2): the clock is not synchronised."""
_TIMESYNCD: Final = Path("/run/systemd/timesync/synchronized")
"""What systemd-timesyncd leaves where adjtimex is denied, as in a hardened unit."""
SIMULATED: Final[Mapping[str, Json]] = {"state": "simulated"}
"""What is said where time is a story's, as in the demo."""
_UNKNOWN: Final[Mapping[str, Json]] = {"state": "unknown"}


class _Timex(ctypes.Structure):
    """`struct timex` of Linux, up to what we read, with room for the rest."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("rest", ctypes.c_char * 256),
    )


def clock_state() -> Mapping[str, Json]:
    """Return `state`: synchronised, unsynchronised or unknown; costs 3 µs.

    Where it is synchronised and the kernel says how far it may be off at most, that
    is `max_error_us`.
    """
    asked = _Timex(modes=0)  # reads, and changes nothing
    adjtimex = _adjtimex()
    answer = -1 if adjtimex is None else adjtimex(ctypes.byref(asked))
    if answer == _ERROR:
        return {"state": "unsynchronised"}
    if answer >= 0:
        return {"state": "synchronised", "max_error_us": asked.maxerror}
    return {"state": "synchronised"} if _TIMESYNCD.exists() else _UNKNOWN


@cache
def _adjtimex() -> "ctypes._NamedFuncPointer | None":
    if os.uname().sysname != "Linux":
        return None
    return getattr(ctypes.CDLL(None, use_errno=True), "adjtimex", None)
