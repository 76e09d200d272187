"""Files of phrases: those we ship tell their examples, and what is wrong is named."""

from pathlib import Path

import pytest

import clausewatch
from clausewatch.config.phrases import calibration, phrases, shipped
from clausewatch.core import signals
from clausewatch.errors import ConfigError

RULES = Path(clausewatch.__file__).parent / "rules"
FILES = sorted([*RULES.glob("direction.*.yaml"), *RULES.glob("signals.*.yaml")])
GUIDE = Path(__file__).parents[2] / "docs" / "signals.md"
LANGUAGES = {"en", "de", "fr", "es"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_phrase_that_we_ship_tells_its_own_examples(file):
    assert phrases(file.read_bytes(), file.name)


@pytest.mark.parametrize("name", ["direction", "signals"])
def test_every_kind_is_known_in_every_language(name):
    found = shipped(name)

    for kind in {phrase.kind for phrase in found}:
        assert {p.language for p in found if p.kind == kind} == LANGUAGES


def test_ids_are_unique():
    ids = [phrase.id for name in ("direction", "signals") for phrase in shipped(name)]

    assert len(ids) == len(set(ids))


PHRASE = """\
language: en
phrases:
  - id: sells
    kind: sale
    says: less
    patterns: ['we sell']
    match: [We sell your data.]
    reject: [We keep your data.]
"""


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        ("says: less", "says: more or less", "5:11: phrases.phrases[0].says: expected"),
        ("kind: sale\n", "knd: sale\n", "unknown key; expected one of id, kind, says"),
        ("'we sell'", "'we (sell'", "expected a regular expression: missing )"),
        ("We sell your", "We keep all", "7:13: phrases.phrases[0].match[0]: expected"),
        ("We keep your", "We sell your", "expected en/sells to reject this"),
        ("language: en", "language: 7", 'expected a language such as "en"'),
        ("['we sell']", "we sell", "expected a list of texts"),
        ("reject: [We keep your data.]", "", "expected at least one under reject"),
    ],
)
def test_what_is_wrong_with_a_phrase_is_named_with_its_place(was, now, says):
    assert was in PHRASE
    with pytest.raises(ConfigError) as refusal:
        phrases(PHRASE.replace(was, now).encode(), "mine.yaml")

    assert "mine.yaml:" in str(refusal.value)
    assert says in str(refusal.value)


def test_weights_that_cannot_be_read_are_refused_by_name():
    with pytest.raises(ConfigError, match=r"w\.json: expected biases and weights"):
        calibration(b'{"biases": {"sideways": 1}}', "w.json")


def test_the_guide_explains_every_signal():
    named = {
        value
        for name, value in vars(signals).items()
        if name.isupper() and isinstance(value, str) and name not in {"CAME", "ON"}
    }
    guide = GUIDE.read_text(encoding="utf-8")

    assert [name for name in sorted(named) if f"\n### `{name}`\n" not in guide] == []
