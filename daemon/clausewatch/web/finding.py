"""Searching the clauses of all documents, through all their versions."""

import re
from typing import Final

from markupsafe import Markup, escape
from starlette.responses import Response

from clausewatch.render.wording import plain
from clausewatch.web.site import Routes, Visit

A_PAGE: Final = 40
MOST_PAGES: Final = 25
"""Whoever reads further asks for something else."""
MOST_CHARACTERS: Final = 600
AROUND: Final = 240
"""Characters shown on each side of the first word found in a long clause."""


def search(visit: Visit) -> Response:
    """Show the clauses that have all words asked for."""
    text = plain(visit.query("q")[:500])
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
    """Return the text, escaped and plain, with what was found between marks.

    A page may have the characters in it that stand for the marks: each mark is ended
    that is begun, whatever comes, and none is ended twice.
    """
    shown, inside = [], False
    for piece in _MARKS.split(_excerpt(text)):
        if piece == START and not inside:
            shown.append(_MARK)
        elif piece == END and inside:
            shown.append(_UNMARK)
        elif piece not in {START, END}:
            # In between, a space at an edge keeps two words apart.
            shown.append(escape(plain(f"|{piece}|")[1:-1]))
            continue
        inside = piece == START
    return Markup().join([*shown, _UNMARK if inside else ""])


def _excerpt(text: str) -> str:
    """Return what stands around the first word found, if the text is long."""
    if len(text) <= MOST_CHARACTERS:
        return text
    at = max(text.find(START), 0)
    start, end = max(0, at - AROUND), at + AROUND
    return ("… " if start else "") + text[start:end] + (" …" if end < len(text) else "")


START, END = "\x02", "\x03"
"""Around the words that were found, as `Stood.text` has them."""
_MARKS: Final = re.compile(f"([{START}{END}])")
_MARK, _UNMARK = Markup("<mark>"), Markup("</mark>")

ROUTES: Final[Routes] = (("/search", search),)
