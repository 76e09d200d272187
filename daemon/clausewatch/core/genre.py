"""What kind of document a difference is in, as far as title and headings tell.

A rule about cookies is news in terms of use and a matter of course in a cookie policy.
"""

import re
from collections.abc import Sequence
from typing import Final

from clausewatch.core.event import Change

_WORDS: Final = {
    "cookies": "cookie|tracker|traceur|tracking",
    "privacy": "privacy|datenschutz|confidentialit|privacidad|vie priv|données"
    "|data protection|personal data|personal information",
    "guidelines": "guideline|standards|acceptable use|code of conduct|rules|policies"
    "|règles de la comm|richtlinien|abuse|safety",
    "terms": "terms|conditions|agb|nutzungsbed|agreement|cgu|cgv|cgs|términos"
    "|contract|eula|licen",
}
_FOUND: Final = {genre: re.compile(words) for genre, words in _WORDS.items()}
OTHER: Final = "other"
GENRES: Final = (*_WORDS, OTHER)
MAIN_HEADINGS: Final = 3


def above(changes: Sequence[Change], title: str) -> str:
    """Return the title of a document, and the main headings that changes stand under."""
    first = sorted({change.path[0] for change in changes if change.path})
    return " . ".join((title, *first[:MAIN_HEADINGS]))


def genre_of(text: str) -> str:
    """Return one of GENRES for a title and its headings."""
    said = text.casefold()
    return next((g for g, words in _FOUND.items() if words.search(said)), OTHER)
