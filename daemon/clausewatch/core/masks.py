"""What may differ in a text without being its wording: dates, sizes, numbers of sections.

Each mask puts one mark for what it is about; two texts that are the same under a mask
differ in that alone.
"""

import re
from typing import Final

from clausewatch.core.dates import LABEL_CHARACTERS, dates_in, label_before
from clausewatch.core.event import Verdict

_AROUND: Final = re.compile(r"[^\w%€$£☐☑~\s]+")
"""What stands around words, or inside them, and is none of their letters."""
ADDRESS: Final = re.compile(
    r"https?://\S+|www\.\S+|\S+\.(?:html?|pdf|php)\b\S*"
    r"|\[e-?mail[\s-]*protected\]\S*",
    re.IGNORECASE,
)
_PROTECTED: Final = re.compile(r"\[(e-?mail)\s+(protected)\]", re.IGNORECASE)
COPYRIGHT: Final = re.compile(r"©|\(c\)|copyright|all rights reserved", re.IGNORECASE)
_CLAIMED: Final = re.compile(r"\W*(?:©|\(c\)|copyright\b)", re.IGNORECASE)
ARCHIVED: Final = re.compile(
    r"\b(?:previous|prior|past|former|earlier|older|archived?|superseded|versions?|anciennes?|précédente?s?"
    r"|antérieure?s?|archiv\w*|frühere?|vorherige?|anterior(?:es)?|precedent[ei])\b",
    re.IGNORECASE,
)
"""Words by which a list of earlier versions goes."""
YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")
_VERSION: Final = re.compile(
    r"\b(?:version|v|ver\.|rev\.)\s*\d+(?:\.\d+)*\b", re.IGNORECASE
)
_NUMERAL: Final = r"\(?\b(?:\d+(?:[.\-]\d+)*|[a-z]|[ivx]+)\b(?:\s?\(\w{1,4}\))*\)?"
_LETTER: Final = re.compile(r"\((?:[a-z]|[ivx]{1,4}|\d{1,2})\)")
_REFERENCE: Final = re.compile(
    r"(?:\b|(?=§))(?:(?:sub)?sections?|(?:sub)?clauses?|articles?|paragraphs?|points?|art\.?|sec\.?|para\.?|no\.?"
    r"|abschnitt\w*|ziffer\w*|ziff\.|absatz|abs\.|nr\.|punkt\w*|kapitel|anhang|anlage"
    r"|sección|cláusula|artículo|apartado|punto|articolo|sezione|paragrafo|artigo"
    r"|artikel|§+|chapter|annex|appendix|schedule|exhibit)\s*"
    rf"{_NUMERAL}(?:\s*(?:,|-|and|or|to|und|bis|oder|et|ou|à|y|e|o|a)\s*{_NUMERAL})*",
    re.IGNORECASE,
)
TOKEN: Final = re.compile(
    r"\b(?=[0-9a-f-]*\d)(?:[0-9a-f]{8,}|[0-9a-f]{8}-[0-9a-f-]{20,})\b"
    r"|\b(?=\w*\d)(?=\w*[a-z])(?=\w*[A-Z])\w{10,}\b"
    r"|\b[A-Z]{24,}\b",  # the options of a list, run together
)
SIZE: Final = re.compile(r"\b\d+(?:[.,]\d+)?\s?[kKMG]i?B\b")
LIST_PARTS: Final = 4
_CELLS: Final = re.compile(r"\s*\|\s*")
LABEL_WORDS: Final = 12
"""A text of more words is a clause, not a label."""


def bare_words(text: str) -> list[str]:
    """Return the words of a text without what stands around them."""
    return _AROUND.sub("", text).split()


def same(before: str, after: str) -> bool:
    """Say whether two texts have the same words, whatever their case."""
    return bare_words(before.casefold()) == bare_words(after.casefold())


def in_order(text: str) -> str:
    """Return the comma-separated lists in a text or in its cells, each in order."""
    return " | ".join(map(_list_in_order, _CELLS.split(text)))


def _list_in_order(text: str) -> str:
    parts = text.split(", ")
    return ", ".join(sorted(parts)) if len(parts) >= LIST_PARTS else text


def _no_sizes(text: str) -> str:
    return SIZE.sub("#", text)


