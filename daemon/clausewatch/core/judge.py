"""What a difference amounts to: a verdict on each edit, the strongest on the whole.

Everything is explained by the rule that decided and the words it went by. When in
doubt an edit is substantive, with little weight: a missed change is worse.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from rapidfuzz import fuzz, process

from clausewatch.core import company, direction, materiality, signals, topics
from clausewatch.core.alone import (
    is_fragment,
    is_heading,
    is_telling,
    weigh_alone,
    weigh_heading,
)
from clausewatch.core.company import is_plain
from clausewatch.core.event import (
    Change,
    Direction,
    Signal,
    StatedDates,
    Verdict,
)
from clausewatch.core.links import is_choice, names_choice
from clausewatch.core.model import Clause, Document, Edit, EditKind, Role, Zone
from clausewatch.core.plausible import is_first_real, is_translated, was_stand_in
from clausewatch.core.rulebook import Rulebook
from clausewatch.core.siblings import framed
from clausewatch.core.spelling import squeeze
from clausewatch.core.summary import foremost, summary
from clausewatch.core.variants import hash64
from clausewatch.core.wording import Context, Wording, weigh

_STRENGTH: Final = (
    Verdict.VARIANT,
    Verdict.EXTRACTION,
    Verdict.HOUSEKEEPING,
    Verdict.EDITORIAL,
    Verdict.SUBSTANTIVE,
)
TWIN: Final = 93
"""Percent of the letters that two copies of a clause share at least."""
MANY: Final = 20
"""Fewer repeated clauses than this may be a list that has grown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is thought of a difference; apart from the evidence."""

    verdict: Verdict
    materiality: int
    confidence: str
    reason: str
    summary: str
    changes: tuple[Change, ...]
    stated: StatedDates
    topics: tuple[str, ...] = ()
    direction: Direction = Direction.NEUTRAL
    signals: tuple[Signal, ...] = ()
    because: tuple[str, ...] = ()


def judge(
    old: Document,
    new: Document,
    edits: Sequence[Edit],
    *,
    seen: AbstractSet[int],
    first: bool = False,
    siblings: Collection[AbstractSet[int]] = (),
    rulebook: Rulebook = Rulebook(),  # noqa: B008
) -> Judgement:
    """Return what the edits from one document to the other amount to.

    Args:
        first: Whether the old one is all that has ever been seen, a few times only.
        seen: Hashes of the words of all clauses that the page has shown before.
        siblings: Hashes of the clauses of each other page of the host.
        rulebook: What topics, direction and materiality are told by.
    """
    if is_translated(new, old):
        told = f"the page now speaks {new.language}, not {old.language}"
        return _incomparable(old, new, Verdict.VARIANT, told)
    if is_first_real(new, old) or (first and was_stand_in(new, old)):
        told = "the document is there; what stood before was not it"
        return _incomparable(old, new, Verdict.EXTRACTION, told)
    sides = _Sides(old, new, edits, seen, siblings)
    about = topics.of(
        tuple(sides.changes(edits)), new.language, new.title, rulebook.topics
    )
    pointed = direction.of(about.changes, new.language, rulebook, about.touched)
    changes = pointed.changes
    stated = StatedDates(_stated(old), _stated(new))
    strongest = max(changes, key=lambda c: _STRENGTH.index(c.verdict), default=None)
    verdict = strongest.verdict if strongest else Verdict.EXTRACTION
    decided = foremost([change for change in changes if change.verdict is verdict])
    weighed = materiality.of(
        decided, about.touched, pointed.direction, rulebook.scales, pointed.taken
    )
    return Judgement(
        verdict=verdict,
        materiality=weighed.materiality,
        confidence="high" if pointed.sure else "low",
        reason=_reason(decided),
        summary=summary(decided),
        changes=(*decided, *(c for c in changes if c.verdict is not verdict)),
        stated=stated,
        topics=about.topics,
        direction=pointed.direction,
        signals=signals.of(pointed, stated, new.language, rulebook),
        because=(*weighed.because, *about.because, *pointed.because),
    )


def _reason(decided: Sequence[Change]) -> str:
    """Return why the verdict is what it is, by the change that weighs most."""
    if not decided:
        return "the same words, set differently"
    why = decided[0].why
    return why if len(decided) == 1 else f"{len(decided)} changes, above all: {why}"


def _incomparable(
    old: Document, new: Document, verdict: Verdict, told: str
) -> Judgement:
    return Judgement(
        verdict=verdict,
        materiality=0,
        confidence="high",
        reason="nothing can be compared clause by clause",
        summary=told,
        changes=(),
        stated=StatedDates(_stated(old), _stated(new)),
    )


class _Sides:
    """The two documents that edits point into."""

    def __init__(
        self,
        old: Document,
        new: Document,
        edits: Sequence[Edit],
        seen: AbstractSet[int],
        siblings: Collection[AbstractSet[int]],
    ) -> None:
        self.old = old.clauses
        self.new = new.clauses
        self.seen = seen
        self._framed = framed(self.old, siblings), framed(self.new, siblings)
        self._beside = company.framed(edits, self.old, self.new)
        self._titles = frozenset(
            squeeze(clause.words)
            for clause in (*self.old, *self.new)
            if clause.role is Role.HEADING and clause.zone is Zone.BODY
        )
        self._context = Context(
            (clause.words for clause in self.old),
            (clause.words for clause in self.new),
            (self._wordings(e) for e in edits if e.kind is EditKind.REWORDED),
        )
        come = [self.new[e.new[0]] for e in edits if e.kind is EditKind.ADDED]
        gone = [self.old[e.old[0]] for e in edits if e.kind is EditKind.REMOVED]
        self._doubled = _nearly_all(come, self._context.stood)
        """Whether nearly all that was added stood there before: a part twice."""
        self._halved = _nearly_all(gone, self._context.stands)
        """Whether nearly all that was removed still stands: no longer twice."""

    def _wordings(self, edit: Edit) -> tuple[str, str]:
        return (
            " ".join(self.old[i].words for i in edit.old),
            " ".join(self.new[j].words for j in edit.new),
        )

    def changes(self, edits: Sequence[Edit]) -> Iterator[Change]:
        for edit in edits:
            if edit.kind is EditKind.KEPT:
                yield from self._retargeted(edit)
            else:
                yield self._change(edit)

    def _retargeted(self, edit: Edit) -> Iterator[Change]:
        """Yield the kept clauses whose links lead elsewhere now."""
        for i, j in zip(edit.old, edit.new, strict=True):
            before, after = self.old[i], self.new[j]
            if before.href != after.href and after.zone is Zone.BODY:
                yield Change(
                    kind=EditKind.KEPT,
                    path=after.path,
                    before=f"{before.text} [{before.href}]",
                    after=f"{after.text} [{after.href}]",
                    verdict=_weigh_link(before, after),
                    why="a link leads elsewhere",
                )

    def _change(self, edit: Edit) -> Change:
        before = [self.old[i] for i in edit.old]
        after = [self.new[j] for j in edit.new]
        found = self._weigh(edit, before, after)
        return Change(
            kind=edit.kind,
            path=(after or before)[0].path,
            before=" ".join(clause.text for clause in before),
            after=" ".join(clause.text for clause in after),
            words=edit.words,
            verdict=found.verdict,
            why=found.why,
            moved=edit.moved,
        )

    def _weigh(
        self, edit: Edit, before: Sequence[Clause], after: Sequence[Clause]
    ) -> Wording:
        if all(clause.zone is Zone.FURNITURE for clause in (*before, *after)):
            return Wording(Verdict.EXTRACTION, "part of the page's frame")
        if _is_in(self._framed, edit):
            return Wording(Verdict.EXTRACTION, "stands on other pages of the site too")
        if _is_in(self._beside, edit):
            return Wording(Verdict.EXTRACTION, "came or went with the page's frame")
        match edit.kind:
            case EditKind.MOVED | EditKind.RECAST:
                return Wording(Verdict.EDITORIAL, "the same words, placed differently")
            case EditKind.REWORDED:
                return self._reworded(edit, before, after)
            case EditKind.ADDED:
                return _told_as(self._added(after[0]), "a clause came")
            case _:
                return _told_as(self._removed(before[0]), "a clause went")

    def _reworded(
        self, edit: Edit, before: Sequence[Clause], after: Sequence[Clause]
    ) -> Wording:
        found = weigh(*self._wordings(edit), self._context)
        headings = any(map(is_heading, (*before, *after)))
        if headings and found.verdict is Verdict.SUBSTANTIVE:
            return weigh_heading(before[0], after[0], found)
        if found.verdict is Verdict.SUBSTANTIVE and _are_fragments(before, after):
            return Wording(Verdict.EXTRACTION, "a few words that are no sentence")
        return found

    def _is_contents(self, clause: Clause) -> bool:
        """Say whether a clause is a link that repeats a heading: an entry of a table."""
        return clause.linked and squeeze(clause.words) in self._titles

    def _added(self, clause: Clause) -> Wording:
        if self._is_contents(clause):
            return Wording(Verdict.EDITORIAL, "an entry of the table of contents")
        if self._context.stays([clause.words]):
            return Wording(Verdict.EDITORIAL, "its words stood elsewhere before")
        if self._context.stood(clause.words) and (self._doubled or is_telling(clause)):
            return Wording(Verdict.EDITORIAL, "repeats words that stood there before")
        if hash64(clause.words) in self.seen:
            return Wording(Verdict.VARIANT, "words that the page has shown before")
        return weigh_alone(clause)

    def _has_twin(self, clause: Clause) -> bool:
        """Say whether a clause of the new text is this one but for a few letters."""
        texts = [other.words for other in self.new]
        found = process.extractOne(
            clause.words, texts, scorer=fuzz.ratio, score_cutoff=TWIN
        )
        return found is not None

    def _removed(self, clause: Clause) -> Wording:
        if self._is_contents(clause):
            return Wording(Verdict.EDITORIAL, "an entry of the table of contents")
        if self._context.stays([clause.words]):
            return Wording(Verdict.EDITORIAL, "its words stand elsewhere now")
        stands = self._context.stands(clause.words)
        doubled = self._halved and (stands or self._has_twin(clause))
        if doubled or (stands and is_telling(clause)):
            return Wording(Verdict.EDITORIAL, "its words still stand elsewhere")
        return weigh_alone(clause)


def _told_as(found: Wording, why: str) -> Wording:
    """Return what was found; what is not harmless, in these words."""
    return replace(found, why=why) if found.verdict is Verdict.SUBSTANTIVE else found


def _nearly_all(clauses: Sequence[Clause], stands: Callable[[str], bool]) -> bool:
    """Say whether so many clauses stand on the other side too that it is no chance."""
    found = sum(stands(clause.words) for clause in clauses)
    return found >= MANY and found * 5 >= len(clauses) * 4


def _are_fragments(before: Sequence[Clause], after: Sequence[Clause]) -> bool:
    """Say whether a few words gave way to others, and neither make a sentence."""
    return all(
        clause.role is Role.SENTENCE and is_fragment(clause.words) and is_plain(clause)
        for clause in (*before, *after)
    )


def _is_in(framed: tuple[frozenset[int], frozenset[int]], edit: Edit) -> bool:
    """Say whether either side of an edit is the page's frame."""
    return any(
        side and ordinals.issuperset(side)
        for side, ordinals in zip((edit.old, edit.new), framed, strict=True)
    )


def _weigh_link(before: Clause, after: Clause) -> Verdict:
    """Return what it amounts to that the links of a clause lead elsewhere.

    Sites are rebuilt all the time; it matters where a link to a choice was, and what
    its address names now is none.
    """
    lost = is_choice(after) and names_choice(before.href)
    if lost and not names_choice(after.href):
        return Verdict.SUBSTANTIVE
    return Verdict.HOUSEKEEPING


def _stated(document: Document) -> date | None:
    return max((found.on for found in document.stated), default=None)
