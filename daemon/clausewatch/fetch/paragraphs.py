"""Paragraphs out of the lines of printed pages: pure, and the same every time."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final

_EDGE_LINES: Final = 2
"""Lines at the top and at the foot of a page that may be its header and footer."""
_SHORT: Final = 0.7
"""Share of a full line under which a line did not end for want of room."""
_NUMBER: Final = re.compile(r"\d+")
_ONLY_NUMBERING: Final = re.compile(r"[\W\d]*(?:\w+\W+)?\d+(?:\W+\w+\W+\d+)?\W*")
_ENDS: Final = re.compile(r"[.!?:;。！？؟][\"'”’)\]]*$")
_STARTS: Final = re.compile(
    r"(?:[•◦▪●‣–—*-]|\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-zA-Z]|[ivxIVX]{1,5})[.)])\s"
)
_BROKEN_WORD: Final = re.compile(r"(\w+)[-\u2010\u00ad]$")


def joined(pages: Sequence[str]) -> str:
    """Return the text of all pages, one paragraph a line.

    What stands at the edge of most pages is kept where it stands first, so that a
    header that changes is still seen; bare page numbers go.
    """
    lines = [[" ".join(line.split()) for line in page.splitlines()] for page in pages]
    kept = list(chain.from_iterable(_without_furniture(lines)))
    words = Counter(re.findall(r"\w+(?:-\w+)*", "\n".join(kept)))
    widths = sorted(len(line) for line in kept if line)
    full = widths[len(widths) * 9 // 10] if widths else 0
    return "\n".join(_paragraphs(kept, words, full))


def _without_furniture(pages: list[list[str]]) -> Iterable[list[str]]:
    edges = [set(map(_shape, _edge(page))) for page in pages]
    common = Counter(chain.from_iterable(edges))
    repeated = {
        shape for shape, count in common.items() if count > 1 and count * 2 > len(pages)
    }
    seen: set[str] = set()
    for page in pages:
        at_edge = set(_edge(page))
        yield [
            line
            for line in page
            if not (line in at_edge and _is_spent(line, repeated, seen))
        ]


def _edge(page: list[str]) -> list[str]:
    printed = [line for line in page if line]
    if len(printed) <= 2 * _EDGE_LINES:
        return printed[:1] + printed[-1:]
    return printed[:_EDGE_LINES] + printed[-_EDGE_LINES:]


def _shape(line: str) -> str:
    return _NUMBER.sub("#", line)


def _is_spent(line: str, repeated: set[str], seen: set[str]) -> bool:
    """Return whether this line of a page's edge says nothing new."""
    shape = _shape(line)
    if shape not in repeated:
        return False
    if shape in seen or _ONLY_NUMBERING.fullmatch(line):
        return True
    seen.add(shape)
    return False


def _paragraphs(lines: list[str], words: Counter[str], full: int) -> Iterable[str]:
    current = ""
    width = 0
    for line in lines:
        if current and _begins_anew(current, width, line, full):
            yield current
            current = ""
        if line:
            current = _continued(current, line, words) if current else line
            width = len(line)
    if current:
        yield current


def _begins_anew(before: str, width: int, line: str, full: int) -> bool:
    """Return whether a line starts a paragraph, `width` being the last line's."""
    if not line or _STARTS.match(line):
        # A gap inside a sentence is a page break.
        return bool(line) or bool(_ENDS.search(before))
    return width < full * _SHORT and not line[0].islower()


def _continued(before: str, line: str, words: Counter[str]) -> str:
    """Return both lines as one; a hyphen stays where the word has one elsewhere."""
    broken = _BROKEN_WORD.search(before)
    if broken is None or not line[0].islower():
        return f"{before} {line}"
    rest = re.match(r"\w+", line)
    compound = f"{broken[1]}-{rest[0] if rest else ''}"
    stem = before if compound in words and before.endswith("-") else before[:-1]
    return stem + line
