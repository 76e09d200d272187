"""The accuracy bench measures what the command tells, and holds it to floors."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / "bench" / "accuracy.py"
SHARED = ROOT.parent / "shared"

# Says how many alerts there were, and calls every watch of the corpus a document.
SCORER = """\
import json, pathlib, sys
corpus, events = map(pathlib.Path, sys.argv[1:3])
pages = len(json.loads((corpus / "index.json").read_text())["docs"])
alerts = [json.loads(line)["data"]["watch"] for line in events.read_text().splitlines()]
figures = dict(documents=pages, changes=2, alerts=len(alerts), recall=RECALL,
    recall_material=None, precision=1.0, topics_f1=0.5, direction=0.5)
print(json.dumps(figures))
print("false", *sorted(set(alerts)))
"""
WATCHES = {"acme-terms": "Acme/Terms", "bolt-terms": "Bolt/Terms"}
"""Of half b and of half a."""


@pytest.fixture
def bench(tmp_path):
    """Return two services, one in each half, and a scorer that can be set."""
    corpus = tmp_path / "shared" / "corpus" / "small"
    (corpus / "captures").mkdir(parents=True)
    docs = [{"watch": w, "group": g} for w, g in WATCHES.items()]
    (corpus / "index.json").write_text(json.dumps({"docs": docs}))
    (corpus / "truth.jsonl").write_text("")
    lines = [
        {
            "watch": watch,
            "url": f"https://{watch}.example/",
            "captured_at": f"2026-08-0{day}T00:00:00Z",
            "status": 200,
            "content_type": "text/html",
            "body": f"<h1>Terms</h1><p>You may leave within {day}0 days of joining us.",
        }
        for watch in WATCHES
        for day in (1, 2)
    ]
    captures = corpus / "captures" / "all.jsonl"
    captures.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return Bench(tmp_path)


class Bench:
    def __init__(self, folder):
        self.floors = folder / "floors.json"
        self.shared = folder / "shared"
        (self.shared / "bench").mkdir(parents=True)

    def run(self, *options, recall=0.876):
        scorer = SCORER.replace("RECALL", str(recall))
        (self.shared / "bench" / "score_alerts.py").write_text(scorer)
        return run("--shared", self.shared, "--floors", self.floors, *options)

    def recall(self):
        return json.loads(self.floors.read_text())["small"]["floors"]["recall"]


def run(*options):
    command = [sys.executable, str(BENCH), *map(str, options)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_without_a_corpus_it_says_so_and_is_content(tmp_path):
    done = run("--shared", tmp_path / "nowhere")

    assert done.returncode == 0
    assert "nothing measured" in done.stdout


def test_all_and_each_half_are_scored_with_the_pages_of_their_services(bench):
    rows = [line.split() for line in bench.run("--list", "b").stdout.splitlines()]

    assert [row[1:4] for row in rows[1:4]] == [
        ["all", "2", "2"],
        ["a", "1", "2"],
        ["b", "1", "2"],
    ]
    assert rows[4] == ["false", "acme-terms"]


def test_floors_are_written_when_asked_and_never_lowered_by_that(bench):
    assert "no floors yet" in bench.run().stdout
    assert not bench.floors.exists()

    bench.run("--raise")
    assert bench.recall() == 0.87

    bench.run("--raise", recall=0.93)
    assert bench.recall() == 0.93


def test_a_figure_below_its_floor_fails_and_is_named(bench):
    bench.run("--raise")

    for option in ((), ("--raise",)):
        done = bench.run(*option, recall=0.84)

        assert done.returncode == 1
        assert "small: recall is 0.840, its floor 0.87" in done.stdout
        assert bench.recall() == 0.87


def test_only_one_flag_lowers_a_floor(bench):
    bench.run("--raise")

    assert bench.run("--allow-regression", recall=0.5).returncode == 0
    assert bench.recall() == 0.5


def test_floors_say_nothing_about_another_corpus(bench):
    bench.run("--raise")
    captures = bench.shared / "corpus" / "small" / "captures" / "all.jsonl"
    captures.write_text(captures.read_text().replace("joining", "meeting"))

    done = bench.run()

    assert done.returncode == 1
    assert "not the corpus that its floors were written for" in done.stdout


def test_a_backtest_that_fails_is_no_figure(bench):
    captures = bench.shared / "corpus" / "small" / "captures" / "all.jsonl"
    captures.write_text("no capture\n")

    done = bench.run()

    assert done.returncode == 1
    assert "all.jsonl:1: expected a capture in JSON" in done.stderr


@pytest.mark.corpus
@pytest.mark.skipif(
    not (SHARED / "corpus").is_dir(), reason="no recorded corpus beside the checkout"
)
def test_the_record_is_read_as_well_as_it_was():
    done = run()

    assert done.returncode == 0, done.stdout + done.stderr
