"""Where changes stand in a document, found by their texts.

An event holds what changed in its own order. A page shows it in the document's, with
what stayed between; the event is what was told, so it is placed, not compared anew.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

END: Final = float("inf")
"""Where a change stands whose place is not known."""
REST: Final = 0
"""The number under which the gap behind the last change is found."""
NEAR: Final = 40
"""How many clauses in a row a text may be made of."""

Change: TypeAlias = tuple[int, str, str]
"""Its number, and its text before and after."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where each change stands, in clauses of the new document."""

    order: Mapping[int, float]
    """By number; what is gone stands half a clause behind what stood before it."""
    spans: Mapping[int, tuple[int, int]]
    """By number, the clauses that a change is made of, the last one excluded."""
    touched: frozenset[int]
    size: int

    def gaps(self, numbers: Iterable[int]) -> dict[int, tuple[int, int]]:
        """Return what lies before each of these changes, and behind all of them."""
        found: dict[int, tuple[int, int]] = {}
        reached = 0
        for number in numbers:
            at = self.order.get(number, END)
            if at == END:
                continue
            start, end = self.spans.get(number, (int(at + 1), int(at + 1)))
            if start > reached:
                found[number] = (reached, start)
            reached = max(reached, end)
        found[REST] = (reached, self.size)
        return found


def placing(
    changes: Sequence[Change], before: Sequence[str], after: Sequence[str]
) -> Placed:
    """Return where changes stand in the new document."""
    new, old = _Texts(after), _Texts(before)
    spans = {n: span for n, _, text in changes if text and (span := new.span(text))}
    order: dict[int, float] = {n: float(start) for n, (start, _) in spans.items()}
    for number, text, now in changes:
        if not now and text and (span := old.span(text)):
            order[number] = _behind(span[0], before, new)
    touched = frozenset(at for span in spans.values() for at in range(*span))
    return Placed(order, spans, touched, len(after))


def _behind(at: int, before: Sequence[str], new: "_Texts") -> float:
    """Return the place behind the last clause before this one that still stands."""
    for earlier in range(at - 1, -1, -1):
        found = new.first(before[earlier])
        if found is not None:
            return found + 0.5
    return -0.5


class _Texts:
    """The clauses of a document, to be found by their texts, each copy once."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._at: dict[str, list[int]] = {}
        for ordinal, text in enumerate(texts):
            self._at.setdefault(text, []).append(ordinal)
        self._starts: dict[str, list[int]] = {}
        for ordinal, text in enumerate(texts):
            self._starts.setdefault(_start(text), []).append(ordinal)
        self._taken: dict[str, Iterator[int]] = {}

    def first(self, text: str) -> int | None:
        """Return where a text first stands."""
        found = self._at.get(text)
        return found[0] if found else None

    def span(self, text: str) -> tuple[int, int] | None:
        """Return the clauses that make up a text; another copy each time."""
        if found := self._at.get(text):
            copies = self._taken.setdefault(text, iter(found))
            at = next(copies, found[-1])
            return at, at + 1
        return next(self._runs(text), None)

    def _runs(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the clauses in a row that a text was joined from."""
        for first in self._starts.get(_start(text), ())[:NEAR]:
            run, rest = first, text
            while run < min(len(self._texts), first + NEAR):
                clause = self._texts[run]
                if not (clause and rest.startswith(clause)):
                    break
                rest, run = rest[len(clause) :].lstrip(), run + 1
            if run > first and not rest:
                yield first, run


def _start(text: str) -> str:
    return text.split(" ", 1)[0]
