"""What reading costs: `python bench/reading.py [--corpus DIR] [--each N] [--check]`.

Goes through recorded captures in their order, as a watch would see them: where each
stops in the cascade, what every stage costs, what peers need for the same pages, and
how long pages take that were made to hurt. All times are CPU milliseconds of this
process. `--check` reads every capture and fails if two documents share a fingerprint.
"""

import argparse
import hashlib
import importlib
import json
import statistics
import sys
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TypeVar

import zstandard
from bs4 import BeautifulSoup
from selectolax.lexbor import LexborHTMLParser

from clausewatch.core.diff import diff
from clausewatch.core.html import blocks
from clausewatch.core.model import Document, Media, Page
from clausewatch.core.read import read, survey
from clausewatch.core.recipe import Recipe

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
RECIPE = Recipe()
LIMIT_MS = 2000
T = TypeVar("T")


@dataclass
class Tally:
    """Where captures stopped, and what each stage took where it was needed."""

    stopped: Counter[str] = field(default_factory=Counter)
    spent: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def timed(self, stage: str, work: Callable[[], T]) -> T:
        """Return what the work returns; note how long it took."""
        start = time.process_time()
        result = work()
        self.spent[stage].append((time.process_time() - start) * 1000)
        return result


def captures(path: Path) -> Iterator[tuple[str, str, Page]]:
    """Return watch, URL and page of each capture of a file, in order."""
    unpack = zstandard.ZstdDecompressor(max_window_size=2**31)
    with path.open("rb") as packed, unpack.stream_reader(packed) as text:
        for line in text.read().split(b"\n"):
            if line:
                row = json.loads(line)
                media = Media(row["content_type"].split(";")[0])
                yield row["watch"], row["url"], Page(media, row["body"])


