"""What became of every clause of a document."""

from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clausewatch.core.diff import diff
from clausewatch.core.model import Clause, EditKind, WordOp

POLICY = [
    "We collect the information that you give us when you make an account.",
    "We also collect what your browser sends to our servers.",
    "We keep it for 30 days after you close your account.",
    "You may ask for a copy of everything that we hold about you.",
    "We never sell your personal information to anybody.",
    "Our partners help us to send mail and to take payments.",
    "Children under sixteen may not use the service at all.",
    "The law of Ireland applies, and the courts of Dublin decide.",
    "We tell you by mail before we change this policy.",
]
SHORT = st.sampled_from("a b c d e f".split())
SENTENCES = st.lists(SHORT, min_size=1, max_size=9).map(" ".join)
DOCUMENTS = st.lists(st.one_of(SENTENCES, st.sampled_from(POLICY)), max_size=14)


def clauses(texts):
    return tuple(Clause(text, text.casefold()) for text in texts)


def compare(old, new):
    return diff(clauses(old), clauses(new))


def told(old, new):
    """Return the edits other than kept, as kind and ordinals."""
    return [
        (edit.kind.value + " moved" * edit.moved, [*edit.old], [*edit.new])
        for edit in compare(old, new)
        if edit.kind is not EditKind.KEPT
    ]


def swapped(texts, old, new):
    return [text.replace(old, new) for text in texts]


@given(DOCUMENTS, DOCUMENTS)
def test_every_clause_is_accounted_for_once(old, new):
    edits = compare(old, new)

    assert sorted(i for edit in edits for i in edit.old) == [*range(len(old))]
    assert sorted(j for edit in edits for j in edit.new) == [*range(len(new))]


@given(DOCUMENTS)
def test_a_document_and_itself_is_one_kept_run(texts):
    whole = [(EditKind.KEPT, range(len(texts)), range(len(texts)))]

    assert [(e.kind, e.old, e.new) for e in compare(texts, texts)] == whole[
        : len(texts)
    ]


@given(DOCUMENTS, DOCUMENTS)
def test_the_edits_turn_the_old_document_into_the_new(old, new):
    made = {}
    for edit in compare(old, new):
        match edit.kind:
            case EditKind.KEPT | EditKind.MOVED:
                made |= dict(zip(edit.new, (old[i] for i in edit.old), strict=True))
            case EditKind.ADDED:
                made |= {j: new[j] for j in edit.new}
            case EditKind.REWORDED | EditKind.RECAST:
                before, after = (
                    " ".join(side[at] for at in some)
                    for side, some in ((old, edit.old), (new, edit.new))
                )
                if edit.kind is EditKind.RECAST:
                    assert before.casefold() == after.casefold()
                else:
                    assert spoken(edit, WordOp.DELETE).casefold() == before.casefold()
                    assert spoken(edit, WordOp.INSERT) == after
                made |= {j: new[j] for j in edit.new}

    assert [made[j] for j in range(len(new))] == new


def spoken(edit, op):
    return " ".join(s.text for s in edit.words if s.op in {op, WordOp.EQUAL})


@given(DOCUMENTS, DOCUMENTS)
def test_edits_come_in_reading_order_and_kept_ones_never_cross(old, new):
    edits = compare(old, new)
    kept = [edit for edit in edits if edit.kind is EditKind.KEPT]

    shown = [min(edit.new) for edit in edits if edit.new]
    assert shown == sorted(shown)
    assert [i for e in kept for i in e.old] == sorted(i for e in kept for i in e.old)


@given(DOCUMENTS, DOCUMENTS)
@example(["a", "b b", "a"], ["b b", "a", "b b"])
def test_as_many_clauses_are_kept_backwards(old, new):
    assert kept(old, new) == kept(new, old)


def kept(old, new):
    return sum(len(e.old) for e in compare(old, new) if e.kind is EditKind.KEPT)


