"""Which way a change points, for the person whose data or rights it is."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clausewatch.config.rulebook import load
from clausewatch.core import direction
from clausewatch.core.bearing import BEARINGS, PARTS, Bearing
from clausewatch.core.calibration import Calibration
from clausewatch.core.diff import diff
from clausewatch.core.event import Direction
from clausewatch.core.judge import judge
from clausewatch.core.leaning import leaning
from clausewatch.core.linear import Linear, features
from clausewatch.core.model import EditKind
from clausewatch.core.rulebook import Rulebook
from core.reading import document, prose
from probes.probe import source_of

RULES = load()
LESS, MORE, NEUTRAL, MIXED = (
    Direction.LESS,
    Direction.MORE,
    Direction.NEUTRAL,
    Direction.MIXED,
)
OTHER = {LESS: MORE, MORE: LESS, NEUTRAL: NEUTRAL, MIXED: MIXED}

PAGE = source_of("semantic.html")
HERE = "<h2>2. How we use it</h2>"


def judged(before, after, language="en", rulebook=RULES):
    old, new = (
        replace(document(PAGE.replace(HERE, HERE + prose(*side))), language=language)
        for side in (before, after)
    )
    edits = diff(old.clauses, new.clauses)
    return judge(old, new, edits, seen=frozenset(), rulebook=rulebook)


def leans(before, after, language="en"):
    """Return which way the one changed clause leans."""
    found = judged([before] if before else [], [after] if after else [], language)
    (change,) = (c for c in found.changes if c.before or c.after)
    return change.direction


EXAMPLES = [
    ("en", "We do not sell your personal data.", "We may sell your personal data."),
    ("en", "We share data only with your consent.", "We share data with our partners."),
    ("en", "We keep your data for 30 days.", "We keep your data for 18 months."),
    ("en", "We never read the messages you send.", ""),
    ("en", "", "You waive your right to take part in a class action."),
    ("en", "", "You must not create more than one account with us."),
    ("en", "You can object to this use at any time.", ""),
    ("en", "", "The setting to share your data is on by default."),
    (
        "en",
        "We do not train models on the data of our members.",
        "We do not train models on the data of our members in the European Union.",
    ),
    ("de", "Wir verkaufen Ihre Daten nicht an andere Firmen.", ""),
    ("de", "", "Wir teilen Ihre Daten künftig mit unseren Partnern."),
    (
        "de",
        "Wir speichern Ihre Daten für 30 Tage bei uns.",
        "Wir speichern Ihre Daten für 5 Jahre bei uns.",
    ),
    ("fr", "Nous ne vendons pas vos données à des tiers.", ""),
    ("fr", "", "Nous partageons vos données avec nos partenaires publicitaires."),
    ("es", "Nunca compartiremos sus mensajes con otras personas.", ""),
    ("es", "", "Compartimos sus datos con nuestros socios comerciales."),
]


@pytest.mark.parametrize(("language", "before", "after"), EXAMPLES)
def test_what_takes_from_people_leans_to_less(language, before, after):
    assert leans(before, after, language) is LESS


@pytest.mark.parametrize(("language", "before", "after"), EXAMPLES)
def test_the_reverse_of_a_change_leans_the_other_way(language, before, after):
    assert leans(after, before, language) is MORE


SENTENCES = st.sampled_from(sorted({text for _, *both in EXAMPLES for text in both}))


@settings(  # the first call compiles the phrases
    deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(SENTENCES, SENTENCES, st.sampled_from(["en", "de", "fr", "es", ""]))
def test_swapping_before_and_after_swaps_less_and_more(before, after, language):
    change = _change(before, after)
    swapped = _change(after, before)

    here = leaning(change, language, RULES.phrases)
    there = leaning(swapped, language, RULES.phrases)

    assert there.direction is OTHER[here.direction]
    assert sorted((s.kind, OTHER[s.direction]) for s in here.signs) == sorted(
        (s.kind, s.direction) for s in there.signs
    )


def _change(before, after):
    found = judged([before] if before else [], [after] if after else [])
    blank = {"before": before, "after": after, "words": ()}
    return replace(found.changes[0], **blank) if found.changes else _nothing(before)


def _nothing(text):
    change = judged(["A first text stands here."], ["Another is here now."]).changes[0]
    return replace(change, before=text, after=text, words=())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "Write to us at 12 Mill Lane, Ashford.",
            "Write to us at 7 High Row, Ashford.",
        ),
        ("The app for tablets is covered.", "The app for watches is covered."),
        ("Our suite is number 300.", "Our suite is number 350."),
    ],
)
def test_what_takes_and_gives_nothing_is_neutral(before, after):
    assert leans(before, after) is NEUTRAL
    assert judged([before], [after]).direction is NEUTRAL


def test_the_event_shows_the_phrase_it_went_by():
    found = judged(
        ["We do not sell your personal data."], ["We may sell your personal data."]
    )

    assert found.direction is LESS
    assert found.confidence == "high"
    assert any("may sell your personal data" in line for line in found.because)


def test_a_direction_without_a_phrase_quotes_the_clause_it_was_learned_from():
    weights = np.zeros((PARTS << 14, len(BEARINGS)), np.int8)
    weights[features("mandatory", 1 << 14), BEARINGS.index(LESS)] = 100
    ones, noughts = (np.full(len(BEARINGS), n, np.float32) for n in (1, 0))
    bearing = Bearing(Linear(BEARINGS, ones, noughts, weights), {})
    takes = {LESS: 9.0, MORE: 0.0, MIXED: 0.0, NEUTRAL: 0.0}
    learned = Calibration(dict.fromkeys(OTHER, 0.0), {"clauses less, most": takes})
    changes = _added("The sky is grey here.", "A mandatory form is new.")

    rules = replace(RULES, calibration=learned, bearing=bearing)
    found = direction.of(changes, "en", rules, {})

    assert (found.direction, found.sure) == (LESS, False)
    quoted = "direction less: now says “A mandatory form is new” (learned)"
    assert found.because == (quoted,)


def _added(*texts):
    change = judged(["We keep it for 3 days."], ["We keep it for 5 days."]).changes[0]
    blank = {"kind": EditKind.ADDED, "before": "", "words": ()}
    return [replace(change, after=text, **blank) for text in texts]


def test_a_direction_is_sure_where_phrases_and_model_say_the_same():
    less = {LESS: 9.0, MORE: 0.0, MIXED: 0.0, NEUTRAL: 0.0}
    learned = Calibration(less, {})
    rules = replace(RULES, calibration=learned)

    sells, deletes = (
        direction.of(_added(text), "en", rules, {})
        for text in ("We may sell your personal data.", "You can delete your data.")
    )

    assert (sells.direction, sells.sure) == (LESS, True)
    assert (deletes.direction, deletes.sure) == (LESS, False)


def test_a_word_is_not_shown_alone():
    (sign,) = leaning(
        _added("All our pages have cookies of our partners.")[0], "en", RULES.phrases
    ).signs

    assert sign.words == "pages have cookies of our partners"


def test_what_nothing_speaks_for_is_left_open_with_low_confidence():
    even = Calibration(dict.fromkeys(OTHER, 0.0), {})  # a quarter each
    change = judged(["We keep it for 3 days."], ["We keep it for 5 days."]).changes[0]

    found = direction.of([change], "en", replace(RULES, calibration=even), {})

    assert (found.direction, found.sure) == (NEUTRAL, False)


def test_a_change_that_gives_with_one_hand_and_takes_with_the_other_is_mixed():
    before = ["You can delete your data at any time.", "The sky is blue over the town."]
    after = [
        "The sky is blue over the town.",
        "We share your data with our advertisers.",
        "We will always ask for your consent before we share your location.",
        "You can appeal any decision that we make about your account.",
        "You must not use another name than your own on our services.",
    ]

    found = judged(before, after)

    assert {c.direction for c in found.changes} >= {LESS, MORE}


def test_no_direction_is_claimed_in_a_language_without_rules():
    found = judged(
        ["We do not sell your personal data."],
        ["We may sell your personal data."],
        language="cs",
    )

    assert (found.direction, found.confidence) == (NEUTRAL, "low")
    assert "direction: no rules for the language cs" in found.because


def test_without_a_rulebook_nothing_is_claimed():
    found = judged(
        ["We do not sell your personal data."],
        ["We may sell your personal data."],
        rulebook=Rulebook(),
    )

    assert found.direction is NEUTRAL
    assert found.because == ()
