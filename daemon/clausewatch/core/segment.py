"""Blocks to clauses: sentences, items and rows under their headings.

Where a sentence ends is decided from the text alone, so a paragraph that is split,
joined or re-flowed gives the same sentences.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from clausewatch.core.blocks import Block
from clausewatch.core.dates import is_month
from clausewatch.core.model import Clause, Role, Zone
from clausewatch.core.normalise import words

_END: Final = re.compile(
    r"(?:(?<![.!?…])[.!?…]++[\"'”’»)\]]*+(?=\s)|(?<=[^\W\d_][\w”’\")])[.!?](?=[A-ZÀ-Þ][\w’']* )|[。！？｡]+[」』”）]*|(?<![؟۔।])[؟۔।]++(?=\s)|;(?=\n))\s*"
)
_ABBREVIATIONS: Final = frozenset(
    "e.g i.e etc vs cf al inc ltd co corp llc plc no nos art arts sec secs para paras "
    "p pp ch st dr mr mrs ms prof jr sr dept est approx incl excl resp ca fig vol ed "
    "u.s u.k e.u d.c a.m p.m z.b d.h u.a o.ä bzw ggf usw vgl abs nr ziff lit evtl inkl "
    "zzgl s.o s.u i.s.d i.v.m gem str tel bspw sog ff p.ex c.-à-d av bd m mme mlle n° "
    "éd sté s.a s.a.s s.r.l s.p.a sra sta pág núm ud uds ej p.ej aprox dpto admón "
    "n.v b.v o.a d.w.z bijv enz nl ss rev gen gov hon jan feb mar apr jun jul aug sep "
    "sept oct nov dec".split()
)
_BEFORE: Final = re.compile(r"[^\s(\[\"“„«]+$")
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)*")
LONGEST_WORD: Final = 24
"""Longer words are no abbreviations, and no months."""
NUMBER_CHARACTERS: Final = 8
"""Where a number that opens a sentence may end."""
_OPENS: Final = re.compile(r"[\"'“„«‘(\[]*[^\W_a-zà-öø-ÿß-ÿа-яё]")
_CONTINUES: Final = re.compile(r"[^\W\d_A-ZÀ-ÖØ-Þ]|[,;)]")


def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of a block's text; joined by spaces they are the text."""
    return _sentences(text)


@lru_cache(maxsize=4096)
def _sentences(text: str) -> tuple[str, ...]:
    found: list[str] = []
    for line in _lines(text):
        start = 0
        for match in _END.finditer(line):
            if _ends(line, start, match):
                found.append(line[start : match.end()].strip())
                start = match.end()
        found.append(line[start:].strip())
    return tuple(part for part in found if part)


def _lines(text: str) -> Iterable[str]:
    """Return lines; one that a line break only wraps is joined to the one before."""
    joined: list[list[str]] = []
    for line in text.split("\n"):
        if joined and _CONTINUES.match(line) and _is_open(joined[-1][-1]):
            joined[-1].append(line)
        else:
            joined.append([line])
    return map(" ".join, joined)


def _is_open(line: str) -> bool:
    """Say whether a line stops amid a sentence."""
    if line[-1:] == ".":
        return _word_before(line, 0, len(line) - 1) in _ABBREVIATIONS
    return line[-1:] not in "!?:;"


def _ends(line: str, start: int, match: re.Match[str]) -> bool:
    """Say whether this punctuation ends a sentence."""
    mark = line[match.start()]
    if mark in "。！？｡" or match.end() == len(line):
        return True
    if not _OPENS.match(line, match.end()):
        return False
    if mark != ".":
        return True
    word = _word_before(line, start, match.start())
    # A number or a lone letter before the point is an enumerator or an initial.
    return not (
        word in _ABBREVIATIONS
        or (len(word) == 1 and word.isalpha())
        or (_NUMBER.fullmatch(word) and match.start() - start <= NUMBER_CHARACTERS)
        or (
            word.isdigit()
            and len(word) <= 2  # noqa: PLR2004
            and is_month(line[match.end() : match.end() + LONGEST_WORD])
        )
    )


def _word_before(line: str, start: int, end: int) -> str:
    """Return the word that ends there, in lower case, without an elided article."""
    # A window, because a page may hold a word of a megabyte.
    found = _BEFORE.search(line, max(start, end - LONGEST_WORD), end)
    return re.split("['’]", found.group().lower())[-1] if found else ""


def clauses(blocks: Sequence[Block], zones: Sequence[Zone]) -> tuple[Clause, ...]:
    """Return the clauses of a page in reading order, each under its headings.

    A heading in the furniture heads nothing but furniture.
    """
    found: list[Clause] = []
    headings: list[tuple[int, str]] = []
    for ordinal, (block, zone) in enumerate(zip(blocks, zones, strict=True)):
        heads = block.role is Role.HEADING and zone is Zone.BODY
        if heads:
            headings = [entry for entry in headings if entry[0] < block.level]
        path = tuple(text for _, text in headings) if zone is Zone.BODY else ()
        path += block.heads
        found.extend(_clauses(block, zone, path, ordinal))
        if heads:
            headings.append((block.level, " ".join(block.text.split())))
    return tuple(found)


def _clauses(
    block: Block, zone: Zone, path: tuple[str, ...], ordinal: int
) -> Iterable[Clause]:
    whole = block.role in {Role.HEADING, Role.ROW, Role.CONTROL}
    texts = (" ".join(block.text.split()),) if whole else sentences(block.text)
    href = " ".join(block.hrefs)
    for text in texts:
        counted = words(text, block.role)
        if counted:
            yield Clause(
                text=text,
                words=counted,
                path=path,
                role=block.role,
                zone=zone,
                block=ordinal,
                href=href,
                linked=block.is_link,
            )
