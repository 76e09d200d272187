"""What a rewording is about: spelling, a date, a number, a reference, or the meaning.

Works on the words that were taken out and put in. Numbers, negations, modal verbs and
names always count; what is left is the difference between an edit and a tidy-up.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import Levenshtein

from clausewatch.core.dates import LABEL_CHARACTERS, dates_in, label_before
from clausewatch.core.event import Verdict
from clausewatch.core.model import Clause, Role

_BARE: Final = re.compile(r"[^\w%€$£]+")
_ADDRESS: Final = re.compile(
    r"https?://\S+|www\.\S+|\S+\.(?:html?|pdf|php)\b\S*", re.IGNORECASE
)
_COPYRIGHT: Final = re.compile(r"©|\(c\)|copyright|all rights reserved", re.IGNORECASE)
_VERSION: Final = re.compile(
    r"\b(?:version|v|ver\.|rev\.)\s*\d+(?:\.\d+)*\b", re.IGNORECASE
)
_REFERENCE: Final = re.compile(
    r"\b(?:sections?|clauses?|articles?|paragraphs?|points?|art\.?|sec\.?|para\.?|no\.?"
    r"|abschnitt\w*|ziffer\w*|ziff\.|absatz|abs\.|nr\.|punkt\w*|kapitel|anhang|anlage"
    r"|sección|cláusula|artículo|apartado|punto|articolo|sezione|paragrafo|artigo"
    r"|artikel|§+|chapter|annex|appendix|schedule|exhibit)\s*"
    r"(\(?\d+(?:[.\-]\d+)*\)?(?:\s*\(?[a-z]\))?|\(?[a-z]\)|[ivx]+\b)",
    re.IGNORECASE,
)
_TOKEN: Final = re.compile(
    r"\b(?=[0-9a-f-]*\d)(?:[0-9a-f]{8,}|[0-9a-f]{8}-[0-9a-f-]{20,})\b"
    r"|\b(?=\w*\d)(?=\w*[a-z])(?=\w*[A-Z])\w{10,}\b",
)
_LITTLE: Final = frozenset(
    "a an the of to in on at for that which this these those such as our its also "
    "der die das den dem des ein eine einen einem einer eines auch zu "
    "le la les l un une des du de d el los las lo uno una il i gli o os as um uma".split()
)
"""Words that carry no right or duty; `or`, `and`, `not`, `may` are not among them."""
_NEVER_TYPOS: Final = frozenset(
    "not no non never none may can must will shall should could would might only "
    "all any some and or unless except without before after nicht kein keine nie "
    "darf muss kann wird soll nur oder und ohne ne pas jamais peut doit sans ou et "
    "seulement puede debe sin nunca solo y o ni may now new most more less".split()
)
TYPO_LETTERS: Final = 5
TYPO_EDITS: Final = 2


@dataclass(frozen=True, slots=True)
class Wording:
    """What the difference of two wordings amounts to, and why."""

    verdict: Verdict
    why: str


def weigh(before: str, after: str) -> Wording:
    """Return what the difference between two wordings of a clause amounts to."""
    if _same(_TOKEN.sub("#", before), _TOKEN.sub("#", after)):
        return Wording(Verdict.EXTRACTION, "only a generated token differs")
    if _COPYRIGHT.search(after) and _same(_no_numbers(before), _no_numbers(after)):
        return Wording(Verdict.HOUSEKEEPING, "only the year of the copyright differs")
    for verdict, why, mask in _MASKS:
        if _same(mask(before), mask(after)):
            return Wording(verdict, why)
    return _by_words(_words(before), _words(after))


def _by_words(old: Sequence[str], new: Sequence[str]) -> Wording:
    folded = [word.casefold() for word in old], [word.casefold() for word in new]
    if "".join(folded[0]) == "".join(folded[1]):
        return Wording(Verdict.EDITORIAL, "only case, spacing or punctuation differs")
    gone, come = _differing(*folded)
    if all(word in _LITTLE for word in (*gone, *come)):
        return Wording(Verdict.EDITORIAL, "only articles and the like differ")
    if len(gone) == len(come) and all(map(_is_typo, gone, come)):
        pairs = ", ".join(f"{a} → {b}" for a, b in zip(gone, come, strict=True))
        return Wording(Verdict.EDITORIAL, f"only spelling differs: {pairs}")
    return Wording(Verdict.SUBSTANTIVE, "words that carry meaning differ")


def _differing(old: list[str], new: list[str]) -> tuple[list[str], list[str]]:
    """Return the words taken out and put in."""
    codes: dict[str, int] = {}
    a = [codes.setdefault(word, len(codes)) for word in old]
    b = [codes.setdefault(word, len(codes)) for word in new]
    gone: list[str] = []
    come: list[str] = []
    for op, i, j, k, m in Levenshtein.opcodes(a, b):
        if op != "equal":
            gone += old[i:j]
            come += new[k:m]
    return gone, come


def _is_typo(old: str, new: str) -> bool:
    if old == new:
        return True
    if any(char.isdigit() for char in old + new) or {old, new} & _NEVER_TYPOS:
        return False
    if old.strip("'’") in _LITTLE and new.strip("'’") in _LITTLE:
        return True
    edits = Levenshtein.distance(old, new)
    return min(len(old), len(new)) >= TYPO_LETTERS and edits <= TYPO_EDITS


def _words(text: str) -> list[str]:
    return [bare for word in text.split() if (bare := _BARE.sub("", word))]


def _same(before: str, after: str) -> bool:
    return _words(before) == _words(after)


def _no_numbers(text: str) -> str:
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
    return _REFERENCE.sub("#", text)


def _no_addresses(text: str) -> str:
    return _ADDRESS.sub("#", text)


def _no_versions(text: str) -> str:
    return _VERSION.sub("#", _no_dates(text))


_MASKS: Final = (
    (Verdict.HOUSEKEEPING, "only the date of the document differs", _no_dates),
    (Verdict.HOUSEKEEPING, "only the version differs", _no_versions),
    (Verdict.HOUSEKEEPING, "only the number of a section differs", _no_references),
    (Verdict.HOUSEKEEPING, "only the address of a link differs", _no_addresses),
)


def weigh_alone(clause: Clause) -> Wording:
    """Return what it amounts to that a clause came or went."""
    text = clause.words
    if _COPYRIGHT.search(text) and len(text) <= LABEL_CHARACTERS:
        return Wording(Verdict.HOUSEKEEPING, "a copyright line")
    masked = _no_versions(text)
    if masked != text and len(_words(masked)) <= DATE_LINE_WORDS:
        return Wording(Verdict.HOUSEKEEPING, "a line with the document's date")
    if clause.role is Role.HEADING:
        return Wording(Verdict.EDITORIAL, "a heading")
    if clause.role is Role.SENTENCE and len(_words(text)) < PHRASE_WORDS:
        return Wording(Verdict.EXTRACTION, "a few words that are no sentence")
    return Wording(Verdict.SUBSTANTIVE, "a clause came or went")


DATE_LINE_WORDS: Final = 8
PHRASE_WORDS: Final = 3
