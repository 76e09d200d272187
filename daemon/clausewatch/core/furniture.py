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
from collections.abc import Set as AbstractSet
from typing import Final

from clausewatch.core.blocks import Block
from clausewatch.core.model import Role, Zone
from clausewatch.core.normalise import DENSE, reading_size

PROSE_CHARACTERS: Final = 60
"""A block at least this long that is not made of links is running text."""
MAIN_SHARE: Final = 0.9
"""The main container is the deepest that holds this share of the running text."""
NEAR_BLOCKS: Final = 4
"""How far a short block may stand from the prose that it belongs to."""
ANNOUNCING_TERMS: Final = 2
"""Terms of the trade that a text in the frame must use to be an announcement."""
TERMS_OF_TRADE: Final = re.compile(
    r"\b(polic(?:y|ies)|terms|agreement|privacy|personal (?:data|information)"
    r"|your (?:data|information|content|rights)|we (?:are|have|will|may)|you (?:agree|accept)|by (?:using|continuing)"
    r"|effective|opt out"
    r"|bedingungen|datenschutz|daten\b|richtlinie|conditions|confidentialité|données"
    r"|politique|condiciones|privacidad|datos|política|termini|condizioni|dati\b)",
    re.IGNORECASE,
)
PART: Final = re.compile(
    r"(?:schedule|annex|appendix|exhibit|addendum|attachment|anhang|anlage|annexe|anexo|allegato|bijlage)\s+[\dA-Z]\b",
    re.IGNORECASE,
)
"""How a part of the document that stands on a page of its own is called."""
_CONSENT: Final = re.compile(
    r"cookie|consent|partner|vendor|\btcf\b|iab", re.IGNORECASE
)


def is_prose(block: Block) -> bool:
    """Say whether a block is running text, by its length and share of links."""
    size = len(block.text)
    if block.linked * 2 >= size or size * DENSE < PROSE_CHARACTERS:
        return False
    # Asked of each block of a page several times: most are told by their length.
    return size >= PROSE_CHARACTERS or reading_size(block.text) >= PROSE_CHARACTERS


def zones(blocks: Sequence[Block]) -> tuple[Zone, ...]:
    """Return the zone of each block."""
    frame = _frame(blocks)
    main = _main(blocks, frame)
    menus = _menus(blocks, frame)
    spoken = any(TERMS_OF_TRADE.search(b.text) for b in blocks if main in b.trail)
    found = [
        Zone.FURNITURE if menu else _zone(block, main, frame, spoken=spoken)
        for block, menu in zip(blocks, menus, strict=True)
    ]
    # Outside the main container a heading or a short item is only as much policy
    # as the text it stands among.
    for ordinal, block in enumerate(blocks):
        strays = block.frame not in frame and main not in block.trail
        if found[ordinal] is Zone.FURNITURE and strays and not menus[ordinal]:
            found[ordinal] = _zone_among(found, blocks, ordinal)
    title = _title(blocks, main, frame)
    if title is not None:
        found[title] = Zone.BODY
    return tuple(found)


def _title(blocks: Sequence[Block], main: int, frame: AbstractSet[int]) -> int | None:
    """Return the heading shortly before the main container, if there is one."""
    first = next((i for i, block in enumerate(blocks) if main in block.trail), 0)
    for ordinal in range(first - 1, max(-1, first - 1 - NEAR_BLOCKS), -1):
        block = blocks[ordinal]
        if block.role is Role.HEADING and block.frame not in frame:
            return ordinal
    return None


def _frame(blocks: Sequence[Block]) -> frozenset[int]:
    """Return the landmarks to believe: those that do not hold most of the prose.

    A policy shown in a dialog, or in a column that is called a sidebar, is a policy.
    """
    weight: Counter[int] = Counter()
    consent: Counter[int] = Counter()
    for block in blocks:
        if is_prose(block):
            weight[block.frame] += len(block.text)
            if block.landmark.startswith("layer") and _CONSENT.search(block.text):
                consent[block.frame] += len(block.text)
    total = weight.total()
    return frozenset(
        block.frame
        for block in blocks
        if block.landmark not in {"", "content"}
        and (
            weight[block.frame] * 2 <= total
            or (
                consent[block.frame] >= weight[block.frame] * CONSENT_SHARE
                and total - weight[block.frame] >= DOCUMENT_CHARACTERS
            )
        )
    )


