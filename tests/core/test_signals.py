"""What a reader should know about a change besides what it says."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from clausewatch.config.rulebook import load
from clausewatch.core.diff import diff
from clausewatch.core.event import StatedDates, Verdict
from clausewatch.core.judge import judge
from clausewatch.core.rulebook import Rulebook
from clausewatch.core.signals import timed
from clausewatch.testing.examples import example
from core.reading import document, prose
from probes.probe import source_of

RULES = load()
CASE = Path(__file__).parents[2] / "seeds" / "case"
PAGE = source_of("semantic.html")
HERE = "<h2>2. How we use it</h2>"
SEEN = datetime(2025, 9, 18, 10, tzinfo=UTC)


def between(before, after, language="en", rulebook=RULES):
    """Return the signals of what became of a page, by name."""
    old, new = (replace(document(side), language=language) for side in (before, after))
    edits = diff(old.clauses, new.clauses)
    found = judge(old, new, edits, seen=frozenset(), rulebook=rulebook)
    return {signal.name: signal.evidence for signal in found.signals}


def told(before, after, language="en"):
    """Return the signals of one passage that became another, amid a policy."""
    sides = (PAGE.replace(HERE, HERE + prose(*side)) for side in (before, after))
    return between(*sides, language)


@pytest.mark.parametrize(
    ("page", "before", "after", "wanted"),
    [
        (
            "settings/data-privacy.html",
            1,
            2,
            {
                "default-on": "☑ Use my data to train AI models",
                "ai-training": "to train AI models that write, draw or speak",
                "region-carve-out": "European Economic Area",
            },
        ),
        (
            "legal/privacy-policy.html",
            4,
            6,
            {
                "unannounced": "3 February 2025",
                "ai-training": "develop and train artificial intelligence",
                "default-on": "unless you turn this off",
                "promise-weakened": "became",
            },
        ),
        (
            "help/data-and-ai.html",
            4,
            7,
            {
                "retroactive": "does not undo training that has already been done",
                "promise-weakened": "members in the European Economic Area",
                "promise-removed": "delete what was derived from it",
                "region-carve-out": "European Economic Area",
                "ai-training": "train models that create content",
            },
        ),
    ],
)
def test_the_case_shows_its_signals_with_the_words(page, before, after, wanted):
    old, new = (CASE / f"step{step}" / page for step in (before, after))

    found = between(old.read_text(), new.read_text())

    assert found.keys() == wanted.keys()
    for name, words in wanted.items():
        assert words in found[name]


def test_a_promise_that_becomes_its_opposite_is_removed():
    found = told(
        ["We do not sell your personal data."], ["We may sell your personal data."]
    )

    assert found["promise-removed"] == "“We do not sell your personal data.”"


def test_a_promise_that_only_moved_is_not_removed():
    promise = "We do not sell your personal data to anybody."
    found = told([promise, "The town lies by the sea."], [f"Note: {promise}"])

    assert "promise-removed" not in found


@pytest.mark.parametrize(
    ("language", "name", "words"),
    [
        ("en", "default-on", "The setting is switched on by default for everybody."),
        ("de", "default-on", "Die Einstellung ist standardmäßig eingeschaltet."),
        ("fr", "default-on", "Ce réglage est activé par défaut pour vous."),
        ("es", "default-on", "Este ajuste está activado por defecto."),
        ("en", "retroactive", "This does not affect data already shared by you."),
        ("de", "retroactive", "Das bereits erfolgte Training bleibt bestehen."),
        ("fr", "retroactive", "Cela n'affecte pas les données déjà collectées."),
        ("es", "retroactive", "Esto no afecta a los datos ya recopilados."),
        ("en", "ai-training", "We may use your posts to train AI models."),
        ("de", "ai-training", "Wir nutzen Beiträge, um KI-Modelle zu trainieren."),
        ("fr", "ai-training", "Nous pouvons entraîner des modèles d'IA."),
        ("es", "ai-training", "Podemos entrenar modelos de IA con sus textos."),
        ("en", "region-carve-out", "This does not apply to members in the EEA."),
        ("de", "region-carve-out", "Dies gilt nicht für Mitglieder im EWR."),
        ("fr", "region-carve-out", "Cela ne vaut pas dans l'Union européenne."),
        ("es", "region-carve-out", "Esto no se aplica en la Unión Europea."),
    ],
)
def test_a_signal_is_heard_in_each_language_where_it_comes(language, name, words):
    assert words[:40] in told([], [words], language)[name]
    assert name not in told(["The town lies by the sea."], [], language)


def test_who_forbids_others_to_train_on_it_does_not_train():
    words = "You may not use our content to train AI models of your own."

    assert "ai-training" not in told([], [words])


def test_a_change_of_the_text_under_the_same_date_is_unannounced():
    same = "Last updated: 3 February 2025"
    before, after = (
        ["We keep logs for 30 days with us.", same],
        ["We keep logs for 90 days with us.", same],
    )
    moved = [after[0], "Last updated: 20 September 2025"]
    page = PAGE.replace("March 3, 2025", "spring")

    sides = [page.replace(HERE, HERE + prose(*s)) for s in (before, after, moved)]

    assert between(sides[0], sides[1])["unannounced"].endswith("3 February 2025")
    assert "unannounced" not in between(sides[0], sides[2])


def event(**changed):
    values = {
        "verdict": Verdict.SUBSTANTIVE,
        "observed_at": SEEN,
        "previous_at": SEEN - timedelta(hours=6),
        "stated_date": StatedDates(date(2025, 2, 3), date(2025, 9, 18)),
        "changes": (),
    }
    return replace(example(), **(values | changed))


def names(event):
    return [signal.name for signal in timed(event)]


def test_a_date_from_before_the_last_look_is_backdated():
    stated = StatedDates(date(2025, 2, 3), date(2025, 9, 1))
    (signal,) = timed(event(stated_date=stated))

    assert signal.name == "backdated"
    assert "1 September 2025" in signal.evidence
    assert "18 September 2025" in signal.evidence


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"stated_date": StatedDates(date(2025, 2, 3), date(2025, 9, 17))},
        {"stated_date": StatedDates(date(2025, 2, 3), date(2025, 2, 3))},
        {
            "stated_date": StatedDates(date(2025, 2, 3), date(2025, 9, 1)),
            "previous_at": SEEN - timedelta(days=30),
        },
        {"verdict": Verdict.EDITORIAL, "stated_date": StatedDates(None, date.max)},
    ],
    ids=["today", "a time zone", "not moved", "seldom seen", "editorial"],
)
def test_a_date_that_looks_cannot_contradict_is_not(changed):
    assert names(event(**changed)) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Our new terms will apply from 3 November 2025.", ["notice"]),
        ("Mercredi de la photo (3 November 2025)", []),
        ("The contest will end on 3 November 2028.", []),
    ],
)
def test_a_day_that_a_clause_speaks_of_is_a_notice(text, wanted):
    change = replace(example().changes[0], before="", after=text, words=())
    same = StatedDates(date(2025, 2, 3), date(2025, 2, 3))

    assert names(event(changes=(change,), stated_date=same)) == wanted


def test_a_date_to_come_is_a_notice_and_later_says_whether_it_was_kept():
    ahead = StatedDates(date(2025, 2, 3), date(2025, 11, 3))
    (notice,) = timed(event(stated_date=ahead))
    assert (notice.name, "3 November 2025" in notice.evidence) == ("notice", True)

    due = StatedDates(date(2025, 9, 18), None)
    early = StatedDates(date(2025, 11, 3), date(2025, 9, 18))
    (kept,) = timed(event(stated_date=due, previous_at=SEEN - timedelta(days=3)))
    (broken,) = timed(event(stated_date=early))

    assert kept.evidence == "comes as announced for 18 September 2025"
    assert broken.evidence == "announced for 3 November 2025, comes 46 days before it"


def test_without_a_rulebook_there_are_no_signals():
    old = PAGE.replace(HERE, HERE + prose("We do not sell your personal data."))

    assert between(old, PAGE, rulebook=Rulebook()) == {}
