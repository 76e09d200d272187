"""What on the page is not the policy: the frame around it.

No list of class names decides, and no main-content extractor: those lose policy text
on a third of pages. A block is furniture if its own shape says so where it stands:
it belongs to a declared part of the frame, or to none of the containers that hold
the prose, or is nothing but links. Nothing is dropped: the zone is a mark that the
judge weighs, and prose that announces something to the reader is never furniture.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from clausewatch.core.blocks import Block
from clausewatch.core.model import Role, Zone

PROSE_CHARACTERS: Final = 60
"""A block at least this long that is not made of links is running text."""
MAIN_SHARE: Final = 0.9
"""The main container is the deepest that holds this share of the running text."""
NEAR_BLOCKS: Final = 4
"""How far a short block may stand from the prose that it belongs to."""
ANNOUNCING_TERMS: Final = 2
"""Terms of the trade that a text in the frame must use to be an announcement."""
_ANNOUNCES: Final = re.compile(
    r"\b(polic(?:y|ies)|terms|agreement|privacy|personal (?:data|information)"
    r"|your (?:data|information|content|rights)|we (?:are|have|will|may)|effective|opt out"
    r"|bedingungen|datenschutz|daten\b|richtlinie|conditions|confidentialité|données"
    r"|politique|condiciones|privacidad|datos|política|termini|condizioni|dati)",
    re.IGNORECASE,
)
_CONSENT: Final = re.compile(
    r"cookie|consent|partner|vendor|\btcf\b|iab", re.IGNORECASE
)
_WORD: Final = re.compile(r"\w+")


def is_prose(block: Block) -> bool:
    """Say whether a block is running text, by its length and share of links."""
    return len(block.text) >= PROSE_CHARACTERS and block.linked * 2 < len(block.text)


def zones(blocks: Sequence[Block]) -> tuple[Zone, ...]:
    """Return the zone of each block."""
    main = _main(blocks)
    found = [_zone(block, main) for block in blocks]
    # Outside the main container a heading or a short item is only as much policy
    # as the text it stands among.
    for ordinal, block in enumerate(blocks):
        if found[ordinal] is Zone.BODY or block.landmark or main in block.trail:
            continue
        around = _around(found, blocks, ordinal)
        if around == (True, True) and block.linked * 2 < len(block.text):
            found[ordinal] = Zone.BODY
    return tuple(found)


def _around(
    zones: Sequence[Zone], blocks: Sequence[Block], ordinal: int
) -> tuple[bool, bool]:
    """Say whether policy prose stands shortly before and shortly after a block."""
    before = range(max(0, ordinal - NEAR_BLOCKS), ordinal)
    after = range(ordinal + 1, min(len(blocks), ordinal + 1 + NEAR_BLOCKS))
    return (
        any(zones[i] is Zone.BODY and is_prose(blocks[i]) for i in before),
        any(zones[i] is Zone.BODY and is_prose(blocks[i]) for i in after),
    )


def _main(blocks: Sequence[Block]) -> int:
    """Return the number of the deepest container with most of the prose; 0: none."""
    weight: Counter[int] = Counter()
    depth: dict[int, int] = {}
    total = 0
    for block in blocks:
        if block.landmark in _FRAME or not is_prose(block):
            continue
        total += len(block.text)
        for level, container in enumerate(block.trail):
            weight[container] += len(block.text)
            depth[container] = level
    held = [c for c in weight if weight[c] >= MAIN_SHARE * total]
    return max(held, key=lambda c: depth[c], default=0)


_FRAME: Final = frozenset(["nav", "header", "footer", "aside", "layer"])


def _zone(block: Block, main: int) -> Zone:
    if block.landmark in _FRAME:
        return Zone.BODY if _is_announcement(block) else Zone.FURNITURE
    if main in block.trail:
        # A table of contents repeats the headings.
        inward = block.inward * 5 >= len(block.text) * 4
        return Zone.FURNITURE if inward else Zone.BODY
    if block.landmark.endswith("?"):
        return Zone.BODY if _is_announcement(block) else Zone.FURNITURE
    return Zone.BODY if is_prose(block) else Zone.FURNITURE


def _is_announcement(block: Block) -> bool:
    """Say whether text in the frame speaks to the reader as a policy does."""
    return (
        not block.landmark.startswith(("layer", "nav"))
        and is_prose(block)
        and not _CONSENT.search(block.text)
        and len(_ANNOUNCES.findall(block.text)) >= ANNOUNCING_TERMS
    )
