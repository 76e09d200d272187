"""Which text of a page is meant: by a capture, by a time, or the last two."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from clausewatch.cli.options import moment
from clausewatch.core.model import Digest, WatchId
from clausewatch.errors import ConfigError
from clausewatch.ports import Look
from clausewatch.render.wording import plain, reason_in_words

SHORT: Final = 12
"""How much of a digest is shown; any start of it that is unique will do."""
LEAST: Final = 6

_HELD: Final = {"suspect", "inaccessible"}
"""Outcomes of looks that did not show the document."""
_UNSETTLED: Final = {*_HELD, "awaiting"}
"""Outcomes of looks after which the text from before them still stood."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A text of a page, and the look that it is told by."""

    look: Look
    document: Digest


def pair(
    watch: WatchId, looks: Sequence[Look], before: str | None, after: str | None
) -> tuple[Shown, Shown]:
    """Return the texts to compare: as asked for, else the last two.

    Args:
        looks: All looks at the watch, newest first.

    Raises:
        ConfigError: there is none such, or it is not a version of the page.
    """
    texts = [
        Shown(look, look.document)
        for look in looks
        if look.document and look.outcome not in _UNSETTLED
    ]
    if not texts:
        raise ConfigError(f"{watch}: no content has been seen yet")
    new = _found(watch, looks, texts, after) if after else texts[0]
    if before:
        return _found(watch, looks, texts, before), new
    older = (text for text in texts if text.look.looked_at <= new.look.looked_at)
    return next((text for text in older if text.document != new.document), new), new


def _found(
    watch: WatchId, looks: Sequence[Look], texts: Sequence[Shown], asked: str
) -> Shown:
    """Return the text that a capture showed, or that stood at a time."""
    # Six, so that "7d" and "2025" are times.
    if len(asked) >= LEAST:
        matching = [one for one in looks if (one.capture or "").startswith(asked)]
        if matching:
            return _captured(watch, matching, texts, asked)
    try:
        when = moment(asked, datetime.now(UTC), ends=True)
    except ConfigError as error:
        raise ConfigError(
            f"{asked}: {watch} has no capture that begins so, and it is no date, "
            'no time and no "36h" either'
        ) from error
    found = _standing(texts, when)
    if found is None:
        raise ConfigError(f"{asked}: {watch} was first looked at later")
    return found


def _captured(
    watch: WatchId, matching: Iterable[Look], texts: Sequence[Shown], asked: str
) -> Shown:
    newest = {look.capture: look for look in reversed(list(matching))}
    if len(newest) > 1:
        raise ConfigError(f"{asked}: several captures of {watch} begin with it")
    (look,) = newest.values()
    if look.outcome in _HELD:
        raise ConfigError(
            f"{asked}: was held: {reason_in_words(look.detail)}; "
            "it is not a version of the page"
        )
    if look.document:
        return Shown(look, look.document)
    # Nothing had changed: the text is the one that stood.
    stood = _standing(texts, look.looked_at)
    if stood is None:
        raise ConfigError(f"{asked}: {plain(look.outcome)}; its text was not kept")
    return Shown(look, stood.document)


def _standing(texts: Sequence[Shown], when: datetime) -> Shown | None:
    """Return the text that stood at a time, if any did."""
    return next((text for text in texts if text.look.looked_at <= when), None)