@given(DOCUMENTS, DOCUMENTS)
def test_equal_words_are_never_told_as_gone_and_come(old, new):
    edits = compare(old, new)
    gone = {old[e.old[0]] for e in edits if e.kind is EditKind.REMOVED}
    come = {new[e.new[0]] for e in edits if e.kind is EditKind.ADDED}

    assert not gone & come


def test_a_clause_comes_and_goes():
    assert told(POLICY[:4], [*POLICY[:2], POLICY[5], *POLICY[2:4]]) == [
        ("added", [], [2])
    ]
    assert told(POLICY, POLICY[:2] + POLICY[3:]) == [("removed", [2], [])]


def test_removed_clauses_come_where_they_stood():
    edits = compare(POLICY, POLICY[:3] + POLICY[4:])

    assert [e.kind.value for e in edits] == ["kept", "removed", "kept"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("30 days", "90 days"),
        ("never sell", "sell"),
        ("may ask", "may not ask"),
        ("sixteen", "thirteen"),
        ("Ireland", "Delaware"),
    ],
)
def test_one_word_changed_is_one_clause_reworded(old, new):
    (edit,) = (
        e for e in compare(POLICY, swapped(POLICY, old, new)) if e.kind != "kept"
    )

    assert edit.kind is EditKind.REWORDED
    assert sum(len(s.text.split()) for s in edit.words if s.op != "equal") <= 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("30 days", "60 days"),
        ("Not shared", "Shared"),
        ("AI training: off", "AI training: on"),
        ("| Stripe | USA |", "| Stripe | India |"),
        ("Last updated: 4 May 2025", "Last updated: 12 June 2026"),
    ],
)
@pytest.mark.parametrize("neighbours", [[], ["Mixpanel", "Twilio"]])
def test_a_short_item_is_reworded_too(old, new, neighbours):
    assert told(
        [*POLICY[:3], old, *neighbours, *POLICY[3:]],
        [*POLICY[:3], new, *neighbours, *POLICY[3:]],
    ) == [("reworded", [3], [3])]


def test_clauses_that_share_little_are_not_each_other():
    other = "Cookies let partners measure how often an advertisement was shown."

    assert told(POLICY[:1] + POLICY[2:4], [POLICY[0], other, POLICY[3]]) == [
        ("removed", [1], []),
        ("added", [], [1]),
    ]


def test_a_moved_section_is_moved_whole():
    assert told(POLICY, POLICY[:1] + POLICY[3:] + POLICY[1:3]) == [
        ("moved", [1], [7]),
        ("moved", [2], [8]),
    ]


def test_of_two_swapped_paragraphs_the_smaller_one_moved():
    small, large = POLICY[1:3], POLICY[3:7]
    old = [POLICY[0], *small, *large, POLICY[8]]

    edits = told(old, [POLICY[0], *large, *small, POLICY[8]])

    assert edits == [("moved", [1], [5]), ("moved", [2], [6])]


def test_smaller_means_words_not_clauses():
    short = ["Mail", "Phone", "Post"]

    edits = told([*short, POLICY[0], POLICY[8]], [POLICY[0], *short, POLICY[8]])

    assert [kind for kind, _, _ in edits] == ["moved"] * 3


def test_a_clause_that_moved_and_changed_is_found():
    edited = POLICY[1].replace("browser", "telephone")

    assert told(POLICY, [POLICY[0], *POLICY[2:], edited]) == [
        ("reworded moved", [1], [8])
    ]


def test_what_moved_along_with_its_neighbour_and_changed_much_is_found():
    along = "Our partners take payments."
    new = [POLICY[0], *POLICY[6:], POLICY[4], along, *POLICY[1:4]]
    old = [POLICY[0], *POLICY[4:6], *POLICY[6:], *POLICY[1:4]]

    assert told(old, new) == [("moved", [1], [4]), ("reworded moved", [2], [5])]


