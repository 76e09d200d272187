"""Which language a text is in, by its commonest words; for telling a swap of language.

Not a classifier of the world's languages: it has to notice that a page which spoke
one language yesterday speaks another today.
"""

from collections import Counter
from typing import Final

_COMMON: Final = {
    "en": "the of and to in you your or for that with this are be by our we may",
    "de": "der die und sie von den des das mit für ist zu auf wir oder nicht im werden",
    "fr": "de la les des et le vous du en que vos pour est sur nous dans une votre",
    "es": "de la que el los en las del para por una con su usted sus nosotros datos",
    "it": "di il che la per dei del le con sono della una gli nel dati anche alla",
    "pt": "de que os da do em para dos um uma você com não seus na dados ou",
    "nl": "de het van en een in je we of voor dat met op zijn te wij uw",
    "pl": "i w na z do nie się oraz lub przez jest dla które danych",
    "sv": "och att som i på av för du vi är med det till den dina eller",
    "da": "og at som i på af for du vi er med det til den dine eller",
    "no": "og at som i på av for du vi er med det til den dine eller",
    "tr": "ve bir bu için ile veya olarak kişisel olan daha",
    "ru": "и в на с не для по или мы вы что",
}
_SCRIPTS: Final = (
    ("ja", "\u3040", "\u30ff"),
    ("ko", "\uac00", "\ud7af"),
    ("zh", "\u4e00", "\u9fff"),
    ("ar", "\u0600", "\u06ff"),
    ("he", "\u0590", "\u05ff"),
    ("hi", "\u0900", "\u097f"),
    ("th", "\u0e00", "\u0e7f"),
    ("el", "\u0370", "\u03ff"),
)
ENOUGH_WORDS: Final = 20
SHARE: Final = 0.1
"""At least this share of the words must be among a language's commonest."""
SCRIPT_SHARE: Final = 0.2
_VOCABULARY: Final = {name: frozenset(text.split()) for name, text in _COMMON.items()}
COMMON: Final = frozenset().union(*_VOCABULARY.values())
"""Words that say nothing by themselves, of all these languages."""


def _script(text: str) -> str:
    """Return the language whose script a good part of the text is written in."""
    counts = Counter(text)
    letters = sum(count for char, count in counts.items() if char.isalpha()) or 1
    for name, first, last in _SCRIPTS:
        found = sum(count for char, count in counts.items() if first <= char <= last)
        if found >= SCRIPT_SHARE * letters:
            return name
    return ""


def language_of(text: str) -> str:
    """Return the primary subtag of the language, or the empty string if unsure."""
    if not text.isascii() and (script := _script(text)):
        return script
    words = text.casefold().split()
    if len(words) < ENOUGH_WORDS:
        return ""
    counts = Counter(words)
    score = {
        name: sum(counts[word] for word in vocabulary)
        for name, vocabulary in _VOCABULARY.items()
    }
    best = max(score, key=lambda name: score[name])
    return best if score[best] >= SHARE * len(words) else ""
