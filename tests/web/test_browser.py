"""The site in a real browser: what is seen, by whom, and with what."""

import re
from functools import cache

import pytest

from clausewatch.core.event import EventType
from clausewatch.render import article
from clausewatch.render.wording import subject
from clausewatch.testing.examples import example

pytestmark = pytest.mark.browser

PHONE = (360, 740)
DESKTOP = (1280, 900)
PAGES = {
    "overview": "/",
    "changes": "/changes?weight=all",
    "nothing found": "/changes?topic=children",
    "services": "/services",
    "service": "/services/Halvorne",
    "report": "/services/Halvorne/report",
    "document": "/watches/halvorne-privacy",
    "text": "/watches/halvorne-faq/text",
    "compared": "/watches/halvorne-privacy/compare?a={first}&b={last}",
    "change": "/changes/{event}",
    "pattern": "/changes/{pattern}",
    "promises": "/services/Halvorne/promises",
    "side by side": "/changes/{event}?view=side",
    "search": "/search?q=train*",
    "feeds": "/feeds",
    "wrong": "/no-such-page",
}
RULES = "wcag2a wcag2aa wcag21a wcag21aa wcag22aa best-practice".split()


@pytest.fixture(scope="module")
def address(story, chromium):
    """Return the whole address of a page of the story, by its name."""
    context = chromium.new_context()
    known = {}

    def asked(path):
        return context.request.get(story + path).json()

    events = asked("/api/v1/events?watch=halvorne-privacy")["events"]
    versions = asked("/api/v1/watches/halvorne-privacy/versions")["versions"]
    told = [e["id"] for e in events if e["type"].endswith("policy.changed")]
    known["event"], known["pattern"] = told[0], events[0]["id"]
    known["first"], known["last"] = (versions[n]["number"] for n in (0, -1))
    context.close()
    return lambda name: story + PAGES[name].format(**known)


@pytest.fixture(scope="module")
def contexts(chromium):
    """Browsers that differ in what they are shown on, each made once."""

    @cache
    def made(size, scheme, scripts):
        wide, tall = size
        return chromium.new_context(
            viewport={"width": wide, "height": tall},
            color_scheme=scheme,
            java_script_enabled=scripts,
        )

    return made


@pytest.fixture
def browse(contexts):
    """Open a page; what the browser complained of is in `page.said`."""
    pages = []

    def opened(url, *, size=DESKTOP, scheme="light", scripts=True):
        page = contexts(size, scheme, scripts).new_page()
        pages.append(page)
        page.set_default_timeout(20_000)
        page.said, page.asked = [], []
        page.on("console", lambda line: page.said.append(line.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(url)
        return page

    yield opened
    for page in pages:
        page.close()


@pytest.mark.parametrize(
    ("size", "scheme"),
    [(DESKTOP, "light"), (PHONE, "dark")],
    ids=["desktop, light", "phone, dark"],
)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_nobody_out(browse, address, story, axe, name, size, scheme):
    """Nothing serious for axe, no complaint, nothing from elsewhere, no side scroll."""
    page = browse(address(name), size=size, scheme=scheme)

    expected = ["404"] if name == "wrong" else []
    assert [line for line in page.said if not any(e in line for e in expected)] == []
    assert [url for url in page.asked if not url.startswith(f"{story}/")] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.evaluate(axe)
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, iframes: false})", RULES
    )
    assert found["passes"]
    assert [
        (one["id"], one["help"], [node["html"] for node in one["nodes"]][:3])
        for one in found["violations"]
        if one["impact"] in {"serious", "critical"}
    ] == []


@pytest.mark.parametrize("name", ["service", "document", "report"])
@pytest.mark.parametrize(("size", "drawing"), [(PHONE, "narrow"), (DESKTOP, "broad")])
def test_a_drawing_fits_the_screen_and_its_letters_can_be_read(
    browse, address, name, size, drawing
):
    page = browse(address(name), size=size)
    (seen,) = [svg for svg in page.locator("figure svg").all() if svg.is_visible()]
    box = seen.bounding_box()

    assert drawing in seen.get_attribute("class")
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size[0]
    letters = seen.evaluate(
        "svg => [...svg.querySelectorAll('text')]"
        ".map(one => one.getBoundingClientRect())"
        ".map(at => [at.left, at.right, at.height])"
    )
    assert letters
    for left, right, height in letters:
        assert left >= 0
        assert right <= size[0]
        assert height > 9


