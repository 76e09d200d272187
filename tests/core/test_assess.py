"""What is told over many looks at one page."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from clausewatch.core.event import EventType, Verdict
from clausewatch.core.outcome import (
    Awaiting,
    Changed,
    FirstSeen,
    Inaccessible,
    Rebased,
    Returned,
    Suspect,
    Unchanged,
)
from clausewatch.testing.onlooker import Onlooker
from core.stand_ins import BOT_WALL, HOME, STAND_INS, SUCCESSOR
from probes.probe import source_of

DAY = timedelta(days=1)
PAGE = source_of("semantic.html")
WORDS = {
    "days": ("within 30 days", "within 90 days"),
    "training": ("We will not use your photographs", "We will use your photographs"),
    "sale": ("We never sell personal data", "We sell personal data"),
    "courts": ("unless the law forbids it", "if we see fit"),
}


def edited(*names, page=PAGE):
    for name in names:
        was, now = WORDS[name]
        assert was in page
        page = page.replace(was, now)
    return page


def told(onlooker):
    """Return the substantive changes that were told."""
    return [
        e
        for e in onlooker.events
        if e.type is EventType.CHANGED and e.verdict is Verdict.SUBSTANTIVE
    ]


def types(onlooker):
    return [e.type for e in onlooker.events if e.type is not EventType.FIRST_SEEN]


def seen(*pages, confirm=False, after=timedelta(hours=6)):
    onlooker = Onlooker()
    for page in pages:
        onlooker.look(page, confirm=confirm, after=after)
    return onlooker


# One look: how far the cascade goes.


def test_the_first_look_is_told_as_first_seen_and_wakes_nobody():
    onlooker = Onlooker()

    assert onlooker.look(PAGE).outcome == FirstSeen()
    assert [e.type for e in onlooker.events] == [EventType.FIRST_SEEN]
    assert onlooker.told == []


@pytest.mark.parametrize(
    ("stage", "edit"),
    [
        ("bytes", lambda page: page),
        ("markup", lambda page: page.replace("a81c03f2", "b90d14a3")),
        ("fingerprint", lambda page: page.replace("<main", '<main data-t="b90d"')),
        ("words", lambda page: page.replace("7f3a9c21d4e85b60", "0b94e1aa73c2f518")),
    ],
)
def test_the_cascade_stops_as_early_as_it_can(stage, edit):
    onlooker = seen(PAGE)

    assert onlooker.look(edit(PAGE)).outcome == Unchanged(stage)
    assert types(onlooker) == []


def test_a_304_is_a_good_look():
    onlooker = seen(PAGE)
    onlooker.fail()

    found = onlooker.not_modified()

    assert found.outcome == Unchanged("304")
    assert found.history.failures == 0
    assert found.history.head.last_seen == onlooker.now


def test_a_change_is_told_from_the_capture_that_first_shows_it():
    onlooker = seen(PAGE)
    last_good = onlooker.now
    found = onlooker.look(edited("days"))
    onlooker.look(edited("days"))

    (event,) = told(onlooker)
    assert found.outcome == Changed()
    assert event.observed_at == last_good + timedelta(hours=6)
    assert event.previous_at == last_good
    assert event.evidence.previous != event.evidence.capture
    assert [c.after for c in event.changes] == [
        "After you close it, we delete them within 90 days."
    ]


# Memory: an edit is told once, however often the page flips.


def test_a_page_that_flips_back_and_forth_is_told_once():
    a, b = PAGE, edited("days")

    onlooker = seen(a, b, a, b, a, a, b, b, a)

    assert len(told(onlooker)) == 1
    assert types(onlooker).count(EventType.RETURNED) == 5
    assert len(onlooker.told) == 1


def test_after_a_return_only_what_is_new_is_told():
    """A→B→A→B′: the last is held against B, which it resembles most."""
    onlooker = seen(PAGE, edited("days"), PAGE, edited("days", "sale"))

    _, last = told(onlooker)
    decided = [c for c in last.changes if c.verdict is Verdict.SUBSTANTIVE]
    assert [c.after for c in decided] == ["We sell personal data."]


REGION = (
    "You can see, correct and export your data at any time.",
    "You can see, correct and export your data at any time. Residents of Oregon may appeal our answer within two months.",
)


@pytest.mark.parametrize("word", list(WORDS))
def test_an_edit_that_lands_on_two_variants_is_told_once(word):
    other = PAGE.replace(*REGION)
    onlooker = seen(PAGE, other, PAGE, other)
    before = len(told(onlooker))

    for page in (edited(word), edited(word, page=other), edited(word), other, PAGE):
        onlooker.look(page)

    assert len(told(onlooker)) - before == 1


def test_an_edit_that_lands_on_one_variant_late_is_told_from_the_first():
    other = PAGE.replace(*REGION)
    onlooker = seen(PAGE, other, PAGE)
    onlooker.look(edited("sale"))
    for _ in range(5):
        onlooker.look(other)
        onlooker.look(edited("sale"))
    onlooker.look(edited("sale", page=other))

    assert [e.changes[0].after for e in told(onlooker)][1:] == [
        "We sell personal data."
    ]


def test_an_old_text_that_comes_back_to_stay_is_told():
    """The promise is dropped, and months later it is quietly put back."""
    onlooker = seen(edited("days"), PAGE)
    for _ in range(10):
        onlooker.look(PAGE, after=10 * DAY)
    onlooker.look(edited("days"))
    since = onlooker.now
    assert len(told(onlooker)) == 1

    for _ in range(10):
        onlooker.look(edited("days"), after=DAY)

    last = told(onlooker)[-1]
    assert len(told(onlooker)) == 2
    assert last.observed_at == since
    assert "within 90 days" in last.changes[0].after


def test_an_old_text_that_flashes_up_for_a_day_is_not_told():
    onlooker = seen(edited("days"), PAGE)
    for _ in range(10):
        onlooker.look(PAGE, after=10 * DAY)
    onlooker.look(edited("days"))
    for _ in range(10):
        onlooker.look(PAGE, after=DAY)

    assert len(told(onlooker)) == 1


# Event ids.


def test_a_look_repeated_after_a_crash_tells_the_same_event():
    onlooker = seen(PAGE)

    lost = onlooker.rehearse(edited("days"))
    again = onlooker.look(edited("days"))

    assert [e.id for e in lost.events] == [e.id for e in again.events]


def test_each_turn_of_a_flipping_page_has_an_id_of_its_own():
    onlooker = seen(PAGE, edited("days"), PAGE, edited("days"), PAGE)

    ids = [e.id for e in onlooker.events]
    assert len(ids) == 5
    assert len(set(ids)) == 5


def test_two_watches_of_one_page_tell_under_different_ids():
    one, other = Onlooker(), Onlooker()
    other.watch = replace(other.watch, id="acme-from-france")
    for onlooker in (one, other):
        onlooker.look(PAGE)
        onlooker.look(edited("days"))

    assert not {e.id for e in one.events} & {e.id for e in other.events}


# Is it the document at all?


@pytest.fixture(params=STAND_INS, ids=[name.replace(" ", "-") for name in STAND_INS])
def stand_in(request):
    return STAND_INS[request.param]


@pytest.mark.parametrize(
    "page",
    ["semantic.html", "soup.html", "builder.html", "german.html", "japanese.html"],
)
def test_a_stand_in_for_one_look_is_not_told(stand_in, page):
    page = source_of(page)
    onlooker = seen(page)

    assert isinstance(onlooker.look(stand_in).outcome, Suspect)
    onlooker.look(page)

    assert types(onlooker) == []


def test_a_stand_in_that_persists_is_told_once_as_suspect(stand_in):
    onlooker = seen(PAGE, *[stand_in] * 6)

    assert types(onlooker) == [EventType.SUSPECT]
    assert len(onlooker.told) == 1


def test_a_stand_in_that_is_over_is_told_as_recovered(stand_in):
    onlooker = seen(PAGE, *[stand_in] * 4, PAGE, PAGE)

    assert types(onlooker) == [EventType.SUSPECT, EventType.RECOVERED]


def test_an_edit_behind_a_stand_in_is_told_when_it_shows(stand_in):
    onlooker = seen(PAGE)
    last_good = onlooker.now
    for page in (stand_in, stand_in, edited("days")):
        onlooker.look(page)

    (event,) = told(onlooker)
    assert event.previous_at == last_good
    assert [c.after for c in event.changes] == [
        "After you close it, we delete them within 90 days."
    ]


def test_an_edit_behind_a_long_absence_is_told_with_the_recovery(stand_in):
    onlooker = seen(PAGE, *[stand_in] * 4, edited("days"))

    assert types(onlooker) == [
        EventType.SUSPECT,
        EventType.RECOVERED,
        EventType.CHANGED,
    ]


def test_a_wall_that_differs_at_each_look_persists_all_the_same():
    walls = [BOT_WALL.replace("8c1f0e2ab7d94c11", f"{n:016x}") for n in range(4)]

    assert types(seen(PAGE, *walls)) == [EventType.SUSPECT]


def test_a_wall_every_other_look_is_not_told():
    onlooker = seen(PAGE, *[BOT_WALL, PAGE] * 5)

    assert types(onlooker) == []


# A consent wall speaks of data and rights as a policy does: at the very first look
# nothing tells the two apart.
@pytest.mark.parametrize("name", [n for n in STAND_INS if n != "a consent wall"])
def test_a_policy_that_follows_a_wall_at_the_first_look_is_no_change(name):
    """What is watched from the first may have been a wall."""
    onlooker = seen(STAND_INS[name], PAGE, PAGE)

    assert told(onlooker) == []


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7])
def test_a_body_that_breaks_off_is_not_told(share):
    onlooker = seen(PAGE)

    found = onlooker.look(PAGE[: int(len(PAGE) * share)])
    onlooker.look(PAGE)

    assert isinstance(found.outcome, Suspect)
    assert types(onlooker) == []


@pytest.mark.parametrize(
    "name", ["semantic.html", "cookies.html", "faq.html", "spanish.html"]
)
def test_an_error_within_an_intact_frame_is_not_told(name):
    page = source_of(name)
    broken = re.sub(
        r"<main.*</main>",
        "<main><h1>Something went wrong</h1><p>We could not load this page. Try again later.</p></main>",
        page,
        flags=re.DOTALL,
    )
    onlooker = seen(page)

    assert isinstance(onlooker.look(broken).outcome, Suspect)
    onlooker.look(page)

    assert types(onlooker) == []


def test_a_page_in_another_language_is_not_told_as_a_change():
    german, english = source_of("german.html"), source_of("german-in-english.html")

    onlooker = seen(german, english, german, english, english, english, german)

    assert told(onlooker) == []


def test_an_edit_behind_another_language_is_told():
    german, english = source_of("german.html"), source_of("german-in-english.html")
    after = german.replace("nicht an Dritte", "an Dritte")

    onlooker = seen(german, english, english, after)

    (event,) = told(onlooker)
    assert event.changes[0].after == "Wir verkaufen Ihre Daten an Dritte."


def test_a_document_that_is_really_replaced_is_told_once_it_stays():
    onlooker = seen(PAGE, SUCCESSOR, SUCCESSOR, SUCCESSOR, SUCCESSOR)

    assert len(told(onlooker)) == 1
    assert EventType.RETURNED not in types(onlooker)


def test_most_of_a_policy_deleted_for_good_is_told():
    shorter = re.sub(
        r'<section id="(?:use|share|keep)">.*?</section>', "", PAGE, flags=re.DOTALL
    )

    onlooker = seen(PAGE, *[shorter] * 4)

    assert len(told(onlooker)) == 1


# Looking again before it is told.


def test_a_change_waits_for_a_second_look_and_keeps_the_time_of_the_first():
    onlooker = seen(PAGE, confirm=True)
    first = onlooker.look(edited("days"), confirm=True)
    at = onlooker.now

    second = onlooker.look(edited("days"), confirm=True, after=timedelta(minutes=5))

    assert (first.outcome, first.events) == (Awaiting(1), ())
    assert second.outcome == Changed()
    (event,) = told(onlooker)
    assert event.observed_at == at
    assert event.confidence == "high"


def test_a_flicker_is_not_told():
    onlooker = seen(
        PAGE, edited("days"), PAGE, PAGE, edited("sale"), PAGE, confirm=True
    )

    assert types(onlooker) == [EventType.RETURNED] * 2, "it stays on record"
    assert told(onlooker) == []
    assert onlooker.history.held is None


def test_a_page_that_differs_at_each_look_is_told_unconfirmed_at_the_third():
    pages = [edited("days"), edited("days", "sale"), edited("days", "courts")]

    onlooker = seen(PAGE, *pages, confirm=True)

    (event,) = told(onlooker)
    assert event.confidence == "unconfirmed"


def test_a_change_that_awaits_a_look_survives_a_failure_in_between():
    onlooker = seen(PAGE, edited("days"), confirm=True)
    onlooker.fail()
    onlooker.look(edited("days"), confirm=True)

    assert len(told(onlooker)) == 1


def test_a_wall_between_the_two_looks_does_not_lose_the_change():
    onlooker = seen(
        PAGE, edited("days"), BOT_WALL, edited("days"), edited("days"), confirm=True
    )

    assert len(told(onlooker)) == 1


def test_a_known_variant_is_believed_at_once():
    onlooker = seen(PAGE, edited("days"), edited("days"), confirm=True)

    assert onlooker.look(PAGE, confirm=True).outcome == Returned()


def test_a_home_page_is_never_confirmed_as_a_change():
    onlooker = seen(PAGE, HOME, HOME, HOME, PAGE, confirm=True)

    assert told(onlooker) == []


# Reading with better rules.


def blind(onlooker):
    """Make the watch read without the section on retention."""
    onlooker.watch = replace(onlooker.watch, remove=("#keep",))


def sees_all(onlooker):
    onlooker.watch = replace(onlooker.watch, remove=())


def test_other_rules_alone_are_not_a_change():
    onlooker = Onlooker()
    blind(onlooker)
    onlooker.look(PAGE)
    sees_all(onlooker)

    assert onlooker.look(PAGE).outcome == Rebased()
    assert types(onlooker) == [EventType.REBASED]
    assert onlooker.look(PAGE).outcome == Unchanged("bytes")


def test_a_change_that_the_old_rules_were_blind_to_is_caught_up():
    onlooker = Onlooker()
    blind(onlooker)
    onlooker.look(PAGE)
    onlooker.look(edited("days"))
    assert types(onlooker) == []
    sees_all(onlooker)

    onlooker.look(edited("days"))

    assert types(onlooker) == [EventType.REBASED, EventType.CHANGED]
    assert "within 90 days" in told(onlooker)[0].changes[0].after


def test_a_change_that_comes_with_other_rules_is_told():
    onlooker = Onlooker()
    blind(onlooker)
    onlooker.look(PAGE)
    sees_all(onlooker)

    onlooker.look(edited("sale"))

    (event,) = told(onlooker)
    assert [c.after for c in event.changes] == ["We sell personal data."]


def test_other_rules_and_a_wall_wait_for_the_document():
    onlooker = Onlooker()
    blind(onlooker)
    onlooker.look(PAGE)
    sees_all(onlooker)

    assert isinstance(onlooker.look(BOT_WALL).outcome, Suspect)
    onlooker.look(edited("days"))

    assert len(told(onlooker)) == 1


# A page that cannot be had.


def test_a_page_that_cannot_be_had_is_told_at_the_third_failure_and_once():
    onlooker = seen(PAGE)
    outcomes = [onlooker.fail() for _ in range(6)]

    assert all(isinstance(o.outcome, Inaccessible) for o in outcomes)
    assert [len(o.events) for o in outcomes] == [0, 0, 1, 0, 0, 0]
    assert types(onlooker) == [EventType.INACCESSIBLE]


def test_a_page_that_can_be_had_again_is_told_as_recovered():
    onlooker = seen(PAGE)
    for _ in range(3):
        onlooker.fail()
    onlooker.look(PAGE)
    onlooker.look(PAGE)

    assert types(onlooker) == [EventType.INACCESSIBLE, EventType.RECOVERED]


def test_a_page_that_answers_304_after_failures_is_told_as_recovered():
    onlooker = seen(PAGE)
    for _ in range(3):
        onlooker.fail()
    onlooker.not_modified()

    assert types(onlooker) == [EventType.INACCESSIBLE, EventType.RECOVERED]


def test_two_failures_are_nobody_s_business():
    onlooker = seen(PAGE)
    for _ in range(4):
        onlooker.fail()
        onlooker.fail()
        onlooker.look(PAGE)

    assert types(onlooker) == []


def test_each_outage_has_an_id_of_its_own():
    onlooker = seen(PAGE)
    for _ in range(2):
        for _ in range(3):
            onlooker.fail()
        onlooker.look(PAGE)

    ids = [e.id for e in onlooker.events]
    assert len(ids) == 5
    assert len(set(ids)) == 5


def test_an_edit_during_an_outage_is_told_after_it():
    onlooker = seen(PAGE)
    for _ in range(5):
        onlooker.fail()
    onlooker.look(edited("days"))

    assert types(onlooker) == [
        EventType.INACCESSIBLE,
        EventType.RECOVERED,
        EventType.CHANGED,
    ]