def one_word(text: str) -> str:
    """Return the text, an address that is hidden from machines as the word it is."""
    return _PROTECTED.sub(r"[\1-\2]", text)


def is_copyright(text: str) -> bool:
    """Say whether a text is a line that only says whose the page is."""
    return _CLAIMED.match(text) is not None and len(text.split()) <= LABEL_WORDS


def no_numbers(text: str) -> str:
    """Return the text with its numbers masked."""
    return re.sub(r"\d+", "#", text)


def _no_dates(text: str) -> str:
    """Return the text with the document's own dates masked, and only those."""
    if len(text) > LABEL_CHARACTERS:
        return text
    for start, end, _ in reversed(dates_in(text)):
        if label_before(text[:start]) or not text[:start].strip():
            text = f"{text[:start]}#{text[end:]}"
    return text


def _no_references(text: str) -> str:
    return _LETTER.sub("#", _REFERENCE.sub("#", text))


def _no_addresses(text: str) -> str:
    return ADDRESS.sub("#", text)


def no_versions(text: str) -> str:
    """Return the text with its dates and version numbers masked."""
    return _VERSION.sub("#", _no_dates(text))


_PASSING: Final = re.compile(
    r"\b\d+\s+(?:second|minute|hour|day|week|month|year)s?\s+ago\b|\bvor \d+ \w+"
    r"|\bil y a \d+ \w+|\bhace \d+ \w+|\d+\s*(?:分|時間|日|週間|か月|年)前"
    r"|\b\d+\s*-?\s*min(?:ute)?s?\.?\s+read\b|\bread(?:ing)? time:?\s*\d+\s*\w*"
    r"|[\d,.]+(?: (?:of|out of) [\d,.]+)? (?:people |users |members )?found this"
    r"|\b(?:today|yesterday|heute|gestern|aujourd.hui|hier|hoy|ayer)$",
    re.IGNORECASE,
)


_SPOKEN: Final = re.compile(
    r"\(?(?:link )?opens (?:in )?(?:a |an |your )?(?:new )?(?:external )?(?:window|tab|site|website|e-?mail client)\)?"
    r"|\(?(?:s'ouvre dans une|ouvre une) (?:nouvelle fenêtre|nouvel onglet|nouvelle page)\)?"
    r"|\(?(?:wird |öffnet |öffnet sich )?in (?:einem )?neue[mn] (?:fenster|tab)(?: geöffnet)?\)?"
    r"|\(?se abre en una (?:ventana nueva|nueva ventana|pestaña nueva|nueva pestaña)\)?"
    r"|\(?si apre in una nuova (?:finestra|scheda)\)?"
    r"|\(?abre (?:em|numa|em uma) nova (?:janela|aba|guia)\)?"
    r"|\(?opent in (?:een )?nieuw (?:venster|tabblad)\)?",
    re.IGNORECASE,
)
"""What a link says of itself to those who hear the page instead of seeing it."""


_COMMENT: Final = re.compile(
    r"\[(?:comment|//)\]:\s*(?:#|<>)\s*\([^)]*\)", re.IGNORECASE
)
"""A remark of who wrote the page, in Markdown."""


def _no_comments(text: str) -> str:
    return _COMMENT.sub(" ", text)


def _no_spoken(text: str) -> str:
    return _SPOKEN.sub(" ", text)


def _no_passing(text: str) -> str:
    """Return a short text without what a clock or a counter puts there."""
    return text if len(text.split()) > LABEL_WORDS else _PASSING.sub("#", text)


MASKS: Final = (
    (Verdict.EXTRACTION, "only how a link announces itself differs", _no_spoken),
    (Verdict.EXTRACTION, "only a remark of the author's differs", _no_comments),
    (Verdict.EXTRACTION, "only what a clock or a counter shows differs", _no_passing),
    (Verdict.HOUSEKEEPING, "only the date of the document differs", _no_dates),
    (Verdict.HOUSEKEEPING, "only the version differs", no_versions),
    (Verdict.HOUSEKEEPING, "only the number of a section differs", _no_references),
    (Verdict.HOUSEKEEPING, "only the size of a file differs", _no_sizes),
    (Verdict.HOUSEKEEPING, "only the address of a link differs", _no_addresses),
)
