"""What it amounts to that a clause came, went, or heads something else now."""

from collections.abc import Sequence
from typing import Final

from clausewatch.core.dates import LABEL_CHARACTERS
from clausewatch.core.event import Verdict
from clausewatch.core.masks import COPYRIGHT, LABEL_WORDS, YEAR, bare_words, no_versions
from clausewatch.core.model import Clause, Role
from clausewatch.core.spelling import DECIDING, TYPO_LETTERS, UNCASED, squeeze
from clausewatch.core.wording import Wording

DATE_LINE_WORDS: Final = 8
PHRASE_WORDS: Final = 3
TELLING_WORDS: Final = 10
HEADING_WORDS: Final = 8


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
    if clause.linked and clause.role is Role.SENTENCE:
        return Wording(Verdict.HOUSEKEEPING, "a link to another page")
    if clause.role is Role.HEADING and _is_plain_heading(text):
        return Wording(Verdict.EDITORIAL, "a heading")
    if clause.role is Role.SENTENCE and _is_fragment(text):
        return Wording(Verdict.EXTRACTION, "a few words that are no sentence")
    return Wording(Verdict.SUBSTANTIVE, "a clause came or went")


def _is_fragment(text: str) -> bool:
    """Say whether a text is too short to promise anything: a label, a lead-in."""
    if UNCASED.search(text):  # no spaces to count words by
        return len(text) < TYPO_LETTERS
    words = len(bare_words(text))
    return words < PHRASE_WORDS or (words == PHRASE_WORDS and text.endswith(":"))


def weigh_heading(before: Clause, after: Clause, found: Wording) -> Wording:
    """Return what the renaming of a heading amounts to; most are a tidy-up.

    A line in bold may be a sentence: a number or a negation in it still counts.
    """
    if not _is_plain_heading(before.words) or after.text.endswith(":"):
        return found
    changed = set(_squeezed(before.words)) ^ set(_squeezed(after.words))
    if changed & DECIDING or any(map(str.isdigit, "".join(changed))):
        return found
    return Wording(Verdict.EDITORIAL, "a heading was renamed")


def _is_plain_heading(text: str) -> bool:
    """Say whether a heading only names what follows; a line in bold may be more."""
    return len(text.split()) <= HEADING_WORDS


def is_telling(clause: Clause) -> bool:
    """Say whether a clause is long enough to be told from others by its words."""
    return len(bare_words(clause.words)) >= TELLING_WORDS


def _squeezed(text: str) -> Sequence[str]:
    """Return the words of a text, squeezed."""
    return [squeeze(word) for word in text.split()]
