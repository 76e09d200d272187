"""What kind of page a body is, and its text."""

import re
from typing import Final

from clausewatch.core.model import Media, Page
from clausewatch.errors import CaptureError
from clausewatch.fetch import pdf
from clausewatch.fetch.charset import text_of

_DECLARED: Final = {
    "text/html": Media.HTML,
    "application/xhtml+xml": Media.HTML,
    "text/markdown": Media.MARKDOWN,
    "text/x-markdown": Media.MARKDOWN,
    "text/plain": Media.PLAIN,
    "application/pdf": Media.PDF,
    "application/x-pdf": Media.PDF,
}
_VAGUE: Final = frozenset(
    "application/octet-stream binary/octet-stream application/xml text/xml"
    " application/force-download application/x-download".split()
)
"""Types under which servers hand out pages that they did not look at."""
_IS_HTML: Final = re.compile(
    # Possessive and atomic: a page of comments must not make it try all their ends.
    r"\s*+(?:<\?xml[^>]*+>\s*+)?(?:<!--(?>.*?-->)\s*+)*+<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_SNIFFED_CHARS: Final = 1024
_BINARY: Final = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_MOST_BINARY: Final = 0.01
"""Share of control characters from which on a body is no text."""


class PageDecoder:
    """Turns bodies into pages; the same bytes and type always give the same page."""

    def __init__(self, limits: pdf.Limits | None = None) -> None:
        self._limits = limits or pdf.Limits()

    def is_slow(self, body: bytes) -> bool:
        """Say whether it is a PDF: reading one starts a process, and may take long."""
        return body[:_SNIFFED_CHARS].lstrip().startswith(b"%PDF-")

    def decode(self, body: bytes, content_type: str) -> Page:
        """Return the page. What the bytes show counts for more than what is said.

        Raises:
            CaptureError: it is of a kind that we cannot read (`media-type`), or a
                PDF that cannot be read (`pdf-…`).
        """
        if self.is_slow(body):
            return Page(Media.PDF, pdf.text_of(body, self._limits))
        essence = content_type.partition(";")[0].strip().lower()
        declared = _DECLARED.get(essence)
        if declared is None and not _may_be_text(essence):
            raise _unreadable(f"got {essence}")
        text, remark = text_of(
            body,
            content_type,
            has_meta=declared not in {Media.MARKDOWN, Media.PLAIN},
        )
        text, remark = _without_nuls(text, remark)
        if _is_binary(text):
            raise _unreadable(f"got binary content as {essence or 'no type'}")
        return Page(_media(declared, text), text, remark)


def _may_be_text(essence: str) -> bool:
    return not essence or essence in _VAGUE or essence.startswith("text/")


def _media(declared: Media | None, text: str) -> Media:
    if declared in {Media.HTML, Media.MARKDOWN}:
        return declared
    # Also where a PDF was promised: the error page that came instead is a page.
    return Media.HTML if _IS_HTML.match(text[:_SNIFFED_CHARS]) else Media.PLAIN


def _without_nuls(text: str, remark: str) -> tuple[str, str]:
    """Return the text without NULs: parsers stop at them, browsers do not show them."""
    count = text.count("\0")
    if not count:
        return text, remark
    said = f"{count} NULs left out"
    return text.replace("\0", ""), f"{remark}; {said}" if remark else said


def _is_binary(text: str) -> bool:
    head = text[: 64 * _SNIFFED_CHARS]
    return len(_BINARY.findall(head)) > max(len(head) * _MOST_BINARY, 3)


def _unreadable(what: str) -> CaptureError:
    return CaptureError(
        f"expected HTML, PDF, Markdown or plain text, {what}",
        reason="media-type",
        retry=False,
    )
