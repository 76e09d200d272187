"""What a rewording is about: spelling, a date, a number, a reference, or the meaning.

Works on the words that were taken out and put in. Numbers, negations, modal verbs and
names always count; what is left is the difference between an edit and a tidy-up.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rapidfuzz.distance import Indel

from clausewatch.core.dates import LABEL_CHARACTERS, dates_in, label_before
from clausewatch.core.event import Verdict
from clausewatch.core.model import Clause, Role

_BARE: Final = re.compile(r"[^\w%€$£☐☑~]+")
_NOT_WORD: Final = re.compile(r"[^\w%€$£☐☑~]+|_")
_ADDRESS: Final = re.compile(
    r"https?://\S+|www\.\S+|\S+\.(?:html?|pdf|php)\b\S*"
    r"|\[e-?mail\s*protected\]\S*",
    re.IGNORECASE,
)
_COPYRIGHT: Final = re.compile(r"©|\(c\)|copyright|all rights reserved", re.IGNORECASE)
_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")
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
_LEGAL_FORMS: Final = frozenset(
    "inc ltd limited llc llp plc corp corporation gmbh ag kg se sa sas sarl srl spa bv nv "
    "ab as oy aps pty co company".split()
)
_DIGIT: Final = re.compile(r"\d")
_SIZE: Final = re.compile(r"\b\d+(?:[.,]\d+)?\s?[kKMG]i?B\b")
TIMES_RENAMED: Final = 2
NAME_WORDS: Final = 3
LIST_PARTS: Final = 4
CLOSE_WORDS: Final = 2
SWAPPED: Final = 2
PIECE_CHARACTERS: Final = 8
"""A shorter piece of text may stand elsewhere by chance."""
LABEL_WORDS: Final = 12
TYPO_LETTERS: Final = 5


@dataclass(frozen=True, slots=True)
class Wording:
    """What the difference of two wordings amounts to, and why."""

    verdict: Verdict
    why: str


class Context:
    """What the whole of the difference says about a part of it.

    Args:
        old: The words of all clauses before, and `new` after.
        reworded: The reworded clauses, before and after.
    """

    def __init__(
        self,
        old: Iterable[str],
        new: Iterable[str],
        reworded: Iterable[tuple[str, str]],
    ) -> None:
        self._old = squeeze(" ".join(old))
        self._new = squeeze(" ".join(new))
        self._swaps = Counter(
            pair
            for before, after in reworded
            for pair in {(r.gone, r.come) for r in _runs(before.split(), after.split())}
        )

    def is_renamed(self, run: "_Run") -> bool:
        """Say whether a name was replaced by another one throughout.

        A legal form makes it a party: who that is, is never a matter of style.
        """
        if self._swaps[run.gone, run.come] < TIMES_RENAMED:
            return False
        words = {squeeze(word) for word in (*run.gone, *run.come)}
        party = {squeeze(word) for word in run.then} & _LEGAL_FORMS
        if (
            party
            or words & (_NEVER_TYPOS | _LEGAL_FORMS)
            or _DIGIT.search("".join(words))
        ):
            return False
        if not run.gone:
            return run.come[0].startswith("(") and run.come[-1].rstrip(".,;").endswith(
                ")"
            )
        return bool(run.come) and all(
            len(side) <= NAME_WORDS and side[0].strip("\"'(")[:1].isupper()
            for side in (run.gone, run.come)
        )

    def stays(self, words: Sequence[str]) -> bool:
        """Say whether a piece stands in the new text as often as in the old.

        A phrase is counted, not just found: "with your consent" may stand in ten
        clauses, and its going from one of them is a change.
        """
        piece = squeeze("".join(words))
        if len(piece) < PIECE_CHARACTERS:
            return False
        count = self._new.count(piece)
        return count > 0 and count == self._old.count(piece)


def squeeze(text: str) -> str:
    """Return the letters and digits of a text, and nothing else, in lower case."""
    return _NOT_WORD.sub("", text).casefold()


def weigh(before: str, after: str, context: Context) -> Wording:
    """Return what the difference between two wordings of a clause amounts to."""
    if _same(_TOKEN.sub("#", before), _TOKEN.sub("#", after)):
        return Wording(Verdict.EXTRACTION, "only a generated token differs")
    if _COPYRIGHT.search(after) and _same(_no_numbers(before), _no_numbers(after)):
        return Wording(Verdict.HOUSEKEEPING, "only the year of the copyright differs")
    for verdict, why, mask in _MASKS:
        if _same(mask(before), mask(after)):
            return Wording(verdict, why)
    if squeeze(before) == squeeze(after):
        return Wording(Verdict.EDITORIAL, "only case, spacing or punctuation differs")
    if _same(_sorted(before), _sorted(after)):
        return Wording(Verdict.EDITORIAL, "the same list in another order")
    runs = _joined(_runs(before.split(), after.split()))
    found = [_weigh_run(run, context) for run in runs]
    doubtful = [f for f in found if f.verdict is Verdict.SUBSTANTIVE]
    return (doubtful or found)[0]


@dataclass(frozen=True, slots=True)
class _Run:
    """Words taken out and put in at one place, and the words around it."""

    gone: tuple[str, ...]
    come: tuple[str, ...]
    beside: tuple[str, ...]
    """The word before and the word after."""
    then: tuple[str, ...]
    """The next few words after."""
    kept: tuple[str, ...]
    """All words up to the next run."""


def _joined(runs: Iterable[_Run]) -> Iterator[_Run]:
    """Yield runs; around an address, runs that stand close are one."""
    last: _Run | None = None
    for run in runs:
        close = last is not None and len(last.kept) <= CLOSE_WORDS
        if last is not None and close and (_has_address(last) or _has_address(run)):
            last = replace(
                run,
                gone=(*last.gone, *last.kept, *run.gone),
                come=(*last.come, *last.kept, *run.come),
            )
            continue
        if last is not None:
            yield last
        last = run
    if last is not None:
        yield last


def _has_address(run: _Run) -> bool:
    return any(_ADDRESS.search(word) for word in (*run.gone, *run.come))


def _runs(old: Sequence[str], new: Sequence[str]) -> Iterator[_Run]:
    codes: dict[str, int] = {}
    a = [codes.setdefault(squeeze(word), len(codes)) for word in old]
    b = [codes.setdefault(squeeze(word), len(codes)) for word in new]
    matches = Indel.opcodes(a, b).as_matching_blocks()
    i = j = 0
    for block in matches:
        if i < block.a or j < block.b:
            yield _Run(
                gone=tuple(old[i : block.a]),
                come=tuple(new[j : block.b]),
                beside=(*new[max(0, j - 1) : j], *new[block.b : block.b + 1]),
                then=tuple(new[block.b : block.b + NAME_WORDS]),
                kept=tuple(new[block.b : block.b + block.size]),
            )
        i, j = block.a + block.size, block.b + block.size


def _weigh_run(run: _Run, context: Context) -> Wording:
    gone = [bare for word in run.gone if (bare := squeeze(word))]
    come = [bare for word in run.come if (bare := squeeze(word))]
    if all(word in _LITTLE for word in (*gone, *come)):
        return Wording(Verdict.EDITORIAL, "only articles and the like differ")
    if len(gone) == len(come) and all(map(_is_typo, gone, come)):
        pairs = ", ".join(f"{a} → {b}" for a, b in zip(gone, come, strict=True))
        return Wording(Verdict.EDITORIAL, f"only spelling differs: {pairs}")
    if _is_relabelled(run, gone, come):
        return Wording(Verdict.HOUSEKEEPING, "an address is shown in another way")
    beside = [squeeze(word) for word in run.beside]
    if [*gone, *come] and all(word in beside for word in (*gone, *come)):
        return Wording(Verdict.EDITORIAL, "a word stood there twice")
    if all(context.stays(side) for side in (gone, come) if side):
        return Wording(Verdict.EDITORIAL, "the same words, placed differently")
    if context.is_renamed(run):
        return Wording(Verdict.EDITORIAL, "a name was replaced throughout")
    told = f"[-{' '.join(run.gone)}-] {{+{' '.join(run.come)}+}}"
    return Wording(Verdict.SUBSTANTIVE, f"words that carry meaning differ: {told}")


def _is_relabelled(run: _Run, gone: Sequence[str], come: Sequence[str]) -> bool:
    """Say whether an address became the words that it stands behind, or the reverse."""
    addresses = [
        side for side in (run.gone, run.come) if _ADDRESS.search(" ".join(side))
    ]
    words = len(gone) + len(come)
    return (
        len(addresses) >= 1
        and words <= LABEL_WORDS
        and not {*gone, *come} & _NEVER_TYPOS
        and all(
            len(_ADDRESS.sub("", " ".join(s)).split()) <= CLOSE_WORDS for s in addresses
        )
    )


def _is_typo(old: str, new: str) -> bool:
    """Say whether two words are one word in two spellings.

    Nearness is not enough: `lawful` and `unlawful`, `consent` and `content`,
    `employer` and `employee` are a letter or two apart. What a slip or a country's
    spelling does is: letters swapped, a letter doubled, `s` for `z`, a vowel inside.
    """
    if old == new:
        return True
    both = old + new
    if {old, new} & _NEVER_TYPOS or not both.replace("'", "").isalpha():
        return False
    if old.strip("'’") in _LITTLE and new.strip("'’") in _LITTLE:
        return True
    if min(len(old), len(new)) < TYPO_LETTERS or _UNCASED.search(both):
        return False
    return _spelt(old) == _spelt(new) or _is_swap(old, new)


_UNCASED: Final = re.compile(r"[^\W\u0000-\u058f\u10a0-\u10ff\u1e00-\u1fff]")
"""Letters of scripts in which one letter is a syllable or a word."""
LONG_LETTERS: Final = 9
"""Words as long as this that differ in one letter are rarely two words."""
_SPELLINGS: Final = (
    (re.compile(r"ogue"), "og"),  # catalogue
    (re.compile(r"(.)\1"), r"\1"),  # a letter doubled
    (re.compile(r"(?<=[iy])z"), "s"),  # organize, organise
    (re.compile(r"our(?=$|s|ed|ing|a|i)"), "or"),  # behaviour
    (re.compile(r"(?<=[tb])re$"), "er"),  # centre
    (
        re.compile(r"(?<=[^aeiouy])[aeiouy](?=[^aeiouy]+[a-z]*[aeiouy])"),
        ".",
    ),  # seperate
)


def _spelt(word: str) -> str:
    """Return what the spellings of one word share."""
    for pattern, put in _SPELLINGS:
        word = word[:1] + pattern.sub(put, word[1:])
    return word


def _is_swap(old: str, new: str) -> bool:
    """Say whether two letters changed places, or one of a long word was mistyped."""
    differ = [n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b]
    if len(old) == len(new) >= LONG_LETTERS and len(differ) == 1 and differ[0]:
        return True
    return (
        len(old) == len(new)
        and len(differ) == SWAPPED
        and differ[1] == differ[0] + 1
        and old[differ[0]] == new[differ[1]]
        and old[differ[1]] == new[differ[0]]
    )


def _words(text: str) -> list[str]:
    return [bare for word in text.split() if (bare := _BARE.sub("", word))]


def _same(before: str, after: str) -> bool:
    return _words(before.casefold()) == _words(after.casefold())


def _sorted(text: str) -> str:
    """Return a comma-separated list in order; any other text as it is."""
    parts = text.split(", ")
    return ", ".join(sorted(parts)) if len(parts) >= LIST_PARTS else text


def _no_sizes(text: str) -> str:
    return _SIZE.sub("#", text)


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
    return _LETTER.sub("#", _REFERENCE.sub("#", text))


def _no_addresses(text: str) -> str:
    return _ADDRESS.sub("#", text)


def _no_versions(text: str) -> str:
    return _VERSION.sub("#", _no_dates(text))


_PASSING: Final = re.compile(
    r"\b\d+\s+(?:second|minute|hour|day|week|month|year)s?\s+ago\b|\bvor \d+ \w+"
    r"|\bil y a \d+ \w+|\bhace \d+ \w+|\d+\s*(?:分|時間|日|週間|か月|年)前"
    r"|\b\d+\s*-?\s*min(?:ute)?s?\.?\s+read\b|\bread(?:ing)? time:?\s*\d+\s*\w*"
    r"|[\d,.]+ (?:of|out of) [\d,.]+ (?:people |users |members )?found this",
    re.IGNORECASE,
)


def _no_passing(text: str) -> str:
    """Return a short text without what a clock or a counter puts there."""
    return text if len(text.split()) > LABEL_WORDS else _PASSING.sub("#", text)


_MASKS: Final = (
    (Verdict.EXTRACTION, "only what a clock or a counter shows differs", _no_passing),
    (Verdict.HOUSEKEEPING, "only the date of the document differs", _no_dates),
    (Verdict.HOUSEKEEPING, "only the version differs", _no_versions),
    (Verdict.HOUSEKEEPING, "only the number of a section differs", _no_references),
    (Verdict.HOUSEKEEPING, "only the size of a file differs", _no_sizes),
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
    if clause.linked and _YEAR.search(text) and len(_words(text)) <= LABEL_WORDS:
        return Wording(Verdict.HOUSEKEEPING, "a link to a dated version")
    if clause.linked and clause.role is Role.SENTENCE:
        return Wording(Verdict.HOUSEKEEPING, "a link to another page")
    if clause.role is Role.HEADING and _is_plain_heading(text):
        return Wording(Verdict.EDITORIAL, "a heading")
    if clause.role is Role.SENTENCE and _is_fragment(text):
        return Wording(Verdict.EXTRACTION, "a few words that are no sentence")
    return Wording(Verdict.SUBSTANTIVE, "a clause came or went")


DATE_LINE_WORDS: Final = 8
PHRASE_WORDS: Final = 3


def _is_fragment(text: str) -> bool:
    """Say whether a text is too short to promise anything: a label, a lead-in."""
    if _UNCASED.search(text):  # no spaces to count words by
        return len(text) < TYPO_LETTERS
    words = len(_words(text))
    return words < PHRASE_WORDS or (words == PHRASE_WORDS and text.endswith(":"))


def weigh_heading(before: Clause, after: Clause, found: Wording) -> Wording:
    """Return what the renaming of a heading amounts to; most are a tidy-up.

    A line in bold may be a sentence: a number or a negation in it still counts.
    """
    if not _is_plain_heading(before.words) or after.text.endswith(":"):
        return found
    changed = set(squeeze_words(before.words)) ^ set(squeeze_words(after.words))
    if changed & _NEVER_TYPOS or any(map(str.isdigit, "".join(changed))):
        return found
    return Wording(Verdict.EDITORIAL, "a heading was renamed")


def _is_plain_heading(text: str) -> bool:
    """Say whether a heading only names what follows; a line in bold may be more."""
    return len(text.split()) <= HEADING_WORDS


def is_telling(clause: Clause) -> bool:
    """Say whether a clause is long enough to be told from others by its words."""
    return len(_words(clause.words)) >= TELLING_WORDS


def squeeze_words(text: str) -> Sequence[str]:
    """Return the words of a text, squeezed."""
    return [squeeze(word) for word in text.split()]


TELLING_WORDS: Final = 10
HEADING_WORDS: Final = 8
