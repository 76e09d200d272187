"""An event as plain text and as HTML: pure, and the same wherever it is read."""

from html import escape
from itertools import groupby
from textwrap import fill
from typing import Final

from clausewatch.core.event import Event
from clausewatch.core.model import WordOp, WordSpan
from clausewatch.render.glance import COLUMNS, glance
from clausewatch.render.redline import (
    MARKS,
    MOST_CHANGES,
    Redline,
    left_out,
    shown,
)
from clausewatch.render.wording import evidence, facts, subject, timeline

LEGEND: Final = "[-struck-] words went, {+new+} words came."

_IN: Final = " " * 4
# Backgrounds let the reader's own colours through, in light and in dark; strike and
# underline say the same to those who see no colour.
_TAGS: Final = {
    WordOp.EQUAL: "{}",
    WordOp.DELETE: '<del style="text-decoration:line-through;'
    'background-color:rgba(229,83,75,.28)">{}</del>',
    WordOp.INSERT: '<ins style="text-decoration:underline;'
    'background-color:rgba(70,149,74,.32)">{}</ins>',
}
_PAGE: Final = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{title}</title></head>
<body style="margin:1em;font:16px/1.5 system-ui,-apple-system,sans-serif">
{body}
</body></html>
"""


def text(event: Event, *, link: str = "") -> str:
    """Return the event as plain text; its first five lines tell all that is urgent.

    They are never wrapped, and short enough for any preview; in full it stands below.

    Args:
        link: Where a site shows it; empty if there is none.
    """
    parts = [_table(_linked_to(glance(event), link), wrap=False)]
    parts.append(fill(subject(event), COLUMNS, break_long_words=False))
    if steps := timeline(event):
        parts.append("What happened\n" + _table(steps))
    if known := facts(event):
        parts.append(_table(known))
    if redlines := _text_redlines(event):
        parts.append(redlines)
    parts.append("Evidence\n" + _table(evidence(event)))
    return "\n\n".join(parts) + "\n"


def html(event: Event, *, most: int = MOST_CHANGES, link: str = "") -> str:
    """Return the event as one HTML article, styled inline as mail programs need it.

    Args:
        most: Changes beyond that are only counted.
        link: Where a site shows it; empty if there is none.
    """
    rows = _rows(
        [*_linked_to(glance(event)[1:], link), *timeline(event), *facts(event)]
    )
    return (
        '<article style="max-width:46em;overflow-wrap:anywhere">\n'
        f'<h1 style="font-size:1.25em;margin:0 0 .6em">{escape(subject(event))}</h1>\n'
        f"{rows}\n{_html_redlines(event, most)}"
        '<h2 style="font-size:1em;margin:1.6em 0 .4em">Evidence</h2>\n'
        f'<div style="font-size:.8em;word-break:break-all">{_rows(evidence(event))}'
        "</div>\n</article>"
    )


def page(title: str, *articles: str) -> str:
    """Return a whole HTML document that follows the reader's light or dark mode."""
    rule = '\n<hr style="margin:2em 0">\n'
    return _PAGE.format(title=escape(title), body=rule.join(articles))


def marked(spans: tuple[WordSpan, ...]) -> str:
    """Return the words with what went and came between brackets."""
    return " ".join(MARKS[span.op].format(span.text) for span in spans)


def _linked_to(lines: list[tuple[str, str]], link: str) -> list[tuple[str, str]]:
    """Return what is urgent, and where to read on; the latter never goes before it."""
    return [*lines, *([("Link", link)] if link else [])]


def _text_redlines(event: Event) -> str:
    found = shown(event)
    blocks = [LEGEND] if found.redlines else []
    for section, group in groupby(found.redlines, lambda one: one.section):
        lines = [fill(section or "At the top", COLUMNS)]
        lines += [
            "\n".join((f"  {r.what}:", _filled(marked(r.spans), _IN, _IN)))
            for r in group
        ]
        blocks.append("\n".join(lines))
    if rest := left_out(found):
        blocks.append(rest)
    return "\n\n".join(blocks)


def _html_redlines(event: Event, most: int) -> str:
    found = shown(event, most=most)
    parts = []
    for section, group in groupby(found.redlines, lambda one: one.section):
        heading = escape(section or "At the top")
        parts.append(f'<h2 style="font-size:1em;margin:1.6em 0 .4em">{heading}</h2>\n')
        parts += map(_html_redline, group)
    if rest := left_out(found):
        parts.append(f"<p>{escape(rest)}</p>\n")
    return "".join(parts)


def _html_redline(one: Redline) -> str:
    words = " ".join(_TAGS[span.op].format(escape(span.text)) for span in one.spans)
    return (
        f'<p style="margin:.4em 0;font-size:.85em">{escape(one.what)}</p>\n'
        '<blockquote dir="auto" style="margin:0 0 .8em;padding:.1em 0 .1em .9em;'
        f'border-left:3px solid rgba(128,128,128,.5)">{words}</blockquote>\n'
    )


def _table(lines: list[tuple[str, str]], *, wrap: bool = True) -> str:
    wide = max(len(label) for label, _ in lines) + 2
    return "\n".join(
        _filled(value, f"{label}:".ljust(wide), " " * wide)
        if wrap
        else f"{label}:".ljust(wide) + value
        for label, value in lines
    )


def _filled(value: str, first: str, rest: str) -> str:
    return fill(
        value,
        COLUMNS,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _rows(lines: list[tuple[str, str]]) -> str:
    cell = "vertical-align:top;padding:.1em 1em .1em 0;text-align:start"
    # An address or a digest has no place to break at; on a telephone it breaks anywhere.
    value_cell = f"{cell};overflow-wrap:anywhere"
    rows = "".join(
        f'<tr><th scope="row" style="{cell};white-space:nowrap">{escape(label)}</th>'
        f'<td style="{value_cell}">{_linked(value)}</td></tr>\n'
        for label, value in lines
    )
    return f'<table style="border-collapse:collapse">\n{rows}</table>'


def _linked(value: str) -> str:
    shown_as = escape(value)
    if value.startswith(("https://", "http://")) and " " not in value:
        return f'<a href="{shown_as}">{shown_as}</a>'
    return shown_as
