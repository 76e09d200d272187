"""clausewatch: know the day the fine print changed, and be able to prove it."""

from typing import Final

__version__: Final = "0.1.0"
