"""Markdown pages: rendered to HTML, so that one walk reads both."""

from typing import Final

from markdown_it import MarkdownIt

_PARSER: Final = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def to_html(text: str) -> str:
    """Return the HTML that a Markdown page stands for; links keep their targets."""
    return str(_PARSER.render(text))
