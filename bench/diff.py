"""The diff core beside its peers, on recorded texts, planted moves and hostile input.

    python bench/diff.py [--corpus DIR] [--each N] [--no-redlines]

All times are CPU seconds of one process in one run; git's are those of its child, and
redlines runs in a child with a virtual environment of its own, thrown away afterwards.
Ends with 1 if a target is missed.
"""

import argparse
import difflib
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
import venv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import zstandard
from hostile import cases, edited, policy
from rapidfuzz.distance import Indel

from clausewatch.core.diff import diff
from clausewatch.core.model import Clause, Edit, EditKind, Media, Page, WordOp
from clausewatch.core.read import read, survey
from clausewatch.core.recipe import Recipe
from clausewatch.core.words import ISLAND, coded, cut

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared" / "corpus"
MISSED: list[str] = []


@dataclass
class Pair:
    """Two texts of one watch in a row, as clauses and as lines."""

    old: tuple[Clause, ...]
    new: tuple[Clause, ...]
    before: str
    after: str
    """The visible text, a block a line; what the peers get."""


def pairs(corpus: Path, each: int) -> list[Pair]:
    """Return pairs whose words differ, spread over each watch's history."""
    found = []
    for path in sorted(corpus.glob("*/captures/*.jsonl.zst")):
        for bodies in histories(path).values():
            step = max(1, len(bodies) // each)
            for at in range(1, len(bodies), step):
                old, new = (clauses(bodies[at + back]) for back in (-1, 0))
                if [c.words for c in old] != [c.words for c in new]:
                    found.append(Pair(old, new, lines(old), lines(new)))
    return found


def histories(path: Path) -> dict[str, list[dict[str, str]]]:
    bodies: dict[str, list[dict[str, str]]] = {}
    with path.open("rb") as file:
        reader = zstandard.ZstdDecompressor(max_window_size=2**31).stream_reader(file)
        for line in reader.read().split(b"\n"):
            if line and (capture := json.loads(line))["status"] == 200:
                bodies.setdefault(capture["watch"], []).append(capture)
    return bodies


def clauses(capture: dict[str, str]) -> tuple[Clause, ...]:
    recipe = Recipe()
    page = Page(Media(capture["content_type"].split(";")[0]), capture["body"])
    return read(survey(page, recipe, capture["url"]), recipe).clauses


def lines(document: tuple[Clause, ...]) -> str:
    """Return the visible text, a block a line."""
    blocks: dict[int, list[str]] = {}
    for clause in document:
        blocks.setdefault(clause.block, []).append(clause.text)
    return "\n".join(map(" ".join, blocks.values())) + "\n"


def cpu(work: Callable[[], object], times: int = 1) -> float:
    """Return the CPU milliseconds of the best of a few runs."""
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best * 1000


def judged(claim: str, *, ok: bool) -> None:
    print(f"  {'holds ' if ok else 'MISSED'}  {claim}")
    if not ok:
        MISSED.append(claim)


def speed(found: list[Pair], *, with_redlines: bool) -> None:
    peers: dict[str, Callable[[Pair], float]] = {
        "this diff": lambda p: cpu(lambda: diff(p.old, p.new), 5),
        "line split, a clause a line": lambda p: split(units(p.old), units(p.new)),
        "line split, a block a line": lambda p: split(p.before, p.after),
        "rapidfuzz Indel, all words": lambda p: cpu(
            lambda: Indel.opcodes(p.before.split(), p.after.split()).as_list(), 2
        ),
        "git diff --word-diff": git,
        "difflib, all words": lambda p: cpu(
            lambda: difflib.SequenceMatcher(
                None, p.before.split(), p.after.split()
            ).get_opcodes()
        ),
    }
    first = statistics.median(cpu(lambda p=p: diff(p.old, p.new)) for p in found)
    taken = {name: [peer(pair) for pair in found] for name, peer in peers.items()}
    if with_redlines and (measured := redlines(found)):
        taken["redlines"] = measured
    ours = statistics.median(taken["this diff"])
    print(f"\nCPU per pair, {len(found)} pairs of recorded texts")
    print(f"  {'':30}{'median ms':>10}{'mean ms':>10}{'max ms':>10}{'x ours':>8}")
    for name, times in taken.items():
        middle = statistics.median(times)
        print(
            f"  {name:30}{middle:10.3f}{statistics.mean(times):10.3f}"
            f"{max(times):10.2f}{middle / ours:8.1f}"
        )
    print(f"  (this diff on first sight of the texts: {first:.3f} ms)")
    judged(f"median {ours:.3f} ms, at most 0.3", ok=ours <= 0.3)
    lines = [
        statistics.median(taken[f"line split, a {of} a line"])
        for of in ("clause", "block")
    ]
    judged(
        f"{ours / lines[0]:.2f} line splits into clauses, at most 2"
        f" ({ours / lines[1]:.2f} into blocks)",
        ok=ours <= 2 * lines[0],
    )
    for name, least in (
        ("difflib, all words", 25),
        ("rapidfuzz Indel, all words", 4),
        ("git diff --word-diff", 10),
        ("redlines", 100),
    ):
        if name in taken:
            times = statistics.median(taken[name]) / ours
            judged(
                f"{times:.1f} times faster than {name}, at least {least}",
                ok=times >= least,
            )


def units(document: tuple[Clause, ...]) -> str:
    return "\n".join(clause.text for clause in document)


def split(before: str, after: str) -> float:
    return cpu(lambda: (before.splitlines(), after.splitlines()), 5)


def git(pair: Pair) -> float:
    with tempfile.TemporaryDirectory() as folder:
        names = [Path(folder, name) for name in ("old", "new")]
        for name, text in zip(names, (pair.before, pair.after), strict=True):
            name.write_text(text, encoding="utf-8", errors="surrogatepass")
        start = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            ["git", "diff", "--no-index", "--word-diff", *map(str, names)],
            stdout=subprocess.DEVNULL,
            check=False,
        )
        end = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime)


