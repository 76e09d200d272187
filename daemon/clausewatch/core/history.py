"""What one page has shown before, and what is being waited for.

A page is compared with the nearest of the contents it has shown, not with the last:
pages flip between variants more often than they change.
"""

from dataclasses import dataclass
from datetime import datetime

from clausewatch.core.model import Digest, RecipeId


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One content that the page has shown."""

    fingerprint: str
    """Of the page that last showed it; the frame around a content may differ."""
    words: str
    """Hash of the words of its body; the same however it is set or framed."""
    document: Digest
    capture: Digest
    """The body it was first read from."""
    first_seen: datetime
    last_seen: datetime
    times: int = 1
    sketch: tuple[int, ...] = ()
    """64-bit hashes of the words of its body's clauses; finds the nearest unread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Something not yet believed: looked at again before it is told.

    `why` is empty for a plausible change that only awaits confirmation; otherwise
    it says what makes the capture suspect.
    """

    content: Content
    why: str
    since: datetime
    """When it began, whatever came since."""
    looks: int = 1
    told: bool = False
    """Whether it was reported as suspect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """A content that came back after long: a change, if it stays."""

    left: Content
    """What it replaced."""
    since: datetime
    looks: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Everything that `assess` remembers of a watch; opaque to all but the core."""

    recipe: RecipeId = RecipeId("")
    revision: int = 0
    head: Content | None = None
    contents: tuple[Content, ...] = ()
    """Most recently seen last; at least 30 days and the last 50."""
    held: Held | None = None
    returned: Return | None = None
    last_look: datetime | None = None
    last_body: Digest | None = None
    """The bytes that last showed the head, so that the same bytes cost nothing."""
    markup: str = ""
    """Hash of the page that last showed the head, without what is never read."""
    failures: int = 0
    """Looks in a row at which the page could not be had."""
    failing_since: datetime | None = None
    inaccessible: bool = False
    """Whether it was reported as inaccessible."""
