"""Searching the clauses of all documents, through all their versions."""

from typing import Final

from markupsafe import Markup, escape
from starlette.responses import Response

from clausewatch.web.site import Routes, Visit

A_PAGE: Final = 40
MOST_PAGES: Final = 25
"""Whoever reads further asks for something else."""
MOST_CHARACTERS: Final = 600
AROUND: Final = 240
"""Characters shown on each side of the first word found in a long clause."""


def search(visit: Visit) -> Response:
    """Show the clauses that have all words asked for."""
    text = visit.query("q")[:500]
    number = visit.number("page", most=MOST_PAGES)
    found = visit.library.search(text, limit=A_PAGE + 1, skip=(number - 1) * A_PAGE)
    return visit.page(
        "search.html",
        title=f"Search: {text}" if text else "Search",
        text=text,
        found=[(one, highlighted(one.text)) for one in found[:A_PAGE]],
        number=number,
        more=len(found) > A_PAGE and number < MOST_PAGES,
    )


def highlighted(text: str) -> Markup:
    """Return the text, escaped, with what was found between marks."""
    shown = escape(_excerpt(text))
    return Markup(  # noqa: S704 - escaped in the line above; the rest is ours
        str(shown).replace("\x02", "<mark>").replace("\x03", "</mark>")
    )


def _excerpt(text: str) -> str:
    """Return what stands around the first word found, if the text is long."""
    if len(text) <= MOST_CHARACTERS:
        return text
    at = max(text.find("\x02"), 0)
    start, end = max(0, at - AROUND), at + AROUND
    part = text[start:end]
    if part.count("\x02") > part.count("\x03"):
        part += "\x03"
    return ("… " if start else "") + part + (" …" if end < len(text) else "")


ROUTES: Final[Routes] = (("/search", search),)
