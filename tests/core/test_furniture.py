"""The frame around a policy is marked, never dropped; a policy is never the frame."""

import pytest

from clausewatch.core.model import Zone
from core.reading import document, prose
from probes.probe import source_of

POLICY = prose(
    "We collect the name and the e-mail address that you give us when you register.",
    "We keep your messages for thirty days after you delete them, and no longer.",
    "We do not sell your personal data, and we do not let others measure what you do.",
    "You may ask us for a copy of your data at any time; we answer within a month.",
)
PAGES = [
    "semantic.html", "soup.html", "builder.html", "app.html", "cookies.html",
    "settings.html", "faq.html", "recipients.html", "german.html", "french.html",
    "spanish.html", "japanese.html",
]  # fmt: skip


def zone_of(read, text):
    (found,) = {clause.zone for clause in read.clauses if text in clause.text}
    return found


@pytest.mark.parametrize(
    "around",
    [
        "<main>{}</main>",
        "<div>{}</div>",
        "<div role=dialog aria-modal=true>{}</div>",
        "<aside>{}</aside>",
        "<div class=sidebar>{}</div>",
        "<footer>{}</footer>",
        "<div class='modal cookie-consent popup'>{}</div>",
        "<div hidden>{}</div>",
        "<form>{}</form>",
        "<table><tr><td>{}</td></tr></table>",
        "<div><div><div><div>{}</div></div></div></div>",
    ],
)
def test_a_policy_is_one_wherever_it_is_shown(around):
    page = f"<header><nav><a href=/>Home</a></nav></header>{around.format(POLICY)}"

    read = document(page)

    assert zone_of(read, "thirty days") is Zone.BODY
    assert zone_of(read, "do not sell") is Zone.BODY


@pytest.mark.parametrize("page", PAGES)
def test_the_menu_and_the_copyright_are_the_frame(page):
    read = document(source_of(page))

    assert read.clauses[0].zone is Zone.FURNITURE
    assert read.clauses[-1].zone is Zone.FURNITURE


@pytest.mark.parametrize("page", PAGES)
def test_what_is_the_frame_is_still_read(page):
    read = document(source_of(page))

    assert {clause.zone for clause in read.clauses} == {Zone.BODY, Zone.FURNITURE}


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("soup.html", "Quillbox Plus costs"),
        ("builder.html", "your health insurer"),
        ("builder.html", "Trainers may see"),
        ("app.html", "A lender receives them"),
        ("app.html", "Aggregated figures"),
        ("cookies.html", "pc_id"),
        ("cookies.html", "Fernway Travel GmbH"),
        ("settings.html", "generative AI"),
        ("faq.html", "in Switzerland"),
        ("recipients.html", "Underhill Support"),
        ("recipients.html", "K.K., Japan"),
        ("german.html", "Kataloge"),
        ("japanese.html", "位置情報"),
    ],
)
def test_short_text_amid_the_policy_is_the_policy(page, text):
    assert zone_of(document(source_of(page)), text) is Zone.BODY


def test_a_consent_layer_is_the_frame():
    assert (
        zone_of(document(source_of("settings.html")), "812 partners") is Zone.FURNITURE
    )
