"""What a verification found, and how far it came."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

Progress: TypeAlias = Callable[[str, int, int], None]
"""Told what is being checked, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: where, what, and since when at the earliest."""

    place: str
    what: str
    since: str = ""
    """The time of the last thing before it that is right; empty if there is none."""

    def __str__(self) -> str:
        since = f" (after {self.since})" if self.since else ""
        return f"{self.place}: {self.what}{since}"


@dataclass(slots=True)
class Report:
    """All that was found."""

    findings: list[Finding] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    """What is as it may be and worth saying, such as what a crash left."""
    lines: int = 0
    blobs: int = 0
    checkpoints: int = 0
    timestamps: int = 0
    looks: int = 0
    events: int = 0
    captures: int = 0
    readings: int = 0
    """How many of each were checked."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    def wrong(self, place: object, what: str, since: str = "") -> None:
        """Add a finding."""
        self.findings.append(Finding(str(place), what, since))

    def packed(self, path: object, *, same: bool, ours: bool) -> None:
        """Note how a file is packed whose content is right.

        Args:
            same: Whether it is packed to the byte as we pack it.
            ours: Whether this very version packed it.
        """
        if same:
            return
        what = "a byte changed where it means nothing; what it holds is right"
        if ours:
            self.wrong(path, what)
        else:
            self.notices.append(f"{path}: another version packed it, or {what}")
