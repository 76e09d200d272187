"""What a rewording is about: spelling, a date, a number, a reference, or the meaning.

Works on the runs of words that were taken out and put in. Each has to be shown to be
harmless; one that cannot be makes the clause substantive.

Source: ADR 0110.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from clausewatch.core.event import Verdict
from clausewatch.core.masks import (
    ADDRESS,
    COPYRIGHT,
    LABEL_WORDS,
    MASKS,
    TOKEN,
    in_order,
    is_copyright,
    no_numbers,
    one_word,
    same,
)
from clausewatch.core.runs import CLOSE_WORDS, NAME_WORDS, Run, joined, runs
from clausewatch.core.spelling import (
    CARRYING,
    DECIDING,
    LITTLE,
    POINTING,
    is_letter_off,
    is_spelling,
    squeeze,
)

_LEGAL_FORMS: Final = frozenset(
    "inc ltd limited llc llp plc corp corporation gmbh ag kg se sa sas sarl srl spa bv nv "
    "ab as oy aps pty co company".split()
)
_DIGIT: Final = re.compile(r"\d")
TIMES_RENAMED: Final = 2
PIECE_CHARACTERS: Final = 8
"""A shorter piece of text may stand elsewhere by chance."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What the difference of two wordings amounts to, and why."""

    verdict: Verdict
    why: str


class Context:
    """What the whole of the difference says about a part of it.

    Args:
        old: The words of all clauses before, and `new` after.
        reworded: The reworded clauses, before and after.
    """

    def __init__(
        self,
        old: Iterable[str],
        new: Iterable[str],
        reworded: Iterable[tuple[str, str]],
    ) -> None:
        self._old = squeeze(" ".join(old))
        self._new = squeeze(" ".join(new))
        self._swaps: Counter[tuple[tuple[str, ...], tuple[str, ...]]] = Counter()
        self._names = set[tuple[tuple[str, ...], tuple[str, ...]]]()
        for before, after in reworded:
            found = {_swap(run): run for run in runs(before.split(), after.split())}
            self._swaps.update(found.keys())
            self._names.update(swap for swap, run in found.items() if _is_name(run))

    def is_renamed(self, run: Run) -> bool:
        """Say whether a name was replaced by another one throughout.

        A legal form makes it a party: who that is, is never a matter of style.
        """
        if self._swaps[_swap(run)] < TIMES_RENAMED:
            return False
        if any("@" in word for word in (*run.gone, *run.come)):
            return False  # whom to write to is no matter of style either
        words = {squeeze(word) for word in (*run.gone, *run.come)}
        party = {squeeze(word) for word in run.then} & _LEGAL_FORMS
        if party or words & (DECIDING | _LEGAL_FORMS) or _DIGIT.search("".join(words)):
            return False
        if not run.gone:
            return run.come[0].startswith("(") and run.come[-1].rstrip(".,;").endswith(
                ")"
            )
        return _swap(run) in self._names

    def is_slip(self, gone: Sequence[str], come: Sequence[str]) -> bool:
        """Say whether a word with a letter too many or too few was put right.

        It is a slip only if it stood there once and is never written so again.
        """
        if len(gone) != 1 or len(come) != 1:
            return False
        wrong, right = gone[0], come[0]
        return (
            is_letter_off(wrong, right)
            and self._old.count(wrong) == 1
            and wrong not in self._new
        )

    def stood(self, text: str) -> bool:
        """Say whether a text stood somewhere in the old one, word for word."""
        return squeeze(text) in self._old

    def stands(self, text: str) -> bool:
        """Say whether a text stands somewhere in the new one, word for word."""
        return squeeze(text) in self._new

    def stays(self, words: Sequence[str]) -> bool:
        """Say whether a piece stands in the new text as often as in the old.

        A phrase is counted, not just found: "with your consent" may stand in ten
        clauses, and its going from one of them is a change.
        """
        piece = squeeze("".join(words))
        if len(piece) < PIECE_CHARACTERS:
            return False
        # Most pieces stand in one of the two only; to count them in both would take
        # longer than the rest of the judgement of a long policy.
        if piece not in self._old or piece not in self._new:
            return False
        return self._new.count(piece) == self._old.count(piece)


def _is_name(run: Run) -> bool:
    """Say whether one name, as its capitals tell, stands for another."""
    return bool(run.come) and all(
        0 < len(side) <= NAME_WORDS and side[0].strip("\"'(")[:1].isupper()
        for side in (run.gone, run.come)
    )


