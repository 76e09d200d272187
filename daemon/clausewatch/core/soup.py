"""The readers for pages whose shape the first one cannot bear.

Such pages were made to hurt, or by a broken generator; they are read all the same, in
linear time: by BeautifulSoup over the parser of the standard library, and, if that
gives up or the page is vast, as the text between tags.

Source: ADR 0101.
"""

import re
import warnings
import zlib
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Final

from bs4 import BeautifulSoup, ParserRejectedMarkup, Tag
from bs4.element import NavigableString, PageElement, PreformattedString

from clausewatch.core.blocks import Block
from clausewatch.core.elements import KINDS, Attributes, Kind, fold
from clausewatch.core.model import Role
from clausewatch.core.walk import Setting, Walk

SOUP_TAGS: Final = 50_000
SOUP_CHARACTERS: Final = 2_000_000
"""Above either a page is text between tags: BeautifulSoup would take a second."""
MOST_LINES: Final = 50_000
"""A page with more is compared part by part: a million sentences take seconds."""
PART_CHARACTERS: Final = 2_000
_MARKUP: Final = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    r"|<(script|style|noscript|template|svg|iframe|head)\b.*?(?:</\1\b[^>]*>|\Z)"
    r"|</?([a-zA-Z][^\s/>]*)(?:[^>\"']++|\"[^\"]*+\"|'[^']*+'|[\"'])*+>?"
    r"|<[!?/][^>]*>?",
    re.IGNORECASE | re.DOTALL,
)
_BLOCKS: Final = frozenset(
    tag for tag, kind in KINDS.items() if kind in {Kind.BLOCK, Kind.BREAK}
)
_Open = tuple[Iterator[PageElement], Kind | None, Setting]


def blocks(text: str, host: str) -> tuple[Block, ...]:
    """Return the blocks of a page of any shape, in linear time; never raises."""
    if len(text) > SOUP_CHARACTERS or text.count("<") > SOUP_TAGS:
        return between_tags(text)
    try:
        with warnings.catch_warnings():
            # It warns of what looks like an address, or like XML: neither matters.
            warnings.simplefilter("ignore")
            soup = BeautifulSoup(text, "html.parser")
    except (ParserRejectedMarkup, AssertionError, ValueError):
        return between_tags(text)
    walk = Walk(host, _nameless)
    _descend(walk, soup)
    walk.flush()
    return tuple(walk.blocks)


def _nameless(_attributes: Attributes) -> str:
    return ""


def _descend(walk: Walk, soup: Tag) -> None:
    """Visit every node once, without recursion."""
    above: list[_Open] = [(iter(soup.contents), None, walk.setting)]
    while above:
        for node in above[-1][0]:
            if isinstance(node, NavigableString):
                if not isinstance(node, PreformattedString):
                    walk.add(node)
                continue
            if not isinstance(node, Tag):
                continue
            before = walk.setting
            kind = KINDS.get(node.name)
            if kind is Kind.SKIP or (kind is Kind.TEMPLATE and not _shows(node)):
                continue
            inside = kind is None or walk.enter(kind, node.name, _attributes(node))
            if inside:
                above.append((iter(node.contents), kind, before))
                break
            if kind is not None:
                walk.leave(kind, before)
        else:
            _, kind, before = above.pop()
            if kind is not None:
                walk.leave(kind, before)


def _shows(template: Tag) -> bool:
    return template.has_attr("shadowrootmode")


def _attributes(node: Tag) -> Attributes:
    return {
        name: value if isinstance(value, str) else " ".join(value)
        for name, value in node.attrs.items()
    }


def between_tags(text: str) -> tuple[Block, ...]:
    """Return the text between tags, a paragraph for each element that is a block."""

    def gap(markup: re.Match[str]) -> str:
        return "\v" if (markup[2] or "").lower() in _BLOCKS else ""

    lines = unescape(_MARKUP.sub(gap, text.replace("\v", " "))).split("\v")
    told = [line for line in map(fold, lines) if any(map(str.isalnum, line))]
    if len(told) <= MOST_LINES:
        return tuple(Block(line, Role.SENTENCE) for line in told)
    return tuple(Block(part, Role.ROW) for part in _parts(told))


def _parts(lines: Iterable[str]) -> Iterator[str]:
    """Return lines in parts of some thousand characters, each to be one clause.

    What a line says decides whether a part ends there, so that a new line changes
    the part it stands in and no other.
    """
    part: list[str] = []
    size = 0
    for line in lines:
        part.append(line)
        size += len(line)
        if size >= PART_CHARACTERS * 8 or (size >= PART_CHARACTERS and _is_last(line)):
            yield " ".join(part)
            part, size = [], 0
    if part:
        yield " ".join(part)


def _is_last(line: str) -> bool:
    return zlib.crc32(line.encode("utf-8", "surrogatepass")) % 16 == 0
