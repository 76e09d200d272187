"""How well the record is read: backtests of labelled histories, held to floors.

    accuracy.py [CORPUS...] [--list [a|b|all]] [--events DIR]
                [--raise | --allow-regression]

Every folder with labels (`captures/`, `index.json`, `truth.jsonl`) in SHARED/corpus is
replayed by `clausewatch backtest`, and what it told is scored by
SHARED/bench/score_alerts.py: over all services, and over two halves of them. Half a is
there to be read and tuned on; half b only to check that what was learned holds.
A figure below its floor in accuracy.json ends with 1. Where there is no such folder
nothing is measured, and that is said.
"""

import argparse
import hashlib
import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FLOORS = Path(__file__).with_suffix(".json")
SHARED = ROOT.parent / "shared"
AT_ONCE = 2
FIGURES = ("recall", "recall_material", "precision", "topics_f1", "direction")
"""What a floor holds; the names are the scorer's."""

Floors = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Run:
    """What one backtest told, one event a line, and what it cost."""

    events: list[str]
    cpu_s: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Score:
    """The scorer's figures, and its list of misses and false alerts."""

    figures: dict[str, Any]
    listed: list[str]


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    corpora = _corpora(options.shared, options.corpus)
    if not corpora:
        print(f"accuracy: no labelled corpus in {options.shared}; nothing measured")
        return 0
    if options.events:
        options.events.mkdir(parents=True, exist_ok=True)
    scorer = options.shared / "bench" / "score_alerts.py"
    with ThreadPoolExecutor(AT_ONCE) as pool:
        runs = dict(zip(corpora, pool.map(backtest, corpora), strict=True))
    print(HEAD)
    whole: dict[Path, Score] = {}
    for corpus, run in runs.items():
        if options.events:
            told = options.events / f"{corpus.name}.jsonl"
            told.write_text("".join(run.events), encoding="utf-8")
        scores = {half: score(corpus, run, scorer, half) for half in ("all", "a", "b")}
        whole[corpus] = scores["all"]
        for half, found in scores.items():
            if found.figures["documents"]:
                print(_row(corpus.name, half, found.figures, run))
        for line in scores[options.list].listed if options.list else ():
            print("   ", line)
    return hold(whole, options)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", nargs="*", help="only these, by name")
    parser.add_argument("--shared", type=Path, default=SHARED, metavar="DIR")
    parser.add_argument("--floors", type=Path, default=FLOORS, metavar="FILE")
    parser.add_argument("--events", type=Path, metavar="DIR", help="keep what was told")
    parser.add_argument(
        "--list",
        nargs="?",
        const="a",
        choices=("a", "b", "all"),
        help="misses and false alerts; of half a unless told otherwise",
    )
    write = parser.add_mutually_exclusive_group()
    write.add_argument(
        "--raise", dest="lift", action="store_true", help="write better floors"
    )
    write.add_argument(
        "--allow-regression", action="store_true", help="write worse ones, too"
    )
    return parser.parse_args(arguments)


def _corpora(shared: Path, names: Sequence[str]) -> list[Path]:
    found = sorted(file.parent for file in (shared / "corpus").glob("*/truth.jsonl"))
    unknown = set(names) - {corpus.name for corpus in found}
    if found and unknown:
        sys.exit(f"accuracy: no labelled corpus named {', '.join(sorted(unknown))}")
    # The largest first: the others fit in beside it.
    size = {corpus: sum(f.stat().st_size for f in _files(corpus)) for corpus in found}
    chosen = [corpus for corpus in found if not names or corpus.name in names]
    return sorted(chosen, key=lambda corpus: -size[corpus])


