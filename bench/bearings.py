"""What single changed clauses take or give: learned from those that were labelled.

`clauses.labels` beside this file says of 4,600 changed clauses whether they are less or
more protective, both or neither. It knows them by a hash, and holds none of their text.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from lessons import Lesson
from scipy import sparse
from scipy.linalg import inv, solve
from train import quantised

from clausewatch.core.bearing import BEARINGS, Bearing, parts
from clausewatch.core.bearing import traits as traits_of
from clausewatch.core.event import Change, Direction
from clausewatch.core.leaning import Leaning
from clausewatch.core.linear import features
from clausewatch.core.stance import Stance

LABELS = Path(__file__).with_name("clauses.labels")
ROWS = 1 << 14
SHARES = (1.0, 1.0, 0.6, 0.3)
"""What each part of a clause counts for: came, went, the whole, the headings."""
BESIDE = 0.02
"""What the traits of a clause count for, beside its words."""
RAREST = 6.0
"""A trait of a clause is not taken for more, however rare it is."""
OFTEN = 6
"""A trait that fewer changes have says nothing that would last."""
ORDER = tuple(Direction)
Found = tuple[Lesson, Change, Leaning]


@dataclass(frozen=True, eq=False)
class Clauses:
    """The changed clauses of all lessons, as the model reads them."""

    words: sparse.csr_matrix
    traits: Sequence[dict[str, float]]
    wanted: np.ndarray
    """A row for each clause, a column for each of BEARINGS; no number: no label."""
    service: np.ndarray
    corpus: np.ndarray


def labels() -> Mapping[str, str]:
    """Return the labels of clauses by their keys."""
    return dict(line.split() for line in LABELS.read_text().splitlines())


def key_of(change: Change) -> str:
    """Return by what a clause is known that was labelled; its text is not kept."""
    text = f"{change.kind}\0{change.before}\0{change.after}"
    return sha256(text.encode()).hexdigest()[:12]


def clauses_of(
    read: Sequence[Found],
    labels: Mapping[str, str],
    stance: Stance,
) -> Clauses:
    """Return changed clauses as they are learned from, with the labels they have."""
    texts = zip(*(parts(change) for _, change, _ in read), strict=True)
    words = [
        bags(part, ROWS) * share**0.5 for part, share in zip(texts, SHARES, strict=True)
    ]
    wanted = np.full((len(read), len(BEARINGS)), np.nan)
    seen: set[str] = set()
    for n, (_, change, _) in enumerate(read):
        key = key_of(change)
        if key in labels and key not in seen:
            seen.add(key)
            wanted[n] = _shares(labels[key])
    print(f"{len(seen)} of {len(labels)} labelled clauses are among the changes")
    return Clauses(
        sparse.hstack(words).tocsr(),
        [traits_of(change, found, stance) for _, change, found in read],
        wanted,
        np.array([lesson.service for lesson, _, _ in read]),
        np.array([lesson.corpus for lesson, _, _ in read]),
    )


def _shares(label: str) -> Sequence[float]:
    if label == Direction.MIXED:
        return (0.5, 0.5, 0.0)
    return [float(label == one) for one in BEARINGS]


def bags(texts: Sequence[str], rows: int) -> sparse.csr_matrix:
    """Return a row for each text: what it hits, all of it together as long as 1."""
    hit = [features(text, rows) for text in texts]
    ends = np.cumsum([0, *map(len, hit)])
    share = np.concatenate([np.full(len(h), max(1, len(h)) ** -0.5) for h in hit])
    columns = np.concatenate([np.array(h, int) for h in hit])
    return sparse.csr_matrix((share, columns, ends), shape=(len(texts), rows))


class Reader:
    """Learns to read clauses from some of them: ridge regression, by its dual."""

    def __init__(self, clauses: Clauses) -> None:
        self.clauses = clauses
        often = Counter(name for found in clauses.traits for name in found)
        self.names = sorted(name for name, count in often.items() if count >= OFTEN)
        table = np.array([[t.get(n, 0.0) for n in self.names] for t in clauses.traits])
        root = np.sqrt((table**2).mean(0)) + 1e-6
        self.spread = np.minimum(1 / root, RAREST)
        self.words = clauses.words
        self.table = table * self.spread * BESIDE**0.5
        self.labelled = np.flatnonzero(~np.isnan(clauses.wanted[:, 0]))
        own = self.words[self.labelled]
        beside = self.table[self.labelled]
        self.alike = (own @ own.T).toarray() + beside @ beside.T

    def fit(self, may: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return weights of words and traits, and biases, learned from some clauses."""
        return self._learned(*self._dual(may)[:3])

    def _dual(self, may: np.ndarray) -> tuple[np.ndarray, ...]:
        """Return rows that are learned from, their dual weights, means, the inverse."""
        take = np.flatnonzero(may[self.labelled])
        rows = self.labelled[take]
        wanted = self.clauses.wanted[rows]
        mean = wanted.mean(0)
        alike = self.alike[np.ix_(take, take)].copy()
        alike[np.diag_indices_from(alike)] += np.trace(alike) / len(alike)
        inverse = inv(alike, overwrite_a=True)
        return rows, inverse @ (wanted - mean), mean, inverse

    def _learned(
        self, rows: np.ndarray, dual: np.ndarray, mean: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        words = np.asarray(self.words[rows].T @ dual)
        return words, self.table[rows].T @ dual, mean

    def _read(self, learned: tuple[np.ndarray, ...], rows: np.ndarray) -> np.ndarray:
        """Return what a model says of some clauses."""
        words, beside, mean = learned
        found = self.words[rows] @ words + self.table[rows] @ beside + mean
        return np.clip(found, 0.0, 1.0)

    def unseen(self, may: np.ndarray) -> np.ndarray:
        """Return what is said of each clause by models that had not seen its service.

        That of a service is what the model of all would be without its clauses.

        Args:
            may: The clauses that may be learned from; all others are read by one model.
        """
        rows, dual, mean, inverse = self._dual(may)
        away = np.flatnonzero(~may)
        found = np.zeros((len(may), len(BEARINGS)))
        if len(away):
            found[away] = self._read(self._learned(rows, dual, mean), away)
        for service in sorted(set(self.clauses.service[may])):
            own = np.flatnonzero(self.clauses.service[rows] == service)
            rest = dual
            if len(own):
                step = solve(inverse[np.ix_(own, own)], dual[own], assume_a="pos")
                rest = dual - inverse[:, own] @ step
            asked = np.flatnonzero(may & (self.clauses.service == service))
            found[asked] = self._read(self._learned(rows, rest, mean), asked)
        return found


def bearing(reader: Reader, stance: Stance) -> Bearing:
    """Return the model of a clause, learned from all that are labelled."""
    everything = np.ones(len(reader.clauses.service), bool)
    words, beside, mean = reader.fit(everything)
    share = np.repeat(SHARES, ROWS)[:, None] ** 0.5
    beside = beside * (reader.spread * BESIDE**0.5)[:, None]
    weights = {
        name: by_direction(BEARINGS, row)
        for name, row in zip(reader.names, beside, strict=True)
    }
    return Bearing(quantised(BEARINGS, words * share, mean), weights, stance)


def by_direction(labels: Sequence[Direction], values: np.ndarray) -> dict:
    """Return values by direction, in the order of all, as they are written."""
    found = {
        label: round(float(value), 4)
        for label, value in zip(labels, values, strict=True)
    }
    return {one: found[one] for one in ORDER if one in found}
