"""A small linear model of text: hashed words and letters, one weight byte each.

What it sees of a text: runs of one to three words, and of three to five letters
within a word. Each is hashed to a row of the weights; a score is the sum of the rows
that were hit, divided by the square root of how many there were. So a score costs
some hundred table look-ups, needs no vocabulary, and can be told by its words.

Source: ADR 0120.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from zlib import crc32

import numpy as np
import numpy.typing as npt

from clausewatch.core.language import COMMON

MAGIC: Final = "clausewatch linear 1"
MOST_WORDS: Final = 400
"""A clause longer than this is known by its beginning."""
LEAST_TOLD, MOST_TOLD = 2, 5
"""How many words are quoted."""
_APART: Final = str.maketrans(dict.fromkeys('.,;:!?()[]{}<>"“”„«»…/|*•–—', " "))
_ALIKE: Final = str.maketrans("’‘`´", "''''")


def tokens(text: str) -> list[str]:
    """Return the words that are counted: lower case, every digit a nought."""
    plain = text.casefold().translate(_ALIKE).translate(_APART)
    words = (word.strip("'-") for word in plain.split()[:MOST_WORDS])
    return [w if w.isalpha() else _no_digits(w) for w in words if w]


def _no_digits(word: str) -> str:
    return "".join("0" if c.isdigit() else c for c in word)


@lru_cache(maxsize=4096)
def _of_word(word: str) -> tuple[int, ...]:
    """Return the hashes of a word and of the runs of letters in it."""
    around = f"<{word}>"
    runs = {
        around[at : at + size]
        for size in (3, 4, 5)
        for at in range(len(around) - size + 1)
    }
    return (crc32(word.encode()), *(crc32(f"~{run}".encode()) for run in sorted(runs)))


def _phrases(words: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yield the runs of two and of three words, and where they begin."""
    for size in (2, 3):
        for at in range(len(words) - size + 1):
            yield " ".join(words[at : at + size]), at


@lru_cache(maxsize=256)
def features(text: str, rows: int) -> npt.NDArray[np.int64]:
    """Return the rows that a text hits, each once, in order.

    A heading is asked for once for each clause below it, so the last ones are kept.
    """
    words = tokens(text)
    known = list(map(_of_word, words))
    found = set[int]().union(*known)
    # A checksum can be continued: that of "a b" from that of "a". So runs of words
    # need not be put together; what comes out is what `_phrases` would hash to.
    spaced = [f" {word}".encode() for word in words]
    twos = list(map(crc32, spaced[1:], [codes[0] for codes in known]))
    found.update(twos, map(crc32, spaced[2:], twos))
    return np.unique(np.fromiter(found, np.int64, len(found)) % rows)


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """Scores of a text for each label: log-odds, above 0 for more likely than not."""

    labels: tuple[str, ...]
    scales: npt.NDArray[np.float32]
    """What one step of a weight of each label is worth."""
    biases: npt.NDArray[np.float32]
    weights: npt.NDArray[np.int8]
    """A row for each hash, a column for each label."""

    @classmethod
    def of(cls, body: bytes) -> "Linear":
        """Return the model that `written` wrote.

        Raises:
            ValueError: it is not one.
        """
        head, _, rest = body.partition(b"\n")
        try:
            said = json.loads(head)
            labels, rows = tuple(map(str, said["labels"])), int(said["rows"])
            scales = np.array(said["scales"], np.float32)
            biases = np.array(said["biases"], np.float32)
            weights = np.frombuffer(rest, np.int8).reshape(rows, len(labels))
        except (ValueError, KeyError, TypeError) as error:
            message = f"expected {MAGIC}: {error}"
            raise ValueError(message) from error
        return cls(labels, scales, biases, weights)

    def written(self) -> bytes:
        """Return the model as one line of JSON and its weights, a byte each."""
        said = {
            "model": MAGIC,
            "rows": len(self.weights),
            "labels": self.labels,
            "scales": [float(f"{x:.6g}") for x in self.scales],
            "biases": [float(f"{x:.6g}") for x in self.biases],
        }
        return json.dumps(said).encode() + b"\n" + self.weights.tobytes()

    def lean(self, text: str) -> npt.NDArray[np.float32]:
        """Return what the words of a text add for each label, without the biases."""
        return self.lean_of(features(text, len(self.weights)))

    def lean_of(self, hit: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """Return what the rows that a text hits add for each label."""
        found = self.weights.take(hit, 0).sum(axis=0, dtype=np.int32) * self.scales
        return np.asarray(found / np.float32(max(1, len(hit)) ** 0.5))

    def score(self, text: str) -> Mapping[str, float]:
        """Return the log-odds of each label; about 0.3 ms for a long sentence."""
        scores = self.lean(text) + self.biases
        return dict(zip(self.labels, scores.tolist(), strict=True))

    def telling(self, text: str, label: str) -> str:
        """Return the run of words that speaks most for a label; empty if none does.

        It begins and ends with a word that means something by itself.
        """
        column = self.weights[:, self.labels.index(label)]
        words, rows = tokens(text), len(self.weights)
        worth = [sum(int(column[c % rows]) for c in _of_word(word)) for word in words]
        for phrase, at in _phrases(words):
            for n in range(at, at + phrase.count(" ") + 1):
                worth[n] += int(column[crc32(phrase.encode()) % rows])
        best, told = 0.0, ""
        for size in range(LEAST_TOLD, MOST_TOLD + 1):
            for at in range(len(words) - size + 1):
                run = words[at : at + size]
                own = sum(worth[at : at + size]) / size**0.5
                if own > best and not COMMON.intersection((run[0], run[-1])):
                    best, told = own, " ".join(run)
        return told
