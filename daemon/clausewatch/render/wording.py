"""What an event says to a person, in words; the same in mail, terminal and browser.

Everything that comes from a page or a rule passes `plain` on its way out: text that
we quote can neither break a header nor steer a terminal.
"""

import re
from collections import Counter
from typing import Final

from clausewatch.core import summary
from clausewatch.core.event import (
    Change,
    Direction,
    Event,
    EventType,
    Step,
    Verdict,
    weighs,
)
from clausewatch.core.model import EditKind, Threshold
from clausewatch.core.note import parse_checkpoint, parse_note
from clausewatch.core.opinion import Opinion
from clausewatch.render.sureness import sureness
from clausewatch.render.times import between, day, moment

MOST_SECTIONS: Final = 3
"""Sections named in the line `Where`; the rest are counted."""
MOST_HEADLINE: Final = 260
MOST_SUBJECT: Final = 350
"""Characters; a mail program shows the start of it, and the rest where there is room."""
MOST_ASIDES: Final = 3
LEAST_TOLD: Final = 80
MOST_STEP: Final = 240
MOST_REMARK: Final = 200

_UNSEEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+|\\s+"
)


def plain(text: str) -> str:
    """Return the text on one line, without characters that act instead of show."""
    return _UNSEEN.sub(" ", text).strip()


def clip(text: str, most: int) -> str:
    """Return at most so many characters, cut at a word, and say that it was cut."""
    if len(text) <= most:
        return text
    head = text[:most]
    return (head.rsplit(" ", 1)[0] if " " in head else head).rstrip(" ,;:.") + " …"


def name(event: Event) -> str:
    """Return what people call the page: its service and its document."""
    service, document = plain(event.service), plain(event.document)
    if document.casefold().startswith(service.casefold()):
        return document
    return f"{service} {document}"


def subject(event: Event) -> str:
    """Return what happened in one line: whose page, the headline, what it means."""
    page, told, said = whose(event), headline(event), aside(event)
    # The page's own words give way; what we say of them stays.
    told = clip(told, max(LEAST_TOLD, MOST_SUBJECT - len(page) - len(said)))
    if said:
        told = f"{told.removesuffix('.')} ({said})"
    return f"{page}: {told}"


def whose(event: Event) -> str:
    """Return whose page it is, as a subject begins with it."""
    service, document = plain(event.service), plain(event.document)
    steps = event.pattern.steps if event.pattern else ()
    if len({step.document for step in steps}) > 1:
        return service  # the headline names them all
    if document.casefold().startswith(service.casefold()):
        return document
    return f"{service}, {document}"


def aside(event: Event) -> str:
    """Return what to know of a change besides its words, in one line."""
    return "; ".join(asides(event))


def asides(event: Event) -> list[str]:
    """Return what to know of a change besides its words, most telling first."""
    told = [_DIRECTIONS[event.direction]] if event.direction in _DIRECTIONS else []
    names = {signal.name for signal in event.signals}
    if "notice" in names:  # what is announced ahead has no new date yet
        names.discard("unannounced")
    told += [words for known, words in _ASIDES.items() if known in names]
    return [*told[:MOST_ASIDES], *_date_moved(event)]


def headline(event: Event) -> str:
    """Return what happened, without the page's name."""
    # Why a page cannot be had is a constant there, and needs its words.
    if event.summary and event.type is not EventType.INACCESSIBLE:
        return clip(plain(event.summary), MOST_HEADLINE)
    reason = reason_in_words(event.reason)
    match event.type:
        case EventType.CHANGED:
            return _counted(event)
        case EventType.PATTERN:
            return "several documents changed in a pattern"
        case EventType.RETURNED:
            return "shows a text again that it had shown before"
        case EventType.REBASED:
            return "we read it better now; the publisher changed nothing"
        case EventType.FIRST_SEEN:
            return "seen for the first time; it is watched from now on"
        case EventType.SUSPECT:
            return f"what the page shows does not look like the document ({reason})"
        case EventType.INACCESSIBLE:
            return f"the page cannot be read ({reason})"
        case EventType.RECOVERED:
            return "the document can be read again"


def lead(event: Event) -> list[tuple[str, str]]:
    """Return where, since when, how sure it is and how much it weighs, with labels."""
    return [
        ("Where", _where(event)),
        ("When", _when(event)),
        ("Sure", sureness(event)),
        ("Weight", _weight(event)),
    ]


def timeline(event: Event) -> list[tuple[str, str]]:
    """Return the steps of a pattern, each with its day; empty for all else."""
    steps = event.pattern.steps if event.pattern else ()
    return [(day(step.observed_at), _step(step)) for step in steps]


