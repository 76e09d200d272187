"""Several changes are one story only if they are about the same thing, and weigh."""

from dataclasses import replace
from datetime import timedelta

import pytest

from clausewatch.core.event import Direction, EventType, Signal
from clausewatch.core.model import Kind
from clausewatch.core.patterns import pattern
from clausewatch.testing.examples import SEEN, example


def change(name, kind, days, **differs):
    fields = {
        "id": name,
        "kind": kind,
        "watch": f"acme-{name}",
        "url": f"https://acme.example/{name}",
        "document": name,
        "observed_at": SEEN + timedelta(days=days),
        "previous_at": SEEN + timedelta(days=days, hours=-12),
        "topics": ("ai-training",),
        "signals": (),
        "materiality": 2,
    }
    event = replace(example(), **{**fields, **differs})
    clause = replace(
        example().changes[0],
        after=f"{name} trains AI models",
        topics=event.topics,
        direction=Direction.LESS,
    )
    return replace(event, changes=differs.get("changes", (clause,)))


SETTING = change(
    "settings", Kind.SETTINGS, 0, signals=(Signal("default-on", "☑ Use my data"),)
)
POLICY = change("privacy policy", Kind.PRIVACY, 37, materiality=3)
FAQ = change("FAQ", Kind.FAQ, 44, topics=("retroactivity", "ai-training"))
TERMS = change("terms", Kind.TERMS, 20, topics=("payment",))


def test_who_followed_whom_is_told_in_one_line():
    story = pattern(FAQ, [SETTING, POLICY])

    assert story.type is EventType.PATTERN
    assert story.summary == (
        "AI training: settings switched on by default, then privacy policy changed "
        "37 days later, then FAQ changed 7 days later"
    )
    assert story.document == "settings, privacy policy and FAQ"
    assert [step.event for step in story.pattern.steps] == [
        "settings",
        "privacy policy",
        "FAQ",
    ]
    assert (story.materiality, story.direction) == (3, Direction.LESS)
    assert story.topics == ("ai-training",)
    assert story.previous_at == SETTING.previous_at
    assert [c.path[0] for c in story.changes] == ["settings", "privacy policy", "FAQ"]


def test_a_pattern_grows_under_its_own_id_when_another_kind_of_document_joins():
    first = pattern(POLICY, [SETTING])
    grown = pattern(FAQ, [SETTING, POLICY, first])

    assert grown.pattern.id == first.pattern.id
    assert grown.pattern.follows == first.id
    assert grown.id != first.id
    assert [len(e.pattern.steps) for e in (first, grown)] == [2, 3]


def test_a_pattern_is_not_told_again_for_a_document_that_is_part_of_it():
    first = pattern(POLICY, [SETTING])
    again = change("policy again", Kind.PRIVACY, 50)

    assert pattern(again, [SETTING, POLICY, first]) is None


def test_the_same_events_make_the_same_pattern():
    assert pattern(FAQ, [SETTING, POLICY]) == pattern(FAQ, [SETTING, POLICY])


def test_a_story_that_is_over_does_not_keep_a_new_one_from_being_told():
    told = pattern(POLICY, [SETTING])
    policy = change("policy in spring", Kind.PRIVACY, 150)
    terms = change("terms in spring", Kind.TERMS, 160)

    story = pattern(terms, [SETTING, POLICY, told, policy])

    assert story.pattern.id != told.pattern.id
    assert [step.event for step in story.pattern.steps] == [policy.id, terms.id]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(TERMS, id="about-something-else"),
        pytest.param(
            change("terms", Kind.TERMS, 20, topics=("entity",)), id="general-topic"
        ),
        pytest.param(change("terms", Kind.TERMS, -30), id="too-long-ago"),
        pytest.param(change("terms", Kind.TERMS, 100), id="too-long-after"),
        pytest.param(
            change("t", Kind.TERMS, 20, topics=(), signals=SETTING.signals),
            id="only-a-signal",
        ),
        pytest.param(change("terms", Kind.TERMS, 20, materiality=1), id="too-light"),
        pytest.param(change("other policy", Kind.PRIVACY, 20), id="the-same-kind"),
        pytest.param(
            change("terms", Kind.TERMS, 20, changes=POLICY.changes), id="the-same-text"
        ),
        pytest.param(
            change("terms", Kind.TERMS, 20, verdict="editorial"), id="no-change"
        ),
    ],
)
def test_what_merely_happens_in_the_same_season_is_no_pattern(other):
    policy = replace(POLICY, topics=(*POLICY.topics, "entity"))

    assert pattern(policy, [other]) is None


def test_a_signal_that_names_a_topic_is_one():
    signals = (*SETTING.signals, Signal("ai-training", "to train AI models"))
    setting = replace(SETTING, topics=(), signals=signals, materiality=1)

    assert pattern(POLICY, [setting]).summary.startswith("AI training: settings")


@pytest.mark.parametrize(
    "clause",
    [{"direction": Direction.NEUTRAL}, {"topics": ("acceptable-use", "ai-training")}],
)
def test_what_leans_to_no_side_or_is_about_conduct_is_no_part_of_a_story(clause):
    (said,) = POLICY.changes
    policy = replace(POLICY, changes=(replace(said, **clause),))

    assert pattern(policy, [SETTING]) is None


def rewritten(event, *topics):
    """Return the change of a document that was rewritten whole, with one such clause."""
    (clause,) = event.changes
    rest = [
        replace(clause, after=f"clause {n}", topics=(name,))
        for n, name in enumerate(["payment", "liability", "disputes", "entity"] * 4)
    ]
    return replace(event, changes=(replace(clause, topics=topics), *rest))


def test_a_document_that_is_rewritten_whole_is_not_about_all_it_touches():
    setting = replace(
        SETTING,
        changes=(replace(SETTING.changes[0], topics=("ai-training", "location")),),
    )

    assert pattern(rewritten(POLICY, "location"), [setting]) is None
    assert pattern(rewritten(POLICY, "ai-training"), [setting]) is not None


def test_guidelines_are_no_part_of_a_story():
    assert pattern(replace(POLICY, kind=Kind.COMMUNITY), [SETTING]) is None


def test_what_is_read_in_another_order_makes_the_same_story():
    backwards = pattern(SETTING, [POLICY])

    assert backwards.pattern.steps == pattern(POLICY, [SETTING]).pattern.steps


def test_changes_of_one_day_are_told_as_such():
    terms = change("terms", Kind.TERMS, 37)

    assert "terms changed on the same day" in pattern(terms, [POLICY]).summary
