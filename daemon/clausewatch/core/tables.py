"""Rows of tables: one clause each, under the header of their table.

A row is read as the blocks in its cells; when it closes, several short cells become
one block, `Purpose | Data | Retention`, and long ones stay paragraphs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from clausewatch.core.blocks import Block
from clausewatch.core.model import Role

CELL: Final = " | "
ROW_CHARACTERS: Final = 600
"""Longest row that is one clause; a longer one stays the paragraphs in it."""
HEAD_CHARACTERS: Final = 200
"""Longest header, or cell that spans rows, that is repeated over what it heads."""
HEADS: Final = 4
"""Most cells that reach into a row."""


@dataclass(slots=True)
class Table:
    """A table that is being read: its header row, and cells that reach further down."""

    layout: bool = False
    head: str = ""
    spans: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class Row:
    """A row that is being read: where its cells begin among the blocks."""

    table: Table
    start: int
    cells: list[tuple[int, int]] = field(default_factory=list)
    """For each cell its first block and how many rows it spans."""
    nested: bool = False


def gathered(row: Row, found: list[Block], around: Block) -> list[Block]:
    """Return the blocks of a row that closes, and note what it says for later rows.

    `found` are the blocks since the row began; `around` says where the row stands.
    """
    table = row.table
    starts = [first - row.start for first, _ in row.cells]
    if not starts or starts[0]:  # words outside of cells: no row of a table
        return [block for block in found if is_told(block)]
    cells = [
        found[first:end]
        for first, end in zip(starts, [*starts[1:], len(found)], strict=True)
    ]
    texts = [
        " ".join(block.text for block in cell).replace("\n", " ") for cell in cells
    ]
    heads = tuple(filter(None, (table.head, *(text for _, text in table.spans))))
    table.spans = [(left - 1, text) for left, text in table.spans if left > 1]
    if not table.layout:
        table.spans += [
            (span - 1, text)
            for (_, span), text in zip(row.cells, texts, strict=True)
            if span > 1 and len(text) <= HEAD_CHARACTERS
        ][: HEADS - len(table.spans)]
    size = sum(map(len, texts))
    if table.layout or len(cells) < 2 or size > ROW_CHARACTERS:  # noqa: PLR2004
        return [block._replace(heads=heads) for block in found if is_told(block)]
    text = CELL.join(texts).replace("  ", " ").rstrip(" |")
    if not text:
        return []
    if _is_header(cells):
        heads = ()
        table.head = text if len(text) <= HEAD_CHARACTERS else ""
    return [joined(found, text, around._replace(role=Role.ROW, heads=heads))]


def joined(found: Sequence[Block], text: str, around: Block) -> Block:
    """Return several blocks as one; a control among them makes it one."""
    control = any(block.role is Role.CONTROL for block in found)
    return around._replace(
        text=text,
        role=Role.CONTROL if control else around.role,
        linked=sum(block.linked for block in found),
        inward=sum(block.inward for block in found),
        outward=sum(block.outward for block in found),
        hrefs=tuple(dict.fromkeys(href for block in found for href in block.hrefs)),
    )


def is_told(block: Block) -> bool:
    """Say whether a block has any words, or is a control."""
    return block.role is Role.CONTROL or any(map(str.isalnum, block.text))


def _is_header(cells: Sequence[Sequence[Block]]) -> bool:
    """Say whether every cell that is not empty is a heading: `th`, or wholly bold."""
    filled = [cell for cell in cells if cell]
    return len(filled) > 1 and all(
        len(cell) == 1 and cell[0].role is Role.HEADING for cell in filled
    )