def facts(event: Event) -> list[tuple[str, str]]:
    """Return what else is known: the page, its own date, the signals."""
    lines = [] if event.pattern else [("Page", plain(event.url))]
    if event.topics:
        lines.append(("Topics", ", ".join(map(spoken, event.topics))))
    if event.vantage:
        lines.append(("Seen from", plain(event.vantage)))
    if stated := own_date(event):
        lines.append(("Own date", stated))
    # Those of a pattern stand with its steps.
    lines += [
        ("Note", f"{signal(found.name)}: {plain(found.evidence)}")
        for found in (() if event.pattern else event.signals)
    ]
    if event.reason and event.type is not EventType.INACCESSIBLE:
        lines.append(("Why", plain(event.reason)))
    return lines


def evidence(event: Event) -> list[tuple[str, str]]:
    """Return where the proof lies."""
    found = [("Event", event.id), ("Capture", event.evidence.capture)]
    if event.evidence.previous:
        found.append(("Before", event.evidence.previous))
    if event.evidence.checkpoint:
        found.append(("Checkpoint", checkpoint_in_short(event.evidence.checkpoint)))
    return [(label, plain(value)) for label, value in found if value]


def checkpoint_in_short(note: str) -> str:
    """Return what a signed note is about in one line: the log, its size, its root."""
    try:
        told = parse_checkpoint(parse_note(note))
    except ValueError:
        return note
    return f"{told.origin}, {count(told.size, 'line')}, root {told.root.hex()[:16]}…"


def spoken(topic: str) -> str:
    """Return a topic or signal as people say it: `ai-training` is AI training."""
    return summary.spoken(plain(topic))


def signal(name: str) -> str:
    """Return what a signal tells, in words: `retroactive` is that it reaches back."""
    return _ASIDES.get(name) or spoken(name)


def direction(found: Direction) -> str:
    """Return what a change means for the reader, in words."""
    return _DIRECTIONS.get(found, "neither less nor more protective, as far as we know")


def second_opinion(found: Opinion) -> list[tuple[str, str]]:
    """Return what a model made of a change, with labels, and that it is generated."""
    lines = [
        ("Generated", f"by {plain(found.model)} on {moment(found.at)}; no evidence")
    ]
    if found.reading:
        lines.append(("Reading", plain(found.reading)))
    if found.direction is not None:
        lines.append(("Direction", direction(found.direction)))
    if found.materiality is not None:
        lines.append(("Materiality", f"{found.materiality} of 3"))
    lines += [("Quotes", f"“{plain(quote)}”") for quote in found.quotes]
    left = [clip(plain(remark), MOST_REMARK) for remark in found.left_out]
    return [*lines, *(("Left out", remark) for remark in left)]


def reason_in_words(reason: str) -> str:
    """Return why a page could not be had, from the constant that says so.

    What stands behind the constant stays: `timeout, at 3 looks in a row`.
    """
    known, comma, rest = plain(reason).partition(", ")
    found = re.fullmatch(r"http-(\d{3})", known)
    words = f"the server answered {found[1]}" if found else _REASONS.get(known, known)
    return f"{words or 'no reason known'}{comma}{rest}"


def count(number: int, thing: str, ending: str = "s") -> str:
    """Return a number and its thing: 1 clause, 2 clauses; `es` makes 2 watches."""
    return f"{number} {thing}{'' if number == 1 else ending}"


def _counted(event: Event) -> str:
    """Return what an event without a summary comes to: `1 clause reworded`."""
    changes = [c for c in event.changes if c.verdict is event.verdict] or event.changes
    kinds = Counter(change.kind for change in changes)
    told = ", ".join(
        f"{count(n, 'clause')} {_KINDS[kind]}" for kind, n in kinds.items()
    )
    return f"{told or 'changed'}{_AFTERWORDS.get(event.verdict, '')}"


def meaning(step: Step) -> str:
    """Return what a step of a pattern means besides its words; empty if nothing."""
    known = [_DIRECTIONS[step.direction]] if step.direction in _DIRECTIONS else []
    known += [words for name, words in _ASIDES.items() if name in step.signals]
    return "; ".join(known)


def _step(step: Step) -> str:
    where = f", seen from {step.vantage}" if step.vantage else ""
    said = f" ({known})" if (known := meaning(step)) else ""
    return clip(plain(f"{step.document}{where}: {step.summary}"), MOST_STEP) + said


def _where(event: Event) -> str:
    names = [] if event.pattern else sections(event)
    if not names:
        return name(event)
    listed = "; ".join(clip(one, 60) for one in names[:MOST_SECTIONS])
    more = len(names) - MOST_SECTIONS
    return listed + (f"; and {count(more, 'more section')}" if more > 0 else "")


