"""What counts as the same words.

Spelling that a reader cannot see or would not remark is folded away: Unicode forms,
quotes, dashes, spaces, soft hyphens, list numbers, the format of dates, the case of
headings. Numbers, negations, modal verbs and names are never touched.
"""

import re
import unicodedata
from functools import lru_cache
from html import unescape
from typing import Final

from clausewatch.core.dates import canonical_dates
from clausewatch.core.model import Role

_FOLDED: Final = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′´`ʼ＇", "'"),
        **dict.fromkeys("“”„‟″«»＂", '"'),
        **dict.fromkeys("‐‑‒–—―−﹘－", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufffc", None),
        **dict.fromkeys("•·●▪◦‣⁃○■□►▶➢✓✔*†‡", " "),
        "…": "...",
        "\n": " ",
    }
)
_KEPT_FORMS: Final = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉")
"""Raised and lowered digits: `m²` is not `m2`."""


class _Forms(dict[int, str]):
    """What each character is in Unicode's compatibility form, as it is asked for."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        kept = char in _KEPT_FORMS
        self[code] = char if kept else unicodedata.normalize("NFKC", char)
        return self[code]


_FORMS: Final = _Forms()
_ENUMERATOR: Final = re.compile(
    r"^(?:\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-zA-Z]|[ivxIVX]{1,5})[.)]"
    r"|\d{1,3}(?:\.\d{1,3})+(?!\s+[a-zß-öø-ÿ])|§+\s?\d{1,3}[a-z]?|[-+])(?:\s+|$)"
)
_PUNCTUATION_SPACE: Final = re.compile(r"\s+([,.;:!?)\]])")
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>")
_SPACES: Final = re.compile(r"\s+")


@lru_cache(maxsize=8192)
def words(text: str, role: Role = Role.SENTENCE) -> str:
    """Return what counts of a clause's text; equal results say the same.

    Idempotent. Empty where nothing counts (a lone list mark).
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(_FORMS)
    if "&" in text and ";" in text:
        text = unescape(text)  # some pages escape what they have escaped
    if "</" in text:
        text = _TAG.sub(" ", text)
    text = _SPACES.sub(" ", text.translate(_FOLDED)).strip()
    text = _PUNCTUATION_SPACE.sub(r"\1", text)
    text = _without_numbering(text)
    text = canonical_dates(text)
    return text.casefold() if role is Role.HEADING else text


def _without_numbering(text: str) -> str:
    """Return the text without the numbers or letters that only say its place."""
    while match := _ENUMERATOR.match(text):
        rest = text[match.end() :]
        if not rest or rest == text:
            return text
        text = rest
    return text


_DENSE: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
DENSE: Final = 3
"""A character of Chinese, Japanese or Korean says about as much as three letters."""


def reading_size(text: str) -> int:
    """Return how long a text is to read, in letters."""
    if text.isascii():
        return len(text)
    return len(text) + (DENSE - 1) * len(_DENSE.findall(text))
