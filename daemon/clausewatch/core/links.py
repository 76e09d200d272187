"""Where a link leads, without what only tracks who followed it."""

import re
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from clausewatch.core.model import Clause

_TRACKING: Final = re.compile(
    r"^(utm_\w+|hsa_\w+|mc_[ce]id|_?ga|_gl|gclid|dclid|fbclid|msclkid|yclid|igshid"
    r"|_hs(enc|mi)|ref(_\w+)?|sid|phpsessid|jsessionid|sessionid|token|csrf\w*|nonce"
    r"|trk\w*|cb|ts|timestamp|cache\w*|v|ver|_)$",
    re.IGNORECASE,
)
_SESSION: Final = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_VOLATILE: Final = re.compile(r"^(?=.*\d)[0-9a-zA-Z_-]{16,}$")
"""A value that looks like a token: long, with digits, without a word boundary."""


def target(href: str) -> str:
    """Return where a link leads: scheme, host and path, and the query that matters.

    In-page anchors, scripts and protected addresses lead nowhere: the empty string.
    """
    href = href.strip()
    if not href or href[0] == "#" or "email-protection" in href:
        return ""
    head = href[:11].lower()
    if head.startswith(("javascript:", "data:", "blob:")):
        return ""
    if "?" not in href and ";" not in href:
        return href.split("#", 1)[0].rstrip("/")
    try:
        parts = urlsplit(_SESSION.sub("", href))
    except ValueError:
        return href.split("#", 1)[0]
    query = [
        (key, value)
        for key, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.match(key) and not _VOLATILE.match(value)
    ]
    return urlunsplit(
        (parts.scheme, parts.netloc, parts.path.rstrip("/"), urlencode(query), "")
    )


@lru_cache(maxsize=4096)
def leaves(href: str, host: str) -> bool:
    """Say whether a link leads to another site than the page's own, or writes a mail.

    Sites are compared by the last two labels of the host: `help.example.com` and
    `www.example.com` are one.
    """
    if href.startswith(("mailto:", "tel:")):
        return True
    if not href.startswith(("http://", "https://", "//")):
        return False
    there = href.split("//", 1)[1].split("/", 1)[0].rsplit("@", 1)[-1]
    return site(there) != site(host)


def site(host: str) -> str:
    """Return the last two labels of a host, without its port."""
    return ".".join(host.casefold().split(":", 1)[0].rsplit(".", 2)[-2:])


CHOICE: Final = re.compile(
    r"\bopt(?:ing)?[\s-]?(?:out|in)\b|\bunsubscrib|\bobject(?:ion|ing)?\b|\bwithdraw"
    r"|\brefus|\bdo not sell|\b(?:your|cookie|privacy) (?:choices?|settings|preferences)"
    r"|\bchange your choice|widersprech|widerspruch|widerruf|abmelden|einstellungen"
    r"|s.opposer|opposition|retirer|paramètres|oponer|oposición|retirar|preferencias",
    re.IGNORECASE,
)


def is_choice(clause: Clause) -> bool:
    """Say whether a clause leads the reader to where a choice is made."""
    return bool(clause.href) and not clause.linked and _speaks_of_choice(clause.text)


@lru_cache(maxsize=1024)
def _speaks_of_choice(text: str) -> bool:
    # Every capture of a page asks it of the same clauses again.
    return bool(CHOICE.search(text))


CHOICE_TARGET: Final = re.compile(
    r"opt-?_?(?:out|in)|unsubscribe|settings|preferences|choices|object|withdraw|do-?not"
    r"|cookie|consent|widerspruch|einstellungen|mailto:",
    re.IGNORECASE,
)


def names_choice(href: str) -> bool:
    """Say whether an address sounds like a place where a choice is made."""
    return bool(CHOICE_TARGET.search(href))
