"""Equal fingerprints, equal documents: what a reader would see has one name."""

import json
from itertools import islice
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from clausewatch.core.model import Media, Page
from clausewatch.core.read import read, survey
from clausewatch.core.recipe import Recipe

RECIPE = Recipe()
CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
EVERY = 25
"""Every so manyth capture of each page; `bench/reading.py` looks at all of them."""


def surveyed(source, media=Media.HTML):
    return survey(Page(media, source), RECIPE, "https://acme.example/privacy")


def fingerprint(source):
    return surveyed(source).fingerprint


PAGE = (
    "<main><h1>Privacy</h1><p>We keep your <a href='/data'>data</a> for a year.</p>"
    "<table><tr><th>Data<th>Kept<tr><td>Logs<td>30 days</table>"
    "<label><input type=checkbox> Train</label></main>"
)


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("<main>", "<main class=x9f2 data-token=3b1>"),
        ("<main>", "<main><script>var t = 17</script><!-- 9 -->"),
        ("<p>", "<p><span><i>"),
        ("'/data'", "'/data?utm_source=mail#top'"),
        ("a year", "a\n   year"),
        ("<label>", "<input type=hidden value=81><label>"),
    ],
)
def test_what_no_reader_sees_leaves_the_fingerprint(was, now):
    assert fingerprint(PAGE.replace(was, now)) == fingerprint(PAGE)


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("a year", "two years"),
        ("'/data'", "'/all-data'"),
        ("type=checkbox", "type=checkbox checked"),
        ("h1>", "h2>"),
        ("<th>Data<th>Kept", "<td>Data<td>Kept"),
        ("<p>We keep your <a href='/data'>data</a>", "<p>We keep your data"),
        ("30 days", "<s>30 days</s>"),
    ],
)
def test_what_a_reader_sees_changes_the_fingerprint(was, now):
    assert fingerprint(PAGE.replace(was, now)) != fingerprint(PAGE)


PIECES = st.lists(
    st.sampled_from(
        "<p> </p> <h2> </h2> <li> <table> <tr> <th> <td> </table> <nav> </nav> <main> "
        "</main> <a\thref=/x> <a\thref=/y> </a> <b> </b> <s> </s> <br> <footer> w1 w2. "
        "2024-05-01 updated <input\ttype=checkbox> <details> <div\thidden> "
        "</div>".split(" ")
    ),
    min_size=3,
    max_size=9,
).map(" ".join)


@given(st.lists(PIECES, min_size=8, max_size=24))
def test_equal_fingerprints_mean_equal_documents(sources):
    seen = {}
    for source in sources:
        found = surveyed(source)
        document = seen.setdefault(found.fingerprint, read(found, RECIPE))
        assert read(found, RECIPE) == document


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.exists(), reason="needs the recorded corpus")
@pytest.mark.parametrize("folder", ["dating", "linkedin", "pairs"])
def test_equal_fingerprints_mean_equal_documents_on_the_record(folder):
    repeated = 0
    for path in sorted((CORPUS / folder / "captures").glob("*.jsonl.zst")):
        seen = {}
        for url, page in islice(_pages(path), 0, None, EVERY):
            found = survey(page, RECIPE, url)
            document = read(found, RECIPE)
            repeated += found.fingerprint in seen
            assert seen.setdefault(found.fingerprint, document) == document
    assert repeated or folder == "pairs"


def _pages(path):
    unpack = zstandard.ZstdDecompressor(max_window_size=2**31)
    with path.open("rb") as packed, unpack.stream_reader(packed) as text:
        for line in text.read().split(b"\n"):
            if line:
                row = json.loads(line)
                yield (
                    row["url"],
                    Page(Media(row["content_type"].split(";")[0]), row["body"]),
                )


def test_a_header_is_part_of_where_a_row_stands():
    rows = [
        c for c in read(surveyed(PAGE), RECIPE).clauses if c.text.startswith("Logs")
    ]

    assert [row.path[-1] for row in rows] == ["Data | Kept"]
