"""One watch, looked at again and again, with everything it needs in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from clausewatch.core.assess import assess
from clausewatch.core.digest import canonical, jsonable, revive, sha256
from clausewatch.core.event import Event, passes
from clausewatch.core.history import History
from clausewatch.core.model import Digest, Document, Media, Page, Threshold, Watch
from clausewatch.core.outcome import Assessment
from clausewatch.core.unseen import not_modified, unavailable
from clausewatch.testing.examples import SEEN
from clausewatch.testing.looks import HOUR, capture_of, watch_of


@dataclass(slots=True)
class Shelf:
    """An archive in memory."""

    documents: dict[Digest, Document] = field(default_factory=dict)
    pages: dict[Digest, Page] = field(default_factory=dict)
    others: list["Onlooker"] = field(default_factory=list)
    """Who looks at the other pages of the host."""

    def document(self, digest: Digest) -> Document:
        """Return a reading that was kept."""
        return self.documents[digest]

    def page(self, body: Digest) -> Page:
        """Return an earlier capture, decoded again."""
        return self.pages[body]

    def siblings(self, _: Watch, at: datetime) -> Sequence[Sequence[int]]:
        """Return the hashes of what other pages of the host showed up to that time."""
        return [
            [
                hashed
                for content in page.history.contents
                for hashed in content.sketch
                if content.first_seen <= at
            ]
            for page in self.others
        ]


@dataclass(slots=True)
class Onlooker:
    """Looks at one page whenever a test says so, and keeps all that follows.

    What is remembered goes through JSON between two looks, as it does in a store.
    """

    watch: Watch = field(default_factory=lambda: watch_of("acme"))
    now: datetime = SEEN
    history: History = field(default_factory=History)
    events: list[Event] = field(default_factory=list)
    shelf: Shelf = field(default_factory=Shelf)

    def look(
        self,
        text: str,
        *,
        after: timedelta = 6 * HOUR,
        confirm: bool = False,
        media: Media = Media.HTML,
    ) -> Assessment:
        """Return what it comes to that the page shows this text now."""
        found = self.rehearse(text, after=after, confirm=confirm, media=media)
        self.now += after
        return self._kept(found)

    def rehearse(
        self,
        text: str,
        *,
        after: timedelta = 6 * HOUR,
        confirm: bool = False,
        media: Media = Media.HTML,
    ) -> Assessment:
        """Return what a look would come to that ends in a crash: nothing is kept."""
        body = text.encode()
        page = Page(media, text)
        self.shelf.pages[sha256(body)] = page
        return assess(
            self.watch,
            capture_of(body, self.watch.id, self.now + after),
            self.history,
            page=lambda: page,
            archive=self.shelf,
            confirm=confirm,
        )

    def not_modified(self, *, after: timedelta = 6 * HOUR) -> Assessment:
        """Return what it comes to that the server answers 304."""
        self.now += after
        return self._kept(not_modified(self.watch, self.history, at=self.now))

    def fail(
        self, reason: str = "http-503", *, after: timedelta = 6 * HOUR
    ) -> Assessment:
        """Return what it comes to that the page cannot be had."""
        self.now += after
        found = unavailable(
            self.watch, self.history, at=self.now, reason=reason, retry=True
        )
        return self._kept(found)

    @property
    def told(self) -> list[Event]:
        """Return the events that wake somebody under the default threshold."""
        return [e for e in self.events if passes(e, Threshold.SUBSTANTIVE)]

    def _kept(self, found: Assessment) -> Assessment:
        self.shelf.documents.update(found.documents)
        self.history = revive(History, jsonable(found.history))
        assert canonical(jsonable(self.history)) == canonical(jsonable(found.history))  # noqa: S101
        self.events += found.events
        return found
