"""Feeds are announced, hold what they are of, and cost little when nothing changed."""

import re
from base64 import b64encode
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest

from clausewatch.render.permalink import permalink
from clausewatch.store import open_store
from clausewatch.testing.looks import watch_of
from clausewatch.web.access import Access
from clausewatch.web.templating import url
from web.acme import SEEN, filled, visiting

TOKEN = "a token that nobody guesses"
A = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("acme")
    filled(folder).close()
    return folder


@pytest.fixture
async def visitor(home):
    async with visiting(home) as made:
        yield made


async def entries(visitor, path):
    answer = await visitor.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(answer.content)  # noqa: S314  (we wrote it)
    return [entry.findtext(f"{A}id").split(":")[-1] for entry in feed.iter(f"{A}entry")]


@pytest.mark.parametrize(
    ("path", "ids"),
    [
        (
            "/feed.atom",
            "2-umbra-terms 2-acme-faq 2-acme-privacy 1-umbra-terms 1-acme-privacy",
        ),
        ("/services/Umbra/feed.atom", "2-umbra-terms 1-umbra-terms"),
        ("/watches/acme-faq/feed.atom", "2-acme-faq"),
        ("/watches/acme-faq/feed.atom?weight=editorial", "2-acme-faq 1-acme-faq"),
        (
            "/topics/retroactivity/feed.atom",
            "2-umbra-terms 2-acme-faq 2-acme-privacy 1-umbra-terms 1-acme-privacy",
        ),
    ],
)
async def test_a_feed_has_what_it_is_of_the_newest_first(visitor, path, ids):
    assert await entries(visitor, path) == ids.split()


async def test_a_feed_is_narrowed_as_a_list_is(visitor):
    feed = "/feed.atom?service=Umbra&until=2024-09-19"
    assert await entries(visitor, feed) == ["1-umbra-terms"]
    assert await entries(visitor, "/services/Acme/feed.atom?direction=more") == []
    # The path decides what a feed is of.
    of = "/services/Umbra/feed.atom?service=Acme"
    assert await entries(visitor, of) == ["2-umbra-terms", "1-umbra-terms"]
    ids = [
        ET.fromstring((await visitor.get(path)).content).findtext(f"{A}id")  # noqa: S314
        for path in ("/feed.atom", feed, f"{feed}&weight=all")
    ]
    assert len(set(ids)) == len(ids), "readers know a feed by its id"
    wrong = await visitor.get("/feed.atom?direction=up")
    assert wrong.status_code == 400


async def test_a_topic_that_nothing_is_on_yet_has_an_empty_list_and_an_empty_feed(
    visitor,
):
    assert await entries(visitor, "/topics/children/feed.atom") == []
    assert await entries(visitor, "/feed.atom?topic=children") == []
    assert (await visitor.get("/changes?topic=children")).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/changes?topic=zzz",
        "/feed.atom?topic=zzz",
        "/topics/zzz/feed.atom",
        "/api/v1/events?topic=zzz",
        "/changes?since=2025-02-01&until=2025-01-01",
        "/services/Acme/report?since=2025-02-01&until=2025-01-01",
        "/services/Acme/report?since=2999-01-01",
    ],
)
async def test_what_nothing_can_answer_is_refused_and_said(visitor, path):
    answer = await visitor.get(path)

    assert answer.status_code == 400
    assert re.search("topic: expected one of|since: expected a time", answer.text)


@pytest.mark.parametrize("of", ["services/None", "watches/none"])
async def test_there_is_no_feed_of_nothing(visitor, of):
    assert (await visitor.get(f"/{of}/feed.atom")).status_code == 404


