"""Templates, and the words in them that several pages share."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from importlib import resources
from typing import Final
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from clausewatch import __version__
from clausewatch.core.event import Event, passes, weighs
from clausewatch.core.model import Threshold
from clausewatch.render import sureness, times, wording
from clausewatch.web.reasons import reasons

STATIC: Final = {
    "site.css": "text/css; charset=utf-8",
    "site.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
STATES: Final = {
    "suspect": "looks wrong",
    "inaccessible": "cannot be read",
    "unlisted": "no longer watched",
}
KINDS: Final = {
    "editorial": "the same in other words",
    "housekeeping": "only dates, numbers or links",
    "extraction": "around the document",
    "variant": "was shown before",
}
"""What kinds of difference are called beside a clause."""
CHOICES: Final = {
    "all": "all that is on record",
    "housekeeping": "all, with new dates and links",
    "editorial": "all, with other words for the same",
    "important": "important or critical",
    "critical": "critical only",
    "less": "less protective",
    "more": "more protective",
    "mixed": "both less and more",
    "neutral": "neither, as far as known",
}
"""What a filter offers, in words."""


class Static:
    """The files of the site, under names that change with what is in them."""

    def __init__(self) -> None:
        folder = resources.files("clausewatch.web") / "static"
        self._files = {name: (folder / name).read_bytes() for name in STATIC}
        self.urls = {
            name: f"/static/{hashlib.sha256(body).hexdigest()[:12]}/{name}"
            for name, body in self._files.items()
        }

    def answer(self, name: str) -> Response | None:
        """Return a file, to be kept for as long as a browser likes."""
        if name not in self._files:
            return None
        forever = {"cache-control": "public, max-age=31536000, immutable"}
        return Response(self._files[name], 200, forever, STATIC[name])


class Templates:
    """Makes pages."""

    def __init__(self, static: Static) -> None:
        self._environment = Environment(
            loader=PackageLoader("clausewatch.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals |= {
            "static": static.urls,
            "version": __version__,
            "url": url,
        }
        self._environment.filters |= {
            "moment": times.moment,
            "count": wording.count,
            "headline": wording.headline,
            "spoken": wording.spoken,
            "plain": wording.plain,
            "clip": wording.clip,
            "day": times.day,
            "doubt": sureness.doubt,
            "weight": wording.weight,
            "signal": wording.signal,
            "meaning": wording.meaning,
            "state": lambda state: STATES.get(state, state),
            "kind": lambda kind: KINDS.get(kind, kind),
            "choice": lambda choice: CHOICES.get(choice, choice),
            "time": time,
            "asked": asked,
            "outside": outside,
            "capital": capital,
            "own_date": wording.own_date,
            "reasons": reasons,
            "least": least,
        }

    def page(
        self,
        request: Request,
        template: str,
        given: Mapping[str, object],
        *,
        status: int = 200,
    ) -> Response:
        """Return a page made from a template."""
        made = self._environment.get_template(template)
        text = made.render(path=request.url.path, **given)
        return HTMLResponse(text.encode("utf-8", "replace"), status)


def asked(path: str, query: Mapping[str, object], **more: object) -> str:
    """Return an address with what is not empty asked of it."""
    every = {**query, **more}
    found = {key: value for key, value in every.items() if value not in {"", None}}
    return f"{path}?{urlencode(found)}" if found else path


def url(*parts: object, query: Mapping[str, object] | None = None) -> str:
    """Return a path of this site, each part escaped, with what is not empty asked."""
    path = "/" + "/".join(quote(_escaped(str(part)), safe="") for part in parts)
    return asked(path, query or {})


def _escaped(part: str) -> str:
    """Return a part of a path that stays one, whatever stands in it.

    A slash does not stay `%2F`: servers and proxies read it as a slash before they look
    for the page. Nor do dots alone: browsers go up a folder, even if they are escaped.
    """
    part = part.replace("~", "~7E").replace("/", "~2F")
    return part.replace(".", "~2E") if not part.strip(".") else part


def unescaped(part: str) -> str:
    """Return what stood in a part of a path."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), part)


_ESCAPE: Final = re.compile("~(7E|2F|2E)")


def outside(address: str) -> str:
    """Return an address that leads to a page elsewhere, and never anything else."""
    return address if address.startswith(("https://", "http://")) else "#"


def least(event: Event) -> str:
    """Return the weight that a list must be asked for to have this event in it."""
    return "" if passes(event, Threshold.SUBSTANTIVE) else weighs(event).value


def capital(text: str) -> str:
    """Return a text that begins a line."""
    return text[:1].upper() + text[1:]


def time(at: datetime) -> Markup:
    """Return a time to the minute, with the exact one for machines."""
    exact = at.isoformat(timespec="seconds")
    return Markup('<time datetime="{}">{}, {}</time>').format(
        exact, times.day(at), f"{at:%H:%M}"
    )
