"""What a reader can see, or could open, is read; nothing else is."""

import gc

import pytest

from clausewatch.core.html import blocks
from clausewatch.core.model import Role
from clausewatch.core.recipe import Recipe
from clausewatch.core.walk import Walk

RECIPE = Recipe()


def read(source, recipe=RECIPE):
    return blocks(source, recipe, "acme.example")


def texts(source):
    return [block.text for block in read(source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>We  keep\n your\tdata.</p>", ["We keep your data."]),
        ("<p>one<br>two<br><br>three", ["one\ntwo\nthree"]),
        ("<ul><li>names<li>dates</ul>", ["names", "dates"]),
        ("<ul><li>data:<ul><li>names</ul></ul>", ["data:", "names"]),
        ("<dl><dt>Logs<dd>30 days</dl>", ["Logs", "30 days"]),
        ("<p>trans<wbr>fer trans&shy;fer</p>", ["transfer trans\xadfer"]),
        ("<p>We <s>never</s> sell data.</p>", ["We ~~never~~ sell data."]),
        ("<p>We <del>do not</del> sell.</p>", ["We ~~do not~~ sell."]),
        ("<del><p>We never sell.</p><p>Nor rent.</p></del><p>We may.</p>",
         ["~~We never sell.~~", "~~Nor rent.~~", "We may."]),
        ("<p><span style='text-decoration: line-through'>Free</span> trial",
         ["~~Free~~ trial"]),
        ("<p>We <ins>may</ins> sell.</p>", ["We may sell."]),
        ("<p>See note<sup>2</sup> on H<sub>2</sub>O, the 1<sup>st</sup>",
         ["See note² on H₂O, the 1st"]),
        ("<p><ruby>個人<rp>(</rp><rt>こじん</rt><rp>)</rp></ruby>情報</p>",
         ["個人(こじん)情報"]),
        ("<p>mail <a href=/x data-cfemail=422332022327216c213630>[protected]</a>",
         ["mail ap@aec.ctr"]),
        ("<textarea readonly>The terms\nof use</textarea>", ["The terms of use"]),
        ("<p>if <math><mi>x</mi></math> holds</p>", ["if x holds"]),
        ("<input type=submit value='I agree'>", ["I agree"]),
    ],
)  # fmt: skip
def test_a_reader_sees(source, expected):
    assert texts(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "<details><summary>Data</summary><p>We sell it.</p></details>",
        "<div hidden><p>We sell it.</p></div>",
        "<div style='display: none'><p>We sell it.</p></div>",
        "<div aria-hidden=true><p>We sell it.</p></div>",
        "<div role=tabpanel style='visibility:hidden'><p>We sell it.</p></div>",
        "<dialog><p>We sell it.</p></dialog>",
    ],
)
def test_what_a_click_reveals_is_read_and_marked(source):
    told = [block for block in read(source) if block.text == "We sell it."]

    assert [block.hidden for block in told] == [True]


def test_an_open_accordion_is_not_hidden():
    assert not read("<details open><p>We sell it.</p></details>")[0].hidden


def test_a_shadow_root_is_read_and_a_template_is_not():
    source = (
        "<x-terms><template shadowrootmode=open><p>In the shadow.</p>"
        "<x-more><template shadowrootmode=closed>And deeper.</template></x-more>"
        "</template><p>In the light.</p></x-terms><template>For later.</template>"
    )

    assert texts(source) == ["In the shadow.", "And deeper.", "In the light."]


@pytest.mark.parametrize(
    "source",
    [
        "<script>let text = 'data'</script>",
        "<style>p { color: red }</style>",
        "<input type=hidden name=token value=abcdef>",
        "<input type=text value=abcdef placeholder=name>",
        "<img src=3f2a9c.png alt=logo>",
        "<!-- a comment -->",
        "<noscript>Switch scripts on.</noscript>",
        "<svg><title>menu</title></svg>",
        "<head><title>Acme</title></head>",
        "<select hidden></select>",
        "<p>— • ·</p>",
    ],
)
def test_what_no_reader_sees_is_not_read(source):
    assert texts(source) == []


