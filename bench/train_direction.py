"""Learn which way changes point, and write it into the package.

    train_direction.py [--cache FILE] [--measure]

Reads SHARED/corpus: clauses that people have rated (`clauses/tosdr.jsonl`, CC BY-SA)
for `rules/stance.model`, and labelled changes (dating, pairs, linkedin) for
`rules/direction.*.model` and `rules/direction.weights.json`. The same input gives the
same bytes. With --measure it writes nothing, and prints how often the direction of a
change that it had not seen was that of the label.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from lessons import ROOT, SHARED, Lesson, lessons
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits
from train import CORPORA, quantised

from clausewatch.config.phrases import CAME, STANCE, WEIGHTS, WENT, shipped
from clausewatch.core.calibration import Calibration
from clausewatch.core.direction import SURE, all_words, traits
from clausewatch.core.event import Direction
from clausewatch.core.leaning import leaning
from clausewatch.core.linear import Linear, features
from clausewatch.core.stance import Stance

RULES = ROOT / "daemon" / "clausewatch" / "rules"
ROWS = 1 << 14
STANCE_ROWS = 1 << 15
FOLDS = 10
LEAST = 6
"""A trait that fewer changes have says nothing that would last."""
SCALE = 0.1
"""How freely traits may weigh, beside the words."""
FREEDOM = 1.0
"""The inverse of the penalty on weights."""
ORDER = tuple(Direction)


@dataclass(frozen=True)
class Pupil:
    """A lesson as the core weighs it."""

    corpus: str
    service: str
    directions: tuple[str, ...]
    """More than one where two readers differ."""
    traits: dict[str, float]
    came: str
    went: str


def stance() -> Stance:
    """Return the model of stance, learned from rated clauses."""
    path = SHARED / "corpus" / "clauses" / "tosdr.jsonl"
    rated = [json.loads(line) for line in path.read_text().splitlines()]
    bags = _bags([one["text"] for one in rated], STANCE_ROWS)
    told = np.array([one["direction"] for one in rated])
    labels = (Direction.LESS, Direction.MORE, Direction.NEUTRAL)
    models = [
        LogisticRegression(C=2.0, solver="liblinear").fit(bags, told == label)
        for label in labels
    ]
    weights = np.stack([model.coef_[0] for model in models], axis=1)
    biases = np.array([model.intercept_[0] for model in models])
    return Stance(quantised(labels, weights, biases))


def _bags(texts: Sequence[str], rows: int) -> sparse.csr_matrix:
    hit = [features(text, rows) for text in texts]
    ends = np.cumsum([0, *map(len, hit)])
    share = np.concatenate([np.full(len(h), max(1, len(h)) ** -0.5) for h in hit])
    columns = np.concatenate([np.array(h, int) for h in hit])
    return sparse.csr_matrix((share, columns, ends), shape=(len(texts), rows))


def pupils(found: Sequence[Lesson], stance: Stance) -> list[Pupil]:
    """Return the lessons that have a direction."""
    return [_pupil(one, stance) for one in found if one.substantive and one.changes]


def _pupil(lesson: Lesson, stance: Stance) -> Pupil:
    phrases = shipped("direction")
    known = {phrase.language for phrase in phrases}
    language = lesson.language if lesson.language in known else ""
    weighed = [(c, leaning(c, language, phrases)) for c in lesson.changes]
    came, went = all_words(lesson.changes)
    return Pupil(
        lesson.corpus,
        lesson.watch if lesson.corpus == "pairs" else lesson.service,
        tuple(lesson.direction.split("/")),
        traits(weighed, language, phrases, stance),
        came,
        went,
    )


def fit(taught: Sequence[Pupil]) -> Calibration:
    """Return what traits and words say for each direction."""
    often = Counter(name for pupil in taught for name in pupil.traits)
    names = sorted(name for name, count in often.items() if count >= LEAST)
    table = np.array([[p.traits.get(name, 0.0) for name in names] for p in taught])
    mean, spread = table.mean(0), table.std(0) + 1e-9
    blocks = [
        sparse.csr_matrix((table - mean) / spread * SCALE),
        _bags([p.came for p in taught], ROWS),
        _bags([p.went for p in taught], ROWS),
    ]
    told = [p.directions[0] for p in taught]
    model = LogisticRegression(C=FREEDOM, max_iter=1000, tol=1e-6)
    model.fit(sparse.hstack(blocks).tocsr(), told)
    own, came, went = np.split(model.coef_, [len(names), len(names) + ROWS], axis=1)
    own = own * SCALE / spread
    biases = model.intercept_ - own @ mean
    labels = [Direction(name) for name in model.classes_]
    nothing = np.zeros(len(labels))
    return Calibration(
        _by_direction(labels, biases),
        {n: _by_direction(labels, own[:, at]) for at, n in enumerate(names)},
        quantised(labels, came.T, nothing),
        quantised(labels, went.T, nothing),
    )


def _by_direction(labels: Sequence[Direction], values: np.ndarray) -> dict:
    found = {
        label: round(float(value), 4)
        for label, value in zip(labels, values, strict=True)
    }
    return {direction: found[direction] for direction in ORDER}


def told(calibration: Calibration, pupil: Pupil) -> Direction:
    """Return the direction that the daemon would tell."""
    odds = calibration.odds(pupil.traits, pupil.came, pupil.went)
    best = max(odds, key=lambda direction: odds[direction])
    return best if odds[best] >= SURE else Direction.NEUTRAL


def measure(taught: Sequence[Pupil]) -> None:
    """Print figures on changes that were held out, by service and by corpus."""
    right: Counter[str] = Counter()
    services = sorted({p.service for p in taught})
    for fold in range(FOLDS):
        held = set(services[fold::FOLDS])
        model = fit([p for p in taught if p.service not in held])
        away = [p for p in taught if p.service in held]
        right.update(p.corpus for p in away if told(model, p) in p.directions)
    of = Counter(p.corpus for p in taught)
    for corpus, count in sorted(of.items()):
        print(f"{corpus}, services held out: {right[corpus] / count:.3f} of {count}")
    for corpus in sorted(of):
        model = fit([p for p in taught if p.corpus != corpus])
        own = [p for p in taught if p.corpus == corpus]
        share = sum(told(model, p) in p.directions for p in own) / len(own)
        print(f"{corpus}, all of it held out: {share:.3f}")


def written(calibration: Calibration) -> str:
    """Return the weights of traits as the package ships them."""
    lines = [
        '{"about": "learned by bench/train_direction.py; see docs/signals.md",',
        f'"biases": {json.dumps(calibration.biases)},',
        '"weights": {',
        ",\n".join(
            f"{json.dumps(name)}: {json.dumps(row)}"
            for name, row in calibration.weights.items()
        ),
        "}}",
    ]
    return "\n".join(lines) + "\n"


def _model(model: Linear | None) -> bytes:
    return model.written() if model else b""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, help="keep what the backtests told")
    parser.add_argument("--measure", action="store_true", help="print, write nothing")
    options = parser.parse_args(arguments)
    with threadpool_limits(1):  # sums in one order, so the same bytes each time
        rated = stance()
        taught = pupils(lessons(CORPORA, options.cache), rated)
        if options.measure:
            measure(taught)
            return 0
        found = fit(taught)
    (RULES / STANCE).write_bytes(rated.model.written())
    (RULES / CAME).write_bytes(_model(found.came))
    (RULES / WENT).write_bytes(_model(found.went))
    (RULES / WEIGHTS).write_text(written(found), encoding="utf-8")
    print(f"learned from {len(taught)} labelled changes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
