"""The catalogue says what the events and readings say, however it was filled."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql

from clausewatch.core.blame import keys
from clausewatch.core.digest import sha256
from clausewatch.core.event import Direction, EventType, Evidence, Verdict
from clausewatch.core.history import History
from clausewatch.core.model import Clause, Document, RecipeId, Threshold, WatchId
from clausewatch.library import Coverage, Gap, Place, Received, Wanted
from clausewatch.store import open_store
from clausewatch.store.searching import LONGEST, matching, terms, unranked
from clausewatch.testing.examples import SEEN, example
from clausewatch.testing.looks import (
    capture_of,
    claim,
    content_of,
    enrol,
    settlement,
    watch_of,
)

ACME = WatchId("acme")
DAY = timedelta(days=1)
VERSIONS = (
    ("We sell nothing.", "We ask before we share."),
    ("We sell nothing.", "We share with our partners.", "Écrivez-nous."),
    ("We share with our partners.",),
)


def reading(*texts):
    clauses = tuple(Clause(t, t.lower(), ("Policy", "Sharing")) for t in texts)
    return Document(recipe=RecipeId("1"), clauses=clauses)


def show(store, number, texts, name="acme", **differs):
    """Let a watch show these texts, as a look writes them."""
    at, document = SEEN + number * DAY, reading(*texts)
    body, digest = repr(texts).encode(), sha256(repr(texts).encode())
    content = replace(
        content_of(number, clauses=2), document=digest, capture=sha256(body)
    )
    event = example(
        EventType.CHANGED if number else EventType.FIRST_SEEN,
        id=f"{number}-{name}",
        watch=WatchId(name),
        observed_at=at,
        evidence=Evidence(sha256(body)),
        **differs,
    )
    made = settlement(
        claim(store, name, at),
        History(revision=number + 1, head=content, contents=(content,)),
        at=at,
        capture=capture_of(body, name, at),
        documents=((digest, document),),
        events=(event,),
    )
    store.settle(replace(made, outcome="changed" if number else "first-seen"))


@pytest.fixture
def store(tmp_path):
    with closing(open_store(tmp_path)) as made:
        enrol(made, "acme")
        for number, texts in enumerate(VERSIONS):
            show(made, number, texts)
        yield made


def everything(store):
    briefs = store.briefs(Wanted(), limit=100)
    stood = {
        s.text: s.stay
        for word in ("we", "ecrivez")
        for s in store.search(word, limit=9)
    }
    versions = [
        (v.watch, v.seen_at, v.document, v.capture, v.outcome)
        for v in store.versions(ACME)
    ]
    return briefs, stood, versions, store.stays(ACME), store.named(), store.papers()


def test_filled_again_it_says_what_it_said(store):
    before = everything(store)

    assert store.catalogue() == len(VERSIONS)

    assert everything(store) == before


def test_a_brief_is_its_event_without_the_changes(store):
    newest = store.briefs(Wanted(), limit=1)[0]
    event = store.event("2-acme")
    assert newest.event == replace(event, changes=())
    assert newest.clauses == len(event.changes) > 0
    assert newest.words > 0


def test_a_clause_has_stood_from_the_first_version_that_had_it(store):
    (kept,), (gone,) = (store.search(q, limit=9) for q in ("partners", "nothing"))
    assert (kept.stay.since, kept.stay.until) == (SEEN + DAY, None)
    assert (gone.stay.since, gone.stay.until) == (SEEN, SEEN + 2 * DAY)
    assert kept.path == ("Policy", "Sharing")
    standing = {key for key, stay in store.stays(ACME).items() if stay.until is None}
    assert standing == set(keys(reading(*VERSIONS[-1])))


@pytest.mark.parametrize(
    ("asked", "texts"),
    [
        ("share", {"We ask before we share.", "We share with our partners."}),
        ("shar*", {"We ask before we share.", "We share with our partners."}),
        ('"share with"', {"We share with our partners."}),
        ("WE NOTHING", {"We sell nothing."}),
        ("ecrivez", {"Écrivez-nous."}),
        ("share elsewhere", set()),
        ("", set()),
        ("* . ()", set()),
    ],
)
def test_a_search_finds_clauses_with_all_the_words(store, asked, texts):
    found = store.search(asked, limit=9)
    assert {one.text.translate({2: None, 3: None}) for one in found} == texts


@given(asked=st.text(st.characters(codec="utf-8"), max_size=30))
def test_no_search_is_an_error(asked):
    with closing(sqlite3.connect(":memory:")) as rows:
        rows.execute("CREATE VIRTUAL TABLE t USING fts5(text)")
        if wanted := terms(asked):
            rows.execute("SELECT * FROM t WHERE t MATCH ?", [matching(wanted)])


def test_without_an_index_the_same_clauses_are_found(store):
    with store._database.reading("test") as rows:
        found = rows.execute(unranked(terms('"share with"'))).all()
    assert [row.text for row in found] == ["We share with our partners."]
    said = str(unranked([("share", False)]).compile(dialect=postgresql.dialect()))
    assert "ILIKE" in said


def test_of_a_clause_that_is_a_page_long_only_what_was_found_is_given(store):
    """Two hundred of five megabytes would be all the memory there is."""
    show(store, 3, (f"{'we keep it ' * 50_000}unless {'they ask ' * 50_000}",))

    (found,) = store.search("unless", limit=9)
    assert "\x02unless\x03 they ask" in found.text
    assert len(found.text) < LONGEST
    with store._database.reading("test") as rows:
        (same,) = rows.execute(unranked(terms("unless"))).all()
    assert len(same.text) == LONGEST


def test_lists_are_filtered_and_paged_by_what_is_observed(store):
    enrol(store, "acme", "other")
    show(
        store,
        0,
        ("Hello.",),
        "other",
        service="Other",
        direction=Direction.MORE,
        topics=("refunds",),
        signals=(),
    )
    ids = [b.event.id for b in store.briefs(Wanted(), limit=9)]
    assert ids == ["2-acme", "1-acme", "0-other", "0-acme"]
    assert ids_of(store, service="Other") == ["0-other"]
    assert ids_of(store, watch="acme", until=SEEN + DAY) == ["0-acme"]
    assert ids_of(store, topic="retroactivity") == ["2-acme", "1-acme"]
    assert ids_of(store, signal="unannounced", since=SEEN + 2 * DAY) == ["2-acme"]
    assert ids_of(store, direction=Direction.MORE) == ["0-other"]
    assert ids_of(store, least=Threshold.CRITICAL) == ["2-acme", "1-acme"]
    assert store.counted(Wanted(topic="retroactivity")) == 2
    first = store.briefs(Wanted(), limit=2)
    rest = store.briefs(
        Wanted(), before=Place(first[-1].event.observed_at, first[-1].seq), limit=9
    )
    assert [b.event.id for b in (*first, *rest)] == ids
    assert store.named()["topics"] == (
        "ai-training",
        "choice",
        "refunds",
        "retroactivity",
    )


def ids_of(store, **wanted):
    return [brief.event.id for brief in store.briefs(Wanted(**wanted), limit=9)]


def test_a_document_is_known_by_what_the_watchlist_last_said(store):
    renamed = replace(watch_of("acme"), title="Rules", service="Apex")
    store.enrol([renamed], {ACME: SEEN})
    (paper,) = store.papers()
    assert (paper.service, paper.document) == ("Apex", "Rules")
    assert paper.changed_at == SEEN + 2 * DAY
    assert store.services() == ("Apex",)


def test_a_renamed_service_keeps_what_was_told_of_it(store):
    told = ids_of(store, service="Acme")
    store.enrol([replace(watch_of("acme"), service="Apex")], {ACME: SEEN})

    assert ids_of(store, service="Apex") == told != []
    assert ids_of(store, service="Acme") == told, "by its old name, too"
    assert store.counted(Wanted(service="Apex")) == len(told)
    assert (store.renamed("Acme"), store.renamed("Apex")) == ("Apex", "")


def test_a_pattern_that_grew_weighs_nothing_where_it_was_told_before(store):
    first = example(EventType.PATTERN, id="first", watch=ACME)
    grown = replace(first.pattern, follows="first")
    later = replace(first, id="grown", pattern=grown, materiality=3)
    held = claim(store, "acme", SEEN + 9 * DAY)
    store.settle(settlement(held, at=SEEN + 9 * DAY, events=(first, later)))

    for _ in ("as it was told", "filled again"):
        heavy = ids_of(store, least=Threshold.SUBSTANTIVE)
        assert "grown" in heavy
        assert "first" not in heavy
        assert "grown" in ids_of(store, least=Threshold.CRITICAL)
        assert "first" in ids_of(store)
        store.catalogue()


def looked(store, days, outcome):
    held = claim(store, "acme", SEEN + days * DAY)
    made = settlement(held, at=SEEN + days * DAY)
    store.settle(replace(made, outcome=outcome))


def test_how_closely_a_document_was_looked_at_is_told_with_its_gaps(store):
    for days, outcome in (
        (3, "unchanged"),
        (4, "inaccessible"),
        (5, "suspect"),
        (6, "unchanged"),
        (7, "unchanged"),
        (20, "unchanged"),
        (21, "inaccessible"),
    ):
        looked(store, days, outcome)
    nobody = WatchId("nobody")
    found = store.coverage([ACME, nobody])

    acme = found[ACME]
    assert (acme.looks, acme.failed) == (len(VERSIONS) + 7, 3)
    assert (acme.first, acme.last) == (SEEN, SEEN + 20 * DAY)
    assert (acme.changes, acme.differences) == (2, 2)
    assert acme.gaps == (
        Gap(SEEN + 3 * DAY, SEEN + 6 * DAY, 2),
        Gap(SEEN + 7 * DAY, SEEN + 20 * DAY, 0),
        Gap(SEEN + 20 * DAY, None, 1),
    )
    assert found[nobody] == Coverage(
        watch=nobody, looks=0, failed=0, first=None, last=None
    )
    part = store.coverage([ACME], since=SEEN + 3 * DAY, until=SEEN + 6 * DAY)[ACME]
    assert (part.looks, part.failed, part.last) == (3, 2, SEEN + 3 * DAY)
    silent = store.coverage([ACME], until=SEEN + 15 * DAY)[ACME]
    assert silent.gaps[-1] == Gap(SEEN + 7 * DAY, None, 0), "nobody looked since"


def test_a_quiet_change_does_not_count_as_the_last(store):
    show(store, 3, ("We share.",), verdict=Verdict.EDITORIAL, materiality=0)
    assert store.papers()[0].changed_at == SEEN + 2 * DAY
    assert len(store.versions(ACME)) == len(VERSIONS) + 1


def test_each_body_has_the_times_at_which_it_came_itself(tmp_path):
    """Whatever the times are at which an event says that its text was seen."""
    hour = timedelta(hours=1)
    event = example(
        watch=ACME,
        previous_at=SEEN + hour,
        observed_at=SEEN + 2 * hour,
        evidence=Evidence(sha256(b"new"), sha256(b"old")),
    )
    with closing(open_store(tmp_path)) as store:
        enrol(store, "acme", "other")
        for name, body, hours in (
            ("other", b"new", 2),
            ("acme", b"old", 0),
            ("acme", b"like old", 1),
            ("acme", b"like new", 2),
            ("acme", b"new", 3),
            ("acme", b"new", 4),
            ("acme", b"old", 5),
        ):
            at = SEEN + hours * hour
            held = claim(store, WatchId(name), at)
            store.settle(settlement(held, capture=capture_of(body, name, at)))

        assert store.received(event) == Received(SEEN + 3 * hour, SEEN)
        later = replace(event, observed_at=SEEN + 9 * hour)
        assert store.received(later).capture == SEEN + 4 * hour
        unknown = replace(event, evidence=Evidence(sha256(b"?")))
        assert store.received(unknown) == Received(None, None)
