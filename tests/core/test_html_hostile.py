"""A page made to hurt is read all the same: no exception, no lost word.

How long it takes is measured by `bench/reading.py`; a reader that is not linear makes
these tests take minutes.
"""

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from clausewatch.core import soup
from clausewatch.core.html import blocks
from clausewatch.core.recipe import Recipe
from clausewatch.core.shape import bearable

RECIPE = Recipe()


def said(source):
    """Return all words of a page, in the order read."""
    return " ".join(block.text for block in blocks(source, RECIPE)).split()


def numbered(template, count):
    return "".join(template.format(n=n) for n in range(count))


def numbers(count):
    return [f"w{n}" for n in range(count)]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        pytest.param(numbered("<div>w{n} ", 100_000), numbers(100_000), id="deep"),
        pytest.param(
            "<div>" * 100_000 + "w0" + "</div>" * 100_000 + "w1", ["w0", "w1"],
            id="deep-and-closed",
        ),
        pytest.param(
            f"<p {numbered('a{n}=x ', 50_000)}>w0</p>w1", ["w0", "w1"], id="attributes"
        ),
        pytest.param(
            "<p " + numbered("a{n} b{n}='>' ", 25_000) + ">w0</p>w1", ["w0", "w1"],
            id="attributes-with-ends-of-tags",
        ),
        pytest.param(
            numbered("<table><tr><td>w{n} ", 3_000), numbers(3_000), id="tables"
        ),
        pytest.param(
            numbered("<p><b id={n}>w{n} ", 5_000), numbers(5_000), id="reopened"
        ),
        pytest.param(numbered("<a href=/{n}>w{n} ", 20_000), numbers(20_000), id="a"),
        pytest.param(
            "<select>" + "<option>x" * 20_000 + "</select>w0", ["[x]", "w0"], id="options",
        ),
        pytest.param(numbered("<p>w{n} ", 400_000), numbers(400_000), id="vast"),
        pytest.param(
            f"<script>{'if(a<b){}' * 500_000}</script>w0", ["w0"], id="script"
        ),
        pytest.param("word " * 200_000, ["word"] * 200_000, id="one-text"),
        pytest.param("w" * 1_000_000, ["w" * 1_000_000], id="one-word"),
        pytest.param("<p>w0\0</p>\0<p>w1", ["w0", "w1"], id="nul"),
        pytest.param("<p>w0 <b>w1 <i><ul><li>w2<tr><td> w3", numbers(4), id="unclosed"),
        pytest.param("w0 <![x<<< w1", ["w0"], id="junk-that-browsers-skip"),
        pytest.param("w0 < w1 <1> w2", ["w0", "<", "w1", "<1>", "w2"], id="angles"),
        pytest.param(
            f"<div aria-checked=true>{'<label>' * 5_000}w0", ["☑", "w0"], id="labels"
        ),
    ],
)  # fmt: skip
def test_no_word_of_a_hostile_page_is_lost(source, words):
    assert said(source) == words


def test_a_page_that_the_second_reader_rejects_is_read_between_its_tags():
    deep = "<div>" * 5_000
    source = f"{deep}<p>w0 &amp; w1</p><script>no</script><![x<<<> w2<br>w3"

    assert [block.text for block in soup.blocks(source, "")] == ["w0 & w1", "w2", "w3"]


def test_a_new_line_in_a_vast_page_changes_the_part_it_stands_in():
    lines = [f"<p>we keep record {n} for {n * 7919 % 365} days" for n in range(160_000)]
    old = blocks("".join(lines), RECIPE)
    new = blocks("".join([*lines[:100], "<p>we sell it", *lines[100:]]), RECIPE)

    assert len(old) < 10_000
    assert len({block.text for block in new} - {block.text for block in old}) <= 2


def test_scripts_full_of_tags_do_not_make_a_page_hostile():
    state = "<div><b>" * 20_000
    source = f"<p>w0 <a href=/x>w1</a><script>{state}</script><h2>w2</h2>"

    shown = bearable(source)

    assert shown is not None
    assert "<h2>w2" in shown


WORDS = st.integers(0, 9999).map(lambda n: f"w{n} ")
INLINE = st.sampled_from("a b i em span font s u code label x-y small".split())
BLOCK = st.sampled_from(
    "div p section article ul li dl dt dd h1 h3 blockquote pre details summary main "
    "nav footer form fieldset button center dialog aside header".split()
)
ATTRIBUTES = st.sampled_from(
    ["", " hidden", " class='a b'", " style='display:none'", " role=heading", " id=a"]
)


def element(tags, inside):
    return st.builds(
        lambda tag, attributes, parts: f"<{tag}{attributes}>{''.join(parts)}</{tag}>",
        tags,
        ATTRIBUTES,
        st.lists(inside, max_size=4),
    )


def table(inside):
    cells = st.lists(inside.map("<td>{}".format), min_size=1, max_size=3)
    rows = st.lists(cells.map(lambda row: f"<tr>{''.join(row)}"), max_size=3)
    return rows.map(lambda found: f"<table>{''.join(found)}</table>")


TREES = st.recursive(
    WORDS,
    lambda inside: (
        element(INLINE, inside) | element(BLOCK, inside) | table(inside) | inside
    ),
    max_leaves=30,
)


def unmarked(text):
    """Return the words of a text without the marks that we add."""
    return text.replace("~~", "").replace("|", " ").split()


def oracle(source):
    """Return the words of a page as an independent parser finds them."""
    return BeautifulSoup(source, "html.parser").get_text(" ").split()


@given(TREES)
def test_every_word_of_any_tree_is_read_in_order(source):
    assert unmarked(" ".join(said(source))) == oracle(source)


@given(TREES)
def test_all_readers_find_the_same_words(source):
    second = " ".join(block.text for block in soup.blocks(source, ""))
    third = " ".join(block.text for block in soup.between_tags(source))

    assert unmarked(second) == oracle(source)
    assert third.split() == oracle(source)


@settings(max_examples=300)
@given(st.text() | st.lists(st.sampled_from(
    ["<", ">", "</", "<!", "<!--", "-->", "<![x", "]]>", "'", '"', "=", "&", "&#", ";",
     "\0", "\ud800", "a", "b ", "<p", "<td>", "<tr>", "<table>", "<select>", "<option>",
     "<template shadowrootmode=open>", "<label>", "<input type=checkbox>", "</label>",
     "<sup>", "</sup>", "<rt>", "<s>", "</p>", "</table>", "<svg>", "<math>",
     "<frameset>", "<plaintext>", "<textarea>", "<title>", "<script>", "</script>"]
)).map("".join))  # fmt: skip
def test_no_text_raises(source):
    blocks(source, RECIPE)
    soup.blocks(source, "")
    soup.between_tags(source)
