"""Topic rules are data: what the package ships is proved by its own examples."""

from importlib.resources import files

import pytest

from clausewatch.config.topics import topic_rules
from clausewatch.core.topicbook import TOPICS
from clausewatch.errors import ConfigError

RULES = files("clausewatch") / "rules"
LANGUAGES = ["de", "en", "es", "fr"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shipped_rule_hears_its_examples_and_no_others(language):
    file = RULES / f"topics.{language}.yaml"

    said, rules = topic_rules(file.read_bytes(), file.name)

    assert said == language
    assert {rule.topic for rule in rules} == set(TOPICS)
    assert len({rule.name for rule in rules}) == len(rules)


def refused(text):
    with pytest.raises(ConfigError) as caught:
        topic_rules(text.encode(), "mine.yaml")
    return str(caught.value).splitlines()


def test_each_mistake_is_told_with_its_place():
    assert refused(
        """language: en
topics:
  payment:
    - id: money
      says: ["pay ..", "fee*"]
      weight: 9
      matches: ["A fee"]
      rejects: []
      because: none
"""
    ) == [
        "mine.yaml:5:14: rules.topics.payment[0].says[0]: expected words, with gaps (..) only between them, not 'pay ..'",
        "mine.yaml:6:15: rules.topics.payment[0].weight: expected a weight from 1 to 5, not 9",
        "mine.yaml:8:16: rules.topics.payment[0].rejects: expected at least one text under rejects",
        "mine.yaml:9:7: rules.topics.payment[0].because: unknown key; expected one of id, weight, says, unless, matches, rejects",
    ]


def test_an_example_that_the_rule_does_not_hear_is_a_mistake():
    assert refused(
        """language: en
topics:
  payment:
    - {id: money, says: [fee*], unless: [no fee*], weight: 2, matches: [A toll], rejects: [A fee]}
"""
    ) == [
        "mine.yaml:4:73: rules.topics.payment[0].matches[0]: expected payment/money to match this",
        "mine.yaml:4:92: rules.topics.payment[0].rejects[0]: expected payment/money to reject this",
    ]