def cascade(corpus: Path, each: int, *, check: bool) -> tuple[Tally, list[str]]:
    tally, sample = Tally(), []
    for path in sorted(corpus.glob("*/captures/*.jsonl.zst")):
        for _, group in groupby(captures(path), key=lambda capture: capture[0]):
            looks = [(url, page) for _, url, page in group][::each]
            history(tally, looks, check=check)
            page = looks[len(looks) // 2][1]
            if page.media is Media.HTML:
                sample.append(page.text)
    return tally, sample


def history(tally: Tally, looks: list[tuple[str, Page]], *, check: bool) -> None:
    """Take one watch's captures through the cascade."""
    body, fingerprint = b"", ""
    last: Document | None = None
    named: dict[str, Document] = {}
    for url, page in looks:
        raw = page.text.encode("utf-8", "surrogatepass")
        digest = tally.timed("bytes", lambda raw=raw: hashlib.sha256(raw).digest())
        if digest == body:
            tally.stopped["bytes"] += 1
            continue
        body = digest
        found = tally.timed("fingerprint", lambda p=page, u=url: survey(p, RECIPE, u))
        known = found.fingerprint == fingerprint
        tally.stopped["fingerprint"] += known
        if known and not check:
            continue
        fingerprint = found.fingerprint
        document = tally.timed("words", lambda s=found: read(s, RECIPE))
        if named.setdefault(fingerprint, document) != document:
            sys.exit(f"{url}: two documents with the fingerprint {fingerprint}")
        if not known:
            compare(tally, last, document)
        last = document


def compare(tally: Tally, last: Document | None, document: Document) -> None:
    if last is None:
        tally.stopped["first"] += 1
    elif [c.words for c in last.clauses] == [c.words for c in document.clauses]:
        tally.stopped["words"] += 1
    else:
        tally.stopped["align"] += 1
        tally.timed("align", lambda: diff(last.clauses, document.clauses))


def peers() -> dict[str, Callable[[str], object]]:
    """Return what else gets text from a page here; html2text and its like if there."""
    found: dict[str, Callable[[str], object]] = {
        "clausewatch: blocks": lambda text: blocks(text, RECIPE),
        "Lexbor: parse alone": LexborHTMLParser,
        "BeautifulSoup + lxml: get_text": lambda text: BeautifulSoup(
            text, "lxml"
        ).get_text(),
        "BeautifulSoup + html.parser: get_text": lambda text: BeautifulSoup(
            text, "html.parser"
        ).get_text(),
    }
    for module, function in [
        ("html2text", "html2text"),
        ("inscriptis", "get_text"),
        ("trafilatura", "extract"),
    ]:
        try:
            found[module] = getattr(importlib.import_module(module), function)
        except ImportError:
            continue
    return found


def hostile() -> dict[str, str]:
    many = "".join(f"a{n}=x " for n in range(50_000))
    rows = "<tr><td>We keep it.<td>30 days" * 60_000
    return {
        "100,000 nested divs": "<div>" * 100_000 + "w",
        "100,000 nested divs, a word in each": "<div>w " * 100_000,
        "50,000 attributes": f"<p {many}>w</p>",
        "20,000 unclosed links": "<a href=/>w " * 20_000,
        "5,000 reopened elements": "".join(f"<p><b id={n}>w" for n in range(5_000)),
        "3,000 nested tables": "<table><tr><td>w" * 3_000,
        "20 MB of paragraphs": "<p>We collect the data that you give us.</p>" * 465_000,
        "20 MB of script": f"<script>{'if(a<b){}' * 2_200_000}</script>w",
        "1 MB without a tag": "word " * 200_000,
        "60,000 rows": f"<table>{rows}</table>",
        "junk": "<![x<<<" * 20_000,
        "unclosed comments": "<div>" * 2_000 + "<!--" * 200_000,
        "unclosed tags": "<div>" * 2_000 + "<a" * 200_000,
        "unclosed quotes": "<div>" * 2_000 + "<a b=\"<a c='" * 50_000,
        "unclosed markup": "<div>" * 2_000 + "<![CDATA[" * 50_000,
        "NULs": "w\0" * 500_000,
    }


def table(head: str, rows: list[tuple[str, ...]]) -> None:
    cells = [tuple(head.split(" | ")), *rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        first, *rest = row
        numbers = (
            cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)
        )
        print("  ".join([first.ljust(widths[0]), *numbers]))
    print()


def told(times: list[float]) -> tuple[str, str, str]:
    return (
        f"{statistics.median(times):.2f}",
        f"{statistics.mean(times):.2f}",
        f"{max(times):.1f}",
    )


def report(tally: Tally, sample: list[str]) -> None:
    total = tally.stopped.total() or 1
    stages = ["bytes", "fingerprint", "words", "align"]
    rows = [("304", "n/a", "", "", "")] + [
        (stage, f"{tally.stopped[stage] / total:.1%}", *told(tally.spent[stage]))
        for stage in stages
        if tally.spent[stage]
    ]
    print(f"{total} captures, {tally.stopped['first']} of them the first of a watch")
    table("stops at | share | median ms | mean | max", rows)
    if sample:
        timing = Tally()
        for name, work in peers().items():
            for text in sample:
                timing.timed(name, lambda work=work, text=text: work(text))
        sizes = statistics.median(map(len, sample)) / 1000
        print(f"one HTML page of each watch: {len(sample)}, median {sizes:.0f} KB")
        rows = [(name, *told(times)) for name, times in timing.spent.items()]
        table("peer | median ms | mean | max", rows)


def hurt() -> bool:
    rows, slow = [], False
    for name, source in hostile().items():
        start = time.process_time()
        found = blocks(source, RECIPE)
        spent = (time.process_time() - start) * 1000
        slow |= spent > LIMIT_MS
        rows.append((name, f"{len(source) / 1e6:.1f}", f"{spent:.0f}", str(len(found))))
    table("made to hurt | MB | ms | blocks", rows)
    return slow


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--each", type=int, default=1, help="every Nth capture only")
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")  # of BeautifulSoup, about pages like URLs
    if asked.corpus.exists():
        report(*cascade(asked.corpus, asked.each, check=asked.check))
    return int(hurt())


if __name__ == "__main__":
    sys.exit(main())
