"""Letters and little words: what may differ without anything being said differently."""

import re
from functools import lru_cache
from typing import Final

_NOT_WORD: Final = re.compile(r"[^\w%€$£☐☑~]+|_")
LITTLE: Final = frozenset(
    "a an the then of to in on at for that which this these those such as our its also "
    "der die das den dem des ein eine einen einem einer eines auch zu "
    "le la les l un une des du de d el los las lo uno una il i gli o os as um uma".split()
)
"""Words that carry no right or duty; `or`, `and`, `not`, `may` are not among them."""
DECIDING: Final = frozenset(
    "not no non never none may can must will shall should could would might only "
    "all any some and or unless except without before after nicht kein keine nie "
    "darf muss kann wird soll nur oder und ohne ne pas jamais peut doit sans ou et "
    "seulement puede debe sin nunca solo y o ni may now new most more less".split()
)
"""Words that carry a right or a duty: never a slip, never a matter of style."""
POINTING: Final = frozenset(
    "here there this page link below above following see click visit find found available "
    "read learn more about at under via by clicking on which can be is are it our the a an of for to "
    "hier link seite unter siehe klicken finden mehr ici lien page cliquez voir suivant "
    "aquí enlace página haga clic ver siguiente".split()
)
"""Words that only lead the reader to another page."""
CARRYING: Final = DECIDING - frozenset(
    "all any some and or oder und ou et y o before after now new most more less".split()
)
"""Those that carry it in a title or a label too, where the others only join words."""
TYPO_LETTERS: Final = 5
SWAPPED: Final = 2


def squeeze(text: str) -> str:
    """Return the letters and digits of a text, and nothing else, in lower case."""
    return _squeezed(text) if len(text) <= LONGEST_WORD else _bare(text)


def _bare(text: str) -> str:
    return _NOT_WORD.sub("", text).casefold()


LONGEST_WORD: Final = 32
_squeezed: Final = lru_cache(maxsize=2048)(_bare)
"""Single words come again and again, whole texts do not."""


def is_spelling(old: str, new: str) -> bool:
    """Say whether two words are one word in two spellings.

    Nearness is not enough: `lawful` and `unlawful`, `consent` and `content`,
    `employer` and `employee` are a letter or two apart. What a slip or a country's
    spelling does is: letters swapped, a letter doubled, `s` for `z`, a vowel inside.
    """
    if old == new:
        return True
    both = old + new
    if {old, new} & DECIDING or not both.replace("'", "").isalpha():
        return False
    if old.strip("'’") in LITTLE and new.strip("'’") in LITTLE:
        return True
    if _are_accents(old, new):
        return True
    if min(len(old), len(new)) < TYPO_LETTERS or UNCASED.search(both):
        return False
    return _spelt(old) == _spelt(new) or _is_swap(old, new)


def _are_accents(old: str, new: str) -> bool:
    """Say whether two words of western Europe differ in accents only, or their lack."""
    if len(old) != len(new) or max(old + new) > _LATIN:
        return False
    return all(max(a, b) > "z" for a, b in zip(old, new, strict=True) if a != b)


_LATIN: Final = "\u00ff"
UNCASED: Final = re.compile(r"[^\W\u0000-\u058f\u10a0-\u10ff\u1e00-\u1fff]")
"""Letters of scripts in which one letter is a syllable or a word."""
LONG_LETTERS: Final = 9
"""Words as long as this that differ in one letter are rarely two words."""
_SPELLINGS: Final = (
    (re.compile(r"ogue"), "og"),  # catalogue
    (re.compile(r"(.)\1"), r"\1"),  # a letter doubled
    (re.compile(r"(?<=[iy])z"), "s"),  # organize, organise
    (re.compile(r"our(?=$|s|ed|ing|a|i)"), "or"),  # behaviour
    (re.compile(r"(?<=[tb])re$"), "er"),  # centre
    (re.compile(r"(?<=en)c(?=es?$|ed$)"), "s"),  # licence
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


_APART: Final = frozenset(
    {
        ("contact", "contract"),
        ("county", "country"),
        ("elect", "select"),
        ("ensure", "censure"),
        ("mission", "emission"),
        ("order", "border"),
        ("patent", "patient"),
        ("persons", "personas"),
        ("state", "estate"),
        ("state", "statue"),
        ("statue", "statute"),
        ("though", "through"),
        ("though", "thought"),
        ("through", "thorough"),
    }
)
"""Words that are others with one letter more."""


def is_letter_off(old: str, new: str) -> bool:
    """Say whether one word is the other with one letter more, its last one apart."""
    short, long = sorted((old, new), key=len)
    if len(short) < TYPO_LETTERS or len(long) != len(short) + 1:
        return False
    if {old, new} & DECIDING or not (old + new).isalpha() or UNCASED.search(long):
        return False
    if (short, long) in _APART or (long.startswith("a") and long[1:] == short):
        return False  # two words: moral, amoral
    return any(long[:i] + long[i + 1 :] == short for i in range(len(short)))


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