def _zone_among(zones: Sequence[Zone], blocks: Sequence[Block], ordinal: int) -> Zone:
    """Return the zone of the prose shortly before and shortly after a block."""
    before = range(max(0, ordinal - NEAR_BLOCKS), ordinal)
    after = range(ordinal + 1, min(len(blocks), ordinal + 1 + NEAR_BLOCKS))
    among = all(
        any(zones[i] is Zone.BODY and is_prose(blocks[i]) for i in near)
        for near in (before, after)
    )
    return Zone.BODY if among else Zone.FURNITURE


def _main(blocks: Sequence[Block], frame: AbstractSet[int]) -> int:
    """Return the number of the deepest container with most of the prose; 0: none."""
    weight: Counter[int] = Counter()
    depth: dict[int, int] = {}
    total = 0
    for block in blocks:
        if block.frame in frame or not is_prose(block):
            continue
        total += len(block.text)
        for level, container in enumerate(block.trail):
            weight[container] += len(block.text)
            depth[container] = level
    held = [c for c in weight if weight[c] >= MAIN_SHARE * total]
    return max(held, key=lambda c: depth[c], default=0)


def _zone(block: Block, main: int, frame: AbstractSet[int], *, spoken: bool) -> Zone:
    if block.frame in frame:
        return Zone.BODY if _is_announcement(block) else Zone.FURNITURE
    if main in block.trail:
        return Zone.BODY
    return Zone.BODY if _is_stray(block, spoken=spoken) else Zone.FURNITURE


def _is_stray(block: Block, *, spoken: bool) -> bool:
    """Say whether text outside the main container is part of the policy all the same.

    Where the page speaks the trade's language, so does what belongs to it.
    """
    if not is_prose(block) or _CONSENT.search(block.text):
        return False
    return not spoken or bool(TERMS_OF_TRADE.search(block.text))


def _menus(blocks: Sequence[Block], frame: AbstractSet[int]) -> Sequence[bool]:
    """Say of each block whether it only leads to another place of this page or site.

    A table of contents repeats the headings. Before the text begins and after it has
    ended, links are ways to other pages; amid the text they may be a list of annexes
    or of recipients, and stay.
    """
    prose = [
        len(block.text) if is_prose(block) and block.frame not in frame else 0
        for block in blocks
    ]
    total = sum(prose) or 1
    passed = 0
    found = []
    for block, size in zip(blocks, prose, strict=True):
        edge = not EDGE_SHARE <= passed / total <= 1 - EDGE_SHARE
        contents = block.inward * 2 > block.linked
        link = _is_link(block) and not PART.match(block.text)
        menu = link and (contents or (edge and not announces(block.text)))
        found.append(menu)
        passed += size
    return found


DOCUMENT_CHARACTERS: Final = 1500
"""Prose beside a consent layer that may itself be the document."""
CONSENT_SHARE: Final = 0.3
"""A layer that speaks this much of cookies and consent asks for it."""
EDGE_SHARE: Final = 0.02


def _is_link(block: Block) -> bool:
    """Say whether a block is nothing but links."""
    plain = block.role not in {Role.ROW, Role.CONTROL}
    return plain and block.linked * 5 >= len(block.text) * 4


def _is_announcement(block: Block) -> bool:
    """Say whether text in the frame speaks to the reader as a policy does."""
    quiet = block.landmark.startswith(("layer", "nav"))
    return not quiet and is_prose(block) and announces(block.text)


def announces(text: str) -> bool:
    """Say whether a text of the frame tells the reader about rights or duties."""
    return (
        len(text) >= PROSE_CHARACTERS
        and not _CONSENT.search(text)
        and len(TERMS_OF_TRADE.findall(text)) >= ANNOUNCING_TERMS
    )
