"""What the site needs, put together by the command line; and one visit to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from clausewatch.core.rulebook import Rulebook
from clausewatch.library import Library
from clausewatch.ports import Blobs, Clock, Decoder, Exporter
from clausewatch.web.access import Access
from clausewatch.web.templating import Templates, unescaped


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Everything that pages are made from; nothing here can be changed through them."""

    open_library: Callable[[], Library]
    """Opens the store for reading; called in the one thread that then uses it."""
    blobs: Blobs
    decoder: Decoder
    clock: Clock
    access: Access = Access()
    rulebook: Callable[[], Rulebook] = Rulebook
    """What two versions are judged by that somebody compares."""
    exporter: Exporter | None = None
    """Makes the file that a change is handed out in; without it there is no button."""
    printer: Callable[[str], bytes] | None = None
    """Makes PDF of a report; raises `ClausewatchError`. Without it there is no link."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request, with all that answers it."""

    site: Site
    library: Library
    templates: Templates
    request: Request

    def query(self, name: str) -> str:
        """Return a parameter of the address; empty if there is none."""
        return self.request.query_params.get(name, "").strip()

    def named(self, name: str) -> str:
        """Return a part of the path, as `templating.url` was given it."""
        return unescaped(str(self.request.path_params[name]))

    def number(self, name: str, *, most: int) -> int:
        """Return a parameter that counts from 1; 1 if there is none.

        Raises:
            HTTPException: 404, it is not one of these.
        """
        return number_of(self.query(name) or "1", most=most)

    def page(self, template: str, **given: object) -> Response:
        """Return a page made from a template."""
        return self.templates.page(
            self.request, template, {"now": self.site.clock.now(), **given}
        )


def number_of(text: str, *, most: int) -> int:
    """Return a number from 1 that stands in an address.

    Raises:
        HTTPException: 404, it is not one of these.
    """
    # Its length first: Python refuses to read a number of thousands of digits.
    digits = text.isascii() and text.isdigit() and len(text) < len("1000000")
    if not (digits and 1 <= int(text) <= most):
        raise HTTPException(404)
    return int(text)


class ElsewhereError(Exception):
    """What was asked for stands under another address of this site."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


Page: TypeAlias = Callable[[Visit], Response]
"""Answers a visit, in the site's one thread; raises `HTTPException` where it cannot."""

Routes: TypeAlias = Sequence[tuple[str, Page]]
