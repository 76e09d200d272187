"""What an address tells about its page: which kind it is, and whose."""

import re
from typing import Final
from urllib.parse import urlsplit

from clausewatch.core.model import Kind

# The first that is found decides, so the narrower stand before the wider.
_KINDS: Final = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"sub-?processors?\b", Kind.SUBPROCESSORS),
        (r"cookies?\b|trackers?\b|tracking", Kind.TRACKERS),
        (r"data-?processing|\bdpa\b|processor-agreement", Kind.DATA_PROCESSING),
        (r"law-?enforcement|government-requests", Kind.LAW_ENFORCEMENT),
        (r"vulnerabilit|responsible-disclosure|bug-?bounty", Kind.SECURITY),
        (r"copyright|dmca|intellectual-property", Kind.COPYRIGHT),
        (r"developer|api-terms|platform-terms", Kind.DEVELOPER),
        (r"acceptable-?use|usage-polic|\baup\b", Kind.ACCEPTABLE_USE),
        (
            r"(commercial|business|enterprise|services)-(terms|agreement)",
            Kind.COMMERCIAL,
        ),
        (r"community-|guidelines|standards|\brules\b", Kind.COMMUNITY),
        (r"privacy-(policy|notice|statement)", Kind.PRIVACY),
        (r"terms-(of|and)-|user-agreement", Kind.TERMS),
        (r"settings|preferences", Kind.SETTINGS),
        (r"\bfaqs?\b|\bhelp\b|\bsupport\b|\banswers?\b|\bhc\b", Kind.FAQ),
        (r"privacy|datenschutz|privacidad|confidentialit|privacidade", Kind.PRIVACY),
        (r"terms|\btos\b|agreement|conditions|\beula\b|\bagb\b", Kind.TERMS),
        (r"imprint|impressum|legal-?notice", Kind.IMPRINT),
    )
)


def kind_of(url: str) -> Kind | None:
    """Return the kind of page that an address tells, if it tells any."""
    parts = urlsplit(url)
    words = f"{parts.hostname} {parts.path} {parts.query}".lower().replace("_", "-")
    return next((kind for pattern, kind in _KINDS if pattern.search(words)), None)


def site_of(url: str) -> str:
    """Return the part of the host that its owner registered, such as `example.co.uk`.

    A rule of thumb, to propose a service; nothing is decided by it.
    """
    labels = (urlsplit(url).hostname or "").split(".")
    second_is_short = len(labels) > 2 and len(labels[-2]) <= 3 and len(labels[-1]) == 2  # noqa: PLR2004
    return ".".join(labels[-3:] if second_is_short else labels[-2:])


def service_of(url: str) -> str:
    """Return what to call the service when nobody named it."""
    return site_of(url).partition(".")[0].capitalize()
