"""What changed inside a clause."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clausewatch.core.align import CELLS
from clausewatch.core.model import WordOp
from clausewatch.core.words import changed, coded

TEXTS = st.lists(
    st.sampled_from(
        "we may not share Share, your data data. 30 60 days “days” 我们 收集。 ข้อมูล naïve".split()
    )
).flatmap(lambda words: st.sampled_from([" ".join(words), "".join(words)]))


def marked(old, new):
    signs = {WordOp.EQUAL: "{}", WordOp.DELETE: "[-{}-]", WordOp.INSERT: "{{+{}+}}"}
    return " ".join(signs[span.op].format(span.text) for span in changed(old, new))


def letters(spans, op):
    text = "".join(span.text for span in spans if span.op in {op, WordOp.EQUAL})
    return "".join(text.split())


@given(TEXTS, TEXTS)
@example("30 days", "30 days.")
@example("我们 data", "data 我们")
def test_the_spans_hold_both_texts(old, new):
    spans = changed(old, new)

    assert letters(spans, WordOp.INSERT) == "".join(new.split())
    assert bare(letters(spans, WordOp.DELETE)) == bare("".join(old.split()))


def bare(text):
    return "".join(char for char in text.casefold() if char not in ".,“”。")


@given(TEXTS, TEXTS)
def test_what_went_stands_before_what_came_and_no_run_is_cut_in_two(old, new):
    ops = [span.op for span in changed(old, new)]

    assert all(one is not other for one, other in pairwise(ops))
    assert (WordOp.INSERT, WordOp.DELETE) not in pairwise(ops)


@given(TEXTS)
def test_a_text_and_itself_is_one_run(text):
    assert [span.op for span in changed(text, text)] == [WordOp.EQUAL] * bool(text)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "We keep logs for 30 days.",
            "We keep logs for 90 days.",
            "We keep logs for [-30-] {+90+} days.",
        ),
        ("We may share it.", "We may not share it.", "We may {+not+} share it."),
        (
            "You can opt out here at any time.",
            "You agree that out is not possible.",
            "You [-can opt out here at any time.-] {+agree that out is not possible.+}",
        ),
        ("the “Service”, and", 'the "Service" or', 'the "Service" [-and-] {+or+}'),
        (
            "我们会收集信息。",
            "我们不会收集数据。",
            "我们 {+不+} 会收集 [-信息-] {+数据+} 。",
        ),
        ("เราขายข้อมูล", "เราไม่ขายข้อมูล", "เรา {+ไม่+} ขายข้อมูล"),
        ("We share data", "We share 数据", "We share [-data-] {+数据+}"),
    ],
)
def test_changes_read_as_a_person_would_mark_them(old, new, told):
    assert marked(old, new) == told


def test_a_lone_word_between_changes_is_part_of_the_change():
    assert marked("a b c the d e f", "a u v the x y f") == (
        "a [-b c the d e-] {+u v the x y+} f"
    )


def test_a_lone_word_is_shown_as_kept_where_nothing_else_was():
    assert marked("b c the d e", "u v the x y") == "[-b c-] {+u v+} the [-d e-] {+x y+}"


@pytest.mark.parametrize(
    ("old", "new"), [("your data", "your Data"), ("it, and", "it and")]
)
def test_case_and_punctuation_are_shown_when_nothing_else_changed(old, new):
    assert "[-" in marked(old, new)


def test_words_of_one_side_equal_nothing():
    (old,), (new,) = coded(["only here shared"], ["elsewhere there Shared!"])

    assert [one == other for one, other in zip(old, new, strict=True)] == [
        False,
        False,
        True,
    ]


def test_a_clause_too_long_for_one_table_still_shows_the_one_word():
    words = [f"w{number % 4_001}" for number in range(int(CELLS**0.5) + 1)]
    other = [*words[:7_000], "not", *words[7_000:]]

    assert [
        (span.op.value, len(span.text.split()))
        for span in changed(" ".join(words), " ".join(other))
    ] == [("equal", 7_000), ("insert", 1), ("equal", len(words) - 7_000)]
