"""What a page is made of before it is clauses: blocks of text, in reading order."""

from typing import NamedTuple

from clausewatch.core.model import Role


class Block(NamedTuple):
    """A paragraph, heading, list item, table row or control, as a reader meets it.

    Line breaks inside `text` are those of the page (`<br>`); all other white space
    has been folded. A tuple, because a page has hundreds and frozen dataclasses take
    three times as long to make.
    """

    text: str
    role: Role
    level: int = 0
    """Of a heading, 1 to 6; 7 for a line that only looks like one."""
    landmark: str = ""
    """Part of the page frame it stands in: `nav`, `header`, `footer`, `aside`, `layer`."""
    frame: int = 0
    """The container that made it part of a landmark; 0 outside of all."""
    linked: int = 0
    """How many characters of the text are inside links."""
    inward: int = 0
    """How many of those lead to a place on the same page."""
    outward: int = 0
    """How many of those lead to another site, or write a mail."""
    hidden: bool = False
    """Whether a click, a tab or a script has to show it."""
    hrefs: tuple[str, ...] = ()
    """Where its links lead, without tracking parameters."""
    trail: tuple[int, ...] = ()
    """The containers it stands in, outermost first, numbered within the page."""
    heads: tuple[str, ...] = ()
    """Of a table row: the header row, and cells that span into this row."""

    @property
    def is_link(self) -> bool:
        """Say whether all of it is a link: the name of another page, not a clause."""
        return self.linked * 10 >= len(self.text) * 9
