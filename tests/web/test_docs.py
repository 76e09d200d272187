"""docs/api.md lists every address, parameter and figure; README shows what is there."""

import re
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest

from clausewatch.library import Tallies
from clausewatch.testing.examples import SEEN
from clausewatch.web import api, feeds
from clausewatch.web.figures import Figures

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


def test_every_address_and_parameter_of_the_api_is_listed():
    missing = [
        name
        for resource in api.TABLE
        for name in (resource.path, *resource.asks)
        if f"`{name}`" not in PAGE
    ]

    assert missing == []
    assert len(re.findall(r"^\| `/api/v1/", PAGE, re.MULTILINE)) == len(api.TABLE)


def test_every_feed_is_listed():
    listed = re.findall(r"^\| `(\S+feed\.atom)`", PAGE, re.MULTILINE)

    assert len(listed) == sum(path.endswith(".atom") for path, _ in feeds.ROUTES)


def test_every_figure_is_listed():
    tallies = Tallies(
        watches={"fine": 1},
        events={"all": 1},
        deliveries={("log", "dead"): 1},
        last_look=SEEN,
        next_due=SEEN,
    )
    registry = CollectorRegistry()
    registry.register(Figures(tallies, 0))
    served = re.findall(
        r"^# TYPE (\w+)", generate_latest(registry).decode(), re.MULTILINE
    )

    assert re.findall(r"^\| `(clausewatch_store_\w+)`", PAGE, re.MULTILINE) == served


def test_every_picture_that_the_readme_shows_is_there_and_small():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    pictures = re.findall(r'(?:src|srcset)="(docs/[\w-]+\.png)"', readme)

    assert len(pictures) == 4
    assert [p for p in pictures if (ROOT / p).stat().st_size > 150 * 1024] == []