def test_dark_is_dark_and_light_is_light(browse, address):
    def brightness(scheme):
        page = browse(address("overview"), scheme=scheme)
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(map(int, re.findall(r"\d+", colour)[:3]))

    assert brightness("dark") < 150
    assert brightness("light") > 600


def test_what_went_is_struck_and_what_came_is_underlined(browse, address):
    page = browse(address("change"))

    def line(tag):
        style = "e => getComputedStyle(e).textDecorationLine"
        return page.locator(f"main {tag}").first.evaluate(style)

    assert line("del") == "line-through"
    assert line("ins") == "underline"


def test_the_keys_j_and_k_walk_through_the_changes(browse, address):
    page = browse(address("change"))

    def here():
        return page.evaluate("document.activeElement.closest('.stop')?.id")

    page.keyboard.press("j")
    first = here()
    page.keyboard.press("j")
    assert first
    assert here() not in {first, None}
    page.keyboard.press("k")
    assert here() == first


def test_a_slash_leads_to_the_search_where_letters_are_letters(browse, address):
    page = browse(address("overview"))

    page.keyboard.press("/")
    page.keyboard.type("jk/train")
    assert page.input_value("#q") == "jk/train"
    page.fill("#q", "opting out")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=opting*")
    assert page.locator("mark").first.inner_text().casefold() == "opting"


def test_single_keys_can_be_switched_off_and_stay_off(browse, address):
    page = browse(address("overview"))

    def is_searching():
        page.keyboard.press("/")
        return page.evaluate("document.activeElement.id") == "q"

    page.get_by_role("button", name="Switch them off").click()
    assert not is_searching()
    page.reload()
    assert not is_searching(), "it is remembered"
    page.get_by_role("button", name="switch them on").click()
    assert is_searching()


def test_a_link_to_a_clause_leads_to_that_clause(browse, address):
    page = browse(address("change"))
    anchors = page.locator("a.anchor")
    href = anchors.nth(anchors.count() - 1).get_attribute("href")
    page.goto(f"{address('change')}{href}")

    box = page.locator(href).bounding_box()
    assert 0 <= box["y"] < DESKTOP[1]


def test_a_mail_on_a_phone_says_what_matters_in_its_first_five_lines(contexts):
    event = example()
    page = contexts(PHONE, "dark", False).new_page()
    page.set_content(article.page(subject(event), article.html(event)))
    lines = [line for line in page.inner_text("body").splitlines() if line.strip()]
    last = page.get_by_role("rowheader", name="Weight").bounding_box()
    page.close()

    assert lines[0] == subject(event)
    assert [line.split()[0] for line in lines[1:5]] == [
        "Where",
        "When",
        "Sure",
        "Weight",
    ]
    assert last["y"] + last["height"] < PHONE[1]


@pytest.mark.parametrize("kind", [EventType.CHANGED, EventType.PATTERN])
def test_no_mail_is_cut_off_at_the_edge_of_a_phone(contexts, kind):
    address = f"https://acme.example/{'legal-and-privacy' * 6}"
    event = example(kind, url=address, summary="now says “" + "x" * 200)
    page = contexts(PHONE, "light", False).new_page()
    page.set_content(article.page(subject(event), article.html(event, link=address)))
    wide, room = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    page.close()

    assert wide <= room


@pytest.mark.parametrize("name", ["overview", "changes", "change", "text", "service"])
def test_without_scripts_there_is_everything(browse, address, name):
    with_them = browse(address(name)).inner_text("main")
    without = browse(address(name), scripts=False).inner_text("main")

    assert without == with_them
    assert len(without) > 20


def test_without_scripts_the_filters_filter(browse, address):
    page = browse(address("changes"), scripts=False)
    page.select_option("select[name=weight]", "important")
    page.get_by_role("button", name="Show").click()

    assert "weight=important" in page.url
    assert "Halvorne" in page.inner_text("main")
