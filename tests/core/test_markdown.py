"""Markdown as archives record it reads as the page that it was made from."""

import pytest

from clausewatch.core import html, markdown
from clausewatch.core.model import Role
from clausewatch.core.recipe import Recipe


def read(source):
    return html.blocks(markdown.to_html(source), Recipe())


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("We use \\_cookies\\_ and 2 \\* 3.", ["We use _cookies_ and 2 * 3."]),
        ("1\\. Scope", ["1. Scope"]),
        ("Title\n=====\n\ntext", ["Title", "text"]),
        ("*   one\n    \n*   two\n    \n    more", ["one", "two", "more"]),
        ("We ~~never~~ sell.", ["We ~~never~~ sell."]),
        ("<details><summary>Data</summary>\n\nWe sell.\n\n</details>",
         ["Data", "We sell."]),
        ("a <b>bold</b> word<br>and more", ["a bold word\nand more"]),
        ("[\n\n### Data\n\nWe sell.\n\n](https://acme.example/x)", ["Data", "We sell."]),
        ("x < y & z > w", ["x < y & z > w"]),
        ("| Data | Kept |\n| --- | --- |\n| Logs | 30 days |",
         ["Data | Kept", "Logs | 30 days"]),
        ("|     |     |\n| --- | --- |\n| **Data** | **Kept** |\n| Logs | 30 days |",
         ["Data | Kept", "Logs | 30 days"]),
        ("    indented text is code", ["indented text is code"]),
    ],
)  # fmt: skip
def test_markdown_is_read(source, expected):
    assert [block.text for block in read(source)] == expected


def test_a_row_stands_under_its_header():
    row = read("| Data | Kept |\n| --- | --- |\n| Logs | 30 days |")[-1]

    assert (row.role, row.heads) == (Role.ROW, ("Data | Kept",))


def test_a_spread_link_keeps_where_it_leads():
    (block,) = read("[\n\nOpt out\n\n](https://acme.example/x)")

    assert block.hrefs == ("https://acme.example/x",)
