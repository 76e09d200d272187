"""A captured page that tries all that a page can does nothing."""

import pytest

from clausewatch.web.templating import url
from web.hostile import EVIL

pytestmark = pytest.mark.browser


@pytest.fixture
def visit(attack, chromium):
    """Open a page of the site, with everything noted that a hostile page could do."""
    address, server = attack
    context = chromium.new_context()
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.dialogs, page.answered, page.popups = [], [], []
    page.on("dialog", lambda dialog: (page.dialogs.append(dialog), dialog.dismiss()))
    page.on("popup", lambda popup: page.popups.append(popup.url))
    # Not "request": that also tells of those that the policy stopped.
    page.on("response", lambda answer: page.answered.append(answer.url))

    def opened(path):
        page.goto(address + path)
        return page

    yield opened
    server.answers.clear()
    context.close()


@pytest.fixture(scope="module")
def event(attack, chromium):
    context = chromium.new_context()
    (row,) = context.request.get(f"{attack[0]}/api/v1/events").json()["events"]
    whole = context.request.get(f"{attack[0]}/api/v1/events/{row['id']}").json()
    context.close()
    return {**row, "capture": whole["data"]["evidence"]["capture"]}


def is_harmless(page, attack):
    # What it would do at once, and what that would ask for, is over by then.
    page.wait_for_load_state("networkidle", timeout=120_000)
    ours = f"{attack[0]}/"
    assert page.dialogs == []
    assert page.popups == []
    assert [url for url in page.answered if not url.startswith(ours)] == []
    assert [path for path in attack[1].answers if "beacon" in path] == []
    assert page.url.startswith(ours)
    assert page.title() != "owned"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/changes?weight=all",
        "/services",
        "/services/{service}",
        "/services/{service}/report",
        "/watches/evil-policy",
        "/watches/evil-policy/text",
        "/search?q=broken",
        "/changes/{id}",
        "/changes/{id}?view=side",
    ],
)
def test_its_words_are_words(visit, attack, event, path):
    known = {"id": event["id"], "service": url(event["service"])[1:]}
    page = visit(path.format(**known))

    is_harmless(page, attack)
    assert page.evaluate("window.broken") is None
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert "Evil </title><script>" in page.inner_text("body")


def test_its_markup_is_shown_as_it_was_written(visit, event):
    page = visit(f"/changes/{event['id']}")

    assert EVIL in page.inner_text("main")


def test_the_captures_are_shown_in_frames_that_do_nothing(visit, attack, event):
    page = visit(f"/changes/{event['id']}")
    frames = page.locator("iframe")
    for n in range(frames.count()):
        page.locator("details:has(iframe) summary").nth(n).click()
        frames.nth(n).scroll_into_view_if_needed()
    words = [
        frames.nth(n)
        .content_frame.get_by_text("for the training of models")
        .inner_text()
        for n in range(frames.count())
    ]

    assert [text.split()[1] for text in words] == ["never", "share"]
    is_harmless(page, attack)


def test_a_capture_on_its_own_does_nothing(visit, attack, event):
    page = visit(f"/captures/{event['capture']}")

    assert "We share your data" in page.inner_text("body")
    is_harmless(page, attack)
