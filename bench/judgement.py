"""How well topics and weight are judged: held against labels that were not learned.

    judgement.py [--cache FILE]

Pairs are cross-validated by service; for dating and linkedin everything is learned from
the other corpora. (Directions, which weigh in, are those that are shipped.) Intervals
are of 95 %, by resampling services. Needs requirements-bench.txt, as train.py does.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
from clauses import School
from lessons import Lesson, lessons
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits
from train import CORPORA, Pupil, claimed, fit, pupils, schooled, usual_of
from train_materiality import Weighty, score, weighty
from train_materiality import fit as fit_weight

from clausewatch.config.topics import listeners
from clausewatch.core.topicbook import TopicBook

TIMES = 1000
FOLDS = 6


class Taught(Protocol):
    """Anything that was made of a lesson."""

    @property
    def lesson(self) -> Lesson:
        """Return what it was made of."""
        ...


One = TypeVar("One", bound=Taught)
Row = tuple[Lesson, set[str] | float]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, help="keep what the backtests told")
    options = parser.parse_args(arguments)
    found = lessons(CORPORA, options.cache)
    book = TopicBook(listeners=listeners())
    heard, weighed = pupils(found, book), weighty(found)
    clauses = schooled(options.cache, book)
    print("| corpus | figure | events | value | 95 % |\n|---|---|---:|---:|---|")
    for name in CORPORA:
        _print(name, "topics, micro F1", list(topics_told(heard, clauses, name)), f1)
        rows = list(weights_told(weighed, name))
        _print(name, "material, AUC", rows, auc)
        labelled = [row for row in rows if row[0].substantive]
        _print(name, "material, AUC, real changes", labelled, auc)
    return 0


def _print(
    name: str, what: str, rows: Sequence[Row], figure: Callable[[Sequence[Row]], float]
) -> None:
    low, high = interval(rows, figure)
    print(
        f"| {name} | {what} | {len(rows)} | {figure(rows):.3f} | {low:.2f} – {high:.2f} |"
    )


def held_out(taught: Sequence[One], name: str) -> Iterator[tuple[list[One], list[One]]]:
    """Yield what is asked of a corpus, and what may be learned from for that."""
    own = [one for one in taught if one.lesson.corpus == name]
    if name != "pairs":
        yield own, [one for one in taught if one.lesson.corpus != name]
        return
    services = sorted({one.lesson.service for one in own})
    for n in range(FOLDS):
        fold = set(services[n::FOLDS])
        asked = [one for one in own if one.lesson.service in fold]
        yield asked, [one for one in taught if one.lesson.service not in fold]


def topics_told(taught: Sequence[Pupil], clauses: School, name: str) -> Iterator[Row]:
    """Yield the events of a corpus with the topics that are claimed of them."""
    for asked, rest in held_out(taught, name):
        services = {one.lesson.service for one in asked}
        whole = set() if name == "pairs" else {name}
        with threadpool_limits(1):
            by, weights = fit(rest, clauses.without(services, whole), usual_of(taught))
        yield from ((one.lesson, claimed(by, weights, one)) for one in asked)


def weights_told(taught: Sequence[Weighty], name: str) -> Iterator[Row]:
    """Yield the events of a corpus with the log-odds that they are worth an alert."""
    for asked, rest in held_out(taught, name):
        scales = fit_weight(rest)
        yield from ((one.lesson, score(one, scales)) for one in asked)


def f1(rows: Sequence[Row]) -> float:
    """Return micro F1 of topics over events."""
    same = sum(len(lesson.topics & told) for lesson, told in rows)
    both = sum(len(lesson.topics) + len(told) for lesson, told in rows)
    return 2 * same / both


def auc(rows: Sequence[Row]) -> float:
    """Return how often what is material (2 or more) weighs more than what is not."""
    material = [lesson.materiality >= 2 for lesson, _ in rows]
    if len(set(material)) == 1:
        return float("nan")
    return float(roc_auc_score(material, [told for _, told in rows]))


def interval(
    rows: Sequence[Row], figure: Callable[[Sequence[Row]], float]
) -> tuple[float, float]:
    """Return the middle 95 % of a figure over resampled services, or pages of one."""
    chance = np.random.default_rng(0)
    services = {lesson.service for lesson, _ in rows}
    groups: dict[str, list[Row]] = {}
    for row in rows:
        key = row[0].service if len(services) > 1 else str(row[0].observed_at)
        groups.setdefault(key, []).append(row)
    names = sorted(groups)
    found = [
        figure([row for n in chance.choice(names, len(names)) for row in groups[n]])
        for _ in range(TIMES)
    ]
    return float(np.nanquantile(found, 0.025)), float(np.nanquantile(found, 0.975))


if __name__ == "__main__":
    raise SystemExit(main())
