"""Atom feeds: of everything, of a service, of a topic, of a document."""

import hashlib
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from starlette.exceptions import HTTPException
from starlette.responses import Response

from clausewatch import __version__
from clausewatch.core.model import WatchId
from clausewatch.library import Brief
from clausewatch.render.wording import spoken
from clausewatch.web.atom import CONTENT_TYPE, Feed, atom, updated
from clausewatch.web.conditional import unchanged, validators
from clausewatch.web.filters import asked
from clausewatch.web.service import named
from clausewatch.web.site import Routes, Visit
from clausewatch.web.templating import url

ENTRIES: Final = 30
"""In one feed; readers keep the older ones themselves."""


def everything(visit: Visit) -> Response:
    """Answer with what changed anywhere."""
    return _feed(visit, {}, "all", "All changes", url())


def of_service(visit: Visit) -> Response:
    """Answer with what changed at one service."""
    service = named(visit)
    page = url("services", service)
    of = {"service": service}
    return _feed(visit, of, f"service:{service}", service, page)


def of_topic(visit: Visit) -> Response:
    """Answer with what changed on one topic; with nothing while nothing did."""
    topic = visit.named("topic")
    page, of = url("changes", query={"topic": topic}), {"topic": topic}
    return _feed(visit, of, f"topic:{topic}", f"On {spoken(topic)}", page)


def of_document(visit: Visit) -> Response:
    """Answer with what changed in one document."""
    watch = visit.named("watch")
    papers = visit.library.papers(watches=[WatchId(watch)])
    if not papers:
        raise HTTPException(404, f"{watch}: no watch of this name")
    title = f"{papers[0].service} {papers[0].document}"
    page = url("watches", watch)
    return _feed(visit, {"watch": watch}, f"watch:{watch}", title, page)


def _feed(
    visit: Visit, of: Mapping[str, str], name: str, title: str, page: str
) -> Response:
    """Answer with the feed of something; the filters of lists narrow it further."""
    filters = asked(visit, of)
    name = quote(name, safe=":")
    if narrowed := {k: v for k, v in filters.given.items() if k not in of}:
        name = f"{name}?{urlencode(sorted(narrowed.items()))}"
        title = f"{title} ({', '.join(f'{k} {v}' for k, v in narrowed.items())})"
        page = url("changes", query=filters.given)
    briefs = visit.library.briefs(filters.wanted, limit=ENTRIES)
    begun = visit.library.begun() or visit.site.clock.now()
    at = updated([brief.event for brief in briefs], begun)
    known = validators(_tag(visit, name, briefs), at)
    if held := unchanged(visit.request.headers, known):
        return held
    site, query = _site(visit), visit.request.url.query
    here = quote(visit.request.url.path)
    feed = Feed(
        id=f"urn:clausewatch:feed:{name}",
        title=f"clausewatch: {title}",
        url=f"{site}{here}?{query}" if query else site + here,
        page=site + page,
        begun=begun,
        permalink=lambda event: site + url("changes", event.id),
    )
    whole = [visit.library.event(brief.event.id) or brief.event for brief in briefs]
    return Response(atom(feed, whole), 200, known, CONTENT_TYPE)


def _tag(visit: Visit, name: str, briefs: tuple[Brief, ...]) -> str:
    """Return what names a feed's content: events never change, so their ids do.

    The address stands in it, and the words of an entry may change with our version.
    """
    ids = [brief.event.id for brief in briefs]
    named = "\n".join((__version__, _site(visit), str(visit.request.url), name, *ids))
    return hashlib.sha256(named.encode("utf-8", "replace")).hexdigest()[:32]


def _site(visit: Visit) -> str:
    """Return where the site stands: as it is said, or else as the visitor asked.

    What a proxy says of it (`X-Forwarded-*`) anybody could say.
    """
    if address := visit.site.access.address:
        return address
    parts = urlsplit(str(visit.request.url))
    return f"{parts.scheme}://{parts.netloc}"


def feeds(visit: Visit) -> Response:
    """Show the feeds, and what a reader needs to have them."""
    return visit.page(
        "feeds.html",
        title="Feeds",
        site=_site(visit),
        key=visit.site.access.feed_key,
        services=visit.library.services(),
        topics=visit.library.named()["topics"],
    )


ROUTES: Final[Routes] = (
    ("/feeds", feeds),
    ("/feed.atom", everything),
    ("/services/{service}/feed.atom", of_service),
    ("/topics/{topic}/feed.atom", of_topic),
    ("/watches/{watch}/feed.atom", of_document),
)
