"""What counts as the same words, and what never does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewatch.core.model import Role
from clausewatch.core.normalise import words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("We “keep” it — don’t worry…", 'We "keep" it - don\'t worry...'),
        ("your\u00a0data\u200b is trans\u00adferred", "your data is transferred"),
        ("ﬁnal ｄａｔａ", "final data"),
        ("re\u0301sume\u0301", "résumé"),
        ("(a) We keep it.", "1.2. We keep it."),
        ("• We keep it .", "We keep it."),
        ("as of 3 May 2024", "as of 2024-05-03"),
        ("AT&amp;T keeps it; always", "AT&T keeps it; always"),
    ],
)
def test_what_a_reader_would_not_remark_is_the_same(one, other):
    assert words(one) == words(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("30 days", "60 days"),
        ("10 m²", "10 m2"),
        ("We may not sell it.", "We may sell it."),
        ("We may share it.", "We will share it."),
        ("Acme Ltd keeps it.", "Acme Inc keeps it."),
        ("as of 3 May 2024", "as of 3 June 2024"),
        ("1.5 million people", "2.5 million people"),
        ("~~We never sell it.~~", "We never sell it."),
        ("☑ Train on my posts", "☐ Train on my posts"),
        ("Polish", "polish"),
    ],
)
def test_what_may_matter_is_never_the_same(one, other):
    assert words(one) != words(other)


@given(st.text(), st.sampled_from(Role))
def test_counting_words_twice_changes_nothing(text, role):
    once = words(text, role)

    assert words(once, role) == once


WORD = st.sampled_from(
    "we may must shall not never no nicht kein ne pas Acme LLC Dublin 30 2.5 €9.99 "
    "16 (EU) 2016/679 60% opt-out".split()
)


@given(st.lists(WORD, min_size=1, max_size=12))
def test_numbers_negations_modals_and_names_stay(found):
    text = f"Acme says {' '.join(found)}"

    assert words(text) == text


@given(st.text(alphabet="abcABC019 .,-", max_size=40), st.integers(10, 10**6))
def test_another_number_is_another_text(text, number):
    assert words(f"Acme {text} {number} x") != words(f"Acme {text} {number + 1} x")
