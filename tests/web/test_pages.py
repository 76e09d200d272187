"""What the pages say, as they are asked for in this process."""

import html
import re
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urljoin

import pytest

from clausewatch.core.digest import sha256
from clausewatch.core.event import EventType, Evidence, Verdict
from clausewatch.core.history import History
from clausewatch.core.model import Clause, Document, RecipeId, WatchId
from clausewatch.core.opinion import Opinion
from clausewatch.core.promise import Promise, Wording
from clausewatch.render.times import exact
from clausewatch.store import open_store
from clausewatch.testing.examples import example, reworded
from clausewatch.testing.looks import (
    capture_of,
    claim,
    content_of,
    settlement,
    watch_of,
)
from web.acme import DAY, SEEN, TEXTS, filled, visiting


@pytest.fixture
async def visit(tmp_path):
    filled(tmp_path).close()
    async with visiting(tmp_path) as visitor:

        async def get(path):
            answer = await visitor.get(path)
            assert answer.status_code == 200, answer.text
            return answer.text

        get.visitor = visitor
        get.home = tmp_path
        yield get


def links(page):
    return re.findall(r'href="([^"#]+)"', page)


def words(page):
    """Return what a reader sees of a page, without the marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


async def test_the_overview_shows_documents_and_the_newest_changes(visit):
    page = await visit("/")

    assert "3 documents of 2 services" in words(page)
    assert "All could be read at the last look. In the last" in " ".join(page.split())
    assert "In the last 30 days: 5 critical" in words(page)
    (lately,) = [html.unescape(h) for h in links(page) if "weight=critical" in h]
    assert (await visit(lately)).count('class="brief stop"') == 5
    changes = [link for link in links(page) if link.startswith("/changes/")]
    assert changes[0].startswith("/changes/2-")
    assert "/changes/1-acme-faq" not in changes, "it is editorial"
    assert {"/watches/acme-faq", "/services/Acme", "/services/Umbra"} <= {*links(page)}
    assert 'aria-label="2 changes of substance in 18 months"' in page


async def test_a_document_that_nobody_looks_at_any_more_is_named(tmp_path):
    filled(tmp_path).close()
    async with visiting(tmp_path, now=SEEN + 99 * DAY) as visitor:
        page = (await visitor.get("/")).text

    assert "Nothing was looked at since 20 Sep 2024, 10:05 UTC" in page
    assert "no change" not in page, "nobody can say so"
    assert page.count(">overdue<") >= 3


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", 5),
        ("weight=all", 9),
        ("weight=editorial", 6),
        ("service=Umbra", 2),
        ("watch=acme-faq", 1),
        ("topic=ai-training", 5),
        ("topic=children", 0),
        ("signal=unannounced&direction=less", 5),
        ("direction=more", 0),
        ("since=2024-09-20", 3),
        ("until=2024-09-19", 2),
        ("until=2024-09-19T00:00Z", 0),
    ],
)
async def test_changes_are_filtered(visit, asked, found):
    page = await visit(f"/changes?{asked}")

    assert page.count('class="brief stop"') == found
    assert re.search(rf"\b{found} (change|event)s?\b", words(page))


@pytest.mark.parametrize(
    "asked",
    ["weight=heavy", "direction=up", "since=soon", "before=1", "before=1.²"],
)
async def test_a_filter_that_is_not_understood_is_named(visit, asked):
    answer = await visit.visitor.get(f"/changes?{asked}")

    assert answer.status_code == 400
    assert asked.partition("=")[0] in words(answer.text)


async def test_a_long_list_goes_on_where_its_page_ended(visit):
    with open_store(visit.home)._database.writing("test") as rows:
        from clausewatch.store.cataloguing import _brief  # noqa: PLC0415
        from clausewatch.store.schema import events  # noqa: PLC0415

        for n in range(60):
            event = example(id=f"many-{n}", observed_at=SEEN - n * DAY)
            number = rows.execute(
                events.insert().values(
                    id=event.id,
                    type=event.type,
                    watch=event.watch,
                    service=event.service,
                    observed_at=event.observed_at,
                    told_at=event.observed_at,
                    verdict=event.verdict,
                    materiality=event.materiality,
                    body=event,
                )
            ).inserted_primary_key[0]
            _brief(rows, number, event)
    first = await visit("/changes")
    (older,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = await visit(older.replace("&amp;", "&"))

    told = re.findall(r'<h4><a href="([^"]+)"', first + second)
    assert len(told) == len(set(told)) == 65


async def test_a_change_shows_what_went_and_came_under_its_heading(visit):
    page = await visit("/changes/2-acme-privacy")

    assert "<del>provide</del> <ins>provide, and to train AI models for,</ins>" in page
    assert "Privacy Policy › How we use your data" in words(page)
    assert "<ins>Opting out does not affect training" in page
    assert "<del>We will ask for your consent before any new use.</del>" in page
    assert "1 change around the document, not in it" in page
    assert "the stated date is still 14 September 2023" in page
    assert 'id="c3"' in page
    assert 'rel="prev" href="/changes/1-acme-privacy"' in page
    assert example().evidence.capture not in page, "its own evidence, not the example's"


async def test_side_by_side_each_side_has_its_own_words(visit):
    page = await visit("/changes/2-acme-privacy?view=side")

    (was,) = re.findall(r'<p class="was">(.*?<del>provide</del>.*?)</p>', page)
    assert "<ins>" not in was
    (now,) = re.findall(r'<p class="is">(.*?<ins>provide, and.*?)</p>', page)
    assert "<del>" not in now
    assert "not there before" in page


async def test_a_change_is_found_by_the_start_of_its_id_and_a_clause_by_its_number(
    visit,
):
    get = visit.visitor.get

    short = await get("/changes/2-acme-p")
    assert short.headers["location"] == "/changes/2-acme-privacy"
    clause = await get("/changes/2-acme-privacy/c2")
    assert clause.headers["location"] == "/changes/2-acme-privacy#c2"
    for path in ("/changes/2-acme-p", "/changes/2-acme-p/c2"):
        asked = await get(f"{path}?view=side")
        assert "view=side" in asked.headers["location"], "it is shown as it was"
    for path in ("/changes/2-", "/changes/no", "/changes/2-acme-privacy/c99"):
        assert (await get(path)).status_code == 404


async def test_a_document_shows_its_versions_and_any_two_compared(visit):
    page = await visit("/watches/acme-privacy")
    numbers = re.findall(r'name="a" value="(\d+)"', page)
    assert len(numbers) == 3
    assert "3 versions" in page
    assert "first seen" in page

    newest, _, oldest = numbers
    for a, b in ((oldest, newest), (newest, oldest)):
        compared = await visit(f"/watches/acme-privacy/compare?a={a}&b={b}")
        assert "<del>never</del>" in compared, "the older one is always the old side"
    on = "/watches/acme-privacy/compare?a=2024-09-18&b=2024-09-30"
    assert "18 Sep 2024 and 20 Sep 2024 compared" in words(await visit(on))
    early = await visit.visitor.get(on.replace("2024-09-18", "2024-09-17"))
    assert early.status_code == 404
    assert "not watched yet on 2024-09-17" in early.text
    same = await visit(f"/watches/acme-privacy/compare?a={a}&b={a}")
    assert "Both say the same" in same
    answer = await visit.visitor.get(f"/watches/acme-privacy/compare?a={a}&b=4")
    assert answer.status_code == 404, "there is no fourth version"


@pytest.mark.parametrize("watch", ["acme-privacy", "acme-faq", "umbra-terms"])
async def test_versions_are_numbered_and_the_last_two_compared_unless_asked(
    visit, watch
):
    page = await visit(f"/watches/{watch}")
    compared = await visit(f"/watches/{watch}/compare")

    assert re.findall(r'<td class="number">(\d+)</td>', page) == ["3", "2", "1"]
    assert "Before version 2, seen first 19 Sep 2024" in words(compared)
    assert "After version 3, seen first 20 Sep 2024" in words(compared)


async def test_a_text_says_since_when_it_stands_and_what_is_gone(visit):
    page = await visit("/watches/acme-privacy/text")
    assert "since 20 Sep 2024" in page
    assert "We use your data for training." in page
    first = re.findall(r'value="(\d+)"', await visit("/watches/acme-privacy"))[-1]
    older = await visit(f"/watches/acme-privacy/text?at={first}")
    assert "<del>We never use your data for training.</del>" in older
    assert "gone 19 Sep 2024" in older


async def test_a_search_goes_through_all_versions_and_leads_to_the_clause(visit):
    page = await visit("/search?q=never+train*")

    assert page.count("<mark>never</mark>") == 3, "in three documents"
    assert "stood from 18 Sep 2024 to 19 Sep 2024" in words(page)
    found = next(link for link in links(page) if "clause=" in link)
    answer = await visit.visitor.get(found)
    assert answer.status_code == 302
    path, _, anchor = answer.headers["location"].partition("#")
    assert f'id="{anchor}"' in await visit(path)
    none = await visit("/search?q=zebra")
    assert "No clause has these words" in none


async def test_words_that_stand_twice_have_one_anchor(tmp_path):
    with closing(filled(tmp_path)) as store:
        twice = Clause("We keep it.", "we keep it")
        document = Document(recipe=RecipeId("1"), clauses=(twice, twice))
        digest = sha256(b"twice")
        content = replace(content_of(9, clauses=2), document=digest, capture=digest)
        at = SEEN + 5 * DAY
        made = settlement(
            claim(store, "acme-faq", at),
            History(revision=9, head=content, contents=(content,)),
            at=at,
            documents=((digest, document),),
        )
        store.settle(made)
    async with visiting(tmp_path) as visitor:
        page = (await visitor.get("/watches/acme-faq/text")).text

    assert page.count("We keep it.") == 2
    ids = re.findall(r'id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


async def test_a_topic_beside_a_clause_leads_to_a_list_that_has_the_change(tmp_path):
    because = ("topic ai-training: “train”", "topic retention: “keep”")
    change = replace(reworded(), because=because)
    event = example(
        id="quiet",
        watch="acme-faq",
        verdict=Verdict.EDITORIAL,
        topics=("ai-training",),
        changes=(change,),
    )
    with closing(filled(tmp_path)) as store:
        held = claim(store, "acme-faq", SEEN + 5 * DAY)
        store.settle(settlement(held, at=SEEN + 5 * DAY, events=(event,)))
    async with visiting(tmp_path) as visitor:
        page = (await visitor.get("/changes/quiet")).text
        asked = {html.unescape(link) for link in links(page) if "topic=" in link}
        assert "<b>retention</b>" in page, "the event is not on it: no link"
        for link in asked:
            assert "/changes/quiet" in links((await visitor.get(link)).text)
    assert len(asked) == 1


async def test_a_service_has_all_its_documents_on_one_axis(visit):
    page = await visit("/services/Acme")
    page = page.partition('<svg class="narrow"')[0]

    assert page.count('class="row"') == 2
    assert page.count('<a href="#n') == 3
    page = await visit("/services/Acme")
    assert all(f'id="n{n}"' in page for n in (1, 2, 3))
    assert (await visit.visitor.get("/services/Nobody")).status_code == 404


@pytest.mark.parametrize(
    "name", ["..", ".", "Acme/report", "a/b", "~2F", "Ümlaut & Söhne", "?", "a%2Fb"]
)
async def test_a_service_has_its_pages_whatever_it_is_called(tmp_path, name):
    store = filled(tmp_path)
    store.enrol([replace(watch_of("new"), service=name)], {WatchId("new"): SEEN})
    store.close()
    async with visiting(tmp_path) as visitor:
        page = await visitor.get("/services")
        (link,) = [
            html.unescape(found)
            for found in links(page.text)
            if found.startswith("/services/")
            and not found.endswith(("/Acme", "/Umbra"))
        ]
        # As browsers read an address: dots go up, escaped or not.
        assert urljoin("http://localhost/", link.replace("%2E", ".")).endswith(link)
        for rest in ("", "/report", "/promises", "/feed.atom"):
            answer = await visitor.get(link + rest)
            assert answer.status_code == 200, link + rest
            assert html.escape(name) in answer.text


async def test_a_renamed_service_keeps_its_past_and_its_addresses(tmp_path):
    with closing(filled(tmp_path)) as store:
        watch = replace(watch_of("umbra-terms"), service="Penumbra")
        store.enrol([watch], {watch.id: SEEN})
    async with visiting(tmp_path) as visitor:
        report = await visitor.get("/services/Penumbra/report")
        page = await visitor.get("/services/Penumbra")
        old = await visitor.get("/services/Umbra/report?since=2024-01-01")
        found = await visitor.get("/changes?service=Umbra")

    assert "No change" not in report.text
    assert "2 changes of what the documents say" in words(report.text)
    assert "Watched as “Umbra” until 20 Sep 2024" in report.text
    assert page.text.count('class="brief stop"') == 2
    there = "/services/Penumbra/report?since=2024-01-01"
    assert (old.status_code, old.headers["location"]) == (302, there)
    assert found.text.count('class="brief stop"') == 2


async def test_a_page_that_is_not_there_says_so(visit):
    for path in (
        "/nowhere",
        "/watches/none",
        "/watches/acme-faq/text?at=99",
        "/captures/1",
        "/captures/" + "0" * 64,
        "/services?page=2",
        "/services?page=x",
        "/static/x/y.css",
        "/changes/2-acme-privacy?page=9",
    ):
        answer = await visit.visitor.get(path)
        assert answer.status_code == 404, path
        assert "To the overview" in answer.text


async def test_a_watch_that_was_never_seen_has_a_page(tmp_path):
    store = filled(tmp_path)
    store.enrol([watch_of("new")], {WatchId("new"): SEEN + 2 * DAY})
    store.close()
    async with visiting(tmp_path) as visitor:
        page = await visitor.get("/watches/new")
        text = await visitor.get("/watches/new/text")

    assert "Nothing of it has been kept yet" in page.text
    assert text.status_code == 404


async def test_a_pattern_shows_its_steps_and_leads_to_each(tmp_path):
    store = filled(tmp_path)
    story = example(EventType.PATTERN, service="Acme", watch="acme-faq")
    held = claim(store, "acme-faq", SEEN + 9 * DAY)
    store.settle(settlement(held, at=SEEN + 9 * DAY, events=(story,)))
    store.close()
    async with visiting(tmp_path) as visitor:
        page = (await visitor.get(f"/changes/{story.id}")).text

    steps = [f"/changes/{step.event}" for step in story.pattern.steps]
    assert [link for link in links(page) if link in steps] == steps
    assert "12 Aug 2024 Settings now says “train AI models”" in words(page)


async def test_a_pattern_cites_each_of_its_documents(visit):
    steps = tuple(
        replace(
            example(EventType.PATTERN).pattern.steps[0],
            event=f"{number}-{watch}",
            watch=WatchId(watch),
        )
        for number, watch in ((1, "acme-privacy"), (2, "acme-faq"))
    )
    story = example(EventType.PATTERN, id="story", watch=steps[1].watch)
    story = replace(story, pattern=replace(story.pattern, steps=steps))
    with closing(open_store(visit.home)) as store:
        held = claim(store, story.watch, SEEN + 3 * DAY)
        store.settle(settlement(held, at=SEEN + 3 * DAY, events=(story,)))

    page = words(await visit("/changes/story"))

    for number, name in ((1, "privacy"), (2, "faq")):
        digest, at = sha256(f"<p>{TEXTS[number]}".encode()), SEEN + number * DAY
        page_of = f"To cite {name} Acme, {name}, https://acme-{name}.example/"
        assert f"{page_of}, as received {exact(at)}. Its change" in page
        assert f"SHA-256 {digest} received {exact(at)}" in page
    assert story.evidence.capture not in page


async def test_a_pattern_that_grew_is_listed_once_and_leads_on(tmp_path):
    story = example(
        EventType.PATTERN, id="first", watch="acme-faq", service="Acme", summary="Two."
    )
    grown = replace(
        story,
        id="grown",
        summary="Three.",
        observed_at=story.observed_at + DAY,
        pattern=replace(story.pattern, follows="first"),
    )
    with closing(filled(tmp_path)) as store:
        held = claim(store, "acme-faq", SEEN + 9 * DAY)
        store.settle(settlement(held, at=SEEN + 9 * DAY, events=(story, grown)))
    async with visiting(tmp_path) as visitor:
        for path in ("/", "/changes", "/services/Acme", "/feed.atom"):
            page = (await visitor.get(path)).text
            assert "Three" in page, path
            assert "Two" not in page, path
        first = (await visitor.get("/changes/first")).text
        last = (await visitor.get("/changes/grown")).text
        everything = (await visitor.get("/changes?weight=all")).text

    assert "/changes/grown" in links(first)
    assert "told again" not in last
    assert "Two." in everything, "nothing is dropped"


async def test_a_promise_is_shown_with_the_words_that_it_lost(tmp_path):
    weaker = Promise(
        watch=WatchId("acme-faq"),
        key="1",
        kind="promise",
        text="We delete it after 90 days.",
        words="",
        first=SEEN,
        weakened=SEEN + DAY,
        wordings=(Wording("We delete it after 30 days.", SEEN + DAY, weaker=True),),
    )
    with closing(filled(tmp_path)) as store:
        store.pledge(weaker.watch, [weaker])
    async with visiting(tmp_path) as visitor:
        page = (await visitor.get("/services/Acme/promises")).text

    assert "after <del>30</del> <ins>90</ins> days." in page
    assert "▼ weaker 19 Sep 2024 promised since 18 Sep 2024" in words(page)
    assert "reads so since 19 Sep 2024" in words(page), "not since it was first made"


async def test_what_needs_a_look_does_not_hide_the_changes(tmp_path):
    with closing(filled(tmp_path)) as store:
        many = [watch_of(f"w{n}") for n in range(20)]
        fine = watch_of("fine")
        due = {watch.id: SEEN for watch in many} | {fine.id: SEEN + 99 * DAY}
        store.enrol([*many, fine], due)
    async with visiting(tmp_path, now=SEEN + 9 * DAY) as visitor:
        page = (await visitor.get("/")).text

    assert re.search(r'<details class="trouble" id="trouble"><summary>', page)
    assert "20 are overdue for a look." in words(page)


async def test_a_second_opinion_is_shown_as_generated_and_escaped(tmp_path):
    store = filled(tmp_path)
    (_, event), *_ = store.events(watch=WatchId("acme-faq"))
    said = "<script>alert(1)</script> is gone."
    store.opine(Opinion(event=event.id, at=SEEN, model="a-model", reading=said))
    store.close()
    async with visiting(tmp_path) as visitor:
        page = (await visitor.get(f"/changes/{event.id}")).text

    assert "<script>alert" not in page
    assert "by a-model on" in words(page)
    assert "no evidence" in words(page)


async def test_each_hash_has_the_time_at_which_its_own_bytes_came(tmp_path):
    """Not the time of the text, which other bytes may have shown first."""
    hour = timedelta(hours=1)
    seen = {b"old": SEEN, b"as old": SEEN + 5 * DAY, b"as new": SEEN + 6 * DAY}
    seen[b"new"] = seen[b"as new"] + hour
    event = example(
        id="twice",
        watch=WatchId("acme-privacy"),
        service="Acme",
        previous_at=seen[b"as old"],
        observed_at=seen[b"as new"],
        evidence=Evidence(sha256(b"new"), sha256(b"old"), "note\n"),
    )
    with closing(filled(tmp_path)) as store:
        for body, at in seen.items():
            told = (event,) if body == b"new" else ()
            held = claim(store, event.watch, at)
            capture = capture_of(body, event.watch, at)
            store.settle(settlement(held, at=at, capture=capture, events=told))
    now = SEEN + 7 * DAY
    async with visiting(tmp_path, now=now) as visitor:
        page = words((await visitor.get("/changes/twice")).text)
        report = words((await visitor.get("/services/Acme/report")).text)

    before = f"received {exact(SEEN)}; the same text was last seen "
    before += exact(seen[b"as old"])
    after = f"received {exact(seen[b'new'])}; the same text was first seen "
    after += exact(seen[b"as new"])
    for shown in (page, report):
        assert f"SHA-256 before {sha256(b'old')} {before}" in shown
        assert f"SHA-256 after {sha256(b'new')} {after}" in shown
    assert f"Before {before}" in page, "the caption of the frame"
    assert f"After {after}" in page
    cited = f"as received {exact(seen[b'new'])}, and before that {exact(SEEN)}."
    assert cited in page
