"""What is quick finds what is slow: nothing is lost by looking at words first."""

import re
from dataclasses import replace
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewatch.config import rulebook
from clausewatch.core.cues import Cue, Index
from clausewatch.core.cues import plain as as_cues_see_it
from clausewatch.core.linear import features, tokens
from clausewatch.core.literals import needed
from clausewatch.core.phrases import heard, plain

BOOK = rulebook.load(())
PHRASES = (*BOOK.phrases, *BOOK.marks)
RULES = [rule for one in BOOK.topics.listeners.values() for rule in one.rules]
SAID = sorted(
    {text for one in (*PHRASES, *RULES) for text in (*one.matches, *one.rejects)}
)


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.id)
def test_no_phrase_is_missed_for_the_words_that_a_text_lacks(phrase):
    bare = replace(phrase, unless=())
    said = re.compile(rf"(?<!\w)(?:{'|'.join(phrase.patterns)})(?!\w)")

    found = [text for text in SAID if heard(text, phrase.language, [bare])]

    assert found == [text for text in SAID if said.search(plain(text))]


def test_no_cue_is_missed_for_the_words_that_a_text_lacks():
    cues = [cue for rule in RULES for cue in (*rule.says, *rule.unless)]
    index = Index((cue, n) for n, cue in enumerate(cues))
    texts = [as_cues_see_it(text) for text in SAID[::4]]

    for text in texts:
        slow = {(n, *at) for n, cue in enumerate(cues) for at in cue.places(text)}
        assert set(index.found(text)) == slow


@pytest.mark.parametrize("written", ["opt* out_of|from", "a b", "ad* .. <n> days?"])
@given(
    words=st.lists(
        st.sampled_from("opt opting out of out from a ab b ad ads 3 x days".split())
    )
)
def test_a_cue_is_found_wherever_it_stands(written, words):
    cue, text = Cue.of(written), " ".join(words)

    found = [(start, end) for _, start, end in Index([(cue, 0)]).found(text)]

    assert found == list(cue.places(text))


@pytest.mark.parametrize(
    ("pattern", "pieces"),
    [
        ("sell|rent out", ("sell", "rent")),
        ("(?:never )?sold", ("sold",)),
        (r"keeps? .* for \d+ days", ("keep",)),
        ("(?:at )*no cost", ("cost",)),
        ("pay(?:ing|ment)?", ("pay",)),
        (r"\d+ \w+", ()),
        ("sold|.*", ()),
        ("(?i)sold", ()),
        ("(?!sold).*", ()),
    ],
)
def test_what_an_expression_needs_is_only_what_it_cannot_match_without(pattern, pieces):
    assert needed([pattern]) == pieces


@given(st.text(st.sampled_from("ab 1²’'-.É,ß"), max_size=60))
def test_a_text_hits_the_rows_of_its_words_its_letters_and_its_runs_of_words(text):
    words = tokens(text)
    runs = [
        " ".join(words[at : at + size])
        for size in (1, 2, 3)
        for at in range(len(words) - size + 1)
    ]
    letters = [
        f"~{around[at : at + size]}"
        for around in (f"<{word}>" for word in words)
        for size in (3, 4, 5)
        for at in range(len(around) - size + 1)
    ]

    slow = sorted({crc32(one.encode()) % 4096 for one in (*runs, *letters)})

    assert features(text, 4096).tolist() == slow
