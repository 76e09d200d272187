"""Since when a clause has stood there."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from clausewatch.core.blame import Stay, blame, turned
from clausewatch.core.model import Clause, Document, RecipeId, Zone

START = datetime(2025, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def document(*texts, zone=Zone.BODY):
    clauses = tuple(Clause(text, text, zone=zone) for text in texts)
    return Document(recipe=RecipeId("1"), clauses=clauses)


def chain(*versions):
    return [(START + n * DAY, document(*texts)) for n, texts in enumerate(versions)]


def test_a_clause_stands_since_the_version_that_brought_it():
    found = blame(chain("ab", "axb", "xb"))

    assert [stay.since for stay in found] == [START + DAY, START]


def test_moving_does_not_make_a_clause_younger_but_going_and_coming_back_does():
    moved, back = blame(chain("ab", "ba", "b", "ba"))

    assert (moved.since, moved.first_at) == (START, START)
    assert (back.since, back.first_at) == (START + 3 * DAY, START)


def test_what_frames_the_document_has_no_blame():
    assert blame([(START, document("menu", zone=Zone.FURNITURE))]) == ()
    assert blame([]) == ()


@given(st.lists(st.sets(st.sampled_from("abcdef")), min_size=1, max_size=8))
def test_stays_are_what_looking_back_through_all_versions_finds(versions):
    known: dict[int, Stay] = {}
    for n, shown in enumerate(versions):
        known |= turned(known, map(ord, shown), START + n * DAY)

    for key, stay in known.items():
        there = [chr(key) in shown for shown in versions]
        assert stay.first_at == START + there.index(True) * DAY
        assert (stay.until is None) == there[-1]
        if there[-1]:
            gone = max((n for n, here in enumerate(there) if not here), default=-1)
            assert stay.since == START + (gone + 1) * DAY
    assert {chr(key) for key in known} == set().union(*versions)