@pytest.mark.parametrize("moved", [False, True])
def test_a_sentence_split_in_two_is_recast(moved):
    whole = "We share it with partners; you can object to that at any time."
    parts = ["We share it with partners.", "You can object to that at any time."]
    old, new = [*POLICY[:4], whole], [*POLICY[:4], *parts]
    if moved:
        old, new = [whole, *POLICY], [*POLICY, *parts]

    kind = "recast moved" if moved else "recast"
    assert [edit[0] for edit in told(old, new)] == [kind]
    assert [edit[0] for edit in told(new, old)] == [kind]


def test_a_list_that_was_one_sentence_is_recast():
    items = ["names", "addresses", "payment details", "messages that you send"]

    assert told(
        [POLICY[0], " ".join(items), POLICY[1]], [POLICY[0], *items, POLICY[1]]
    ) == [("recast", [1], [1, 2, 3, 4])]


def test_words_that_only_crossed_a_boundary_are_recast_beside_a_real_change():
    old = ["We keep logs for 30 days and", "delete them then without asking you."]
    new = ["We keep logs for 30 days", "and delete them then without asking you."]

    assert told([*old, POLICY[0], POLICY[1]], [*new, POLICY[0], POLICY[2]])[0] == (
        "recast",
        [0, 1],
        [0, 1],
    )


def test_a_sentence_split_and_edited_is_one_rewording():
    whole = "We share your data with partners; you can object to that in your settings."
    parts = [
        "We share your data with partners.",
        "You cannot object to that in your settings.",
    ]

    assert told([POLICY[0], whole, POLICY[8]], [POLICY[0], *parts, POLICY[8]]) == [
        ("reworded", [1], [1, 2])
    ]
    assert told([POLICY[0], *parts, POLICY[8]], [POLICY[0], whole, POLICY[8]]) == [
        ("reworded", [1, 2], [1])
    ]


def test_a_number_shown_but_not_counted_changes_nothing():
    old = [Clause(f"{n}. {text}", text) for n, text in enumerate(POLICY)]
    new = [Clause(f"{n + 1}. {text}", text) for n, text in enumerate(POLICY)]

    assert [edit.kind for edit in diff(old, new)] == [EditKind.KEPT]


def test_chinese_sentences_are_reworded_by_character():
    old = ["我们会收集您的个人信息。", "您可以随时撤回同意。", "本政策自今日起生效。"]
    new = ["我们会出售您的个人信息。", "您可以随时撤回同意。", "本政策自今日起生效。"]

    (edit, _) = compare(old, new)

    assert [(s.op.value, s.text) for s in edit.words] == [
        ("equal", "我们会"),
        ("delete", "收集"),
        ("insert", "出售"),
        ("equal", "您的个人信息。"),
    ]


def test_a_clause_that_stands_ten_thousand_times_loses_ten():
    edits = compare(["We may share it."] * 10_000, ["We may share it."] * 9_990)

    assert Counter(e.kind for e in edits)[EditKind.REMOVED] == 10


def test_repeats_beyond_one_table_are_still_kept_in_order():
    old = ["Learn more."] * 12_000
    new = [*old[:6_000], POLICY[0], POLICY[1], *old[6_000:11_990]]

    assert kept(["begin", *old, "end"], [POLICY[5], *new, POLICY[6]]) == 11_990


def test_moved_and_edited_clauses_are_found_where_all_with_all_is_too_much():
    """Beyond the budget candidates come from rare pairs of words."""
    texts = [
        " ".join(f"{chr(97 + (n * k) % 26)}{(n * k * 7) % 991}" for k in range(1, 24))
        for n in range(1_000, 2_400)
    ]
    edited = [text.replace(text.split()[5], "edited") for text in texts]
    half = len(texts) // 2

    edits = compare(texts, edited[half:] + edited[:half])

    right = sum(
        edit.new[0] == (edit.old[0] + half) % len(texts)
        for edit in edits
        if edit.kind is EditKind.REWORDED
    )
    assert right >= 0.95 * len(texts)
