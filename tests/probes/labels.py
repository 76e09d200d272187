"""Labels, lists and links: what names something, and what says something."""

from probes.probe import Probe, silent, swapped, told


def put(name, page, place, was, now):
    """Say that it is nobody's business whether one or the other stands there."""
    return Probe(
        f"{name} is silent",
        page,
        (swapped(was, now),),
        told=False,
        base=swapped(place, was),
    )


PROBES = (
    put(
        "a link that says to those who hear it that it opens a window",
        "semantic.html",
        "We may share statistics with",
        'We may share <a href="/s">statistics</a> with',
        'We may share <a href="/s">statistics (opens in a new window)</a> with',
    ),
    told(
        "an office that opens in a new place",
        "semantic.html",
        "We may share statistics with researchers",
        "We may share statistics with researchers and police",
    ),
    silent(
        "an older version that joins the archive",
        "terms.md",
        "## 5. Law",
        "- Previous terms of service, March 2022\n- Previous terms of service, May 2018\n\n## 5. Law",
    ),
    told(
        "a rule for those who joined earlier",
        "terms.md",
        "## 5. Law",
        "Earlier members pay the price of 2022 until the year ends.\n\n## 5. Law",
    ),
    silent(
        "the size of a file to download",
        "terms.md",
        "## 5. Law",
        "- 2 MB Download\n\n## 5. Law",
    ),
    told(
        "the size of the space that is given",
        "terms.md",
        "We give you space for your files",
        "We give you 2 GB of space for your files",
    ),
    silent(
        "a heading that is put in other words",
        "terms.md",
        "## 2. Your files",
        "## 2. Files and folders of yours",
    ),
    told(
        "a heading that takes something back",
        "terms.md",
        "## 2. Your files",
        "## 2. Not your files",
    ),
    silent(
        "a teaser around a picture in Markdown",
        "terms.md",
        "## 5. Law",
        "*   [![](https://cobble.example/a.jpg)\n    \n    **Seven ways to sort the pictures of a summer**]"
        "(https://cobble.example/blog/seven-ways)\n\n## 5. Law",
    ),
    put(
        "an address broken over two lines in Markdown",
        "terms.md",
        "(see section 2).",
        "(see section 2). Ask at [https://ask- us.example/form](https://ask-\n    us.example/form).",
        "(see section 2). Ask at [https://ask-us.example/form](https://ask-us.example/form).",
    ),
    put(
        "cells whose lists are in another order",
        "recipients.html",
        "</tbody>",
        "<tr><td>Session</td><td>_cf, acct, csrf, usr</td><td>all</td></tr></tbody>",
        "<tr><td>Session</td><td>acct, _cf, usr, csrf</td><td>all</td></tr></tbody>",
    ),
)
