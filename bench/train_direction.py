"""Learn which way changes point, and write it into the package.

    train_direction.py [--cache FILE] [--measure]

Reads SHARED/corpus: clauses that people have rated (`clauses/tosdr.jsonl`, CC BY-SA)
for `rules/stance.model`; single changed clauses that were labelled for this project
(`clauses.labels`, beside this file) for `rules/direction.clauses.model`; labelled
changes (dating, pairs, linkedin) for `rules/direction.weights.json`. Topics are heard
by the rules that stand, so run train.py first. The same input gives the same bytes.
With --measure it writes nothing, and prints how often the direction of a change that
it had not seen was that of the label.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import numpy as np
from lessons import ROOT, SHARED, Lesson, lessons
from scipy import sparse
from scipy.linalg import inv, solve
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits
from train import CORPORA, quantised

from clausewatch.config.phrases import CLAUSES, STANCE, WEIGHTS
from clausewatch.config.rulebook import load
from clausewatch.core import topics
from clausewatch.core.bearing import (
    BEARINGS,
    Bearing,
    figures,
    heaviest,
    parts,
)
from clausewatch.core.bearing import traits as traits_of
from clausewatch.core.calibration import Calibration
from clausewatch.core.direction import LEAST, SURE, traits
from clausewatch.core.event import Change, Direction
from clausewatch.core.leaning import Leaning, leaning, together
from clausewatch.core.linear import features
from clausewatch.core.stance import Stance
from clausewatch.core.topicfigures import weight_of

RULES = ROOT / "daemon" / "clausewatch" / "rules"
LABELS = Path(__file__).with_name("clauses.labels")
ROWS = 1 << 14
STANCE_ROWS = 1 << 15
FOLDS = 8
OFTEN = 6
"""A trait that fewer changes have says nothing that would last."""
SHARES = (1.0, 1.0, 0.6, 0.3)
"""What each part of a clause counts for: came, went, the whole, the headings."""
BESIDE = 0.02
"""What the traits of a clause count for, beside its words."""
RAREST = 6.0
"""A trait of a clause is not taken for more, however rare it is."""
SCALES = (("clauses ", 0.17), ("topic ", 0.12), ("", 0.09))
"""How freely the traits of a difference may weigh, by what their names begin with."""
FREEDOM = 1.0
"""The inverse of the penalty on these weights."""
ORDER = tuple(Direction)


@dataclass(frozen=True, eq=False)
class Clauses:
    """The changed clauses of all lessons, as the model reads them."""

    words: sparse.csr_matrix
    traits: Sequence[dict[str, float]]
    wanted: np.ndarray
    """A row for each clause, a column for each of BEARINGS; no number: no label."""
    service: np.ndarray
    corpus: np.ndarray


@dataclass(frozen=True, eq=False)
class Pupil:
    """A lesson as the core weighs it."""

    lesson: Lesson
    directions: tuple[str, ...]
    """More than one where two readers differ."""
    phrases: Direction
    """What the phrases say together."""
    traits: dict[str, float]
    clauses: np.ndarray
    """The places of its longest changes among all clauses."""
    sizes: np.ndarray = field(repr=False)


def stance() -> Stance:
    """Return the model of stance, learned from rated clauses."""
    path = SHARED / "corpus" / "clauses" / "tosdr.jsonl"
    rated = [json.loads(line) for line in path.read_text().splitlines()]
    bags = _bags([one["text"] for one in rated], STANCE_ROWS)
    told = np.array([one["direction"] for one in rated])
    models = [
        LogisticRegression(C=2.0, solver="liblinear").fit(bags, told == label)
        for label in BEARINGS
    ]
    weights = np.stack([model.coef_[0] for model in models], axis=1)
    biases = np.array([model.intercept_[0] for model in models])
    return Stance(quantised(BEARINGS, weights, biases))


def _bags(texts: Sequence[str], rows: int) -> sparse.csr_matrix:
    hit = [features(text, rows) for text in texts]
    ends = np.cumsum([0, *map(len, hit)])
    share = np.concatenate([np.full(len(h), max(1, len(h)) ** -0.5) for h in hit])
    columns = np.concatenate([np.array(h, int) for h in hit])
    return sparse.csr_matrix((share, columns, ends), shape=(len(texts), rows))


def pupils(found: Sequence[Lesson], stance: Stance) -> tuple[list[Pupil], Clauses]:
    """Return the lessons that have a direction, and all their clauses."""
    book = load()
    labels = dict(line.split() for line in LABELS.read_text().splitlines())
    known = {phrase.language for phrase in book.phrases}
    taught: list[Pupil] = []
    read: list[tuple[Lesson, Change, Leaning]] = []
    for lesson in found:
        if not (lesson.substantive and lesson.changes):
            continue
        language = lesson.language if lesson.language in known else ""
        weighed = [(c, leaning(c, language, book.phrases)) for c in lesson.changes]
        most = heaviest(lesson.changes)
        more = [n for n, (c, _) in enumerate(weighed) if _key(c) in labels]
        about = topics.of(lesson.changes, language or "en", lesson.title, book.topics)
        taught.append(
            Pupil(
                lesson,
                tuple(lesson.direction.split("/")),
                together({found.direction for _, found in weighed}),
                traits(weighed, language, book.phrases, about.touched),
                np.arange(len(read), len(read) + len(most)),
                np.array([weight_of(lesson.changes[n]) for n in most]),
            )
        )
        places = dict.fromkeys((*most, *more))
        read += [(lesson, *weighed[n]) for n in places]
    return taught, _clauses(read, labels, stance)


def _key(change: Change) -> str:
    """Return by what a clause is known that was labelled; its text is not kept."""
    text = f"{change.kind}\0{change.before}\0{change.after}"
    return sha256(text.encode()).hexdigest()[:12]


def _clauses(
    read: Sequence[tuple[Lesson, Change, Leaning]],
    labels: dict[str, str],
    stance: Stance,
) -> Clauses:
    texts = zip(*(parts(change) for _, change, _ in read), strict=True)
    words = [
        _bags(part, ROWS) * share**0.5
        for part, share in zip(texts, SHARES, strict=True)
    ]
    wanted = np.full((len(read), len(BEARINGS)), np.nan)
    seen: set[str] = set()
    for n, (_, change, _) in enumerate(read):
        key = _key(change)
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


def fit(taught: Sequence[Pupil], bearings: np.ndarray) -> Calibration:
    """Return what traits say for each direction.

    Args:
        taught: What is learned from.
        bearings: What is said of each clause, by models that had not seen it.
    """
    rows = [_traits(pupil, bearings) for pupil in taught]
    often = Counter(name for row in rows for name in row)
    names = sorted(name for name, count in often.items() if count >= OFTEN)
    table = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    mean, spread = table.mean(0), table.std(0) + 1e-9
    scale = np.array([next(s for p, s in SCALES if n.startswith(p)) for n in names])
    take = [n for n, p in enumerate(taught) for _ in p.directions]
    told = [one for p in taught for one in p.directions]
    counts = [1 / len(p.directions) for p in taught for _ in p.directions]
    model = LogisticRegression(C=FREEDOM, max_iter=2000, tol=1e-6)
    model.fit(((table - mean) / spread * scale)[take], told, sample_weight=counts)
    own = model.coef_ * scale / spread
    biases = model.intercept_ - own @ mean
    labels = [Direction(name) for name in model.classes_]
    return Calibration(
        _by_direction(labels, biases),
        {n: _by_direction(labels, own[:, at]) for at, n in enumerate(names)},
    )


def _traits(pupil: Pupil, bearings: np.ndarray) -> dict[str, float]:
    return pupil.traits | figures(bearings[pupil.clauses], pupil.sizes)


def _by_direction(labels: Sequence[Direction], values: np.ndarray) -> dict:
    found = {
        label: round(float(value), 4)
        for label, value in zip(labels, values, strict=True)
    }
    return {one: found[one] for one in ORDER if one in found}


def bearing(reader: Reader, stance: Stance) -> Bearing:
    """Return the model of a clause, learned from all that are labelled."""
    everything = np.ones(len(reader.clauses.service), bool)
    words, beside, mean = reader.fit(everything)
    share = np.repeat(SHARES, ROWS)[:, None] ** 0.5
    beside = beside * (reader.spread * BESIDE**0.5)[:, None]
    weights = {
        name: _by_direction(BEARINGS, row)
        for name, row in zip(reader.names, beside, strict=True)
    }
    return Bearing(quantised(BEARINGS, words * share, mean), weights, stance)


def told(
    calibration: Calibration, pupil: Pupil, bearings: np.ndarray
) -> tuple[Direction, bool]:
    """Return the direction that the daemon would tell, and whether it is sure."""
    odds = calibration.odds(_traits(pupil, bearings))
    best = max(odds, key=lambda direction: odds[direction])
    if odds[best] < LEAST:
        return Direction.NEUTRAL, False
    return best, odds[best] >= SURE and best is pupil.phrases


def unseen(
    taught: Sequence[Pupil], reader: Reader, name: str, *, whole: bool
) -> Iterator[tuple[Pupil, Direction, bool]]:
    """Yield what is told of the events of a corpus by models that had not seen them.

    Args:
        whole: Whether all of the corpus is kept from what is learned, and all of its
            services; else the services that are asked about, a few at a time.
    """
    own = sorted({p.lesson.service for p in taught if p.lesson.corpus == name})
    folds = [own] if whole else [own[n::FOLDS] for n in range(FOLDS)]
    for fold in filter(None, folds):
        may = ~np.isin(reader.clauses.service, fold)
        if whole:
            may &= reader.clauses.corpus != name
        bearings = reader.unseen(may)
        rest = [
            p
            for p in taught
            if p.lesson.service not in fold and not (whole and p.lesson.corpus == name)
        ]
        calibration = fit(rest, bearings)
        asked = [
            p for p in taught if p.lesson.corpus == name and p.lesson.service in fold
        ]
        yield from ((p, *told(calibration, p, bearings)) for p in asked)


def measure(taught: Sequence[Pupil], reader: Reader) -> None:
    """Print figures on changes that were held out, by service and by corpus."""
    for name in CORPORA:
        for whole in (False, True):
            found = list(unseen(taught, reader, name, whole=whole))
            if not whole and len({p.lesson.service for p, _, _ in found}) == 1:
                continue
            right = np.array([one in p.directions for p, one, _ in found])
            sure = np.array([sure for _, _, sure in found])
            held = "all of it" if whole else "services"
            print(
                f"{name}, {held} held out: {right.mean():.3f} of {len(right)}; "
                f"{sure.mean():.2f} are sure, of these {right[sure].mean():.3f} right"
            )


def written(calibration: Calibration, bearing: Bearing) -> str:
    """Return the weights of traits as the package ships them."""
    lines = [
        '{"about": "learned by bench/train_direction.py; see docs/signals.md",',
        f'"biases": {json.dumps(calibration.biases)},',
        '"weights": {',
        ",\n".join(_row(*item) for item in calibration.weights.items()),
        '},\n"clauses": {',
        ",\n".join(_row(*item) for item in bearing.weights.items()),
        "}}",
    ]
    return "\n".join(lines) + "\n"


def _row(name: str, row: dict) -> str:
    return f"{json.dumps(name)}: {json.dumps(row)}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, help="keep what the backtests told")
    parser.add_argument("--measure", action="store_true", help="print, write nothing")
    options = parser.parse_args(arguments)
    with threadpool_limits(1):  # sums in one order, so the same bytes each time
        rated = stance()
        taught, clauses = pupils(lessons(CORPORA, options.cache), rated)
        reader = Reader(clauses)
        if options.measure:
            measure(taught, reader)
            return 0
        calibration = fit(taught, reader.unseen(np.ones(len(clauses.service), bool)))
        found = bearing(reader, rated)
    (RULES / STANCE).write_bytes(rated.model.written())
    (RULES / CLAUSES).write_bytes(found.words.written())
    (RULES / WEIGHTS).write_text(written(calibration, found), encoding="utf-8")
    print(f"learned from {len(taught)} labelled changes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
