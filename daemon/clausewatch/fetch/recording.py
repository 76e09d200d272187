"""A capture that somebody recorded: what flows in when nothing is fetched."""

import hashlib
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from heapq import heappop, heappush
from itertools import pairwise
from typing import Final
from urllib.parse import urlsplit

from clausewatch.core.digest import sha256
from clausewatch.core.model import Capture, Exchange, Kind, WatchId
from clausewatch.core.names import slug
from clausewatch.fetch.status import check_status
from clausewatch.ports import Fetched

_LONGEST_ID: Final = 80

_HINTS: Final = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"sub-?processor", Kind.SUBPROCESSORS),
        (r"data-process|\bdpa\b", Kind.DATA_PROCESSING),
        (r"law-enforcement", Kind.LAW_ENFORCEMENT),
        (r"vulnerability|security", Kind.SECURITY),
        (r"business-privacy", Kind.BUSINESS_PRIVACY),
        (r"cookie|tracker", Kind.TRACKERS),
        (r"privacy|datenschutz|confidentialite|privacidad", Kind.PRIVACY),
        (r"copyright|dmca", Kind.COPYRIGHT),
        (r"acceptable-use|usage-polic|\baup\b", Kind.ACCEPTABLE_USE),
        (r"brand|trademark", Kind.BRAND),
        (r"community|conduct", Kind.COMMUNITY),
        (r"developer|api-terms", Kind.DEVELOPER),
        (r"commercial|business-terms", Kind.COMMERCIAL),
        (r"\bterms\b|\btos\b|\beula\b|agreement|conditions|\bagb\b", Kind.TERMS),
        (r"imprint|impressum|legal-notice|mentions-legales", Kind.IMPRINT),
        (r"settings|preferences", Kind.SETTINGS),
        (r"\bfaqs?\b|\bhelp\b|support", Kind.FAQ),
    )
)
"""The first that is found decides: the special ones stand before the general."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One recorded look at one page."""

    watch: WatchId
    url: str
    kind: Kind
    """Guessed, where the recording does not say."""
    capture: Capture
    body: bytes
    service: str
    """Whose page it is: by its host, where the recording does not say."""

    def fetched(self) -> Fetched:
        """Return it as if it had just been fetched.

        Raises:
            CaptureError: an error was recorded, not the page.
        """
        check_status(self.capture.exchange.status, self.url)
        return Fetched(self.capture, self.body)


def recording(
    watch: WatchId,
    url: str,
    kind: Kind,
    *,
    at: datetime,
    status: int,
    content_type: str,
    body: bytes,
    headers: tuple[tuple[str, str], ...] = (),
    service: str = "",
) -> Recording:
    """Return the recording of a page that was received at that time."""
    exchange = Exchange(
        url=url,
        final_url=url,
        started_at=at,
        finished_at=at,
        status=status,
        response_headers=headers,
        wire_bytes=len(body),
    )
    capture = Capture(
        watch=watch,
        captured_at=at,
        content_type=content_type,
        body=sha256(body),
        body_bytes=len(body),
        exchange=exchange,
    )
    host = (urlsplit(url).hostname or "recorded").removeprefix("www.")
    return Recording(watch, url, kind, capture, body, service or host)


def watch_of(url: str) -> WatchId:
    """Return an id for a page known by its URL only: readable, and no other's."""
    parts = urlsplit(url)
    plain = slug(f"{parts.netloc.removeprefix('www.')}{parts.path}")
    mark = hashlib.sha256(url.encode()).hexdigest()[:6]
    return WatchId(f"{plain[:_LONGEST_ID] or 'page'}-{mark}")


def moment(text: str) -> datetime:
    """Return the time that an RFC 3339 text tells, in UTC.

    Raises:
        ValueError: it tells none, or no zone.
    """
    told = datetime.fromisoformat(text)
    if told.tzinfo is None:
        message = f"captured_at: expected a time with its zone, got {text!r}"
        raise ValueError(message)
    return told.astimezone(UTC)


@cache
def kind_of(*names: str) -> Kind:
    """Return what a page by these names is most likely to be."""
    plain = " ".join(map(slug, names))
    for kind in Kind:
        if kind.value in plain and kind not in {Kind.OTHER, Kind.FAQ, Kind.SETTINGS}:
            return kind
    spaced = plain.replace("-", " ")
    for pattern, kind in _HINTS:
        if pattern.search(plain) or pattern.search(spaced):
            return kind
    return Kind.OTHER


def in_order(
    stamps: Iterable[tuple[WatchId, datetime]], items: Iterable[Recording]
) -> Iterator[Recording]:
    """Return the recordings so that time never runs back for a watch.

    Records are kept mostly, but not always, in the order in which they were made;
    compared as they lie, those that are not would show changes that never happened.
    One that lies too early is held back, and no others.

    Args:
        stamps: Watch and time of the same recordings, read beforehand.
        items: The recordings as they lie.
    """
    times: dict[WatchId, list[datetime]] = {}
    for watch, at in stamps:
        times.setdefault(watch, []).append(at)
    wanted = {
        watch: deque(sorted(told))
        for watch, told in times.items()
        if any(later < earlier for earlier, later in pairwise(told))
    }
    held: dict[WatchId, list[tuple[datetime, int, Recording]]] = {}
    for ordinal, item in enumerate(items):
        if item.watch not in wanted:
            yield item
            continue
        queue, next_at = held.setdefault(item.watch, []), wanted[item.watch]
        heappush(queue, (item.capture.captured_at, ordinal, item))
        while queue and queue[0][0] == next_at[0]:
            next_at.popleft()
            yield heappop(queue)[2]
