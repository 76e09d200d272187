"""Doubt falls on what stands in for a document, not on a document that is edited."""

import re

import pytest

from clausewatch.core.plausible import doubt
from clausewatch.core.variants import describe
from clausewatch.testing.looks import capture_of
from core.reading import document
from core.stand_ins import STAND_INS
from probes.probe import source_of

PAGE = source_of("semantic.html")
PAGES = [
    "semantic.html",
    "soup.html",
    "builder.html",
    "faq.html",
    "german.html",
    "japanese.html",
]


def doubted(before, after):
    old, new = document(before), document(after)
    capture = capture_of(b"")
    return doubt(new, old, describe(new, "", capture), describe(old, "", capture))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", STAND_INS)
def test_a_stand_in_is_doubted_in_words_for_people(page, name):
    why = doubted(source_of(page), STAND_INS[name])

    assert why
    assert why == why.strip()
    assert why[0].islower()


@pytest.mark.parametrize("page", PAGES)
def test_the_same_page_is_not_doubted(page):
    assert doubted(source_of(page), source_of(page)) == ""


@pytest.mark.parametrize("section", ["collect", "use", "share", "keep", "choices"])
def test_a_section_that_is_gone_is_believed(section):
    after = re.sub(rf'<section id="{section}">.*?</section>', "", PAGE, flags=re.DOTALL)

    assert doubted(PAGE, after) == ""


def test_the_last_half_that_is_gone_is_believed_if_the_footer_stands():
    """Who cuts a policy short keeps the footer; who cuts a body short does not."""
    after = re.sub(
        r'<section id="(?:share|keep|choices)">.*?</section>', "", PAGE, flags=re.DOTALL
    )
    assert "© 2025" in after

    assert doubted(PAGE, after) == ""


def test_a_policy_that_grows_threefold_is_believed():
    more = "".join(
        f"<p>Product {n} of Larkspur also collects the kind of data that number {n} needs.</p>"
        for n in range(60)
    )

    assert (
        doubted(PAGE, PAGE.replace('<section id="use">', f'{more}<section id="use">'))
        == ""
    )


def test_every_sentence_reworded_on_the_same_subject_is_believed():
    after = re.sub(
        r"\b(the|a|an|your|our)\b ", "", PAGE.replace("We ", "Larkspur Ltd. ")
    )
    after = after.replace("data", "data of members").replace("keep", "store")

    assert doubted(PAGE, after) == ""