def _swap(run: Run) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what was put for what, whatever stands around the words.

    Of a name that is followed by its short form, the short form.
    """
    gone, come = run.gone, run.come
    if len(gone) > 1 and len(come) > 1 and all(_is_short(s[-1]) for s in (gone, come)):
        gone, come = gone[-1:], come[-1:]
    return tuple(map(squeeze, gone)), tuple(map(squeeze, come))


def _is_short(word: str) -> bool:
    """Say whether a word is a short form in brackets: (GDPR)."""
    bare = word.rstrip(".,;:)")
    return word.startswith("(") and bare[1:].isupper() and ")" in word


def weigh(before: str, after: str, context: Context) -> Wording:
    """Return what the difference between two wordings of a clause amounts to."""
    before, after = one_word(before), one_word(after)
    if same(TOKEN.sub("#", before), TOKEN.sub("#", after)):
        return Wording(Verdict.EXTRACTION, "only a generated token differs")
    if COPYRIGHT.search(after) and same(no_numbers(before), no_numbers(after)):
        return Wording(Verdict.HOUSEKEEPING, "only the year of the copyright differs")
    if is_copyright(before) or is_copyright(after):
        return Wording(Verdict.HOUSEKEEPING, "a copyright line")
    for verdict, why, mask in MASKS:
        if same(mask(before), mask(after)):
            return Wording(verdict, why)
    if squeeze(before) == squeeze(after):
        return Wording(Verdict.EDITORIAL, "only case, spacing or punctuation differs")
    if same(in_order(before), in_order(after)):
        return Wording(Verdict.EDITORIAL, "the same list in another order")
    differing = joined(runs(before.split(), after.split()))
    found = [_weigh_run(run, context) for run in differing]
    doubtful = [f for f in found if f.verdict is Verdict.SUBSTANTIVE]
    return (doubtful or found)[0]


def _weigh_run(run: Run, context: Context) -> Wording:
    gone = [bare for word in run.gone if (bare := squeeze(word))]
    come = [bare for word in run.come if (bare := squeeze(word))]
    if all(TOKEN.fullmatch(word) for word in (*run.gone, *run.come)):
        return Wording(Verdict.EXTRACTION, "only a generated token differs")
    if all(word in LITTLE for word in (*gone, *come)):
        return Wording(Verdict.EDITORIAL, "only articles and the like differ")
    if len(gone) == len(come) and all(map(is_spelling, gone, come)):
        pairs = ", ".join(f"{a} → {b}" for a, b in zip(gone, come, strict=True))
        return Wording(Verdict.EDITORIAL, f"only spelling differs: {pairs}")
    if context.is_slip(gone, come):
        return Wording(Verdict.EDITORIAL, f"a slip put right: {gone[0]} → {come[0]}")
    if _is_relabelled(run, gone, come):
        return Wording(Verdict.HOUSEKEEPING, "an address is shown in another way")
    beside = [squeeze(word) for word in run.beside]
    if {*gone, *come} & {*beside} and all(
        word in beside or word in POINTING for word in (*gone, *come)
    ):
        return Wording(Verdict.EDITORIAL, "a word stood there twice")
    if _points(run, gone) and _points(run, come):
        return Wording(Verdict.HOUSEKEEPING, "only how a link is introduced differs")
    if all(context.stays(side) for side in (gone, come) if side):
        return Wording(Verdict.EDITORIAL, "the same words, placed differently")
    if context.is_renamed(run):
        return Wording(Verdict.EDITORIAL, "a name was replaced throughout")
    gone_told = f"[-{' '.join(run.gone)}-]" if run.gone else ""
    come_told = f"{{+{' '.join(run.come)}+}}" if run.come else ""
    told = f"{gone_told} {come_told}".strip()
    return Wording(Verdict.SUBSTANTIVE, f"words that carry meaning differ: {told}")


def _points(run: Run, words: Sequence[str]) -> bool:
    """Say whether words that came or went only lead the reader elsewhere."""
    leads = {"here", "link", "page", "hier", "seite", "ici", "lien", "aquí", "enlace"}
    both = {squeeze(word) for word in (*run.gone, *run.come)}
    return bool(both & leads) and all(word in POINTING for word in words)


def _is_relabelled(run: Run, gone: Sequence[str], come: Sequence[str]) -> bool:
    """Say whether an address became the words that it stands behind, or the reverse."""
    addresses = [
        side for side in (run.gone, run.come) if ADDRESS.search(" ".join(side))
    ]
    words = len(gone) + len(come)
    return (
        len(addresses) >= 1
        and words <= LABEL_WORDS
        and not {*gone, *come} & CARRYING
        and all(
            len(ADDRESS.sub("", " ".join(s)).split()) <= CLOSE_WORDS for s in addresses
        )
    )
