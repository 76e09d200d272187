"""How well topics and weight are judged: held against labels that were not learned.

    judgement.py [--cache FILE]

Pairs are cross-validated by service; for dating and linkedin everything is learned from
the other corpora. Intervals are of 95 %, by resampling services (where there are few,
events). Needs requirements-bench.txt, as train.py does.
"""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from lessons import lessons
from train import CORPORA, Pupil, claimed, fit, pupils, usual_of

from clausewatch.config.topics import topic_book

TIMES = 1000


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, help="keep what the backtests told")
    options = parser.parse_args(arguments)
    found = lessons(CORPORA, options.cache)
    taught = pupils(found, topic_book())
    print("| corpus | events | topics F1 | 95 % |\n|---|---:|---:|---|")
    for name in CORPORA:
        rows = topics_held_out(taught, name)
        low, high = interval(rows, f1)
        print(f"| {name} | {len(rows)} | {f1(rows):.3f} | {low:.2f} – {high:.2f} |")
    return 0


Row = tuple[Pupil, set[str]]


def topics_held_out(taught: Sequence[Pupil], name: str) -> list[Row]:
    """Return the events of a corpus with the topics that are claimed of them."""
    own = [p for p in taught if p.lesson.corpus == name]
    services = sorted({p.lesson.service for p in own})
    folds = [set(services[n::6]) for n in range(6)] if name == "pairs" else [None]
    rows: list[Row] = []
    for fold in folds:
        held = [p for p in own if fold is None or p.lesson.service in fold]
        rest = [
            p
            for p in taught
            if (
                p.lesson.corpus != name
                if fold is None
                else p.lesson.service not in fold
            )
        ]
        model, weights = fit(rest, usual_of(taught))
        rows += [(p, claimed(model, weights, p)) for p in held]
    return rows


def f1(rows: Sequence[Row]) -> float:
    """Return micro F1 of topics over events."""
    same = sum(len(p.lesson.topics & told) for p, told in rows)
    both = sum(len(p.lesson.topics) + len(told) for p, told in rows)
    return 2 * same / both


def interval(
    rows: Sequence[Row], figure: Callable[[Sequence[Row]], float]
) -> tuple[float, float]:
    """Return the middle 95 % of a figure over resampled services."""
    chance = np.random.default_rng(0)
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[0].lesson.service, []).append(row)
    names = sorted(groups)
    found = [
        figure([row for n in chance.choice(names, len(names)) for row in groups[n]])
        for _ in range(TIMES)
    ]
    return float(np.quantile(found, 0.025)), float(np.quantile(found, 0.975))


if __name__ == "__main__":
    raise SystemExit(main())
