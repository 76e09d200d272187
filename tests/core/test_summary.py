"""The line that people read first quotes what matters, not what is long."""

from dataclasses import replace

from clausewatch.core.event import Change, Direction, Verdict
from clausewatch.core.model import EditKind, WordOp, WordSpan
from clausewatch.core.summary import QUOTED_CHARACTERS, foremost, summary


def added(text, *topics, because=()):
    return Change(
        kind=EditKind.ADDED,
        path=(),
        before="",
        after=text,
        verdict=Verdict.SUBSTANTIVE,
        why="new words",
        topics=topics,
        because=because,
    )


LONG = added("Our services are described on our pages. " * 9, "service-scope")
TRAINING = added("We use your data to train AI models.", "ai-training")
UNDONE = added(
    "Opting out does not undo training.", "ai-training", "retroactivity", "choice"
)
SALE = added("We sell data.", "data-sale")


def test_the_topic_goes_before_the_length():
    assert summary([LONG, TRAINING]).startswith("now says “We use your data to train")


def test_what_stands_together_weighs_together():
    assert foremost([TRAINING, UNDONE, LONG]) == (UNDONE, TRAINING, LONG)


def test_of_two_about_the_same_the_less_protective_comes_first():
    more = added("You can turn off all of the training of AI models.", "ai-training")
    less = replace(TRAINING, direction=Direction.LESS)

    assert foremost([more, less])[0] is less


def test_the_rest_is_counted_and_its_topics_named_the_heaviest_first():
    assert summary([LONG, TRAINING, SALE]) == (
        "now says “We use your data to train AI models.” "
        "and 2 more on data sale, service scope"
    )


def test_a_topic_of_the_operators_own_rules_comes_first():
    own = added("Llamas may graze here.", "llamas")

    assert summary([TRAINING, own]).startswith("now says “Llamas")


def test_a_long_clause_is_quoted_where_the_rule_found_its_words():
    text = "For the purposes that this section sets out, and no others, " * 4
    clause = added(
        f"{text}we train AI models on your messages, as described above and below.",
        "ai-training",
        because=("topic ai-training: “train ai models” (rule ai-training/models)",),
    )

    quoted = summary([clause])

    assert "we train AI models" in quoted
    assert quoted.startswith("now says “… ")
    assert len(quoted) < QUOTED_CHARACTERS + 30


def test_a_reworded_clause_says_what_the_rule_found_though_more_went_elsewhere():
    words = (
        WordSpan(WordOp.EQUAL, "We may use your data to"),
        WordSpan(WordOp.INSERT, "train AI models and to"),
        WordSpan(WordOp.EQUAL, "run our services"),
        WordSpan(WordOp.DELETE, "in the ways that you would expect of a service"),
        WordSpan(WordOp.EQUAL, "and nothing else, wherever you are in the world."),
    )
    clause = Change(
        kind=EditKind.REWORDED,
        path=(),
        before=" ".join(w.text for w in words if w.op is not WordOp.INSERT),
        after=" ".join(w.text for w in words if w.op is not WordOp.DELETE),
        words=words,
        verdict=Verdict.SUBSTANTIVE,
        why="words",
        topics=("ai-training",),
        because=("topic ai-training: “train ai models” (rule ai-training/models)",),
    )

    assert summary([clause]).startswith(
        "now says “We may use your data to train AI models and to run our services"
    )


def test_a_reworded_clause_says_what_is_gone_where_more_went_than_came():
    words = (
        WordSpan(WordOp.EQUAL, "We use your data"),
        WordSpan(WordOp.DELETE, "only with your consent and"),
        WordSpan(WordOp.EQUAL, "for our services."),
    )
    clause = replace(
        added("We use your data for our services."),
        kind=EditKind.REWORDED,
        before="We use your data only with your consent and for our services.",
        words=words,
    )

    assert summary([clause]) == (
        "no longer says “We use your data only with your consent and for our services.”"
    )
