"""Markdown pages: rendered to HTML, so that one walk reads both."""

import re
from typing import Final

from markdown_it import MarkdownIt

_PARSER: Final = MarkdownIt("commonmark").enable(["table", "strikethrough"])


_SPREAD_LINK: Final = re.compile(
    r"\[\s*\n([^\[\]]{1,2000}?)\n\s*\]\(([^\s()]+)(?:\s[^()]*)?\)"
)
"""A link around whole blocks, as converters from HTML write it; CommonMark has none."""


def to_html(text: str) -> str:
    """Return the HTML that a Markdown page stands for; links keep their targets."""
    return str(_PARSER.render(_SPREAD_LINK.sub(_gathered, text)))


def _gathered(link: re.Match[str]) -> str:
    """Return a spread link as one link a paragraph, its headings as plain words."""
    parts = (part.strip("#* \t") for part in link[1].split("\n"))
    return "\n\n".join(f"[{part}]({link[2]})" for part in parts if part)
