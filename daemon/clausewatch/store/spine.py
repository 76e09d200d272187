"""A history in two parts: what each look changes, and what stays as it was.

A look that finds nothing new changes a time and a count, while the sketches of fifty
contents hold 120 KB. So the *spine* is written at every look, and each content
once, in a row of its own, under a key made of what names it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import xxhash

from clausewatch.core.history import Content, Held, History
from clausewatch.store.columns import DamagedError, microseconds, moment


@dataclass(frozen=True, slots=True)
class Spine:
    """A history without sketches, and which contents it has."""

    history: History = History()
    """Without `contents`, and without the sketches of the head and of what is held."""
    contents: tuple[tuple[int, str, int, int], ...] = ()
    """In order: key, and what may change: fingerprint, last seen (µs), times."""


def key(content: Content) -> int:
    """Return a signed 64-bit name of a content, unique within its history."""
    first_seen = microseconds(content.first_seen)
    named = f"{content.words} {content.document} {content.capture} {first_seen}"
    return xxhash.xxh3_64_intdigest(named.encode()) - (1 << 63)


def spine(history: History) -> Spine:
    """Return what has to be written at every look."""
    held, head = history.held, history.head
    return Spine(
        replace(
            history,
            contents=(),
            head=head and replace(head, sketch=()),
            held=held and replace(held, content=replace(held.content, sketch=())),
        ),
        tuple(
            (key(c), c.fingerprint, microseconds(c.last_seen), c.times)
            for c in history.contents
        ),
    )


def parts(history: History) -> dict[int, Content]:
    """Return every content that a history speaks of, by key."""
    found = {key(content): content for content in history.contents}
    if history.head:
        found.setdefault(key(history.head), history.head)
    if history.held:
        found.setdefault(key(history.held.content), history.held.content)
    return found


def is_kept(content: Content, before: Content | None) -> bool:
    """Say whether a content's row, written before, still holds what the spine lacks."""
    return before is not None and content == replace(
        before,
        fingerprint=content.fingerprint,
        last_seen=content.last_seen,
        times=content.times,
    )


def joined(spine: Spine, kept: Mapping[int, Content]) -> History:
    """Return the history that was taken apart.

    Raises:
        DamagedError: a content that the spine names is not among those kept.
    """
    try:
        return _joined(spine, kept)
    except KeyError as error:
        raise DamagedError(f"content {error} is absent") from error


def _joined(spine: Spine, kept: Mapping[int, Content]) -> History:
    history = spine.history
    return replace(
        history,
        contents=tuple(
            replace(
                kept[key],
                fingerprint=fingerprint,
                last_seen=moment(last_seen),
                times=times,
            )
            for key, fingerprint, last_seen, times in spine.contents
        ),
        head=history.head and _sketched(history.head, kept),
        held=history.held and _held(history.held, kept),
    )


def _held(held: Held, kept: Mapping[int, Content]) -> Held:
    return replace(held, content=_sketched(held.content, kept))


def _sketched(content: Content, kept: Mapping[int, Content]) -> Content:
    return replace(content, sketch=kept[key(content)].sketch)
