"""Markdown pages: rendered to HTML, so that one walk reads both."""

import re
from typing import Final

from markdown_it import MarkdownIt

_PARSER: Final = MarkdownIt("commonmark").enable(["table", "strikethrough"])


_IMAGE: Final = re.compile(r"!\[[^\[\]]*\]\([^()]*\)")
"""Nothing to read; a link around one would otherwise be torn apart."""
_SPREAD_LINK: Final = re.compile(
    r"\[(\s*\n[^\[\]]{1,2000}?|[^\[\]]{1,1000}?\n[ \t]*\n[^\[\]]{1,1000}?)\]"
    r"\(([^\s()]+)(?:\s[^()]*)?\)"
)
"""A link around whole blocks, as converters from HTML write it; CommonMark has none."""
_BROKEN_TARGET: Final = re.compile(
    r"\[((?:https?://)?[^\[\]\n]{1,500})\]\((https?:[^()\s]*-)\s+([^()\s\"]+)\)"
)
"""An address that was broken over two lines at a hyphen; CommonMark refuses it."""


def to_html(text: str) -> str:
    """Return the HTML that a Markdown page stands for; links keep their targets."""
    text = _BROKEN_TARGET.sub(_mended, _IMAGE.sub("", text))
    return str(_PARSER.render(_SPREAD_LINK.sub(_gathered, text)))


def _mended(link: re.Match[str]) -> str:
    """Return a link with its address, and a label that is one, in one piece."""
    label = link[1].replace(" ", "") if link[1].startswith("http") else link[1]
    return f"[{label}]({link[2]}{link[3]})"


def _gathered(link: re.Match[str]) -> str:
    """Return a spread link as one link a paragraph, its headings as plain words."""
    parts = (part.strip("#* \t") for part in link[1].split("\n"))
    return "\n\n".join(f"[{part}]({link[2]})" for part in parts if part)