@pytest.mark.parametrize(
    "control",
    [
        "<label><input type=checkbox {checked}> Train on my posts</label>",
        "<input type=checkbox id=t {checked}><label for=t>Train on my posts</label>",
        (
            "<label for=t>Train on my posts</label><div><input type=checkbox id=t "
            "{checked}></div>"
        ),
        (
            "<p id=n>Train on my posts</p><button role=switch aria-labelledby=n "
            "aria-checked={state}></button>"
        ),
        "<div role=switch aria-checked={state}><p>Train on my posts</p></div>",
        "<span role=checkbox aria-checked={state} aria-label='Train on my posts'>",
        (
            "<label><div>Train on my posts</div><div><input type=radio {checked}></div>"
            "</label>"
        ),
        "<button aria-pressed={state}>Train on my posts</button>",
        (
            "<h3>Train on my posts</h3><p>It helps.</p><div><input type=checkbox "
            "{checked}></div>"
        ),
        "<table><tr><td>Train on my posts<td><input type=checkbox {checked}></table>",
    ],
)
def test_a_switch_says_its_state_and_its_words_in_one_block(control):
    on = read(control.format(checked="checked", state="true"))
    off = read(control.format(checked="", state="false"))

    (told,) = [block for block in on if block.role is Role.CONTROL]
    (untold,) = [block for block in off if block.role is Role.CONTROL]
    assert "Train on my posts" in told.text
    assert "☑" in told.text
    assert told.text.replace("☑", "☐") == untold.text


@pytest.mark.parametrize(
    ("options", "chosen"),
    [
        ("<option>Nobody<option selected>Everyone", "Everyone"),
        ("<option>Nobody<option>Everyone", "Nobody"),
        ("<optgroup label=a><option>Nobody</optgroup>", "Nobody"),
    ],
)
def test_a_list_says_what_is_chosen(options, chosen):
    (block,) = read(f"<p>Who sees it: <select>{options}</select> now.</p>")

    assert block.text == f"Who sees it: [{chosen}] now."
    assert block.role is Role.CONTROL


TABLE = (
    "<table><thead><tr><th>Purpose<th>Data<th>Kept</thead>"
    "<tr><td rowspan=2>Ads<td>Clicks<td>1 year"
    "<tr><td>Likes<td>2 years"
    "<tr><td>Safety<td><td>30 days</table>"
)


def test_a_row_is_a_clause_under_its_header_and_what_spans_it():
    rows = [(block.role, block.text, block.heads) for block in read(TABLE)]

    header = "Purpose | Data | Kept"
    assert rows == [
        (Role.ROW, header, ()),
        (Role.ROW, "Ads | Clicks | 1 year", (header,)),
        (Role.ROW, "Likes | 2 years", (header, "Ads")),
        (Role.ROW, "Safety | | 30 days", (header,)),
    ]


def test_a_first_row_that_is_all_bold_is_a_header():
    source = "<table><tr><td><b>Who<td><b>Why<tr><td>Acme<td>Ads</table>"

    assert read(source)[1].heads == ("Who | Why",)


@pytest.mark.parametrize(
    "source",
    [
        "<table role=presentation><tr><td>Left.<td>Right.</table>",
        "<table><tr><td>Left.<td><table><tr><td>Right.</table></table>",
        f"<table><tr><td>Left.<td>Right.<td>{'word ' * 130}.</table>",
    ],
)
def test_a_table_for_layout_is_read_as_paragraphs(source):
    found = read(source)

    assert [block.text for block in found[:2]] == ["Left.", "Right."]
    assert all(block.role is Role.SENTENCE for block in found)


def test_links_keep_where_they_lead_without_trackers():
    (block,) = read("<p><a href='/opt-out?utm_source=x&id=7'>Opt out</a> here.</p>")

    assert block.hrefs == ("/opt-out?id=7",)
    assert block.linked == len("Opt out")


def test_selectors_choose_and_remove():
    recipe = Recipe(select=("main",), remove=(".ad",))
    source = "<p>no</p><main><p>yes</p><p class=ad>no</p></main><p>no</p>"

    assert [block.text for block in read(source, recipe)] == ["yes"]


def test_a_page_is_let_go_as_soon_as_it_is_read():
    gc.collect()
    gc.disable()  # it comes by too seldom for trees of megabytes that it cannot see
    try:
        read("<label for=a>Ads</label><input id=a type=checkbox><p>Text <b>x</b></p>")
        left = [thing for thing in gc.get_objects() if isinstance(thing, Walk)]
    finally:
        gc.enable()

    assert left == []
