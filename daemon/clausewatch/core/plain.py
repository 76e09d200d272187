"""Plain text, and what has been extracted from a PDF: paragraphs and items."""

import re
from collections.abc import Iterator
from typing import Final

from clausewatch.core.blocks import Block
from clausewatch.core.model import Role

_ITEM: Final = re.compile(r"^\s*(?:[-*•·▪◦‣]|\(?\w{1,3}[.)])\s+")
_NUMBERED_HEADING: Final = re.compile(r"^(?:\d+(?:\.\d+)*\.?|[IVX]+\.)\s+\S")
HEADING_CHARACTERS: Final = 90


def blocks(text: str) -> tuple[Block, ...]:
    """Return the paragraphs; a blank line or a list mark begins a new one."""
    return tuple(
        Block(text=paragraph, role=role, level=7 if role is Role.HEADING else 0)
        for paragraph in _paragraphs(text)
        if any(map(str.isalnum, paragraph))
        for role in (_role(paragraph),)
    )


def _paragraphs(text: str) -> Iterator[str]:
    lines: list[str] = []
    for line in text.split("\n"):
        folded = " ".join(line.split())
        if lines and (not folded or _ITEM.match(line)):
            yield "\n".join(lines)
            lines = []
        if folded:
            lines.append(folded)
    if lines:
        yield "\n".join(lines)


def _role(paragraph: str) -> Role:
    if len(paragraph) <= HEADING_CHARACTERS and "\n" not in paragraph:
        ends = paragraph[-1] in ".;:,!?。"
        if not ends and (paragraph.isupper() or _NUMBERED_HEADING.match(paragraph)):
            return Role.HEADING
    return Role.ITEM if _ITEM.match(paragraph) else Role.SENTENCE
