"""A model is its bytes: what is written scores as what was made."""

import numpy as np
import pytest

from clausewatch.core.linear import Linear, features

ROWS = 1 << 10


def taught(*lessons):
    """Return a model in which each label's texts speak for it."""
    labels = tuple(label for label, _ in lessons)
    weights = np.zeros((ROWS, len(labels)), np.int8)
    for column, (_, text) in enumerate(lessons):
        weights[features(text, ROWS), column] = 50
    scales, biases = np.full(2, 0.02, np.float32), np.full(2, -5, np.float32)
    return Linear(labels, scales, biases, weights)


MODEL = taught(("money", "fees are charged"), ("courts", "you agree to arbitration"))


def test_a_text_scores_for_what_it_is_like():
    scores = MODEL.score("A fee is charged each month.")

    assert set(scores) == {"money", "courts"}
    assert scores["money"] > scores["courts"]


def test_the_words_that_spoke_for_a_label_are_told_as_they_stand():
    said = "From today all fees are charged twice"

    assert MODEL.telling(said, "money") == "fees are charged"


@pytest.mark.parametrize("said", ["", "fees", "that you", "and with the"])
def test_a_word_alone_or_one_that_says_nothing_is_not_told(said):
    model = taught(("money", "fees that you pay and with the"), ("courts", "jury"))

    assert model.telling(said, "money") == ""


def test_what_is_written_scores_the_same_once_it_is_read():
    again = Linear.of(MODEL.written())

    assert again.score("No arbitration, no fees.") == MODEL.score(
        "No arbitration, no fees."
    )
    assert again.written() == MODEL.written()


@pytest.mark.parametrize("body", [b"", b"{}\n", MODEL.written()[:-1], b"\xff\n"])
def test_what_is_not_a_model_is_refused(body):
    with pytest.raises(ValueError, match="expected clausewatch linear 1"):
        Linear.of(body)


def test_nothing_said_scores_what_the_model_expects_of_any_text():
    assert MODEL.score("") == {"money": -5, "courts": -5}
