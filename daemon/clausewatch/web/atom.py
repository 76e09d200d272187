"""A feed of changes in Atom (RFC 4287): the newest first, each with its redline.

An entry is an event, and an event never changes, so neither does its id or its time.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from xml.etree import ElementTree as ET

from clausewatch import __version__
from clausewatch.core.digest import rfc3339
from clausewatch.core.event import Event
from clausewatch.render import article
from clausewatch.render.wording import subject

CONTENT_TYPE: Final = "application/atom+xml; charset=utf-8"
OURS: Final = "urn:clausewatch:feed:1"
"""The namespace of what Atom has no word for."""

_ATOM: Final = "http://www.w3.org/2005/Atom"
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""XML 1.0 has no way to write these; a page may hold them."""

ET.register_namespace("", _ATOM)
ET.register_namespace("clausewatch", OURS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a feed is of, and where it stands."""

    id: str
    """A URN that stays when the site moves."""
    title: str
    url: str
    page: str
    """The page whose feed it is."""
    begun: datetime
    """Since when somebody looks; it is as old as that while it has no entry."""
    permalink: Callable[[Event], str]


def event_urn(event: Event) -> str:
    """Return the id of an entry; the same in all feeds that hold it."""
    return f"urn:clausewatch:event:{event.id}"


def updated(events: Sequence[Event], begun: datetime) -> datetime:
    """Return when the newest of these was observed; while there is none, `begun`."""
    return max((event.observed_at for event in events), default=begun)


def atom(feed: Feed, events: Sequence[Event]) -> bytes:
    """Return the feed as XML; the events stand in the order given."""
    root = ET.Element(_tag("feed"))
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "updated", rfc3339(updated(events, feed.begun)))
    _text(ET.SubElement(root, _tag("author")), "name", "clausewatch")
    _text(root, "generator", "clausewatch").set("version", __version__)
    _link(root, "self", feed.url, "application/atom+xml")
    _link(root, "alternate", feed.page, "text/html")
    if checkpoint := _newest_checkpoint(events):
        ET.SubElement(root, f"{{{OURS}}}checkpoint").text = _clean(checkpoint)
    for event in events:
        _entry(root, event, feed.permalink(event))
    told: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return told


def _entry(root: ET.Element, event: Event, permalink: str) -> None:
    entry = ET.SubElement(root, _tag("entry"))
    _text(entry, "id", event_urn(event))
    _text(entry, "title", subject(event))
    _text(entry, "updated", rfc3339(event.observed_at))
    _text(entry, "published", rfc3339(event.observed_at))
    _link(entry, "alternate", permalink, "text/html")
    _link(entry, "via", event.url)
    for topic in event.topics:
        ET.SubElement(entry, _tag("category"), term=_clean(topic))
    _text(entry, "content", article.html(event)).set("type", "html")


def _newest_checkpoint(events: Sequence[Event]) -> str | None:
    kept = [event for event in events if event.evidence.checkpoint]
    newest = max(kept, key=lambda event: event.observed_at, default=None)
    return newest.evidence.checkpoint if newest else None


def _link(parent: ET.Element, rel: str, href: str, media: str = "") -> None:
    link = ET.SubElement(parent, _tag("link"), rel=rel, href=_clean(href))
    if media:
        link.set("type", media)


def _text(parent: ET.Element, name: str, text: str) -> ET.Element:
    child = ET.SubElement(parent, _tag(name))
    child.text = _clean(text)
    return child


def _tag(name: str) -> str:
    return f"{{{_ATOM}}}{name}"


def _clean(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
