"""An event at a glance: five short lines, and a subject that a list of mails shows."""

import re
from typing import Final

from clausewatch.core import summary
from clausewatch.core.event import Event, EventType
from clausewatch.render.wording import (
    asides,
    clip,
    count,
    headline,
    lead,
    name,
    sections,
    spoken,
    whose,
)

COLUMNS: Final = 78
"""No line is longer: a mail program neither wraps nor cuts it."""
LABEL: Final = 8
MOST_TITLE: Final = 100
LEAST_TOLD: Final = 56
"""What we say of a change only stands in a title that has this much room besides."""
MOST_NAME: Final = 44

_QUOTED: Final = re.compile(
    r"(?P<says>.*?)“(?P<words>.*)”(?: and (?P<more>\d+) more.*)?"
)


def glance(event: Event) -> list[tuple[str, str]]:
    """Return what, where, when, how sure and how weighty, each short, with labels."""
    most = COLUMNS - LABEL
    told = dict(lead(event))
    told["Where"] = _where(event, most)
    lines = [("What", _told(event, most)), *told.items()]
    return [(label, _fit(value, most)) for label, value in lines]


def title(event: Event) -> str:
    """Return the subject of a mail: short enough to be read in a list of them."""
    page = _fit(whose(event), MOST_NAME)
    room = MOST_TITLE - len(page) - 2
    said = asides(event)
    while said and room - len(_beside(said)) < min(LEAST_TOLD, len(headline(event))):
        said.pop()
    told = _told(event, room - len(_beside(said)))
    return f"{page}: {told.removesuffix('.') if said else told}{_beside(said)}"


def _beside(said: list[str]) -> str:
    return f" ({'; '.join(said)})" if said else ""


def _told(event: Event, most: int) -> str:
    """Return the headline; where it is too long, the quotation in it gives way."""
    whole = headline(event)
    found = _QUOTED.fullmatch(whole)
    if len(whole) <= most or not found:
        return _fit(whole, most)
    more = f"; {found['more']} more" if found["more"] else ""
    # The words that tell what it is about may be those that are cut.
    first = next(iter(summary.by_weight(event.topics)), "")
    about = f"{spoken(first)}: " if first and event.type is EventType.CHANGED else ""
    frame = f"{about}{found['says']}“”{more}"
    words = _fit(found["words"], most - len(frame))
    return f"{about}{found['says']}“{words}”{more}"


def _where(event: Event, most: int) -> str:
    names = [] if event.pattern else sections(event)
    rest = f" (+{count(len(names) - 1, 'section')})" if names[1:] else ""
    where = ", ".join([name(event), *names[:1]])
    return _fit(where, most - len(rest)) + rest


def _fit(text: str, most: int) -> str:
    """Return the text, or what there is room for with the sign that it was cut."""
    return text if len(text) <= most else clip(text, most - 2)
