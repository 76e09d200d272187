"""One look at a watch: from a capture and what is remembered to an outcome.

The cascade, cheapest first: same bytes, same markup, same fingerprint, same words,
known content; then doubt (is it the document at all?), and only then the comparison with the
nearest content that the page has shown.

Source: design §2 and §3.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from clausewatch.core import tell
from clausewatch.core.diff import diff
from clausewatch.core.history import Content, Held, History, Return
from clausewatch.core.judge import judge
from clausewatch.core.model import Capture, Digest, Document, Page, Watch
from clausewatch.core.outcome import (
    Assessment,
    Awaiting,
    Changed,
    FirstSeen,
    Rebased,
    Returned,
    Suspect,
    Unchanged,
)
from clausewatch.core.plausible import doubt, is_a_document, is_translated
from clausewatch.core.read import Opened, read, survey
from clausewatch.core.recipe import Recipe, recipe_of
from clausewatch.core.rulebook import Rulebook
from clausewatch.core.unseen import PERSISTS_AFTER, unchanged, with_head, with_news
from clausewatch.core.variants import (
    REMEMBERED_FOR,
    describe,
    filed,
    known,
    nearest,
    remember,
    seen_again,
)

FIRST_LOOKS: Final = 3
"""Until a page has been seen so often, what was seen may be a wall."""
CONFIRMED_WITHIN: Final = timedelta(minutes=30)
"""By when a live change has been looked at again."""
CONFIRMING_LOOKS: Final = 3
"""A change that is another one at each look is told, unconfirmed, at this one."""
LASTING_LOOKS: Final = 3
LASTING_FOR: Final = timedelta(days=7)
"""How often and for how long an old text must be seen again to be a change."""


class Archive(Protocol):
    """Lookups that the core may ask for; the same question has the same answer."""

    def document(self, digest: Digest) -> Document:
        """Return a reading that was kept."""
        ...

    def page(self, body: Digest) -> Page:
        """Return an earlier capture, decoded again."""
        ...

    def siblings(self, watch: Watch, at: datetime, /) -> Sequence[Sequence[int]]:
        """Return hashes of what other pages of the host showed then or shortly before."""
        ...


@dataclass(frozen=True, slots=True)
class _Look:
    """One capture, read."""

    watch: Watch
    recipe: Recipe
    capture: Capture
    document: Document
    content: Content
    markup: str
    archive: Archive
    rulebook: Callable[[], Rulebook]
    confirm: bool

    def with_digest(self) -> "_Look":
        """Return the look, its reading ready to be kept."""
        return replace(self, content=filed(self.content, self.document))

    @property
    def kept(self) -> tuple[tuple[Digest, Document], ...]:
        """Return the reading, to be kept."""
        return ((self.content.document, self.document),)


def assess(
    watch: Watch,
    capture: Capture,
    history: History,
    *,
    page: Callable[[], Page],
    archive: Archive,
    rulebook: Callable[[], Rulebook] = Rulebook,
    confirm: bool,
) -> Assessment:
    """Return what a capture comes to.

    Args:
        page: The capture, decoded; called only if its bytes are new.
        rulebook: What a change is judged by; called only if there is one.
        confirm: Whether the page can be looked at again at will. If so, a change is
            held until a second look shows it too; if not, it is told at once and
            only what is suspect waits for the next capture.
    """
    at, recipe = capture.captured_at, recipe_of(watch)
    recovered = tell.recovered(watch, history, at)
    flickered = tell.flickered(watch, history, at)
    history = replace(
        history, last_look=at, failures=0, failing_since=None, inaccessible=False
    )
    head, same_recipe = history.head, history.recipe == recipe.id
    if head and same_recipe and capture.body == history.last_body:
        found = unchanged(history, at=at, stage="bytes")
        return with_news(
            _lasting(watch, found, archive, rulebook, at), recovered, flickered
        )
    source = Opened(page(), recipe)
    markup = source.skeleton()
    if head and same_recipe and markup and markup == history.markup:
        found = unchanged(history, at=at, stage="markup")
        found = _lasting(watch, _took(found, capture, markup), archive, rulebook, at)
        return with_news(found, recovered, flickered)
    seen = source.survey(watch.url)
    if head and same_recipe and seen.fingerprint == head.fingerprint:
        found = unchanged(history, at=at, stage="fingerprint")
        found = _lasting(watch, _took(found, capture, markup), archive, rulebook, at)
        return with_news(found, recovered, flickered)
    document = read(seen, recipe)
    content = describe(document, seen.fingerprint, capture)
    look = _Look(
        watch, recipe, capture, document, content, markup, archive, rulebook, confirm
    )
    if head is None:
        return _first(look.with_digest(), history)
    if not same_recipe:
        return with_news(_rebase(look, history), recovered)
    found = _lasting(watch, _compare(look, history, head), archive, rulebook, at)
    return with_news(found, recovered, flickered)


def _compare(look: _Look, history: History, head: Content) -> Assessment:
    """Return what a reading comes to whose page has not been seen like this."""
    at, content = look.capture.captured_at, look.content
    if content.words == head.words:
        same = seen_again(head, at, content.fingerprint)
        found = unchanged(with_head(history, same), at=at, stage="words")
        return _took(found, look.capture, look.markup)
    back = known(history.contents, content)
    if back is not None:
        return _returned(look, history, head, back)
    look = look.with_digest()
    standing = look.archive.document(head.document)
    why = doubt(look.document, standing, content, head)
    if is_translated(look.document, standing):
        why = f"the language is now {look.document.language}"
    held = history.held
    if why and not _stays(look, held, standing):
        return _suspect(look, history, why)
    confirmed = held is not None and held.content.words == content.words
    if look.confirm and not confirmed:
        waits = held if held and not held.why else None
        looks = waits.looks + 1 if waits else 1
        if looks < CONFIRMING_LOOKS:
            now = replace(history, held=_held(look, waits, looks))
            return Assessment(outcome=Awaiting(looks), history=now, documents=look.kept)
    return _changed(look, history, confirmed=confirmed)


def _changed(look: _Look, history: History, *, confirmed: bool) -> Assessment:
    """Return a new content, compared with the nearest that the page has shown."""
    base = nearest(history.contents, look.content)
    before = look.archive.document(base.document)
    seen = frozenset().union(*(c.sketch for c in history.contents))
    edits = diff(before.clauses, look.document.clauses)
    new = len(history.contents) == 1 and base.times <= FIRST_LOOKS
    verdict = judge(
        before,
        look.document,
        edits,
        seen=seen,
        first=new,
        siblings=_siblings(look),
        rulebook=look.rulebook(),
    )
    held = history.held
    first = look.content.first_seen
    if held is not None and held.content.words == look.content.words:
        first = held.content.first_seen
    content = replace(look.content, first_seen=first)
    now = _accept(history, content, look)
    event = tell.changed(
        look.watch, now, verdict, base=base, at=first, confirmed=confirmed
    )
    return Assessment(
        outcome=Changed(), history=now, events=(event,), documents=look.kept
    )


def _siblings(look: _Look) -> Sequence[frozenset[int]]:
    # A recording is not looked at twice: the siblings are asked when it would have been.
    later = timedelta() if look.confirm else CONFIRMED_WITHIN
    found = look.archive.siblings(look.watch, look.capture.captured_at + later)
    return [frozenset(sketch) for sketch in found]


def _returned(
    look: _Look, history: History, head: Content, back: Content
) -> Assessment:
    at = look.capture.captured_at
    content = seen_again(back, at, look.content.fingerprint)
    now = _accept(history, content, look)
    if at - back.last_seen >= REMEMBERED_FOR:
        now = replace(now, returned=Return(left=head, since=at))
    event = tell.returned(look.watch, now, left=head, since=back.last_seen, at=at)
    return Assessment(outcome=Returned(), history=now, events=(event,))


def _lasting(
    watch: Watch,
    found: Assessment,
    archive: Archive,
    rulebook: Callable[[], Rulebook],
    at: datetime,
) -> Assessment:
    """Return the assessment, with the news that an old text has come back to stay.

    A page that flips between variants does so within days. A text that had been gone
    for longer than we remember variants, and then stays, was put back.
    """
    history = found.history
    back, head = history.returned, history.head
    if back is None or head is None or not isinstance(found.outcome, Unchanged):
        return found
    back = replace(back, looks=back.looks + 1)
    if back.looks < LASTING_LOOKS or at - back.since < LASTING_FOR:
        return replace(found, history=replace(history, returned=back))
    before, after = (
        archive.document(back.left.document),
        archive.document(head.document),
    )
    verdict = judge(
        before,
        after,
        diff(before.clauses, after.clauses),
        seen=frozenset(),
        rulebook=rulebook(),
    )
    event = tell.changed(
        watch, history, verdict, base=back.left, at=back.since, confirmed=True
    )
    return replace(
        found, history=replace(history, returned=None), events=(*found.events, event)
    )


def _first(look: _Look, history: History) -> Assessment:
    now = _accept(history, look.content, look)
    event = tell.first_seen(look.watch, now, look.document)
    return Assessment(
        outcome=FirstSeen(), history=now, events=(event,), documents=look.kept
    )


def _stays(look: _Look, held: Held | None, standing: Document) -> bool:
    """Say whether what was suspect has stayed, and may be the document's successor."""
    return (
        held is not None
        and bool(held.why)
        and held.content.words == look.content.words
        and is_a_document(look.document, standing)
    )


