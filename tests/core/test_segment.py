"""Sentences end where a reader ends them, however the page is set."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewatch.core.blocks import Block
from clausewatch.core.model import Role, Zone
from clausewatch.core.segment import clauses, sentences


@pytest.mark.parametrize(
    "text",
    [
        "We share data (e.g. your name, i.e. what you gave us) with the U.S. parent.",
        "Acme Inc. and Acme Ltd. are in the U.K. and elsewhere.",
        "See Art. 6 Abs. 1 lit. f DSGVO, z.B. bei Werbung.",
        "Article 6.1 of Regulation (EU) 2016/679 applies to no. 12 as well.",
        "We keep it for 2.5 years at acme.example/privacy.html or longer.",
        "Conformément à l'art. 13 du RGPD, M. Dupont répond.",
        "Mr. Smith and Dr. J. Doe decide.",
        "1. Scope of these terms",
        "12.3. The service is provided as is.",
        "ข้อมูลของคุณ เราเก็บไว้",
    ],
)
def test_one_sentence_stays_one(text):
    assert sentences(text) == (text,)


@pytest.mark.parametrize(
    "parts",
    [
        ("We collect data.", "We share it."),
        ("Do we sell it?", "No!", "Never."),
        ("She said “we keep it.”", "Then she left."),
        ("我们收集您的数据。", "我们不会出售。"),
        ("個人情報を収集します。", "「同意します。」", "販売しません。"),
        ("نجمع بياناتك؟", "لا نبيعها."),
        ("हम डेटा रखते हैं।", "हम इसे नहीं बेचते।"),
        ("It ends in 2024.", "Then we delete it."),
        ("Wir löschen sie.", "Ärzte nicht."),
        ("Мы храним данные.", "Мы их не продаём."),
        ("See the FAQ.", "(It is long.)", "Then ask."),
    ],
)
def test_several_sentences_are_several(parts):
    joiner = "" if "\u3000" <= parts[0][-1] <= "\uffef" else " "

    assert sentences(joiner.join(parts)) == parts


SENTENCE = st.lists(
    st.sampled_from(
        "we may share your data, (e.g. names) for 30 days with U.S. firms".split()
    ),
    min_size=2,
    max_size=9,
).map(lambda words: f"Acme {' '.join(words)} too.")
PARAGRAPH = st.lists(SENTENCE, min_size=1, max_size=6)


def said(*paragraphs):
    blocks = [Block(text, Role.SENTENCE) for text in paragraphs]
    return [clause.words for clause in clauses(blocks, [Zone.BODY] * len(blocks))]


@given(PARAGRAPH)
def test_splitting_a_paragraph_at_a_sentence_changes_nothing(paragraph):
    assert said(*paragraph) == said(" ".join(paragraph))


@given(PARAGRAPH, st.randoms(use_true_random=False))
def test_breaking_lines_before_small_words_changes_nothing(paragraph, random):
    text = " ".join(paragraph)
    wrapped = "".join(
        "\n" if char == " " and after.islower() and random.random() < 0.3 else char
        for char, after in zip(text, text[1:] + "A", strict=True)
    )

    assert said(wrapped) == said(text)


@given(st.text())
def test_no_character_is_lost(text):
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
