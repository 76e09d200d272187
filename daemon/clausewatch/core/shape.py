"""Whether a page has a shape that the first reader can bear.

Lexbor's time grows with the square of how many elements or attributes are open at
once, and formatting elements that are left open are opened again in every paragraph.
No honest page comes near the bounds; a hostile one of 300 KB could take minutes.

Source: ADR 0101, measured with `bench/reading.py`.
"""

import re
from collections import Counter
from typing import Final

MOST_TAGS: Final = 150_000
"""A page with more, closing ones too, is not walked: that would take over a second."""
FEW_TAGS: Final = 1_500
"""A page with fewer cannot nest deeply enough to hurt."""
DEEPEST: Final = 1_000
"""Elements open at once; browsers stop at 512, honest pages below 100."""
MOST_REOPENED: Final = 2_000_000
"""Formatting elements left open times tags: how many a parser may have to open again."""
LONGEST_TAG: Final = 2_048
MOST_ATTRIBUTES: Final = 256

_TAG: Final = re.compile(r"<[a-zA-Z](?:[^>\"']++|\"[^\"]*+\"|'[^']*+'|[\"'])*+>?")
_NAME: Final = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,30})")
_QUOTED: Final = re.compile(r"\"[^\"]*+\"|'[^']*+'")
_OPAQUE: Final = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))|<(script|style)\b.*?(?:</\1\b[^>]*>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_CLOSED_BY_NEXT: Final = frozenset(
    "p li dt dd td th tr option optgroup thead tbody tfoot rt rp html head body "
    "area base br col embed hr img input link meta param source track wbr".split()
)
_FORMATTING: Final = frozenset(
    "a b big code em font i nobr s small strike strong tt u".split()
)


def bearable(text: str) -> str | None:
    """Return what of a page to parse; None if it is not to be parsed at all.

    Linear, 0.2 ms for 130 KB. What scripts hold can look like tags: if that was all
    that was wrong, the page without them is returned.
    """
    if _is_bearable(text):
        return text
    shown = _OPAQUE.sub(" ", text)
    return shown if _is_bearable(shown) else None


def _is_bearable(text: str) -> bool:
    if text.count("<") > MOST_TAGS:
        return False
    tags = _TAG.findall(text)
    if tags and max(map(len, tags)) > LONGEST_TAG:
        long = (tag for tag in tags if len(tag) > LONGEST_TAG)
        if any(len(_QUOTED.sub(" ", tag).split()) > MOST_ATTRIBUTES for tag in long):
            return False
    return len(tags) <= FEW_TAGS or _is_shallow(text, len(tags))


def _is_shallow(text: str, tags: int) -> bool:
    """Say whether never too many elements are open at once, by their tags alone."""
    count: Counter[str] = Counter()
    depth = formatting = 0
    for close, tag in _NAME.findall(text):
        name = tag.lower()
        if name in _CLOSED_BY_NEXT:
            continue
        step = 1
        if close:
            if not count[name]:
                continue
            step = -1
        count[name] += step
        depth += step
        if name in _FORMATTING:
            formatting += step
            if formatting * tags > MOST_REOPENED:
                return False
        if depth > DEEPEST:
            return False
    return True