class Announced(HTMLParser):
    """Collects the feeds that a page's head names."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag == "link" and named.get("type") == "application/atom+xml":
            assert named["rel"] == "alternate"
            assert named["title"]
            self.found.append(named["href"])


@pytest.mark.parametrize(
    ("page", "feeds"),
    [
        ("/", {"/feed.atom"}),
        ("/services/Acme", {"/feed.atom", "/services/Acme/feed.atom"}),
        ("/watches/acme-faq", {"/feed.atom", "/watches/acme-faq/feed.atom"}),
        (
            "/changes/2-acme-faq",
            {"/feed.atom", "/services/Acme/feed.atom", "/watches/acme-faq/feed.atom"},
        ),
        ("/changes?topic=choice", {"/feed.atom", "/feed.atom?topic=choice"}),
        ("/nothing", {"/feed.atom"}),
    ],
)
async def test_a_page_announces_its_feeds(visitor, page, feeds):
    reader = Announced()
    reader.feed((await visitor.get(page)).text)

    assert feeds <= set(reader.found)
    for feed in reader.found:
        await entries(visitor, feed)


async def test_every_link_in_a_feed_leads_to_a_page_here(visitor):
    feed = ET.fromstring((await visitor.get("/feed.atom")).content)  # noqa: S314
    links = [link for link in feed.iter(f"{A}link") if link.get("rel") != "via"]

    assert len(links) == 2 + 5
    for link in links:
        assert urlsplit(link.get("href")).netloc == "localhost"
        assert (await visitor.get(link.get("href"))).status_code == 200


@pytest.mark.parametrize(
    ("name", "header"),
    [("etag", "if-none-match"), ("last-modified", "if-modified-since")],
)
async def test_who_has_it_already_is_told_so(visitor, name, header):
    first = await visitor.get("/feed.atom")
    again = await visitor.get("/feed.atom", headers={header: first.headers[name]})

    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize(
    "asked",
    [
        {"if-none-match": '"other"'},
        {"if-modified-since": "Wed, 18 Sep 2024 10:05:00 GMT"},
        {"if-modified-since": "yesterday"},
        # The tag is the more exact and decides.
        {
            "if-none-match": '"other"',
            "if-modified-since": "Wed, 18 Sep 2030 10:05:00 GMT",
        },
    ],
)
async def test_who_has_something_else_gets_the_feed(visitor, asked):
    assert (await visitor.get("/feed.atom", headers=asked)).status_code == 200


async def test_links_lead_to_where_the_site_is_said_to_stand(home):
    """And not to where anybody who asks says that it stands."""
    forged = {
        "x-forwarded-proto": "http",
        "x-forwarded-host": "evil.example",
        "forwarded": "host=evil.example",
        "host": "127.0.0.1:8780",
    }
    access = Access(address="https://watch.acme.example")
    async with visiting(home, access=access) as visitor:
        answer = await visitor.get("/feed.atom?weight=all", headers=forged)
    feed = ET.fromstring(answer.content)  # noqa: S314
    links = [e.get("href") for e in feed.iter(f"{A}link") if e.get("rel") != "via"]

    assert links[0] == "https://watch.acme.example/feed.atom?weight=all"
    assert {urlsplit(link)[:2] for link in links} == {("https", "watch.acme.example")}


def basic(password):
    return {"authorization": f"Basic {b64encode(f'feed:{password}'.encode()).decode()}"}


async def test_a_reader_has_the_feeds_and_nothing_else_by_the_password_shown(home):
    async with visiting(home, access=Access(token=TOKEN)) as visitor:
        asked = await visitor.get("/feed.atom")
        shown = await visitor.get(
            "/feeds", headers={"authorization": f"Bearer {TOKEN}"}
        )
        key = re.search("Password</dt><dd><code>([0-9a-f]{32})<", shown.text)[1]

        assert asked.status_code == 401
        assert asked.headers["www-authenticate"].startswith("Basic realm=")
        assert TOKEN not in shown.text
        for feed in ("/feed.atom", "/services/Acme/feed.atom?weight=all"):
            for password, status in ((key, 200), (TOKEN, 200), ("x", 401), ("", 401)):
                answer = await visitor.get(feed, headers=basic(password))
                assert answer.status_code == status
        for path in ("/", "/feeds", "/api/v1/events", "/changes/2-acme-faq"):
            for password in (key, TOKEN):
                answer = await visitor.get(path, headers=basic(password))
                assert answer.status_code == 401
        bearer = {"authorization": f"Bearer {key}"}
        assert (await visitor.get("/", headers=bearer)).status_code == 401


async def test_who_follows_the_link_of_a_mail_gets_there_even_by_the_door(home):
    with closing(open_store(home, read_only=True)) as store:
        event = store.event("2-acme-privacy")
    one = replace(event, changes=event.changes[:1])
    for told, end in ((event, ""), (one, "#c1")):
        path = urlsplit(permalink("https://watch.example", told)).path
        async with visiting(home, access=Access(token=TOKEN)) as visitor:
            door = await visitor.get(path)
            (to,) = re.findall('name="to" value="([^"]*)"', door.text)
            answer = await visitor.get(
                "/enter", params={"token": TOKEN, "to": to}, follow_redirects=True
            )
        assert door.status_code == 401
        assert answer.status_code == 200
        assert str(answer.url).endswith(f"/changes/2-acme-privacy{end}")


async def test_the_page_of_feeds_names_each_and_no_password_where_none_is_needed(
    visitor,
):
    page = await visitor.get("/feeds")
    named = re.findall(r"<code>http://localhost(/\S+)</code>", page.text)

    assert {"/feed.atom", "/services/Acme/feed.atom"} < set(named)
    assert "Password" not in page.text
    for feed in named:
        await entries(visitor, feed)


async def test_feeds_that_differ_have_tags_that_differ(visitor):
    paths = ("/feed.atom", "/topics/choice/feed.atom", "/services/Acme/feed.atom")
    tags = {(await visitor.get(path)).headers["etag"] for path in paths}

    assert len(tags) == 3


async def test_an_empty_feed_is_as_old_as_the_first_look(visitor):
    answer = await visitor.get("/feed.atom?topic=children")
    feed = ET.fromstring(answer.content)  # noqa: S314  (we wrote it)

    assert datetime.fromisoformat(feed.findtext(f"{A}updated")) == SEEN
    assert answer.headers["last-modified"] == "Wed, 18 Sep 2024 10:05:00 GMT"


async def test_addresses_in_a_feed_are_addresses_whatever_a_service_is_called(tmp_path):
    name = "Test & <Co> für alle"
    with closing(filled(tmp_path)) as store:
        watch = replace(watch_of("odd"), service=name)
        store.enrol([watch], {watch.id: SEEN})
        async with visiting(tmp_path) as visitor:
            path = url("services", name, "feed.atom")
            answer = await visitor.get(f"{path}?weight=all")
    feed = ET.fromstring(answer.content)  # noqa: S314  (we wrote it)
    links = {link.get("rel"): link.get("href") for link in feed.iter(f"{A}link")}

    assert links["self"] == f"http://localhost{path}?weight=all"
    for address in (feed.findtext(f"{A}id"), *links.values()):
        assert re.fullmatch(r"[!-~]+", address), "ASCII without a space"
        assert not re.search('[<>" ]', address)
