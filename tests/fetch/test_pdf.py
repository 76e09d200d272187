import pytest

from clausewatch.core.model import Media
from clausewatch.errors import CaptureError
from clausewatch.fetch.decode import PageDecoder
from clausewatch.fetch.paragraphs import joined
from clausewatch.fetch.pdf import Limits


def pdf(*pages: list[str], trailer: str = "", packed: bytes | None = None) -> bytes:
    """Return a PDF with these lines on its pages."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b""]
    objects[2] = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    kids = []
    for lines in pages:
        shown = " T* ".join(f"({line}) Tj" for line in lines)
        stream = packed or f"BT /F1 12 Tf 14 TL 72 720 Td {shown} ET".encode()
        coding = b"/Filter/FlateDecode" if packed else b""
        objects.append(
            b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(stream), coding, stream)
        )
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]"
            b"/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    out, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    xref = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R%s>>\n"
        b"startxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, xref, len(objects) + 1, trailer.encode(), len(out))
    )


def refusal(body: bytes, **limits) -> CaptureError:
    with pytest.raises(CaptureError) as refused:
        PageDecoder(Limits(**limits)).decode(body, "application/pdf")
    return refused.value


def test_a_pdf_is_read_whatever_it_is_served_as():
    body = pdf(["We keep your messages for a year and then we de-", "lete them."])
    page = PageDecoder().decode(body, "text/html; charset=utf-8")
    assert page.media is Media.PDF
    assert page.text == "We keep your messages for a year and then we delete them."


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"%PDF-1.4\nthis is all", "pdf-broken"),
        (pdf([]), "pdf-no-text"),
        (
            pdf(
                ["secret"],
                trailer="/ID[(a)(a)]/Encrypt<</Filter/Standard/V 1/R 2/P -4"
                f"/O<{'41' * 32}>/U<{'42' * 32}>>>",
            ),
            "pdf-encrypted",
        ),
    ],
)
def test_a_pdf_that_cannot_be_read_says_why(body, reason):
    error = refusal(body)
    assert (error.reason, error.retry) == (reason, False)


def test_a_pdf_may_not_have_any_number_of_pages():
    assert refusal(pdf(["a"], ["b"], ["c"]), pages=2).reason == "pdf-pages"


def test_a_pdf_may_not_take_any_time():
    assert refusal(pdf(["a"]), wall_s=0.001).reason == "pdf-timeout"
    endless = pdf([" ".join(["word"] * 40)] * 40_000)
    assert refusal(endless, cpu_s=1).reason == "pdf-limits"


def test_a_pdf_may_not_take_any_memory():
    room = {"memory_bytes": 100_000_000}
    assert PageDecoder(Limits(**room)).decode(pdf(["a"]), "").text == "a"
    error = refusal(pdf(["a"]) + bytes(120_000_000), **room)
    assert (error.reason, error.retry) == ("pdf-memory", False)


FULL = "This line is as long as the lines of this document are when they are full"


def test_lines_become_paragraphs():
    page = f"""1. Your data
{FULL}
and goes on here.
A new paragraph starts here, and it is long enough to need a second
line.
• the first item
• the second item that is long enough to be continued on the
next line"""
    assert joined([page]).split("\n") == [
        "1. Your data",
        f"{FULL} and goes on here.",
        "A new paragraph starts here, and it is long enough to need a second line.",
        "• the first item",
        "• the second item that is long enough to be continued on the next line",
    ]


def test_a_broken_word_is_joined_and_a_compound_keeps_its_hyphen():
    page = f"{FULL} to opt-out of train-\ning. {FULL} or opt-\nout of it."
    assert joined([page]).split("\n") == [
        f"{FULL} to opt-out of training. {FULL} or opt-out of it."
    ]


def test_headers_and_footers_stand_once_and_page_numbers_not_at_all():
    pages = [
        f"Acme Privacy Policy\n{FULL} {number}a\nends {number}.\nPage {number} of 3"
        for number in (1, 2, 3)
    ]
    text = joined(pages)
    assert text.count("Acme Privacy Policy") == 1
    assert "Page" not in text
    assert all(f"ends {number}." in text for number in (1, 2, 3))


def test_a_sentence_goes_on_over_the_page():
    assert joined([f"Head\n{FULL}\nand goes\n1", "Head\non overleaf.\n2"]).endswith(
        "and goes on overleaf."
    )
