"""The rules by which a page is read, and their fingerprint.

A document knows its recipe; documents of two recipes are never compared. Whoever
changes what `read` makes of a page raises `VERSION`: captures are then read again,
and what differs for that is told as `rebased`, never as a publisher's change.
"""

from dataclasses import dataclass
from typing import Final

from clausewatch.core.digest import canonical, sha256
from clausewatch.core.model import RecipeId, Watch

VERSION: Final = "2"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to read the pages of one watch; most say nothing."""

    select: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    @property
    def id(self) -> RecipeId:
        """Return what names these rules, and the version of the code behind them."""
        if not self.select and not self.remove:
            return RecipeId(VERSION)
        told = canonical([list(self.select), list(self.remove)])
        return RecipeId(f"{VERSION}+{sha256(told.encode())[:12]}")


def recipe_of(watch: Watch) -> Recipe:
    """Return the recipe that a watch asks for."""
    return Recipe(select=watch.select, remove=watch.remove)
