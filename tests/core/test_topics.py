"""What a change is about is told, with the words that show it."""

import re
from dataclasses import replace

import pytest

from clausewatch.config.rulebook import load
from clausewatch.core.diff import diff
from clausewatch.core.event import Direction, Verdict
from clausewatch.core.judge import judge
from clausewatch.core.rulebook import Rulebook
from core.reading import document, prose
from probes.probe import source_of

RULES = load()
PAGE = source_of("semantic.html")
HERE = "<h2>2. How we use it</h2>"


def judged(before, after, language="en", rulebook=RULES, heading="2. How we use it"):
    here = f"<h2>{heading}</h2>"
    old, new = (
        replace(
            document(PAGE.replace(HERE, here + prose(*side))),
            language=language,
        )
        for side in (before, after)
    )
    edits = diff(old.clauses, new.clauses)
    return judge(old, new, edits, seen=frozenset(), rulebook=rulebook)


@pytest.mark.parametrize(
    ("language", "said", "topic"),
    [
        ("en", "We may use what you post to train AI models.", "ai-training"),
        ("en", "The monthly fee rises to 12 euros.", "payment"),
        ("de", "Der Preis des Abonnements steigt auf 12 Euro.", "payment"),
        ("fr", "Le prix de l'abonnement passe à 12 euros.", "payment"),
        ("es", "El precio de la suscripción sube a 12 euros.", "payment"),
    ],
)
def test_an_added_clause_is_about_what_its_words_say(language, said, topic):
    found = judged([], [said], language)

    assert topic in found.topics
    assert topic in found.changes[0].topics
    assert any(why.startswith(f"topic {topic}: “") for why in found.changes[0].because)


def test_a_number_is_about_what_the_clause_around_it_is_about():
    found = judged(
        ["You must not use this if you are a child under the age of sixteen years."],
        ["You must not use this if you are a child under the age of eighteen years."],
    )

    assert "children" in found.topics


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("All new features of the player are shown to subscribers first.", ""),
        ("This part is for European visitors and for no one else.", "regional-scope"),
        ("Choose a password that nobody else can guess.", "security"),
    ],
)
def test_a_word_that_says_nothing_alone_is_quoted_with_its_neighbours(said, topic):
    found = judged([], [said])
    because = [why for why in found.changes[0].because if why.startswith("topic ")]

    quoted = [words for why in because for words in re.findall("“(.+?)”", why)]
    assert because
    assert topic in {"", *found.changes[0].topics}
    assert all(" " in words for words in quoted)


def test_a_clause_is_about_what_its_heading_says_and_the_heading_is_quoted():
    found = judged([], ["It is three parsecs."], heading="Data retention")

    why = [w for w in found.changes[0].because if w.startswith("topic retention:")]
    assert why
    assert "heading, rule retention/" in why[0]


def test_training_of_ai_is_named_however_much_else_was_rewritten():
    fees = [
        f"The fee for tier {n} is {n} euros a month, and is paid." for n in range(60)
    ]
    said = "We use your personal data to develop and train artificial intelligence models, "
    said += "and to develop, provide and personalize our services."
    found = judged([], [*fees, said])

    assert {"payment", "ai-training"} <= set(found.topics)


def test_a_veto_silences_a_rule():
    said = "You shall pay us and our affiliates for every loss, and indemnify our affiliates."

    assert "affiliate-sharing" not in judged([], [said]).topics


def test_a_language_without_rules_gets_no_topics_and_is_told_so():
    found = judged([], ["The monthly fee rises to 12 euros."], language="cs")

    assert found.topics == ()
    assert "topics: no rules for the language cs" in found.because


def test_what_is_not_substantive_has_no_topics():
    found = judged(
        ["We collect your e-mail adress."], ["We collect your e-mail address."]
    )

    assert found.verdict is Verdict.EDITORIAL
    assert (found.topics, found.materiality) == ((), 0)


def test_without_a_rulebook_no_topic_is_claimed():
    found = judged([], ["The monthly fee rises to 12 euros."], rulebook=Rulebook())

    assert (found.topics, found.because) == ((), ())


def test_a_promise_that_became_a_permission_is_never_minor():
    found = judged(
        ["We do not sell your personal data."], ["We may sell your personal data."]
    )

    assert found.materiality >= 2
    assert any("no longer stands there" in why for why in found.because)


def test_a_new_section_weighs_more_than_a_new_address():
    address = judged(
        ["Write to Larkspur Ltd., 12 Old Street, London."],
        ["Write to Larkspur Ltd., 27 New Street, London."],
    )
    section = judged(
        [],
        [
            "You and Larkspur agree that any dispute is settled by an arbitrator.",
            "You waive your right to a trial by jury and to take part in class actions.",
            "We may share your personal data with our advertising partners.",
            "We may change the price of your subscription without notice.",
        ],
    )

    assert (address.materiality, address.topics[0]) == (1, "entity")
    assert section.materiality >= 2


def test_training_on_what_people_wrote_is_news():
    found = judged(
        ["We use your personal data to provide our services."],
        [
            "We may use your personal data to train artificial intelligence models.",
            "We may share your messages and photos with our affiliates to train AI.",
            "This also applies to content that you have already posted.",
        ],
    )

    assert found.direction in {Direction.LESS, Direction.MIXED}
    assert found.materiality == 3
    assert "materiality 3: taken from people, and about ai-training" in found.because
