"""What comes and goes together: a label among links, a line of a consent layer.

Alone, such a clause says nothing of what it is; what stands beside it does.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from clausewatch.core.masks import bare_words
from clausewatch.core.model import Clause, Edit, EditKind, Role, Zone
from clausewatch.core.spelling import CARRYING, squeeze

LABEL_WORDS: Final = 6
"""A name of a page, or of a group of links, has no more words."""
FRAME_SHARE: Final = 0.5
"""Of what comes or goes in one piece, this much tells that all of it is the frame."""
ASIDE_WORDS: Final = 12
"""What a consent layer says beside its buttons is short."""
NEAR: Final = 3

CONTROL: Final = re.compile(
    r"(?:(?:accept|reject|allow|decline|refuse|deny) all|save (?:settings|preferences|my choices?)"
    r"|manage (?:cookies?|consent)(?: settings| preferences)?|(?:cookies?|consent) (?:settings|preferences)"
    r"|alle(?: cookies)? (?:akzeptieren|ablehnen|annehmen|zulassen)|auswahl (?:speichern|bestätigen)"
    r"|tout (?:accepter|refuser)|(?:accepter|refuser) tou[ts]\w*|continuer sans accepter"
    r"|(?:aceptar|rechazar) tod[ao]s?|(?:accetta|rifiuta) tutt[oi]|alles (?:accepteren|weigeren))",
    re.IGNORECASE,
)
"""What the buttons of a layer that asks for consent say."""


def framed(
    edits: Sequence[Edit], old: Sequence[Clause], new: Sequence[Clause]
) -> tuple[frozenset[int], frozenset[int]]:
    """Return the ordinals, before and after, of what came or went as part of the frame."""
    gone = [edit.old[0] for edit in edits if edit.kind is EditKind.REMOVED]
    come = [edit.new[0] for edit in edits if edit.kind is EditKind.ADDED]
    return _framed(gone, old), _framed(come, new)


def _framed(ordinals: Iterable[int], clauses: Sequence[Clause]) -> frozenset[int]:
    return frozenset(
        i
        for piece in _pieces(ordinals)
        for i in (
            *_among_links(piece, clauses),
            *_among_controls(piece, clauses),
            *_at_edge(piece, clauses),
        )
    )


def _pieces(ordinals: Iterable[int]) -> Iterator[list[int]]:
    """Yield the ordinals in pieces that stand together."""
    piece: list[int] = []
    for ordinal in sorted(ordinals):
        if piece and ordinal > piece[-1] + 1:
            yield piece
            piece = []
        piece.append(ordinal)
    if piece:
        yield piece


def _among_links(piece: Sequence[int], clauses: Sequence[Clause]) -> Iterator[int]:
    frame = sum(clauses[i].zone is Zone.FURNITURE for i in piece)
    if frame and frame >= len(piece) * FRAME_SHARE:
        yield from (i for i in piece if is_label(clauses[i]))


def _at_edge(piece: Sequence[int], clauses: Sequence[Clause]) -> Sequence[int]:
    """Return the piece if it is labels between the text and what frames it.

    After a list or a colon it may be the list's last names, and is the policy.
    """
    first, last = piece[0], piece[-1]
    before = clauses[first - 1] if first else None
    after = clauses[last + 1] if last + 1 < len(clauses) else None
    below = (
        before is not None
        and before.zone is Zone.BODY
        and before.role is Role.SENTENCE
        and len(before.words.split()) > ASIDE_WORDS
        and not before.text.endswith(":")
        and after is not None
        and after.zone is Zone.FURNITURE
    )
    above = (
        (before is None or before.zone is Zone.FURNITURE)
        and after is not None
        and after.role is Role.HEADING
    )
    labels = len(piece) <= NEAR and all(is_label(clauses[i]) for i in piece)
    return piece if labels and (above or below) else ()


def _among_controls(piece: Sequence[int], clauses: Sequence[Clause]) -> Iterator[int]:
    controls = [i for i in piece if _is_control(clauses[i])]
    for i in piece:
        aside = len(bare_words(clauses[i].words)) <= ASIDE_WORDS
        if aside and any(abs(i - control) <= NEAR for control in controls):
            yield i


def _is_control(clause: Clause) -> bool:
    """Say whether a clause is a button, or buttons run together, that asks for consent."""
    few = len(bare_words(clause.words)) <= LABEL_WORDS
    return few and CONTROL.search(clause.words) is not None


def is_label(clause: Clause) -> bool:
    """Say whether a clause names something, and says nothing of it."""
    text = clause.words
    few = len(text.split()) <= LABEL_WORDS
    return few and not text.endswith((".", ";", ":")) and is_plain(clause)


def is_plain(clause: Clause) -> bool:
    """Say whether no word of a clause decides anything, and no number does."""
    words = {squeeze(word) for word in clause.words.split()}
    return not words & CARRYING and not any(map(str.isdigit, clause.words))