def sections(event: Event) -> list[str]:
    """Return the headings that stand over what decided the verdict, once each."""
    told = [c for c in event.changes if c.verdict is event.verdict] or event.changes
    return list(filter(None, dict.fromkeys(_section(change) for change in told)))


def _section(change: Change) -> str:
    return plain(change.path[-1]) if change.path else ""


def _when(event: Event) -> str:
    now = moment(event.observed_at)
    if event.previous_at is None:
        return f"seen {now}"
    if event.type in {EventType.CHANGED, EventType.PATTERN}:
        return between(event.previous_at, event.observed_at)
    return (
        f"seen {now}; {_BEFORE.get(event.type, 'before')} {moment(event.previous_at)}"
    )


def weight(event: Event) -> str:
    """Return in a word how much an event weighs, by the names that thresholds have."""
    match weighs(event):
        case Threshold.IMPORTANT | Threshold.CRITICAL as heavy:
            return heavy.value
        case _ if event.verdict is Verdict.SUBSTANTIVE:
            return "minor"
        case _ if event.verdict is not None:
            return event.verdict.value
        case _:
            return spoken(event.type.value.rpartition(".")[2])


def _weight(event: Event) -> str:
    parts = [weight(event)]
    if event.verdict is Verdict.SUBSTANTIVE:
        parts = [f"{weight(event)}, {event.materiality} of 3"]
    if event.direction is not Direction.NEUTRAL:
        parts.append(_DIRECTIONS[event.direction])
    return "; ".join(parts)


def _date_moved(event: Event) -> list[str]:
    """Return where the document's own date went; nothing if it stayed."""
    before, after = event.stated_date.before, event.stated_date.after
    if event.type is not EventType.CHANGED or before == after or after is None:
        return []
    days = (after - event.observed_at.date()).days
    if days in _DAYS:
        return [f"stated date moved to {_DAYS[days]}"]
    return [f"stated date moved to {day(after)}"]


def own_date(event: Event) -> str:
    """Return what the document says of its own date; empty if it says nothing."""
    before, after = event.stated_date.before, event.stated_date.after
    if before is not None and before == after:
        return f"still {day(before)}"
    if before is None and after is None:
        return ""
    was, now = (day(at) if at else "none" for at in (before, after))
    return f"{was} before, {now} now"


_KINDS: Final = {
    EditKind.KEPT: "with a link that leads elsewhere",
    EditKind.MOVED: "moved",
    EditKind.RECAST: "split or joined",
    EditKind.REWORDED: "reworded",
    EditKind.ADDED: "added",
    EditKind.REMOVED: "removed",
}
_AFTERWORDS: Final[dict[Verdict | None, str]] = {
    Verdict.EDITORIAL: "; it means the same",
    Verdict.HOUSEKEEPING: "; only dates, numbers or links",
    Verdict.EXTRACTION: "; around the document, not in it",
    Verdict.VARIANT: "; another variant of the page",
}
_BEFORE: Final = {
    EventType.SUSPECT: "last seen well",
    EventType.INACCESSIBLE: "last seen well",
    EventType.RECOVERED: "before that last",
    EventType.RETURNED: "another text until",
    EventType.REBASED: "compared with",
}
_DIRECTIONS: Final = {
    Direction.LESS: "less protective",
    Direction.MORE: "more protective",
    Direction.MIXED: "partly less, partly more protective",
}
_ASIDES: Final = {
    "backdated": "backdated",
    "unannounced": "not announced",
    "retroactive": "reaches back",
    "default-on": "on by default",
    "promise-removed": "a promise is gone",
    "promise-weakened": "a promise is weaker",
    "region-carve-out": "not the same everywhere",
    "notice": "announced",
    "link-retargeted": "a link leads elsewhere",
}
"""Signals that a subject line names, the most telling first."""
_DAYS: Final = {-1: "the day before", 0: "the same day", 1: "the next day"}
_REASONS: Final = {
    "address": "its address is not a public one",
    "certificate": "its certificate is not valid",
    "connect": "no connection",
    "dns": "its name cannot be resolved",
    "empty": "the answer was empty",
    "media-type": "it is of a kind that we cannot read",
    "encoding": "it is compressed in a way that we cannot read",
    "pdf-limits": "the PDF is too large to be read",
    "pdf-timeout": "the PDF took too long to be read",
    "protocol": "the answer is not HTTP",
    "redirect": "it leads elsewhere, and not to a page",
    "retry-after": "the server asks us to come later",
    "robots": "its robots.txt asks us to stay away",
    "robots-unreachable": "its robots.txt cannot be had",
    "timeout": "no answer in time",
    "tls": "no encrypted connection",
    "too-large": "it is larger than we read",
    "truncated": "the answer broke off",
}
