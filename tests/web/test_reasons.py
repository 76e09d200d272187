"""Reasons are shown by what they speak for, and none is lost."""

from clausewatch.web.reasons import reasons


def test_lines_on_one_thing_stand_together_with_their_words_and_rules():
    less, training = reasons(
        (
            "direction less: now says “we may use” (rule en/uses-data)",
            "topic ai-training: “train models” (rule ai-training/train-models)",
            "direction less: no longer says “consent” (rule en/asks)",
        )
    )

    assert (less.kind, less.label) == ("less", "▼ less protective")
    assert less.words == (
        ("now says “we may use”", "en/uses-data"),
        ("no longer says “consent”", "en/asks"),
    )
    assert (training.topic, training.label) == ("ai-training", "AI training")


def test_what_the_model_heard_has_no_rule_and_words_may_hold_brackets():
    (one,) = reasons(("topic data-sale: “sell (or rent)”, “data” (model)",))
    assert one.words == (("“sell (or rent)”, “data”", "model"),)


def test_a_line_of_another_form_is_shown_as_it_is():
    (one,) = reasons(("weight 3:\nsomething that an operator wrote (",))
    assert (one.kind, one.label) == (
        "other",
        "weight 3: something that an operator wrote (",
    )
