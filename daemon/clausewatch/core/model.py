"""What flows: a watch is fetched as a capture, read as a document, made of clauses.

Every value is frozen. What follows from a capture is in `outcome`; what others are
told is in `event`; what a page has shown before is in `history`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, NewType, TypeAlias

WatchId = NewType("WatchId", str)
"""A watch's own name, `[a-z0-9][a-z0-9-]*`; it survives a change of URL."""

Digest = NewType("Digest", str)
"""SHA-256 in lower-case hexadecimal, 64 characters."""

RecipeId = NewType("RecipeId", str)
"""The fingerprint of the rules by which a page was read."""


class Kind(StrEnum):
    """What a page is, in the terms that public archives use, and four of ours."""

    TERMS = "terms-of-service"
    PRIVACY = "privacy-policy"
    TRACKERS = "trackers-policy"
    COMMUNITY = "community-guidelines"
    ACCEPTABLE_USE = "acceptable-use-policy"
    BRAND = "brand-guidelines"
    BUSINESS_PRIVACY = "business-privacy-policy"
    COMMERCIAL = "commercial-terms"
    COPYRIGHT = "copyright-claims-policy"
    DATA_PROCESSING = "data-processor-agreement"
    DEVELOPER = "developer-terms"
    IMPRINT = "imprint"
    LAW_ENFORCEMENT = "law-enforcement-guidelines"
    SECURITY = "vulnerability-disclosure-policy"
    FAQ = "faq"
    SETTINGS = "settings"
    SUBPROCESSORS = "subprocessors"
    OTHER = "other"


class Threshold(StrEnum):
    """The least an event must weigh to be delivered; each includes those below it."""

    ALL = "all"
    HOUSEKEEPING = "housekeeping"
    EDITORIAL = "editorial"
    SUBSTANTIVE = "substantive"
    IMPORTANT = "important"  # substantive, materiality 2 or 3
    CRITICAL = "critical"  # substantive, materiality 3


_NAMES: Final = {Kind.FAQ: "FAQ", Kind.SUBPROCESSORS: "list of subprocessors"}


JITTER: Final = 0.1
"""Enough to spread a list of one schedule; little enough to keep what was asked."""


@dataclass(frozen=True, slots=True)
class Every:
    """Check again after this long, and somewhat more."""

    interval: timedelta
    jitter: float = JITTER
    """The most that chance adds to the wait, as a share of it."""


@dataclass(frozen=True, slots=True)
class Cron:
    """Check at these times, five-field crontab notation, in UTC."""

    expression: str


Schedule: TypeAlias = Every | Cron


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """One page of one service, as the operator asked for it."""

    id: WatchId
    service: str
    url: str
    kind: Kind
    schedule: Schedule
    title: str = ""
    """What people call the document; the kind in words when nobody named it."""
    select: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    vantage: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    sinks: tuple[str, ...] = ()
    threshold: Threshold = Threshold.SUBSTANTIVE

    @property
    def name(self) -> str:
        """What people call this document, for headings and subject lines."""
        return self.title or _NAMES.get(self.kind, self.kind.value.replace("-", " "))


class Media(StrEnum):
    """The kinds of page that we can read."""

    HTML = "text/html"
    MARKDOWN = "text/markdown"
    PLAIN = "text/plain"
    PDF = "application/pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What went over the wire to have a page: the facts, for the evidence.

    Times are aware and in UTC. Header names are lower-case, in the order received.
    """

    url: str
    final_url: str
    redirects: tuple[str, ...] = ()
    """Every URL that answered with a redirect, in order; without `final_url`."""
    started_at: datetime
    finished_at: datetime
    status: int
    request_headers: tuple[tuple[str, str], ...] = ()
    response_headers: tuple[tuple[str, str], ...] = ()
    peer: str = ""
    """Address and port dialled, such as `192.0.2.7:443`; empty when not known."""
    certificate: str = ""
    """SHA-256 of the peer's certificate in DER; empty without TLS."""
    wire_bytes: int = 0
    wire: str = ""
    """SHA-256 of the body as it came, still coded; empty if none came whole. That of
    an error or a redirect may be cut, and is then the hash of what was taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One page as it was received; the bytes are kept under `body`."""

    watch: WatchId
    captured_at: datetime
    content_type: str
    body: Digest
    body_bytes: int
    exchange: Exchange


@dataclass(frozen=True, slots=True)
class Page:
    """The text of a capture, decoded, and how to read it.

    A PDF's text has been extracted by then, one paragraph a line; `media` still
    says that it was one. `remark` says what was lost on the way, if anything was.
    """

    media: Media
    text: str
    remark: str = ""


class Role(StrEnum):
    """What a clause is on the page."""

    HEADING = "heading"
    SENTENCE = "sentence"
    ITEM = "item"
    ROW = "row"
    CONTROL = "control"


class Zone(StrEnum):
    """Where on the page a clause stands, as its structure tells.

    Nothing is dropped for its zone: a change in the furniture is still an event,
    with the verdict `extraction`.
    """

    BODY = "body"
    FURNITURE = "furniture"


@dataclass(frozen=True, slots=True)
class Clause:
    """The smallest unit that is compared: a sentence, heading, item, row or control.

    `text` is what a reader sees; `words` is what counts as the same words
    (`normalise.words`): two clauses with equal `words` say the same.
    """

    text: str
    words: str
    path: tuple[str, ...] = ()
    """The headings that it stands under, outermost first."""
    role: Role = Role.SENTENCE
    zone: Zone = Zone.BODY
    block: int = 0
    """Ordinal of the block (paragraph, item, row) that it was part of."""
    href: str = ""
    """Where its links lead, without tracking parameters; empty for most."""
    linked: bool = False
    """Whether all of it is a link: the name of another page rather than a clause."""


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A date that the document states about itself."""

    on: date
    label: str
    """The words that introduced it, such as `last updated`."""
    clause: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A page as read by one recipe. Documents of two recipes are never compared."""

    recipe: RecipeId
    clauses: tuple[Clause, ...]
    title: str = ""
    language: str = ""
    """The primary subtag, such as `en`; empty when not known."""
    stated: tuple[StatedDate, ...] = ()


class EditKind(StrEnum):
    """What happened to a clause."""

    KEPT = "kept"
    MOVED = "moved"  # the same words, elsewhere
    RECAST = "recast"  # the same words, split or joined otherwise
    REWORDED = "reworded"
    ADDED = "added"
    REMOVED = "removed"


class WordOp(StrEnum):
    """What happened to a run of words."""

    EQUAL = "equal"
    DELETE = "delete"
    INSERT = "insert"


@dataclass(frozen=True, slots=True)
class WordSpan:
    """A run of words inside a reworded clause; joined with spaces they give the text."""

    op: WordOp
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What became of some clauses: ordinals into the old and into the new document.

    Over all edits of a diff every ordinal of either document stands exactly once.
    A run of kept clauses is one edit whose `old` and `new` are ranges. Others hold
    one clause a side, except `recast` and a `reworded` that was also split or joined.
    """

    kind: EditKind
    old: Sequence[int] = ()
    new: Sequence[int] = ()
    words: tuple[WordSpan, ...] = ()
    """For `reworded` only: the whole clause as equal, deleted and inserted runs."""
    moved: bool = False
    """For `reworded` and `recast`: it also stands elsewhere now."""
