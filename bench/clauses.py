"""Clauses of recorded pages and the headings above them: to be learned from unlabelled.

What stands below "How long we keep your data" is about retention, whoever wrote it, and
in whatever words. So the rules, which know headings well, teach what clauses are about.
"""

import json
import pickle
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from os import cpu_count
from pathlib import Path
from zlib import crc32

import numpy as np
from lessons import SHARED, followed
from scipy import sparse

from clausewatch.core.heard import heading_scores
from clausewatch.core.linear import features
from clausewatch.core.model import Role, Zone
from clausewatch.core.topicbook import TopicBook

LEAST_WORDS = 4
MOST_OF_A_PAGE = 160
ALIKE = 50
"""Clauses of a service that begin with the same letters are versions of one."""
PENALTY = 30.0
STEPS = 25


@dataclass(frozen=True, slots=True)
class Taught:
    """A clause, and the heading above it."""

    corpus: str
    service: str
    watch: str
    language: str
    text: str
    heading: str


@dataclass(frozen=True, slots=True, eq=False)
class School:
    """All clauses below headings that tell a topic, as numbers."""

    corpora: np.ndarray
    services: np.ndarray
    hits: sparse.csr_matrix
    wanted: np.ndarray

    def without(self, services: set[str], corpora: set[str]) -> "School":
        """Return it without some services, and without some corpora."""
        rest = ~np.isin(self.services, sorted(services))
        rest &= ~np.isin(self.corpora, sorted(corpora))
        parts = self.corpora, self.services, self.hits, self.wanted
        return School(*(part[rest] for part in parts))


def clauses(names: Sequence[str], cache: Path | None = None) -> list[Taught]:
    """Return the clauses of some corpora; read again where there is no cache."""
    if cache and cache.exists():
        return pickle.loads(cache.read_bytes())  # noqa: S301 - written by ourselves
    found: dict[tuple[str, str], Taught] = {}
    pages: Counter[str] = Counter()
    for one in sorted(_all(names), key=lambda one: crc32(one.text.encode())):
        key = one.service, re.sub(r"[\W\d]+", "", one.text.casefold())[:ALIKE]
        if key not in found and pages[one.watch] < MOST_OF_A_PAGE:
            found[key] = one
            pages[one.watch] += 1
    if cache:
        cache.write_bytes(pickle.dumps([*found.values()]))
    return [*found.values()]


def _all(names: Sequence[str]) -> Iterator[Taught]:
    for name in names:
        corpus = SHARED / "corpus" / name
        docs = json.loads((corpus / "index.json").read_text())["docs"]
        services = {d["watch"]: d["group"].partition("/")[0] for d in docs}
        files = sorted((corpus / "captures").glob("*.jsonl.zst"))
        with ProcessPoolExecutor(cpu_count()) as pool:
            for rows in pool.map(_told, files):
                for watch, *row in rows:
                    yield Taught(name, services[watch], watch, *row)


def _told(file: Path) -> list[tuple[str, str, str, str]]:
    found = {}
    for watch, assessed, document in followed(file):
        for clause in document.clauses if document and assessed.documents else ():
            body = clause.zone is Zone.BODY and clause.role is not Role.HEADING
            if body and len(clause.text.split()) >= LEAST_WORDS and clause.path:
                row = document.language or "en", clause.text, clause.path[-1]
                found.setdefault((watch, clause.text), row)
    return [(watch, *row) for (watch, _), row in found.items()]


def school(taught: Sequence[Taught], book: TopicBook, rows: int) -> School:
    """Return the clauses below headings that the rules hear a topic in."""
    kept, wanted = [], []
    for one in taught:
        if one.language in book.listeners:
            heard = heading_scores(one.heading, book.listeners[one.language]) > 0
            if heard.any():
                kept.append(one)
                wanted.append(heard)
    hits = [features(one.text, rows) for one in kept]
    places = np.cumsum([0, *map(len, hits)])
    table = sparse.csr_matrix(
        (np.ones(places[-1], np.float32), np.concatenate(hits), places),
        shape=(len(kept), rows),
    )
    return School(
        np.array([one.corpus for one in kept]),
        np.array([one.service for one in kept]),
        table,
        np.array(wanted, np.float32),
    )


def learned(found: School) -> tuple[np.ndarray, np.ndarray]:
    """Return weights by row and topic, and how much what they give varies.

    Ridge regression, by conjugate gradients; rare words count for more.
    """
    rare = np.log((len(found.wanted) + 1) / (found.hits.sum(0).A1 + 1))
    size = 1 / np.sqrt(np.maximum(found.hits.sum(1).A1, 1))
    table = sparse.diags(size) @ found.hits @ sparse.diags(rare)
    table = table.tocsr().astype(np.float32)
    left = table.T @ (found.wanted - found.wanted.mean(0))
    weights, step = np.zeros_like(left), left.copy()
    much = (left * left).sum(0)
    for _ in range(STEPS):
        ahead = table.T @ (table @ step) + PENALTY * step
        length = much / ((step * ahead).sum(0) + 1e-12)
        weights += length * step
        left -= length * ahead
        before, much = much, (left * left).sum(0)
        step = left + much / (before + 1e-12) * step
    spread = (table @ weights).std(0) + 1e-6
    return weights * rare[:, None], spread
