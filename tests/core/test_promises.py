"""The ledger: what a document promises, since when, and what became of it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clausewatch.config.phrases import shipped
from clausewatch.core.model import Clause, Document, RecipeId, WatchId
from clausewatch.core.normalise import words
from clausewatch.core.promise import Absence, Wording
from clausewatch.core.promises import kept
from clausewatch.core.variants import hash64

PHRASES = shipped("direction")
ACME = WatchId("acme")
FIRST = datetime(2025, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def ledger_of(*texts, language="en", knows=True):
    """Return the ledger after a page has shown these texts, a day each, by wording."""
    ledger, last, known = {}, None, frozenset()
    for day, text in enumerate(texts):
        at = FIRST + day * DAY
        clauses = tuple(Clause(sentence, words(sentence)) for sentence in text)
        read = Document(recipe=RecipeId("r"), clauses=clauses, language=language)
        standing = tuple(ledger.values())
        for one in kept(
            standing, read, PHRASES, watch=ACME, at=at, last=last, known=known
        ):
            ledger[one.key] = one
        last = at
        known = frozenset(hash64(clause.words) for clause in clauses if knows)
    return {promise.text: promise for promise in ledger.values()}


SELL = "We do not sell your personal data to anybody."
DELETE = "We delete your data within 30 days of closing your account."
LONGER = "We delete your data within 90 days of closing your account."
TOWN = "The town lies by the sea, and the sea is cold."


def test_a_ledger_holds_what_commits_and_nothing_else():
    ledger = ledger_of([SELL, DELETE, TOWN, "We may sell your data to partners."])

    assert ledger.keys() == {SELL, DELETE}
    assert ledger[SELL].stands
    assert (ledger[SELL].kind, ledger[SELL].first) == ("promise", FIRST)


def test_a_promise_that_is_gone_keeps_the_days_it_stood():
    gone = ledger_of([SELL, TOWN], [SELL, TOWN], [TOWN])[SELL]

    assert (gone.first, gone.last, gone.gone) == (FIRST, FIRST + DAY, FIRST + 2 * DAY)


def test_a_reworded_promise_goes_on_and_says_when_it_became_less():
    ledger = ledger_of([DELETE, TOWN], [LONGER, TOWN])

    (promise,) = ledger.values()
    assert (promise.text, promise.first) == (LONGER, FIRST)
    assert promise.weakened == FIRST + DAY
    assert promise.wordings == (Wording(DELETE, FIRST + DAY, weaker=True),)


def test_a_promise_reworded_for_the_better_is_not_weakened():
    (promise,) = ledger_of([LONGER, TOWN], [DELETE, TOWN]).values()

    assert promise.weakened is None
    assert not promise.wordings[0].weaker
    assert promise.stands


def test_a_promise_that_becomes_its_opposite_is_gone():
    ledger = ledger_of([SELL], ["We may sell your personal data to anybody."])

    assert not ledger[SELL].stands


def test_a_promise_that_is_made_again_is_the_same_one():
    (promise,) = ledger_of([SELL, TOWN], [TOWN], [SELL, TOWN]).values()

    assert (promise.first, promise.gone, promise.last) == (FIRST, None, None)
    assert promise.absences == (Absence(FIRST + DAY, FIRST + 2 * DAY),)


@pytest.mark.parametrize(
    ("language", "promise"),
    [
        ("de", "Wir verkaufen Ihre personenbezogenen Daten nicht an Dritte."),
        ("de", "Sie können die Löschung Ihrer Daten jederzeit verlangen."),
        ("fr", "Nous ne vendons pas vos données personnelles à des tiers."),
        ("fr", "Vous pouvez demander la suppression de vos données."),
        ("es", "Nunca vendemos sus datos personales a terceros."),
        ("es", "Usted puede solicitar la supresión de sus datos."),
    ],
)
def test_promises_are_known_in_each_language(language, promise):
    assert promise in ledger_of([promise, TOWN], language=language)


PAGE = st.lists(st.sampled_from([SELL, DELETE, LONGER, TOWN]), max_size=5)
PAGES = st.lists(PAGE, max_size=5)
STEADY = settings(
    # The first call compiles the phrases; a busy machine takes its time over any.
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)


@STEADY
@given(PAGES)
def test_a_ledger_stands_for_what_the_page_says_last(pages):
    ledger = ledger_of(*pages)

    standing = {text for text, promise in ledger.items() if promise.stands}
    assert standing == set(pages[-1] if pages else ()) - {TOWN}


@STEADY
@given(PAGES)
def test_the_same_text_again_changes_nothing(pages):
    once = ledger_of(*pages)
    again = ledger_of(*pages, *pages[-1:])

    assert again == once


@given(
    st.lists(
        st.lists(st.sampled_from([SELL, DELETE, LONGER, TOWN]), unique=True),
        min_size=1,
        max_size=5,
    )
)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_what_was_heard_before_need_not_be_heard_again(texts):
    assert ledger_of(*texts) == ledger_of(*texts, knows=False)
