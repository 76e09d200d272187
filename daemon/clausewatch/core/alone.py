"""What it amounts to that a clause came, went, or heads something else now."""

import re
from collections.abc import Sequence
from typing import Final

from clausewatch.core.dates import LABEL_CHARACTERS
from clausewatch.core.event import Verdict
from clausewatch.core.furniture import PART, TERMS_OF_TRADE
from clausewatch.core.links import CHOICE
from clausewatch.core.masks import (
    ARCHIVED,
    COPYRIGHT,
    LABEL_WORDS,
    SIZE,
    YEAR,
    bare_words,
    no_versions,
)
from clausewatch.core.model import Clause, Role
from clausewatch.core.spelling import CARRYING, TYPO_LETTERS, UNCASED, squeeze
from clausewatch.core.wording import Wording

DATE_LINE_WORDS: Final = 8
PHRASE_WORDS: Final = 3
TELLING_WORDS: Final = 10
HEADLINE_WORDS: Final = 8
"""A list of recipients or notices has shorter names."""
HEADING_WORDS: Final = 8
PARTS_WORDS: Final = 6
NAMED_WORDS: Final = 5
"""A heading that ends like a sentence is none if it has so few words."""
TITLE_WORDS: Final = 12
"""A line of more words than this is no title, however it is set."""

_NUMBER: Final = re.compile(r"^\d{1,3}(?:\.\d{1,3})*\.?\s+")


def weigh_alone(clause: Clause) -> Wording:
    """Return what it amounts to that a clause came or went."""
    text = clause.words
    if COPYRIGHT.search(text) and len(text) <= LABEL_CHARACTERS:
        return Wording(Verdict.HOUSEKEEPING, "a copyright line")
    masked = no_versions(text)
    if masked != text and len(bare_words(masked)) <= DATE_LINE_WORDS:
        return Wording(Verdict.HOUSEKEEPING, "a line with the document's date")
    if clause.linked and YEAR.search(text) and len(bare_words(text)) <= LABEL_WORDS:
        return Wording(Verdict.HOUSEKEEPING, "a link to a dated version")
    if ARCHIVED.search(text) and YEAR.search(text) and _is_label(text):
        return Wording(Verdict.HOUSEKEEPING, "a line in a list of versions")
    sizeless = SIZE.sub("#", text)
    if sizeless != text and len(bare_words(sizeless)) <= PHRASE_WORDS:
        return Wording(Verdict.HOUSEKEEPING, "the size of a file")
    if clause.role is not Role.ROW and _is_menu(text):
        return Wording(Verdict.EXTRACTION, "a line of links")
    if _leads(text):
        return Wording(Verdict.HOUSEKEEPING, "only leads to another page")
    part = PART.match(text)
    if (
        clause.linked
        and not part
        and (clause.role is Role.SENTENCE or _is_teaser(text))
    ):
        return Wording(Verdict.HOUSEKEEPING, "a link to another page")
    if clause.role is Role.HEADING and _is_plain_heading(text):
        return Wording(Verdict.EDITORIAL, "a heading")
    if clause.role is Role.SENTENCE and is_fragment(text):
        return Wording(Verdict.EXTRACTION, "a few words that are no sentence")
    return Wording(Verdict.SUBSTANTIVE, "a clause came or went")


_PARTS: Final = re.compile(r"\s+[-—–·•»›]\s+")
MENU_PARTS: Final = 4
_MORE: Final = re.compile(
    r"(?:(?:learn|read|find out|discover) (?:more )?about\b|(?:mehr|weitere informationen) (?:erfahren|zu[rm]?|über)\b"
    r"|en savoir plus sur\b|más información sobre\b|(?:per saperne|scopri) di più su\b)",
    re.IGNORECASE,
)


def _is_menu(text: str) -> bool:
    """Say whether a line is nothing but names of pages, set apart by dashes or dots."""
    parts = _PARTS.split(text)
    return len(parts) >= MENU_PARTS and all(
        len(part.split()) <= PARTS_WORDS and not part.endswith((".", ",", ";"))
        for part in parts
    )


def _leads(text: str) -> bool:
    """Say whether a text only leads elsewhere; a choice may lie there, and is told."""
    if CHOICE.search(text) or len(bare_words(text)) > LABEL_WORDS:
        return False
    return text.endswith(("›", "»", "→", "❯")) or bool(_MORE.match(text))


def is_fragment(text: str) -> bool:
    """Say whether a text is too short to promise anything: a label, a lead-in."""
    if UNCASED.search(text):  # no spaces to count words by
        return len(text) < TYPO_LETTERS
    words = len(bare_words(text))
    return words < PHRASE_WORDS or (words == PHRASE_WORDS and text.endswith(":"))


def _is_teaser(text: str) -> bool:
    """Say whether the text of a link is the headline of a story rather than a name."""
    return len(bare_words(text)) >= HEADLINE_WORDS and not TERMS_OF_TRADE.search(text)


def _is_label(text: str) -> bool:
    """Say whether a text names something rather than says something."""
    return len(bare_words(text)) <= LABEL_WORDS and not text.endswith((".", ";"))


def weigh_heading(before: Clause, after: Clause, found: Wording) -> Wording:
    """Return what the renaming of a heading amounts to; most are a tidy-up.

    A line in bold may be a sentence: a number or a negation in it still counts.
    """
    changed = set(_squeezed(before)) ^ set(_squeezed(after))
    if not changed:
        return Wording(Verdict.HOUSEKEEPING, "only the number of a heading differs")
    longest = TITLE_WORDS if not after.text.endswith((":", ".")) else NAMED_WORDS
    if len(before.words.split()) > longest:
        return found
    if before.text.endswith("?") and after.text.endswith("?"):
        return Wording(Verdict.EDITORIAL, "a heading asks in other words")
    if changed & CARRYING or any(map(str.isdigit, "".join(changed))):
        return found
    return Wording(Verdict.EDITORIAL, "a heading was renamed")


def is_heading(clause: Clause) -> bool:
    """Say whether a clause is set as a heading, or is a short line in capitals."""
    text = clause.text
    return clause.role is Role.HEADING or (text.isupper() and _is_plain_heading(text))


def _is_plain_heading(text: str) -> bool:
    """Say whether a heading only names what follows; a line in bold may be more."""
    return len(text.split()) <= HEADING_WORDS


def is_telling(clause: Clause) -> bool:
    """Say whether a clause is long enough to be told from others by its words."""
    return len(bare_words(clause.words)) >= TELLING_WORDS


def _squeezed(heading: Clause) -> Sequence[str]:
    """Return the words of a heading, squeezed, without its number."""
    return [squeeze(word) for word in _NUMBER.sub("", heading.words).split()]
