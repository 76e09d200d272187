"""Learn what changes weigh by, and write it into the package.

    train_materiality.py [--cache FILE]

Reads SHARED/corpus (dating, pairs, linkedin), labelled for this project; writes
`rules/materiality.weights.json`. Topics and directions are told by the rules that
stand, so run train.py and what trains the directions first. The same input gives the
same bytes. Needs requirements-bench.txt in an environment of its own.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from lessons import ROOT, Lesson, lessons
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from clausewatch.config.materiality import CUES, WEIGHTS, cues_of
from clausewatch.config.rulebook import load
from clausewatch.core import direction, topics
from clausewatch.core.event import Change, Direction
from clausewatch.core.materiality import Scales, traits, words_of
from clausewatch.core.topics import heaviest

RULES = ROOT / "daemon" / "clausewatch" / "rules"
CORPORA = ("dating", "linkedin", "pairs")
FREEDOM = 0.0005
"""The inverse of the penalty; so small that no trait decides alone."""
SPREAD = 3.0
"""What the penalty takes from the odds, given back: events of 0.7 are right so often."""
GRAVE, GRAVEST = 1.5, 0.0
"""The least weight of news, in log-odds: some grave topic, or one of the gravest."""


@dataclass(frozen=True, slots=True)
class Weighty:
    """A lesson, and its traits."""

    lesson: Lesson
    traits: dict[str, float]
    changes: Sequence[Change]
    direction: Direction


def weighty(found: Sequence[Lesson]) -> list[Weighty]:
    """Return the traits of lessons, as the daemon would see them."""
    book = load()
    cues = cues_of((files("clausewatch") / "rules" / CUES).read_bytes())
    return [_weighty(one, book, cues) for one in found if one.changes]


def _weighty(lesson, book, cues) -> Weighty:
    language = lesson.language or "en"
    about = topics.of(lesson.changes, language, lesson.title, book.topics)
    pointed = direction.of(about.changes, language, book, about.touched)
    changes = heaviest(pointed.changes)
    heard = words_of(changes, cues)
    told = traits(changes, heard, about.touched, pointed.direction)
    told |= pointed.taken
    return Weighty(lesson, told, changes, pointed.direction)


def fit(taught: Sequence[Weighty]) -> Scales:
    """Return what traits weigh: odds of materiality 2 or more, strongly held back."""
    names = sorted({name for one in taught for name in one.traits})
    table = np.array([[one.traits.get(n, 0.0) for n in names] for one in taught])
    wanted = np.array([one.lesson.materiality >= 2 for one in taught])
    spread = table.std(0) + 1e-3
    fitted = LogisticRegression(C=FREEDOM, max_iter=2000, tol=1e-8)
    fitted.fit(table / spread, wanted)
    weights = fitted.coef_[0] / spread * SPREAD
    # As many are called worth an alert as readers did: the one at the edge weighs even.
    bias = -float(np.quantile(table @ weights, 1 - wanted.mean()))
    return Scales(
        weights={n: round(float(w), 4) for n, w in zip(names, weights, strict=True)},
        bias=round(bias, 4),
        grave=GRAVE,
        gravest=GRAVEST,
    )


def score(one: Weighty, scales: Scales) -> float:
    """Return the log-odds that a change is worth an alert."""
    parts = (v * scales.weights.get(n, 0.0) for n, v in one.traits.items())
    return sum(parts) + scales.bias


def written(scales: Scales) -> str:
    """Return the weights as the package ships them, heaviest first."""
    order = sorted(scales.weights.items(), key=lambda item: (-item[1], item[0]))
    said = {
        "about": "learned by bench/train_materiality.py; docs/judgement.md says from what",
        "bias": scales.bias,
        "grave": scales.grave,
        "gravest": scales.gravest,
        "weights": dict(order),
    }
    return json.dumps(said, indent=1) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, help="keep what the backtests told")
    options = parser.parse_args(arguments)
    taught = weighty(lessons(CORPORA, options.cache))
    with threadpool_limits(1):  # sums in one order, so the same bytes each time
        scales = fit(taught)
    (RULES / WEIGHTS).write_text(written(scales), encoding="utf-8")
    print(f"learned from {len(taught)} changes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