def backtest(corpus: Path) -> Run:
    """Return what the real command told of a corpus, in a process of its own."""
    command = [sys.executable, "-m", "clausewatch", "backtest", str(corpus)]
    with tempfile.TemporaryFile() as told, tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=told, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        told.seek(0)
        said.seek(0)
        if process.returncode:
            sys.exit(f"accuracy: {corpus.name}: {said.read().decode().strip()}")
        # Split at "\n" only: summaries hold U+2028 and its kind.
        events = [line.decode() for line in told]
    return Run(events, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def half_of(group: str) -> str:
    """Return the half that a document's service is in; all its pages are in one."""
    service = group.partition("/")[0]
    return "ab"[hashlib.sha256(service.encode()).digest()[0] % 2]


def score(corpus: Path, run: Run, scorer: Path, half: str) -> Score:
    """Return how good the alerts on a half are; `all` is both."""

    def is_in(group: str) -> bool:
        return half in {"all", half_of(group)}

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        told = _cut(corpus, run, folder, is_in)
        lists = ["--list-misses", "--list-false"]
        command = [sys.executable, str(scorer), str(folder), str(told), "--json"]
        done = subprocess.run(
            [*command, *lists], capture_output=True, text=True, check=True
        )
    figures, *listed = done.stdout.splitlines()
    return Score(json.loads(figures), listed)


def _cut(corpus: Path, run: Run, folder: Path, is_in: Callable[[str], bool]) -> Path:
    """Write the part of a corpus and of its events that is in a half."""
    index = json.loads((corpus / "index.json").read_text(encoding="utf-8"))
    documents = [entry for entry in index["docs"] if is_in(entry["group"])]
    (folder / "index.json").write_text(json.dumps({"docs": documents}))
    with (corpus / "truth.jsonl").open(encoding="utf-8", newline="\n") as truth:
        labels = [line for line in truth if line.strip()]
    labels = [line for line in labels if is_in(json.loads(line)["group"])]
    (folder / "truth.jsonl").write_text("".join(labels), encoding="utf-8")
    elsewhere = {x["watch"] for x in index["docs"]} - {x["watch"] for x in documents}
    told = folder / "events.jsonl"
    lines = (x for x in run.events if json.loads(x)["data"]["watch"] not in elsewhere)
    told.write_text("".join(lines), encoding="utf-8")
    return told


# The table

COLUMNS = {
    "documents": "pages",
    "changes": "changes",
    "alerts": "alerts",
    "recall": "recall",
    "recall_material": "material",
    "precision": "precision",
    "topics_f1": "topics",
    "direction": "direction",
}
HEAD = (
    f"{'corpus':12}{'half':>4} "
    + " ".join(f"{title:>9}" for title in COLUMNS.values())
    + f" {'CPU s':>7} {'peak MB':>8}"
)


def _row(name: str, half: str, figures: Mapping[str, Any], run: Run) -> str:
    cells = [f"{_cell(figures[key]):>9}" for key in COLUMNS]
    cost = f"{run.cpu_s:7.1f} {run.peak_mb:8.0f}" if half == "all" else ""
    return " ".join([f"{name:12}{half:>4}", *cells, cost]).rstrip()


def _cell(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


# The floors


def hold(whole: Mapping[Path, Score], options: argparse.Namespace) -> int:
    """Return 1 if a figure has fallen; write floors where that was asked for."""
    floors: Floors = {}
    if options.floors.exists():
        floors = json.loads(options.floors.read_text(encoding="utf-8"))
    fallen = [line for item in whole.items() for line in _fallen(*item, floors)]
    for line in fallen:
        print(f"accuracy: {line}")
    if fallen and not options.allow_regression:
        print("accuracy: a floor is lowered by --allow-regression only")
        return 1
    if options.lift or options.allow_regression:
        for corpus, found in whole.items():
            old = {} if options.allow_regression else _floors(floors, corpus)
            now = {key: max(old.get(key, 0), at) for key, at in _down(found).items()}
            floors[corpus.name] = {"corpus": digest(corpus), "floors": now}
        text = json.dumps(floors, indent=2, sort_keys=True) + "\n"
        options.floors.write_text(text, encoding="utf-8")
        print(f"accuracy: floors written to {options.floors.name}")
    return 0


def _fallen(corpus: Path, found: Score, floors: Floors) -> Iterator[str]:
    if corpus.name not in floors:
        print(f"accuracy: {corpus.name} has no floors yet; --raise writes them")
    elif floors[corpus.name]["corpus"] != digest(corpus):
        yield f"{corpus.name} is not the corpus that its floors were written for"
    for key, floor in _floors(floors, corpus).items():
        if (found.figures[key] or 0) < floor:
            now = _cell(found.figures[key])
            yield f"{corpus.name}: {key} is {now}, its floor {floor}"


def _floors(floors: Floors, corpus: Path) -> dict[str, float]:
    known: dict[str, float] = floors.get(corpus.name, {}).get("floors", {})
    return known


def _down(found: Score) -> dict[str, float]:
    """Return figures in whole hundredths: one alert more or less is no fall."""
    told = {key: found.figures[key] for key in FIGURES}
    return {key: math.floor(v * 100) / 100 for key, v in told.items() if v is not None}


def digest(corpus: Path) -> str:
    """Return a hash of a corpus: floors say nothing about any other."""
    whole = hashlib.sha256()
    for file in _files(corpus):
        whole.update(file.relative_to(corpus).as_posix().encode() + b"\0")
        whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def _files(corpus: Path) -> list[Path]:
    labels = [corpus / "index.json", corpus / "truth.jsonl"]
    return sorted([*labels, *(corpus / "captures").iterdir()])


if __name__ == "__main__":
    sys.exit(main())
