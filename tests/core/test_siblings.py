"""What stands on other pages of a host is the site's frame, unless it speaks."""

from clausewatch.core.event import Verdict
from clausewatch.testing.onlooker import Onlooker

OURS = "".join(
    f"<p>We keep the letters that you write in drawer {n} until you ask for them.</p>"
    for n in "abcdefgh"
)
THEIRS = "".join(
    f"<p>A member may bring {n} guests to the reading room on a Sunday.</p>"
    for n in "two three four five six seven eight nine".split()
)
PROMO = "<p>How it works</p><p>Your search for a good pen has never been so easy, with a shop renewed for those who write.</p>"
NOTICE = "<p>By using our services you agree that we may share your personal data with advertisers.</p>"


def _two(frame_before: str, frame_after: str, page: str = OURS) -> list:
    """Return the events of a page beside a sibling, as the frame changes on both."""
    other, here = Onlooker(), Onlooker()
    here.shelf.others.append(other)
    for frame in (frame_before, frame_after):
        other.look(THEIRS + frame)
        here.look(page + frame)
    return here.events[1:]


def test_what_comes_to_the_end_of_all_pages_is_the_frame():
    (event,) = _two("", PROMO)
    assert event.verdict is Verdict.EXTRACTION
    assert "other pages" in event.reason


def test_what_goes_from_the_end_of_all_pages_is_the_frame():
    (event,) = _two(PROMO, "")
    assert event.verdict is Verdict.EXTRACTION


def test_an_announcement_on_all_pages_is_told():
    (event,) = _two("", NOTICE)
    assert event.verdict is Verdict.SUBSTANTIVE


def test_a_number_on_all_pages_is_told():
    (event,) = _two("", "<p>Write to us at 12 Quill Street in the old town.</p>")
    assert event.verdict is Verdict.SUBSTANTIVE


def test_what_only_this_page_says_is_told():
    other, here = Onlooker(), Onlooker()
    here.shelf.others.append(other)
    other.look(THEIRS)
    here.look(OURS)
    here.look(OURS + PROMO)
    assert here.events[1].verdict is Verdict.SUBSTANTIVE


def test_amid_the_text_of_its_own_a_shared_clause_is_told():
    shared = "<p>A visitor leaves the house before the porter does.</p>"
    other, here = Onlooker(), Onlooker()
    here.shelf.others.append(other)
    other.look(THEIRS + shared)
    here.look(OURS + OURS.replace("letters", "postcards"))
    here.look(OURS + shared + OURS.replace("letters", "postcards"))
    assert here.events[1].verdict is Verdict.SUBSTANTIVE


def test_the_same_document_in_two_places_is_no_frame():
    other, here = Onlooker(), Onlooker()
    here.shelf.others.append(other)
    for text in (OURS, OURS + PROMO):
        other.look(text)
        here.look(text)
    assert here.events[1].verdict is Verdict.SUBSTANTIVE