CHILD = """
import json, sys, time
from redlines import Redlines
for line in sys.stdin:
    old, new = json.loads(line)
    start = time.process_time()
    try:
        Redlines(old, new).output_markdown
    except Exception:  # it cannot take empty texts
        continue
    print(1000 * (time.process_time() - start))
"""


def redlines(found: list[Pair]) -> list[float]:
    """Return its times; nothing, with a note, where it cannot be installed."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder, "bin", "python")
        install = [
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "redlines",
            "typing_extensions",
        ]
        if subprocess.run(install, capture_output=True, check=False).returncode:
            print("  redlines: skipped, it could not be installed")
            return []
        texts = "\n".join(json.dumps([p.before, p.after]) for p in found)
        done = subprocess.run(
            [python, "-c", CHILD],
            input=texts,
            capture_output=True,
            text=True,
            check=False,
        )
    return [float(line) for line in done.stdout.split()]


def changed_words(found: list[Pair]) -> None:
    """Compare the words told as changed with the longest common subsequence."""
    rows = [
        excess(pair) for pair in found if len(pair.before) + len(pair.after) < 400_000
    ]
    ours, plain, net, seen = (sum(column) for column in zip(*rows, strict=True))
    each = [row[0] / row[3] for row in rows if row[3]]
    print(f"\nWords told as changed, {len(rows)} pairs")
    print(f"  {ours} words; the optimum is {plain} if moves count as changes,")
    print(f"  {net} net of moves, {seen} if it may not keep single words either")
    print(
        f"  over it: {ours / plain - 1:+.1%}, {ours / net - 1:+.1%}, {ours / seen - 1:+.1%}; median pair {statistics.median(each) - 1:+.1%}"
    )
    judged(
        f"{ours / seen - 1:.1%} over the optimum net of moves, at most 3 %",
        ok=ours <= 1.03 * seen,
    )


def excess(pair: Pair) -> tuple[int, int, int, int]:
    """Return the words that we, and three readings of the optimum, call changed."""
    old, new = coded([c.text for c in pair.old], [c.text for c in pair.new])
    ours = net = seen = 0
    gone: set[int] = set()
    come: set[int] = set()
    for edit in diff(pair.old, pair.new):
        texts = [
            "".join(side[at] for at in some)
            for side, some in ((old, edit.old), (new, edit.new))
        ]
        ours += told(edit, texts)
        if edit.kind is EditKind.MOVED or edit.moved:
            gone.update(edit.old)
            come.update(edit.new)
            if edit.kind is EditKind.REWORDED:
                net += Indel.distance(*texts)
                seen += firmly(*texts)
    rest = [
        "".join(t for at, t in enumerate(side) if at not in moved)
        for side, moved in ((old, gone), (new, come))
    ]
    plain = Indel.distance("".join(old), "".join(new))
    return ours, plain, net + Indel.distance(*rest), seen + firmly(*rest)


def told(edit: Edit, texts: list[str]) -> int:
    if edit.kind in {EditKind.ADDED, EditKind.REMOVED}:
        return sum(map(len, texts))
    return sum(
        len(cut(span.text)) for span in edit.words if span.op is not WordOp.EQUAL
    )


def firmly(old: str, new: str) -> int:
    """Return the words outside the LCS, and those in it that stand alone."""
    kept = (match.size for match in Indel.editops(old, new).as_matching_blocks())
    return len(old) + len(new) - 2 * sum(size for size in kept if size >= ISLAND)


def planted(found: list[Pair]) -> None:
    """Move clauses of real documents, as they are and edited, and look for them."""
    random = Random(0)
    hits = {"moved": [], "moved and edited": []}
    for pair in found:
        for name in hits:
            for length in (1, 5):
                hits[name] += plant(pair.new, length, random, edit=name != "moved")
    print(f"\nPlanted moves in {len(found)} documents")
    for (name, some), least in zip(hits.items(), (0.98, 0.80), strict=True):
        share = sum(some) / len(some)
        judged(
            f"{share:.1%} of {len(some)} {name} clauses found, at least {least:.0%}",
            ok=share >= least,
        )


def plant(
    document: tuple[Clause, ...], length: int, random: Random, *, edit: bool
) -> Iterator[bool]:
    """Yield for each clause of a run whether its move was told."""
    if len(document) < 40:
        return
    at = random.randrange(len(document) - length)
    run = document[at : at + length]
    rest = [*document[:at], *document[at + length :]]
    words = [clause.words for clause in document]
    if any(len(c.words.split()) < 8 or words.count(c.words) > 1 for c in run):
        return
    to = next(
        to
        for to in iter(lambda: random.randrange(len(rest)), None)
        if abs(to - at) > 10
    )
    moved = [Clause(t := edited(random, c.text, 0.15), t) for c in run] if edit else run
    edits = diff(document, (*rest[:to], *moved, *rest[to:]))
    told = {
        (i, j): edit.kind
        for edit in edits
        if edit.kind is EditKind.MOVED or edit.moved
        for i in edit.old
        for j in edit.new
    }
    for step in range(length):
        yield (at + step, to + step) in told


def growth() -> None:
    print("\nGrowth, 1 % of words edited")
    random = Random(1)
    for words in (10_000, 100_000, 1_000_000):
        old = policy(random, words)
        new = [edited(random, text, 0.01) for text in old]
        ours, theirs = (tuple(Clause(t, t) for t in side) for side in (old, new))
        taken = cpu(lambda a=ours, b=theirs: diff(a, b)) / 1000
        tracemalloc.start()
        diff(ours, theirs)
        peak = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        print(f"  {words:>9} words {taken:7.3f} s {peak:7.1f} MB")
    judged(f"1,000,000 words in {taken:.2f} s, at most 1.2", ok=taken <= 1.2)
    judged(f"1,000,000 words in {peak:.0f} MB, at most 150", ok=peak <= 150)


def hostile() -> None:
    print("\nHostile documents")
    slowest = 0.0
    for name, old, new in cases(Random(2)):
        ours, theirs = (tuple(Clause(t, t) for t in side) for side in (old, new))
        taken = cpu(lambda a=ours, b=theirs: diff(a, b)) / 1000
        slowest = max(slowest, taken)
        print(f"  {name:52}{taken:7.2f} s")
    judged(f"slowest {slowest:.2f} s, at most 4", ok=slowest <= 4)


def main() -> int:
    options = argparse.ArgumentParser(description="the diff core beside its peers")
    options.add_argument("--corpus", type=Path, default=CORPUS)
    options.add_argument("--each", type=int, default=12, help="pairs of a watch")
    options.add_argument("--no-redlines", action="store_true")
    chosen = options.parse_args()
    found = pairs(chosen.corpus, chosen.each)
    if found:
        speed(found, with_redlines=not chosen.no_redlines)
        changed_words(found)
        planted(found)
    else:
        print(f"{chosen.corpus}: no recorded texts there; only made-up ones follow")
    growth()
    hostile()
    print(f"\n{len(MISSED)} targets missed" if MISSED else "\nall targets hold")
    return bool(MISSED)


if __name__ == "__main__":
    sys.exit(main())
