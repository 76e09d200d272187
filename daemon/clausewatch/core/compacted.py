"""What a compaction of the archive came to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Compacted:
    """What a compaction came to."""

    captures: int = 0
    """How many were looked at."""
    patched: int = 0
    """How many of them are kept as patches from now on."""
    before_bytes: int = 0
    """What the patched ones took on the disk before."""
    after_bytes: int = 0

    def __add__(self, other: "Compacted") -> "Compacted":
        return Compacted(
            self.captures + other.captures,
            self.patched + other.patched,
            self.before_bytes + other.before_bytes,
            self.after_bytes + other.after_bytes,
        )
