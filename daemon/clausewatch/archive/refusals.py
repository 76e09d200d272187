"""What a disk's refusal is called, and what to do about it."""

from errno import EDQUOT, EFBIG, EIO, ENOSPC
from pathlib import Path
from typing import Final

from clausewatch.errors import StoreError

_FULL: Final = frozenset({ENOSPC, EDQUOT, EFBIG})


def refused(what: str, path: Path, error: OSError) -> StoreError:
    """Return the error that says what the disk refused, and what to do."""
    if error.errno in _FULL:
        remedy = "free some space"
    elif error.errno == EIO:
        remedy = "check the disk"
    else:
        remedy = "check that it belongs to the user who runs clausewatch"
    return StoreError(f"{what}: {path}: {error.strerror}; {remedy}")
