"""Learn what topics are weighed by, and write it into the package.

    train.py [--cache FILE]

Reads SHARED/corpus (dating, pairs, linkedin): changes labelled for this project, and
clauses below headings. Writes `rules/topics.model` and `rules/topics.headings.model`
(linear models of text) and `rules/topics.weights.json` (how rules and models are
weighed). The same input gives the same bytes. Needs requirements-bench.txt in an
environment of its own, besides clausewatch.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from clauses import School, clauses, learned, school
from lessons import ROOT, Lesson, lessons
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from clausewatch.config.topics import HEADINGS as HEADINGS_FILE
from clausewatch.config.topics import MODEL as MODEL_FILE
from clausewatch.config.topics import WEIGHTS, listeners
from clausewatch.core.genre import GENRES, above, genre_of
from clausewatch.core.heard import HEADINGS, heard, title_of
from clausewatch.core.linear import Linear, features
from clausewatch.core.model import EditKind
from clausewatch.core.topicbook import TOPICS, TopicBook, TopicWeights
from clausewatch.core.topicfigures import (
    CHOSEN,
    NAMES,
    PARTS,
    Spoken,
    figures,
    probabilities,
    usual,
    weight_of,
)
from clausewatch.core.topics import MODEL, changed_text, heaviest

RULES = ROOT / "daemon" / "clausewatch" / "rules"
CORPORA = ("dating", "linkedin", "pairs")
ROWS = 1 << 13
FOLDS = 5
APART = 0.3
"""How freely a topic may differ from the others."""
FREEDOM = 0.005
"""The inverse of the penalty on weights."""
FEW = 8
"""So many documents of a kind count as much as all others in what is likely there."""
LEAST = 0.27
"""The probability at which claiming a topic pays, in F1 over events."""


@dataclass(frozen=True)
class Pupil:
    """A lesson as the core hears it."""

    lesson: Lesson
    scores: np.ndarray
    weights: np.ndarray
    title: np.ndarray
    genre: str
    parts: tuple[sparse.csr_matrix, ...]
    """Rows hit by changed words, clause and headings: one line a change."""

    @cached_property
    def wanted(self) -> np.ndarray:
        """Return 1 for each topic that readers gave it, else 0."""
        return np.array([topic in self.lesson.topics for topic in TOPICS], float)

    @cached_property
    def bag(self) -> sparse.csr_matrix:
        """Return what the model of labelled changes sees of it."""
        share = sparse.csr_matrix(self.weights / self.weights.sum())
        each = (
            share @ part * much for part, much in zip(self.parts, MODEL, strict=True)
        )
        return sum(each, sparse.csr_matrix((1, ROWS)))


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
    texts = zip(
        *(
            (
                changed_text(c),
                c.before if c.kind is EditKind.REMOVED else c.after,
                " ".join(c.path[-HEADINGS:]),
            )
            for c in changes
        ),
        strict=True,
    )
    return Pupil(
        lesson,
        np.stack([heard(change, listener).scores for change in changes]),
        np.array([weight_of(change) for change in changes]),
        title_of(changes, lesson.title, listener),
        genre_of(above(changes, lesson.title)),
        tuple(map(_hits, texts)),
    )


def _hits(texts: Sequence[str]) -> sparse.csr_matrix:
    hits = [features(text, ROWS) for text in texts]
    places = np.cumsum([0, *map(len, hits)])
    shares = [1 / len(rows) ** 0.5 for rows in hits for _ in rows]
    rows = [row for rows in hits for row in rows]
    return sparse.csr_matrix((shares, rows, places), shape=(len(hits), ROWS))


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


def headings_of(found: School) -> Linear:
    """Return what clauses below headings teach; 1 is as far as they usually vary."""
    weights, spread = learned(found)
    return quantised(TOPICS, weights / spread, np.zeros(len(TOPICS)))


def likely_in(taught: Sequence[Pupil]) -> dict[str, np.ndarray]:
    """Return how much likelier each topic is in documents of a kind, as a logarithm."""
    wanted = np.stack([p.wanted for p in taught])
    mean = wanted.mean(0)
    found = {}
    for genre in GENRES:
        own = np.array([p.genre == genre for p in taught])
        share = (wanted[own].sum(0) + FEW * mean) / (own.sum() + FEW)
        found[genre] = np.log((share + 0.01) / (mean + 0.01))
    return found


@dataclass(frozen=True)
class Grown:
    """What pupils are taken with."""

    model: Linear
    headings: Linear
    genres: dict[str, np.ndarray]


def grown(taught: Sequence[Pupil], found: School) -> Grown:
    """Return what is learned from some pupils, and from some clauses."""
    return Grown(model_of(taught), headings_of(found), likely_in(taught))


def figures_of(
    asked: Sequence[Pupil], by: Grown, norms: dict[str, np.ndarray]
) -> Iterator[np.ndarray]:
    """Yield figures by topic and name, for each pupil."""
    model = by.model.weights.astype(float) * by.model.scales
    headings = by.headings.weights.astype(float) * by.headings.scales
    for p in asked:
        lean = sum(
            part @ model * much for part, much in zip(p.parts, MODEL, strict=True)
        )
        yield figures(
            Spoken(
                scores=p.scores,
                leanings=lean + by.model.biases,
                sounds=np.stack([p.parts[n] @ headings for n in range(len(PARTS))], 1),
                weights=p.weights,
                title=p.title,
                usual=norms.get(p.lesson.language or "en", norms["en"]),
                genre=by.genres[p.genre],
            )
        )


def fit(
    taught: Sequence[Pupil], found: School, norms: dict[str, np.ndarray]
) -> tuple[Grown, TopicWeights]:
    """Return models and weights; what the models say of a pupil they have not seen."""
    groups = sorted({p.lesson.service for p in taught})
    seen = np.zeros((len(taught), len(TOPICS), len(NAMES)))
    for fold in range(FOLDS):
        held = set(groups[fold::FOLDS])
        away = [n for n, p in enumerate(taught) if p.lesson.service in held]
        rest = [p for p in taught if p.lesson.service not in held]
        if away and rest:
            by = grown(rest, found.without(held, set()))
            seen[away] = [*figures_of([taught[n] for n in away], by, norms)]
    wanted = np.stack([p.wanted for p in taught])
    by = grown(taught, found)
    return by, replace(_weights(seen, wanted, norms), genres=by.genres)


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
        genres={},
        scales=scales,
        shared=weights[:names],
        chosen=CHOSEN,
        own=own,
        biases=weights[names : names + topics] + fitted.intercept_[0],
        least=LEAST,
    )


def claimed(by: Grown, weights: TopicWeights, pupil: Pupil) -> set[str]:
    """Return the topics of one event, as the daemon would tell them."""
    (seen,) = figures_of([pupil], by, dict(weights.usual))
    likely = probabilities(seen, weights)
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
        "genres": {name: _rounded(row) for name, row in weights.genres.items()},
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
    book = TopicBook(listeners=listeners())
    taught = pupils(lessons(CORPORA, options.cache), book)
    found = schooled(options.cache, book)
    with threadpool_limits(1):  # sums in one order, so the same bytes each time
        by, weights = fit(taught, found, usual_of(taught))
    (RULES / MODEL_FILE).write_bytes(by.model.written())
    (RULES / HEADINGS_FILE).write_bytes(by.headings.written())
    (RULES / WEIGHTS).write_text(written(weights), encoding="utf-8")
    print(f"learned from {len(taught)} labelled changes, {len(found.wanted)} clauses")
    return 0


def schooled(cache: Path | None, book: TopicBook) -> School:
    """Return the clauses of all corpora, as they are learned from."""
    beside = cache.with_name(f"{cache.name}.clauses") if cache else None
    return school(clauses(CORPORA, beside), book, ROWS)


if __name__ == "__main__":
    raise SystemExit(main())
