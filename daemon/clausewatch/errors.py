"""Everything that can go wrong on purpose.

::

    ClausewatchError
    ├── ConfigError     the operator must edit a file
    ├── CaptureError    the world said no: the page could not be had
    ├── DeliveryError   the world said no: an event could not be handed over
    └── StoreError      evidence is at risk: the daemon stops, or waits for its disk
        └── ClaimLostError  another look was quicker; nothing was written

Anything else that is raised is a bug, and crashes.
"""

from collections.abc import Sequence
from dataclasses import dataclass


class ClausewatchError(Exception):
    """The root of all errors raised on purpose; its text is fit to be shown."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in a file: where it is, what it is, what was expected."""

    file: str
    line: int
    column: int
    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.path}: {self.what}"


class ConfigError(ClausewatchError):
    """A file or option that an operator must correct; holds every problem found."""

    def __init__(self, problems: Sequence[Problem] | str) -> None:
        self.problems: tuple[Problem, ...] = (
            () if isinstance(problems, str) else tuple(sorted(problems))
        )
        text = (
            problems
            if isinstance(problems, str)
            else "\n".join(map(str, self.problems))
        )
        super().__init__(text)


class CaptureError(ClausewatchError):
    """A page could not be had.

    Args:
        reason: A short constant for logs and events, such as `timeout` or `http-503`.
        retry: Whether asking again soon may help; decided where the facts are.
        retry_after_s: What the publisher asked for, in seconds, if it did.
    """

    def __init__(
        self,
        message: str,
        *,
        reason: str,
        retry: bool,
        status: int | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.retry = retry
        self.status = status
        self.retry_after_s = retry_after_s


class DeliveryError(ClausewatchError):
    """A sink could not take an event; `retry` is false when it never will."""

    def __init__(
        self, message: str, *, retry: bool, retry_after_s: float | None = None
    ) -> None:
        super().__init__(message)
        self.retry = retry
        self.retry_after_s = retry_after_s


class StoreError(ClausewatchError):
    """What we keep cannot be read or written; going on would lose evidence.

    Args:
        retry: Whether waiting may help, as with a full disk; false for corruption
            and for a lock that another process holds.
    """

    def __init__(self, message: str, *, retry: bool = True) -> None:
        super().__init__(message)
        self.retry = retry


class ClaimLostError(StoreError):
    """The claim's token is not the newest: its lease ran out and another took over."""
