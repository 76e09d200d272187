"""What part of the page frame an element is, as the page itself declares it.

A landmark is a hint, not a verdict: `furniture` weighs it against the text.
A name that ends in `?` was guessed from a class or id and counts for less.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

_TAGS: Final = {
    "nav": "nav",
    "menu": "nav",
    "search": "nav",
    "aside": "aside",
    "dialog": "layer",
}
_ROLES: Final = {
    "navigation": "nav",
    "menu": "nav",
    "menubar": "nav",
    "search": "nav",
    "banner": "header",
    "contentinfo": "footer",
    "complementary": "aside",
    "dialog": "layer",
    "alertdialog": "layer",
}
_NAMES: Final = (
    (
        "layer?",
        re.compile(
            r"\bcookies?-?(bar|banner|consent|notice|message|modal|popup|law|dialog"
            r"|overlay|layer|prompt|alert|hint|widget|disclaimer)"
            r"|\b(consent|gdpr|modal|popup|overlay|lightbox|toast)"
        ),
    ),
    ("footer?", re.compile(r"\b(site|page|global|main)?-?footer\b")),
    ("nav?", re.compile(r"\b(nav|navbar|navigation|menu|breadcrumbs?|sidebar)\b")),
    ("header?", re.compile(r"\b(site|page|global|main)-?header\b|^header\b")),
    ("aside?", re.compile(r"\b(related|recommended|share|social|newsletter)\b")),
)
_CONTENT: Final = "content"


def landmark(tag: str, attributes: Mapping[str, str | None], around: str) -> str:
    """Return the landmark that holds inside an element, given the one around it.

    The outermost landmark stands: a header inside a navigation is navigation. Inside
    `main` or `article`, `header` and `footer` belong to the document.
    """
    if around and around != _CONTENT and not around.endswith("?"):
        return around
    role = attributes.get("role") or ""
    if attributes.get("aria-modal") == "true":
        return "layer"
    declared = _ROLES.get(role) or _TAGS.get(tag)
    if declared:
        return declared
    if tag in {"main", "article"} or role in {"main", "article"}:
        return _CONTENT
    if tag in {"header", "footer"} and around != _CONTENT:
        return tag
    if around and around != _CONTENT:
        return around
    if tag in {"html", "body"}:
        return around  # what a theme calls the whole page says nothing of its parts
    named = _named(attributes.get("id") or "", attributes.get("class") or "")
    # Inside the content only a layer over the page is not the content.
    return around if around and named != "layer?" else named


@lru_cache(maxsize=4096)
def _named(identifier: str, classes: str) -> str:
    names = f"{identifier} {classes}".lower().replace("_", "-")
    if len(names) == 1:
        return ""
    for name, pattern in _NAMES:
        if pattern.search(names):
            return name
    return ""
