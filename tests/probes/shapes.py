"""The same text in another shape is silent; an edit that lands with it is told."""

import re

from probes.probe import silent, told


def rebuilt_as_soup(source):
    """Return the page with every element of the text made a div without meaning."""
    source = re.sub(
        r"<(p|section|article|main|li|ul|ol)\b[^>]*>", '<div class="z">', source
    )
    source = re.sub(r"</(p|section|article|main|li|ul|ol)>", "</div>", source)
    return re.sub(r"<h\d[^>]*>(.*?)</h\d>", r'<div class="z"><b>\1</b></div>', source)


def rebuilt_by_a_builder(source):
    """Return the page with every paragraph and heading in a column of its own."""
    for tag in ("p", "h2", "ul", "table"):
        source = re.sub(
            rf"<{tag}\b([^>]*)>(.*?)</{tag}>",
            rf'<div class="b-row" data-id="x{tag}"><div class="b-col"><{tag}\1>\2</{tag}></div></div>',
            source,
            flags=re.DOTALL,
        )
    return source


def headings_as_roles(source):
    """Return the page with its headings marked up for assistive technology only."""
    return re.sub(
        r"<h(\d)[^>]*>(.*?)</h\d>",
        r'<div role="heading" aria-level="\1">\2</div>',
        source,
    )


def with_another_frame(source):
    """Return the page with the header and footer of a new design."""
    source = re.sub(
        r"<header\b.*?</header>",
        '<header><a href="/">Home</a><nav><a href="/a">What is new</a><a href="/b">For teams</a></nav></header>',
        source,
        flags=re.DOTALL,
    )
    return re.sub(
        r"<footer\b.*?</footer>",
        '<footer><nav><a href="/c">Press</a><a href="/d">Investors</a></nav><p>© 2026</p></footer>',
        source,
        flags=re.DOTALL,
    )


def as_accordion(source):
    """Return the page with every section behind a click."""
    source = re.sub(
        r"<section id=\"\w+\">\s*<h2>(.*?)</h2>",
        r"<details><summary>\1</summary>",
        source,
    )
    return source.replace("</section>", "</details>")


def tables_as_lists(source):
    """Return the page with each row of a table as an item: `a, b, c`."""
    source = re.sub(r"<thead>.*?</thead>", "", source)
    source = source.replace("</td><td>", " | ")
    source = re.sub(r"<tr><td>", "<li>", source).replace("</td></tr>", "</li>")
    return re.sub(r"(</?)(?:tbody|table)>", r"\1ul>", source)


def minified(source):
    return re.sub(r">\s+<", "><", source)


def indented(source):
    return re.sub(r"\n<", "\n        <", source)


SECTION = re.compile(r'<section id="keep">.*?</section>\n', re.DOTALL)


def section_moved(source):
    """Return the page with its section on retention before the one on use."""
    section = SECTION.search(source)[0]
    source = source.replace(section, "")
    return source.replace('<section id="use">', f'{section}<section id="use">')


DAYS = ("within 30 days", "within 90 days")
AGREE = (
    "We set these cookies only if you agree",
    "We set these cookies if you agree or say nothing",
)
CAMERAS = (
    "There are no cameras in changing rooms",
    "There are cameras in changing rooms",
)

REBUILT = tuple(
    probe
    for name, page, shape, edit in (
        ("markup rebuilt as divs", "semantic.html", rebuilt_as_soup, DAYS),
        (
            "markup rebuilt by a page builder",
            "semantic.html",
            rebuilt_by_a_builder,
            DAYS,
        ),
        ("headings marked by role", "semantic.html", headings_as_roles, DAYS),
        ("a new header and footer", "semantic.html", with_another_frame, DAYS),
        ("sections that became an accordion", "semantic.html", as_accordion, DAYS),
        ("white space taken out of the source", "semantic.html", minified, DAYS),
        ("a source indented", "semantic.html", indented, DAYS),
        ("a section moved", "semantic.html", section_moved, DAYS),
        ("tables in columns of their own", "cookies.html", rebuilt_by_a_builder, AGREE),
        ("a builder's page rebuilt as divs", "builder.html", rebuilt_as_soup, CAMERAS),
    )
    for probe in (
        silent(f"{name}, nothing else,", page, shape),
        told(f"an edit that lands with {name}", page, *edit, shape),
    )
)

PROBES = (
    *REBUILT,
    told(
        "an edit that lands with tables set as lists",
        "cookies.html",
        *AGREE,
        tables_as_lists,
    ),
    told(
        "a row edited as tables became lists",
        "cookies.html",
        "<td>13 months</td>",
        "<td>25 months</td>",
        tables_as_lists,
    ),
    told(
        "a company added as the table became a list",
        "recipients.html",
        "<tr><td>Underhill Support</td>",
        "<tr><td>Skua Models</td><td>Trains models on customer data</td><td>United States</td></tr>\n<tr><td>Underhill Support</td>",
        tables_as_lists,
    ),
    silent(
        "definitions set as paragraphs",
        "cookies.html",
        "<dl><dt>Controller</dt><dd>",
        "<p>Controller</p><p>",
        "</dd><dt>Contact</dt><dd>",
        "</p><p>Contact</p><p>",
        "</dd></dl>",
        "</p>",
    ),
    silent(
        "a list run into the sentence",
        "terms.md",
        "except\n\n- to find malware,\n- to obey an order of a court,\n- to help you when you ask us to.",
        "except to find malware, to obey an order of a court, to help you when you ask us to.",
    ),
    silent(
        "a list that became numbered",
        "terms.md",
        "- to find malware,\n- to obey an order of a court,\n- to help",
        "1. to find malware,\n2. to obey an order of a court,\n3. to help",
    ),
    silent(
        "Markdown headings underlined",
        "terms.md",
        "## 3. Payment\n",
        "3. Payment\n----------\n",
    ),
    silent(
        "Markdown lines wrapped",
        "terms.md",
        "We aim for 99.9 % availability",
        "We aim\nfor 99.9 % availability",
    ),
    silent(
        "Markdown emphasis",
        "terms.md",
        "Please read them with care.",
        "**Please** read them _with care_.",
    ),
    silent(
        "a paragraph that is printed twice",
        "builder.html",
        "<p>There are cameras",
        '<p class="mobile">There are cameras at the entrance. Recordings are deleted after 72 hours. There are no cameras in changing rooms.</p><p class="desktop">There are cameras',
    ),
    silent("American spelling", "terms.md", "two data centres", "two data centers"),
)