def _suspect(look: _Look, history: History, why: str) -> Assessment:
    held = history.held
    before = held if held is not None and held.why else None
    looks = before.looks + 1 if before else 1
    told = before is not None and before.told
    tells = looks >= PERSISTS_AFTER and not told
    held = replace(_held(look, before, looks), why=why, told=told or tells)
    now = replace(history, held=held)
    event = tell.suspect(look.watch, now, held)
    return Assessment(
        outcome=Suspect(why),
        history=now,
        events=(event,) * tells,
        documents=look.kept,
    )


def _held(look: _Look, before: Held | None, looks: int) -> Held:
    """Return what is held now; the same content keeps the time it was first seen."""
    content, since = look.content, look.capture.captured_at
    if before is not None:
        since = before.since
        if before.content.words == content.words:
            content = replace(content, first_seen=before.content.first_seen)
    return Held(content=content, why="", since=since, looks=looks)


def _rebase(look: _Look, history: History) -> Assessment:
    """Read what is remembered again with the new rules, then compare as ever.

    What differs for the rules alone is not told as a change; what the publisher
    changed while an older reading was blind to it is.
    """
    again = {content.capture: _reread(look, content) for content in history.contents}
    contents = tuple(content for content, _ in again.values())
    head = contents[-1]
    readings = {content.document: document for content, document in again.values()}
    look = replace(look, archive=_Overlay(look.archive, readings))
    history = replace(
        history, recipe=look.recipe.id, head=head, contents=contents, held=None
    )
    found = _compare(look, history, head)
    event = tell.rebased(look.watch, found.history, look.capture.captured_at)
    waits = isinstance(found.outcome, Suspect | Awaiting)
    return replace(
        found,
        outcome=found.outcome if waits else Rebased(),
        events=(event, *found.events),
        documents=(*found.documents, *readings.items()),
    )


