"""Feeds are announced, hold what they are of, and cost little when nothing changed."""

from html.parser import HTMLParser
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest

from web.acme import filled, visiting

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


@pytest.mark.parametrize("of", ["services/None", "watches/none", "topics/none"])
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
        ("/changes?topic=choice", {"/feed.atom", "/topics/choice/feed.atom"}),
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


async def test_feeds_that_differ_have_tags_that_differ(visitor):
    paths = ("/feed.atom", "/topics/choice/feed.atom", "/services/Acme/feed.atom")
    tags = {(await visitor.get(path)).headers["etag"] for path in paths}

    assert len(tags) == 3
