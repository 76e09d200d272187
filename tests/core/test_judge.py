"""A verdict comes with its reason, its weight and the words it is about."""

from datetime import date

import pytest

from clausewatch.core.diff import diff
from clausewatch.core.event import Verdict
from clausewatch.core.judge import judge
from clausewatch.core.variants import hash64
from core.reading import document
from probes.probe import source_of

PAGE = source_of("semantic.html")


def judged(before, after, seen=frozenset()):
    old, new = document(before), document(after)
    return judge(old, new, diff(old.clauses, new.clauses), seen=seen)


def swapped(was, now, page=PAGE):
    assert was in page
    return judged(page, page.replace(was, now))


def test_the_heaviest_change_comes_first_and_decides():
    after = PAGE.replace("7f3a9c21d4e85b60", "0b94e1aa73c2f518")
    after = after.replace("March 3, 2025", "April 9, 2025")
    after = after.replace("within 30 days", "within 90 days")

    found = judged(PAGE, after)

    assert found.verdict is Verdict.SUBSTANTIVE
    assert [c.verdict for c in found.changes] == [
        Verdict.SUBSTANTIVE,
        Verdict.HOUSEKEEPING,
        Verdict.EXTRACTION,
    ]


def test_the_reason_names_the_words_it_went_by():
    found = swapped("within 30 days", "within 90 days")

    assert "30" in found.reason
    assert "90" in found.reason


def test_the_summary_quotes_the_change():
    found = swapped("within 30 days", "within 90 days")

    assert "within 90 days" in found.summary


def test_a_change_knows_the_headings_it_stands_under():
    (change,) = swapped("within 30 days", "within 90 days").changes

    assert change.path == ("Privacy Policy", "4. How long we keep it")


@pytest.mark.parametrize(
    ("was", "now", "verdict"),
    [
        ("March 3, 2025", "April 9, 2025", Verdict.HOUSEKEEPING),
        ("© 2025 Larkspur", "© 2026 Larkspur", Verdict.EXTRACTION),
        ("fraud;", "fruad;", Verdict.EDITORIAL),
        ("7f3a9c21d4e85b60", "0b94e1aa73c2f518", Verdict.EXTRACTION),
    ],
)
def test_what_is_not_told_has_the_verdict_that_says_why(was, now, verdict):
    found = swapped(was, now)

    assert found.verdict is verdict
    assert found.reason
    assert found.materiality == 0


def test_the_dates_that_the_document_states_are_told():
    found = swapped("March 3, 2025", "April 9, 2025")

    assert (found.stated.before, found.stated.after) == (
        date(2025, 3, 3),
        date(2025, 4, 9),
    )


def test_words_that_the_page_has_shown_before_are_no_news():
    added = "Residents of Oregon may appeal our answer within two months."
    after = PAGE.replace("at any time. To opt", f"at any time. {added} To opt")

    assert judged(PAGE, after).verdict is Verdict.SUBSTANTIVE
    assert judged(PAGE, after, {hash64(added)}).verdict is Verdict.VARIANT


def test_a_page_in_another_language_is_a_variant():
    found = judged(source_of("german.html"), source_of("german-in-english.html"))

    assert found.verdict is Verdict.VARIANT
    assert "en" in found.summary


def test_every_change_says_why():
    found = judged(PAGE, source_of("builder.html"))

    assert found.changes
    assert all(change.why for change in found.changes)
