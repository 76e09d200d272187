"""A feed is Atom as RFC 4287 has it, whatever a page says."""

from datetime import datetime, timedelta
from xml.etree import ElementTree as ET

import pytest

from clausewatch.core.digest import sha256
from clausewatch.core.event import Evidence
from clausewatch.render.wording import subject
from clausewatch.testing.examples import SEEN, example, examples
from clausewatch.web.atom import Feed, atom

A = "{http://www.w3.org/2005/Atom}"
FEED = Feed(
    id="urn:clausewatch:feed:all",
    title="All changes",
    url="http://127.0.0.1/feed.atom",
    page="http://127.0.0.1/",
    begun=SEEN,
    permalink=lambda event: f"http://127.0.0.1/events/{event.id}",
)


def parsed(*events):
    return ET.fromstring(atom(FEED, events))  # noqa: S314  (we wrote it)


def test_a_feed_has_all_that_the_rfc_asks_for():
    feed = parsed(*examples())

    assert feed.tag == f"{A}feed"
    for place in (feed, *feed.findall(f"{A}entry")):
        for name in ("id", "title", "updated"):
            (found,) = place.findall(f"{A}{name}")
            assert found.text
        updated = datetime.fromisoformat(place.findtext(f"{A}updated"))
        assert updated.utcoffset() == timedelta(0)
    assert feed.findtext(f"{A}author/{A}name")
    assert [link.get("rel") for link in feed.findall(f"{A}link")] == [
        "self",
        "alternate",
    ]


def test_an_entry_is_the_event_with_its_redline_and_a_permalink():
    event = example()
    entry = parsed(event).find(f"{A}entry")

    assert entry.findtext(f"{A}id") == f"urn:clausewatch:event:{event.id}"
    assert entry.findtext(f"{A}title") == subject(event)
    content = entry.find(f"{A}content")
    assert content.get("type") == "html"
    assert ">provide, and to train AI models for,</ins>" in content.text
    assert {(link.get("rel"), link.get("href")) for link in entry.iter(f"{A}link")} == {
        ("alternate", f"http://127.0.0.1/events/{event.id}"),
        ("via", event.url),
    }
    assert [c.get("term") for c in entry.iter(f"{A}category")] == list(event.topics)


def test_it_is_as_new_as_its_newest_entry_and_names_the_newest_checkpoint():
    def seen(days, note):
        proof = Evidence(sha256(b"now"), None, note)
        at = SEEN + timedelta(days=days)
        return example(id=f"e{days}", observed_at=at, evidence=proof)

    feed = parsed(seen(1, "note 1\n"), seen(3, None), seen(2, "note 2\n"))

    assert feed.findtext(f"{A}updated") == "2024-09-21T10:05:00Z"
    assert feed.findtext("{urn:clausewatch:feed:1}checkpoint") == "note 2\n"


def test_an_empty_feed_is_a_feed():
    assert datetime.fromisoformat(parsed().findtext(f"{A}updated")) == SEEN


@pytest.mark.parametrize("evil", ["\x00\x08", "\ud800", "￾", "]]>", "<b>&x;"])
def test_no_text_of_a_page_breaks_the_feed(evil):
    event = example(summary=f"a{evil}b", topics=(f"t{evil}",), url=f"https://x/{evil}")

    entry = parsed(event).find(f"{A}entry")

    assert entry.find(f"{A}title").text.count("b") >= 1
    assert list(entry.find(f"{A}title")) == []


def test_the_same_events_make_the_same_feed():
    assert atom(FEED, examples()) == atom(FEED, examples())
