"""Pieces of words that a text must have for an expression to match.

Of a hundred expressions one or two match a clause. What its words have in them can be
remembered word by word; what expressions make of the whole cannot.

Source: ADR 0115.
"""

import re
from collections.abc import Iterable, Sequence

# The standard library's own parser of expressions: no second one can disagree with it.
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final

LEAST: Final = 2
"""A single letter stands in any text."""


def needed(patterns: Iterable[str]) -> tuple[str, ...]:
    """Return pieces of words, of which a text has one if one of the patterns matches.

    Empty where nothing is sure; the expressions have to be tried then.
    """
    found: list[str] = []
    for pattern in patterns:
        tree = parser.parse(pattern)
        # Letters of either case match then, and only one of them would be looked for.
        sure = () if tree.state.flags & re.IGNORECASE else _of_sequence(tree)
        if not sure:
            return ()
        found += sure
    # Where "sell" does not stand, "selling" does not either.
    return tuple(one for one in dict.fromkeys(found) if not _is_longer(one, found))


def _is_longer(one: str, others: Iterable[str]) -> bool:
    return any(other != one and other in one for other in others)


def _of_sequence(tree: Iterable[tuple[Any, Any]]) -> Sequence[str]:
    """Return the choice of pieces that tells most, of all that have to stand there."""
    able: list[Sequence[str]] = []
    run = ""
    for code, of in tree:
        if code is codes.LITERAL:
            run += chr(of)
            continue
        able += [_within_word(run), _of_part(code, of)]
        run = ""
    able.append(_within_word(run))
    return max(filter(_tells, able), key=_telling, default=())


def _within_word(run: str) -> Sequence[str]:
    return (max(run.split(), key=len, default=""),)


def _tells(choice: Sequence[str]) -> bool:
    return bool(choice) and min(map(len, choice)) >= LEAST


def _telling(choice: Sequence[str]) -> tuple[int, int]:
    """Return how much a choice tells: its shortest letters, then how few there are."""
    return min(map(len, choice)), -len(choice)


def _of_part(code: Any, of: Any) -> Sequence[str]:
    """Return what one part of an expression needs; nothing where it may be left out."""
    if code is codes.SUBPATTERN:
        added = of[1]
        return () if added & re.IGNORECASE else _of_sequence(of[-1])
    if code is codes.BRANCH:
        choices = [_of_sequence(tree) for tree in of[1]]
        return [one for some in choices for one in some] if all(choices) else ()
    if code in {codes.MAX_REPEAT, codes.MIN_REPEAT} and of[0] > 0:
        return _of_sequence(of[2])
    return ()
