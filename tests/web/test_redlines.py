"""A change is shown in the order of its document, whatever order it was told in."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewatch.core.diff import diff
from clausewatch.core.event import Verdict
from clausewatch.core.judge import judge
from clausewatch.core.model import (
    Clause,
    Document,
    EditKind,
    RecipeId,
    Role,
    WordOp,
    Zone,
)
from clausewatch.core.rulebook import Rulebook
from clausewatch.render.redline import redline
from clausewatch.web.comparing import MOST_JUDGED, compared
from clausewatch.web.placing import END, placing
from clausewatch.web.redlines import A_PAGE, Entry, Fold, page_with, pages_of, redlines

SENTENCES = [
    "We collect what you give us.",
    "We keep your data for thirty days.",
    "We never sell it to anybody at all.",
    "You may object by letter or by mail.",
    "Cookies remember who you are here.",
    "Our partners see nothing of this.",
    "Write to our office in the north.",
]


def document(*texts, recipe="1", frame=()):
    return Document(
        recipe=RecipeId(recipe),
        clauses=(
            *(Clause(t, t.lower(), ("Policy",)) for t in texts),
            *(Clause(t, t.lower(), zone=Zone.FURNITURE) for t in frame),
        ),
    )


def changes(before, after):
    edits = diff(before.clauses, after.clauses)
    return judge(before, after, edits, seen=frozenset()).changes


def parts(shown):
    return [part for section in shown.sections for part in section.parts]


def read(shown, side):
    """Return the document that a reader pieces together from a page."""
    left_out = WordOp.DELETE if side == "after" else WordOp.INSERT
    texts = []
    for part in parts(shown):
        if isinstance(part, Fold):
            texts += [clause.text for clause in (*part.first, *part.last)]
        elif text := " ".join(s.text for s in part.spans if s.op is not left_out):
            texts.append(text)
    return texts


@given(
    st.lists(st.sampled_from(SENTENCES), max_size=7, unique=True),
    st.lists(st.sampled_from(SENTENCES), max_size=7, unique=True),
    st.randoms(use_true_random=False),
)
def test_what_is_shown_reads_as_the_new_document(old, new, chance):
    before, after = document(*old), document(*new)
    told = list(changes(before, after))
    chance.shuffle(told)

    assert read(redlines(told, before, after), "after") == new or not told


def laid_out(*sections):
    """Return a document with these headings, a clause of each under it."""
    found = []
    for title, text in sections:
        found.append(Clause(title, title.lower(), ("Policy",), Role.HEADING))
        found.append(Clause(text, text.lower(), ("Policy", title)))
    return Document(recipe=RecipeId("1"), clauses=tuple(found))


def test_what_stayed_is_folded_under_its_own_heading():
    a, b, c, d, e, f, g = SENTENCES
    stay = [("2. Keep", c), ("3. Sell", d)]
    before = laid_out(("1. Take", a), *stay, ("4. Ask", e), ("5. End", g))
    after = laid_out(("1. Take", b), *stay, ("4. Ask", f), ("5. End", g))

    shown = redlines(changes(before, after), before, after).sections

    folds = {
        section.path[-1]: [clause.text for clause in part.first]
        for section in shown
        for part in section.parts
        if isinstance(part, Fold)
    }
    assert folds == {"2. Keep": [c], "3. Sell": [d], "5. End": [g]}
    assert [s.path[-1] for s in shown] == [
        "1. Take",
        "2. Keep",
        "3. Sell",
        "4. Ask",
        "5. End",
    ]


def test_many_sections_that_stayed_are_one_fold_from_the_first_to_the_last():
    a, b, *_ = SENTENCES
    stay = [(f"{n}. Part", f"What part {n} says.") for n in range(2, 40)]
    before, after = laid_out(("1. Take", a), *stay), laid_out(("1. Take", b), *stay)

    shown = redlines(changes(before, after), before, after).sections

    assert [s.path[-1] for s in shown] == ["1. Take", "2. Part … 39. Part"]


def test_what_is_gone_stands_behind_what_stood_before_it():
    a, b, c, d, *_ = SENTENCES
    before, after = document(a, b, c, d), document(a, c, d)

    fold, gone, rest = parts(redlines(changes(before, after), before, after))

    assert [clause.text for clause in fold.first] == [a]
    assert gone.change.kind is EditKind.REMOVED
    assert [clause.text for clause in rest.first] == [c, d]


def test_without_the_readings_changes_stand_as_they_were_told():
    a, b, c, d, *_ = SENTENCES
    told = changes(document(a, b), document(c, d))[::-1]

    shown = parts(redlines(told, None, None))

    assert [entry.change for entry in shown] == list(told)
    assert [entry.number for entry in shown] == [*range(1, len(told) + 1)]


def test_what_changed_around_the_document_is_apart():
    before = document(SENTENCES[0], frame=("Menu one",))
    after = document(SENTENCES[1], frame=("Menu two",))

    shown = redlines(changes(before, after), before, after)

    assert all(e.change.verdict is Verdict.EXTRACTION for e in shown.quiet)
    assert shown.quiet
    assert all(isinstance(part, Entry) for part in parts(shown))


def long_documents(clauses):
    chance = random.Random(1)
    words = [f"word{n}" for n in range(500)]
    old = [" ".join(chance.choices(words, k=12)) for _ in range(clauses)]
    new = [f"{text} and more than that" for text in old]
    return document(*old), document(*new)


def test_many_changes_make_pages_and_every_clause_is_on_the_page_it_is_said_to_be_on():
    before, after = long_documents(2 * A_PAGE + 1)
    told = changes(before, after)

    pages = [redlines(told, before, after, number) for number in (1, 2, 3)]
    assert pages_of(len(told)) == 3

    assert [len(parts(page)) for page in pages] == [A_PAGE, A_PAGE, 1]
    assert {page.pages for page in pages} == {3}
    for number, page in enumerate(pages, 1):
        for entry in parts(page):
            assert page_with(told, before, after, entry.number) == number


def test_what_changed_around_the_document_is_counted_whole_and_shown_page_by_page():
    frame = [f"Menu entry number {n} leads to a shop." for n in range(2 * A_PAGE)]
    before = document(SENTENCES[0], SENTENCES[1])
    after = document(SENTENCES[0], SENTENCES[2], frame=frame)
    told = changes(before, after)
    loud = [c for c in told if c.verdict is not Verdict.EXTRACTION]
    assert 0 < len(loud) < A_PAGE

    shown = [redlines(told, before, after, number) for number in (1, 2, 3)]

    assert {page.around for page in shown} == {len(frame)}
    assert {page.pages for page in shown} == {pages_of(len(told))} == {3}
    assert sum(len(page.quiet) for page in shown) == len(frame)
    assert [bool(page.sections) for page in shown] == [True, False, False]
    for number, page in enumerate(shown, 1):
        for entry in page.quiet:
            assert page_with(told, before, after, entry.number) == number


def headed(*clauses):
    """Return a document of headings, which end in a colon, and what stands below."""
    path, found = ("Policy",), []
    for text in clauses:
        heading = text.endswith(":")
        role = Role.HEADING if heading else Role.SENTENCE
        found.append(Clause(text, text.lower(), path[:1] if heading else path, role))
        path = ("Policy", text) if heading else path
    return Document(recipe=RecipeId("1"), clauses=tuple(found))


def test_a_new_heading_is_shown_once_above_what_stands_under_it():
    a, b, c, d, *_ = SENTENCES
    before = headed("Sharing:", a, b)
    after = headed("Sharing:", a, b, "Training:", c, d)

    shown = redlines(changes(before, after), before, after)

    *_, new = shown.sections
    assert new.path == ("Policy", "Training:")
    assert new.heading.change.after == "Training:"
    texts = [part.change.after for part in new.parts]
    assert texts == [c, d]
    assert [s for s in shown.sections if s.heading] == [new]


def test_a_new_heading_over_nothing_new_stays_a_clause():
    a, b, *_ = SENTENCES
    before, after = headed("Sharing:", a, b), headed("Sharing:", a, "Training:", b)

    shown = redlines(changes(before, after), before, after)

    told = [p.change.after for p in parts(shown) if isinstance(p, Entry)]
    assert "Training:" in told


def test_a_link_that_leads_elsewhere_shows_both_addresses():
    def linked(href):
        clause = Clause("You can opt out here.", "you can opt out here", href=href)
        return Document(recipe=RecipeId("1"), clauses=(clause,))

    before, after = linked("/opt-out"), linked("/news")
    (change,) = changes(before, after)
    (entry,) = parts(redlines([change], before, after))

    for found in (entry.spans, redline(change).spans):
        assert [(span.op, span.text) for span in found] == [
            (WordOp.EQUAL, "You can opt out here."),
            (WordOp.DELETE, "/opt-out"),
            (WordOp.INSERT, "/news"),
        ]


def test_a_long_stretch_that_stayed_is_not_shown_whole():
    stayed = [f"Clause number {n} stays as it is." for n in range(500)]
    before, after = document(*stayed, SENTENCES[0]), document(*stayed, SENTENCES[1])

    fold = parts(redlines(changes(before, after), before, after))[0]

    assert fold.count == 500
    assert fold.left_out == 500 - len(fold.first) - len(fold.last)
    assert len(fold.first) < 50


def test_a_joined_clause_is_found_by_its_parts_and_an_unknown_one_stands_last():
    texts = ["One. ", "Two.", "Three."]
    placed = placing([(1, "x", "Two. Three."), (2, "y", "nowhere")], (), texts)

    assert placed.spans == {1: (1, 3)}
    assert placed.order.get(2, END) == END


def test_few_differences_are_judged_and_very_many_only_shown():
    few = long_documents(3)
    many = long_documents(MOST_JUDGED + 1)

    assert compared(*few, Rulebook).is_judged
    found = compared(*many, Rulebook)
    assert not found.is_judged
    assert len(found.changes) == MOST_JUDGED + 1
    assert found.changes[0].words


def test_readings_of_different_rules_are_not_compared():
    with pytest.raises(ValueError, match="1"):
        compared(document("a"), document("a", recipe="2"), Rulebook)
