"""Is this the document at all?

A wall, a login, a soft 404, a home page or half a page must never read as "every
clause removed". No list of phrases decides: what came is held against what the page
has been. A policy that is rewritten keeps its subject, so it keeps much of its
vocabulary; what stands in for a policy does not.
"""

from collections import Counter
from itertools import takewhile
from math import sqrt
from typing import Final

from clausewatch.core.furniture import TERMS_OF_TRADE
from clausewatch.core.history import Content
from clausewatch.core.model import Clause, Document, Zone
from clausewatch.core.normalise import reading_size
from clausewatch.core.variants import body

EMPTY_CHARACTERS: Final = 200
"""Less text than this is no policy, unless the page never had more."""
SUCCESSOR_CHARACTERS: Final = 1000
"""A document that replaces another has at least this much to say."""
TRADE: Final = 0.25
"""A successor speaks of rights and duties at least this densely; a home page not."""
LEFT_SHARE: Final = 0.5
KEPT_SHARE: Final = 0.1
"""A page that keeps fewer of its clauses than this is a rewrite or something else."""
SUBJECT: Final = 0.5
"""Cosine of the vocabularies; rewrites of one policy lie above, stand-ins below."""
CUT_SHARE: Final = 0.75
"""A page that is a beginning of itself, shorter than this, was probably cut off."""
BEGUN_SHARE: Final = 0.9
"""Of what stands before the place where a text breaks off, this much was there."""
SHRUNK: Final = 0.2
LONG_WORD: Final = 4


def doubt(document: Document, head: Document, content: Content, last: Content) -> str:
    """Return what makes a reading suspect, held against the standing document.

    Returns:
        A few words for people, or the empty string for a plausible document.
    """
    new, old = body(document), body(head)
    new_size, old_size = _size(new), _size(old)
    if new_size < EMPTY_CHARACTERS and new_size < old_size * SHRUNK:
        return "almost no text is left"
    shared = len(frozenset(content.sketch) & frozenset(last.sketch))
    if _is_cut(document, head, share=new_size / (old_size or 1)):
        return "the text breaks off early"
    if shared < LEFT_SHARE * len(last.sketch) and _is_older(document, head):
        return "most of it is different, and it states an earlier date than before"
    if shared >= KEPT_SHARE * len(last.sketch):
        return ""
    if _likeness(new, old) < SUBJECT:
        return "almost nothing of the document is left, and it speaks of other things"
    if new_size < old_size * SHRUNK:
        return "almost nothing of the document is left"
    return ""


def is_first_real(document: Document, head: Document) -> bool:
    """Say whether what stood before was no document: a shell that has now filled."""
    before, now = _size(body(head)), _size(body(document))
    return before < EMPTY_CHARACTERS and now >= before * 5


def was_stand_in(document: Document, first: Document) -> bool:
    """Say whether what was seen at the very first looks was never the document.

    Nothing was known of the page then, so a wall or a home page was taken for it.
    """
    new, old = body(document), body(first)
    return _trade(old) < _trade(new) * TRADE and _likeness(new, old) < SUBJECT


def is_translated(document: Document, other: Document) -> bool:
    """Say whether two documents speak different languages, as far as can be told."""
    both = document.language and other.language
    return bool(both) and document.language != other.language


def is_a_document(document: Document, head: Document) -> bool:
    """Say whether something that stays may be taken for the document's successor."""
    new, old = body(document), body(head)
    size = _size(new)
    if size < SUCCESSOR_CHARACTERS or _trade(new) < _trade(old) * TRADE:
        return False
    return size >= _size(old) * SHRUNK or _likeness(new, old) >= SUBJECT


def _is_older(document: Document, head: Document) -> bool:
    """Say whether a document states an earlier date than the one before it."""
    before, now = (
        max((found.on for found in d.stated), default=None) for d in (head, document)
    )
    return before is not None and now is not None and now < before


def _trade(clauses: tuple[Clause, ...]) -> float:
    """Return how many terms of the trade a text uses, per character."""
    text = " ".join(clause.words for clause in clauses)
    return len(TERMS_OF_TRADE.findall(text)) / (len(text) or 1)


def _size(clauses: tuple[Clause, ...]) -> int:
    return sum(reading_size(clause.words) for clause in clauses)


def _is_cut(document: Document, head: Document, *, share: float) -> bool:
    """Say whether a page breaks off: it is a beginning of itself, and nothing more.

    Who shortens a policy keeps the footer, so its loss tells a cut of any length.
    Where there is no footer to go by, only a good piece that is missing does.
    """
    new, old = body(document), body(head)
    if _breaks_off(new, old):
        return True
    whole = len(new) - 1  # the last clause may itself be cut
    if not 0 <= whole < len(old):
        return False
    if [c.words for c in new[:whole]] != [c.words for c in old[:whole]]:
        return False
    footer = _footer(head)
    if footer:
        return not footer & {clause.words for clause in document.clauses}
    return share < CUT_SHARE


def _breaks_off(new: tuple[Clause, ...], old: tuple[Clause, ...]) -> bool:
    """Say whether the last clause is the beginning of one that was longer, amid a text.

    Whatever else differs: nobody ends a policy in the middle of a sentence.
    """
    if len(new) < 2:  # noqa: PLR2004 - a text and where it breaks off
        return False
    last = new[-1].words
    at = next((i for i, c in enumerate(old) if _is_begun(last, c.words)), None)
    if at is None or len(old) - at - 1 < len(old) * (1 - CUT_SHARE):
        return False
    known = frozenset(clause.words for clause in old[:at])
    return sum(c.words in known for c in new[:-1]) >= BEGUN_SHARE * (len(new) - 1)


def _is_begun(begun: str, whole: str) -> bool:
    return (
        begun != whole and len(begun.split()) >= LONG_WORD and whole.startswith(begun)
    )


def _footer(document: Document) -> frozenset[str]:
    """Return what stands below the last clause that is policy."""
    below = takewhile(lambda c: c.zone is not Zone.BODY, reversed(document.clauses))
    return frozenset(clause.words for clause in below)


def _likeness(new: tuple[Clause, ...], old: tuple[Clause, ...]) -> float:
    """Return the cosine of the two vocabularies, 0 to 1."""
    a, b = _vocabulary(new), _vocabulary(old)
    dot = sum(count * b[word] for word, count in a.items())
    norm = sqrt(sum(v * v for v in a.values()) * sum(v * v for v in b.values()))
    return dot / norm if norm else 0.0


def _vocabulary(clauses: tuple[Clause, ...]) -> Counter[str]:
    return Counter(
        word
        for clause in clauses
        for word in clause.words.casefold().split()
        if len(word) >= LONG_WORD
    )
