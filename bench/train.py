"""Learn what topics are weighed by, and write it into the package.

    train.py [--cache FILE]

Reads SHARED/corpus (dating, pairs, linkedin), labelled for this project; writes
`rules/topics.model` (a linear model of text) and `rules/topics.weights.json` (how rules
and model are weighed). The same input gives the same bytes. Needs requirements-bench.txt
in an environment of its own, besides clausewatch.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from lessons import ROOT, Lesson, lessons
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from clausewatch.config.topics import MODEL as MODEL_FILE
from clausewatch.config.topics import WEIGHTS, topic_book
from clausewatch.core.linear import Linear, features
from clausewatch.core.model import EditKind
from clausewatch.core.topicbook import TOPICS, TopicBook, TopicWeights
from clausewatch.core.topicfigures import (
    CHOSEN,
    NAMES,
    figures,
    probabilities,
    usual,
    weight_of,
)
from clausewatch.core.topics import (
    HEADINGS,
    MODEL,
    changed_text,
    heard,
    heaviest,
    title_of,
)

RULES = ROOT / "daemon" / "clausewatch" / "rules"
CORPORA = ("dating", "linkedin", "pairs")
ROWS = 1 << 14
FOLDS = 8
APART = 0.3
"""How freely a topic may differ from the others."""
FREEDOM = 0.05
"""The inverse of the penalty on weights."""
LEAST = 0.27
"""The probability at which claiming a topic pays, in F1 over events."""


@dataclass(frozen=True)
class Pupil:
    """A lesson as the core hears it."""

    lesson: Lesson
    scores: np.ndarray
    weights: np.ndarray
    title: np.ndarray
    bag: sparse.csr_matrix

    @cached_property
    def wanted(self) -> np.ndarray:
        """Return 1 for each topic that readers gave it, else 0."""
        return np.array([topic in self.lesson.topics for topic in TOPICS], float)


def pupils(found: Sequence[Lesson], book: TopicBook) -> list[Pupil]:
    """Return the lessons that have topics, in a language with rules."""
    return [
        _pupil(one, book)
        for one in found
        if one.substantive and one.changes and (one.language or "en") in book.listeners
    ]


def _pupil(lesson: Lesson, book: TopicBook) -> Pupil:
    listener = book.listeners[lesson.language or "en"]
    changes = heaviest(lesson.changes)
    weights = np.array([weight_of(change) for change in changes])
    parts: dict[int, float] = {}
    for change, weight in zip(changes, weights / weights.sum(), strict=True):
        clause = change.before if change.kind is EditKind.REMOVED else change.after
        texts = (changed_text(change), clause, " ".join(change.path[-HEADINGS:]))
        for text, share in zip(texts, MODEL, strict=True):
            rows = features(text, ROWS)
            for row in rows:
                parts[row] = parts.get(row, 0.0) + weight * share / len(rows) ** 0.5
    columns = sorted(parts)
    bag = sparse.csr_matrix(
        ([parts[c] for c in columns], ([0] * len(columns), columns)), shape=(1, ROWS)
    )
    return Pupil(
        lesson,
        np.stack([heard(change, listener).scores for change in changes]),
        weights,
        title_of(changes, lesson.title, listener),
        bag,
    )


def usual_of(taught: Sequence[Pupil]) -> dict[str, np.ndarray]:
    """Return how much of each topic is heard on average, by language; needs no label."""
    found = {}
    for language in sorted({p.lesson.language or "en" for p in taught}):
        own = [p for p in taught if (p.lesson.language or "en") == language]
        if len(own) >= 10:
            # An event counts as the root of its size: one rewrite is not a language.
            scale = [1 / np.sqrt(p.weights.sum()) for p in own]
            weights = np.concatenate(
                [p.weights * s for p, s in zip(own, scale, strict=True)]
            )
            found[language] = usual(np.concatenate([p.scores for p in own]), weights)
    return found


def model_of(taught: Sequence[Pupil]) -> Linear:
    """Return the model: ridge regression of topics on bags, solved by its dual."""
    bags = sparse.vstack([p.bag for p in taught]).tocsr()
    wanted = np.stack([p.wanted for p in taught])
    mean = wanted.mean(0)
    gram = (bags @ bags.T).toarray()
    penalty = np.trace(gram) / len(gram) / 3
    dual = np.linalg.solve(gram + penalty * np.eye(len(gram)), wanted - mean)
    return quantised(TOPICS, np.asarray(bags.T @ dual), mean)


def quantised(labels: Sequence[str], weights: np.ndarray, biases: np.ndarray) -> Linear:
    """Return a model whose weights are a byte each, with a scale for each label."""
    scales = np.maximum(np.abs(weights).max(0), 1e-9) / 127
    scales = np.array([float(f"{x:.6g}") for x in scales])
    biases = np.array([float(f"{x:.6g}") for x in biases])
    steps = np.rint(weights / scales).clip(-127, 127).astype(np.int8)
    return Linear(
        tuple(labels), scales.astype(np.float32), biases.astype(np.float32), steps
    )


def leanings(model: Linear, taught: Sequence[Pupil]) -> np.ndarray:
    """Return what a model makes of each pupil; the mean over its changes."""
    bags = sparse.vstack([p.bag for p in taught]).tocsr()
    return bags @ model.weights.astype(float) * model.scales + model.biases


def figures_of(
    taught: Sequence[Pupil], leaning: np.ndarray, norms: dict[str, np.ndarray]
) -> np.ndarray:
    """Return figures by pupil, topic and name."""
    return np.stack(
        [
            figures(
                p.scores,
                np.tile(lean, (len(p.weights), 1)),
                p.weights,
                p.title,
                norms.get(p.lesson.language or "en", norms["en"]),
            )
            for p, lean in zip(taught, leaning, strict=True)
        ]
    )


def fit(
    taught: Sequence[Pupil], norms: dict[str, np.ndarray]
) -> tuple[Linear, TopicWeights]:
    """Return model and weights; what the model says of a pupil it has not seen."""
    groups = sorted({p.lesson.service for p in taught})
    leaning = np.zeros((len(taught), len(TOPICS)))
    for fold in range(FOLDS):
        held = set(groups[fold::FOLDS])
        away = [n for n, p in enumerate(taught) if p.lesson.service in held]
        rest = [p for p in taught if p.lesson.service not in held]
        if away and rest:
            model = model_of(rest)
            leaning[away] = leanings(model, [taught[n] for n in away])
    found = figures_of(taught, leaning, norms)
    wanted = np.stack([p.wanted for p in taught])
    return model_of(taught), _weights(found, wanted, norms)


def _weights(
    found: np.ndarray, wanted: np.ndarray, norms: dict[str, np.ndarray]
) -> TopicWeights:
    events, topics, names = found.shape
    scales = found.reshape(-1, names).std(0) + 1e-6
    scaled = (found / scales).reshape(-1, names)
    each = np.tile(np.eye(topics), (events, 1))
    blocks = [scaled, each]
    blocks += [each * scaled[:, [n]] * APART for n in CHOSEN]
    fitted = LogisticRegression(C=FREEDOM, max_iter=2000, tol=1e-6)
    fitted.fit(np.hstack(blocks), wanted.ravel())
    weights = fitted.coef_[0]
    own = weights[names + topics :].reshape(len(CHOSEN), topics).T * APART
    return TopicWeights(
        usual=norms,
        scales=scales,
        shared=weights[:names],
        chosen=CHOSEN,
        own=own,
        biases=weights[names : names + topics] + fitted.intercept_[0],
        least=LEAST,
    )


def claimed(model: Linear, weights: TopicWeights, pupil: Pupil) -> set[str]:
    """Return the topics of one event, as the daemon would tell them."""
    found = figures_of([pupil], leanings(model, [pupil]), dict(weights.usual))[0]
    likely = probabilities(found, weights)
    told = {TOPICS[n] for n in np.flatnonzero(likely >= weights.least)}
    return told or {TOPICS[int(likely.argmax())]}


def written(weights: TopicWeights) -> str:
    """Return the weights as the package ships them, with names to be read by people."""
    said = {
        "about": "learned by bench/train.py; docs/judgement.md says from what",
        "least": weights.least,
        "figures": NAMES,
        "scales": _rounded(weights.scales),
        "shared": _rounded(weights.shared),
        "chosen": weights.chosen,
        "topics": {
            topic: {
                "bias": _rounded(weights.biases)[n],
                "own": _rounded(weights.own[n]),
            }
            for n, topic in enumerate(TOPICS)
        },
        "usual": {
            name: [_rounded(row) for row in rows]
            for name, rows in weights.usual.items()
        },
    }
    lines = (f" {json.dumps(k)}: {json.dumps(v)}" for k, v in said.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _rounded(numbers: np.ndarray) -> list[float]:
    return [round(float(number), 4) for number in numbers]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, help="keep what the backtests told")
    options = parser.parse_args(arguments)
    taught = pupils(lessons(CORPORA, options.cache), topic_book())
    with threadpool_limits(1):  # sums in one order, so the same bytes each time
        model, weights = fit(taught, usual_of(taught))
    (RULES / MODEL_FILE).write_bytes(model.written())
    (RULES / WEIGHTS).write_text(written(weights), encoding="utf-8")
    print(f"learned from {len(taught)} labelled changes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
