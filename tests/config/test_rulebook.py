"""An operator's own rules stand beside those that are shipped."""

import pytest

from clausewatch.config.rulebook import load
from clausewatch.config.watchlist import load as load_watchlist
from clausewatch.core import direction, topics
from clausewatch.core.event import Change, Direction, Verdict
from clausewatch.core.model import EditKind
from clausewatch.errors import ConfigError

OURS = """language: en
topics:
  pets:
    - id: animals
      says: [dog|dogs|cat|cats]
      unless: [hot dog*]
      weight: 3
      matches: [No dogs allowed]
      rejects: [A hot dog costs extra]
"""


def added(said):
    return Change(
        kind=EditKind.ADDED,
        path=(),
        before="",
        after=said,
        verdict=Verdict.SUBSTANTIVE,
        why="new",
    )


def about(said, book):
    return topics.of([added(said)], "en", "", book.topics)


def test_a_topic_of_ones_own_is_told_beside_the_others(tmp_path):
    file = tmp_path / "pets.yaml"
    file.write_text(OURS)

    told = about("We charge a fee for each of your dogs.", load([file]))

    assert {"pets", "payment"} <= set(told.topics)
    assert "topic pets: “your dogs” (rule pets/animals)" in told.because
    assert "pets" not in about("We charge a fee for your dogs.", load()).topics


PHRASES = """language: en
phrases:
  - id: wags
    kind: pets
    says: less
    patterns: ['(?:dogs|cats) stay outside']
    match: [From May on dogs stay outside.]
    reject: [Dogs may come in.]
"""


def test_a_phrase_of_ones_own_shows_a_direction_beside_the_others(tmp_path):
    pets, wags = tmp_path / "pets.yaml", tmp_path / "wags.yaml"
    pets.write_text(OURS)
    wags.write_text(PHRASES)
    book = load([pets, wags])

    dogs, sells = (
        direction.of([added(said)], "en", book, {}).changes[0]
        for said in ("In our shops cats stay outside.", "We may sell your data.")
    )

    shown = "direction less: now says “cats stay outside” (rule en/wags)"
    assert (dogs.direction, dogs.because) == (Direction.LESS, (shown,))
    assert sells.direction is Direction.LESS
    assert "pets" in about("We charge a fee for your dogs.", book).topics


def test_the_watchlist_names_files_beside_itself(tmp_path):
    listed = tmp_path / "watchlist.yaml"
    listed.write_text(
        "rules: [pets.yaml]\nservices:\n- {name: Acme, watches: [https://acme.example/privacy]}\n"
    )

    assert load_watchlist(listed).rules == (tmp_path / "pets.yaml",)


def test_a_file_that_is_not_there_or_wrong_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"none.yaml:1:1: rules: expected a file"):
        load([tmp_path / "none.yaml"])

    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(OURS.replace("weight: 3", "weight: heavy"))
    with pytest.raises(ConfigError, match=r"wrong.yaml:7:15: rules.topics.pets\[0\]"):
        load([wrong])
