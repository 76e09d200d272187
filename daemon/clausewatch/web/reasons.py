"""What led to a judgement, read from the lines that an event holds of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from clausewatch.render.wording import plain, spoken

_LINE: Final = re.compile(
    r"(?P<kind>topic|direction) (?P<name>[a-z-]+): (?P<words>.*?)"
    r"(?: \((?:rule )?(?P<rule>[^()]*)\))?",
    re.DOTALL,
)
_DIRECTIONS: Final = {
    "less": "▼ less protective",
    "more": "▲ more protective",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that was found, and the words that showed it."""

    label: str
    topic: str
    """For a link to others of its kind; empty if it is no topic."""
    kind: str
    """`topic`, a direction, or `other`."""
    words: tuple[tuple[str, str], ...]
    """What was said, and the name of the rule that heard it."""


def reasons(because: Sequence[str]) -> list[Reason]:
    """Return the lines by what they speak for, in the order of the lines.

    A line of another form is shown as it is: an operator's rules may say what they like.
    """
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for line in map(plain, because):
        parts = _LINE.fullmatch(line)
        if parts is None:
            found.setdefault(("other", line), [])
            continue
        said = (parts["words"], parts["rule"] or "")
        found.setdefault((parts["kind"], parts["name"]), []).append(said)
    return [_reason(kind, name, tuple(words)) for (kind, name), words in found.items()]


def _reason(kind: str, name: str, words: tuple[tuple[str, str], ...]) -> Reason:
    match kind:
        case "topic":
            return Reason(spoken(name), name, kind, words)
        case "direction":
            return Reason(_DIRECTIONS.get(name, name), "", name, words)
        case _:
            return Reason(name, "", kind, words)
