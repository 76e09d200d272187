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
from pathlib import Path

import numpy as np
from bearings import (
    OFTEN,
    Clauses,
    Found,
    Reader,
    bags,
    bearing,
    by_direction,
    clauses_of,
    key_of,
    labels,
)
from judgement import interval
from lessons import ROOT, SHARED, Lesson, lessons
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits
from train import CORPORA, quantised

from clausewatch.config.phrases import CLAUSES, STANCE, WEIGHTS
from clausewatch.config.rulebook import load
from clausewatch.core import topics
from clausewatch.core.bearing import BEARINGS, Bearing, figures, heaviest
from clausewatch.core.calibration import Calibration
from clausewatch.core.direction import LEAST, SURE, traits
from clausewatch.core.event import Direction
from clausewatch.core.leaning import leaning, together
from clausewatch.core.stance import Stance
from clausewatch.core.topicfigures import weight_of

RULES = ROOT / "daemon" / "clausewatch" / "rules"
STANCE_ROWS = 1 << 15
FOLDS = 8
SCALES = (("clauses ", 0.17), ("topic ", 0.12), ("", 0.09))
"""How freely the traits of a difference may weigh, by what their names begin with."""
FREEDOM = 1.0
"""The inverse of the penalty on these weights."""


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
    read = bags([one["text"] for one in rated], STANCE_ROWS)
    told = np.array([one["direction"] for one in rated])
    models = [
        LogisticRegression(C=2.0, solver="liblinear").fit(read, told == label)
        for label in BEARINGS
    ]
    weights = np.stack([model.coef_[0] for model in models], axis=1)
    biases = np.array([model.intercept_[0] for model in models])
    return Stance(quantised(BEARINGS, weights, biases))


def pupils(found: Sequence[Lesson], stance: Stance) -> tuple[list[Pupil], Clauses]:
    """Return the lessons that have a direction, and all their clauses."""
    book = load()
    named = labels()
    known = {phrase.language for phrase in book.phrases}
    taught: list[Pupil] = []
    read: list[Found] = []
    for lesson in found:
        if not (lesson.substantive and lesson.changes):
            continue
        language = lesson.language if lesson.language in known else ""
        weighed = [(c, leaning(c, language, book.phrases)) for c in lesson.changes]
        most = heaviest(lesson.changes)
        more = [n for n, (c, _) in enumerate(weighed) if key_of(c) in named]
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
    return taught, clauses_of(read, named, stance)


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
        by_direction(labels, biases),
        {n: by_direction(labels, own[:, at]) for at, n in enumerate(names)},
    )


def _traits(pupil: Pupil, bearings: np.ndarray) -> dict[str, float]:
    return pupil.traits | figures(bearings[pupil.clauses], pupil.sizes)


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
            rows = [(p.lesson, one in p.directions) for p, one, _ in found]
            low, high = interval(rows, _share)
            sure = [row for row, (_, _, sure) in zip(rows, found, strict=True) if sure]
            less = np.mean([Direction.LESS in p.directions for p, _, _ in found])
            held = "all of it" if whole else "services"
            print(
                f"{name}, {held} held out: {_share(rows):.3f} of {len(rows)} "
                f"({low:.2f} to {high:.2f}; always less: {less:.2f}); "
                f"{len(sure)} are sure, of these {_share(sure):.3f} right"
            )


def _share(rows: Sequence[tuple[Lesson, bool]]) -> float:
    return float(np.mean([right for _, right in rows]))


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