@dataclass(frozen=True, slots=True)
class _Overlay:
    """An archive with readings that are not kept yet."""

    archive: Archive
    readings: Mapping[Digest, Document]

    def document(self, digest: Digest) -> Document:
        return self.readings.get(digest) or self.archive.document(digest)

    def page(self, body: Digest) -> Page:
        return self.archive.page(body)

    def siblings(self, watch: Watch, at: datetime) -> Sequence[Sequence[int]]:
        return self.archive.siblings(watch, at)


def _reread(look: _Look, content: Content) -> tuple[Content, Document]:
    seen = survey(look.archive.page(content.capture), look.recipe, look.watch.url)
    document = read(seen, look.recipe)
    fresh = filed(describe(document, seen.fingerprint, look.capture), document)
    again = replace(
        content,
        fingerprint=fresh.fingerprint,
        words=fresh.words,
        document=fresh.document,
        sketch=fresh.sketch,
    )
    return again, document


def _accept(history: History, content: Content, look: _Look) -> History:
    """Return the history with this content as its head."""
    return replace(
        history,
        recipe=look.recipe.id,
        revision=history.revision + 1,
        head=content,
        contents=remember(history.contents, content),
        held=None,
        returned=None,
        last_body=look.capture.body,
        markup=look.markup,
    )


def _took(found: Assessment, capture: Capture, markup: str) -> Assessment:
    """Return the assessment, with this page as the one that shows the head."""
    history = replace(found.history, last_body=capture.body, markup=markup)
    return replace(found, history=history)
