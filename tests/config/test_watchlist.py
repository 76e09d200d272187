"""A watchlist says all of what it says, or all of what is wrong with it."""

import re
from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from clausewatch.config.nodes import CParser, _built
from clausewatch.config.values import Wrong
from clausewatch.config.watchlist import load, parse
from clausewatch.core.model import Cron, Every, Kind, Threshold
from clausewatch.errors import ConfigError, Problem

ROOT = Path(__file__).parents[2]
SHIPPED = [ROOT / "watchlist.yaml", *sorted(ROOT.glob("seeds/watchlists/*.yaml"))]


def read(text):
    return parse(dedent(text).encode(), file="watchlist.yaml")


def problems(text):
    with pytest.raises(ConfigError) as caught:
        parse(text if isinstance(text, bytes) else dedent(text).encode(), file="w.yaml")
    return str(caught.value).splitlines()


def test_defaults_are_filled_in_and_give_way_to_what_a_watch_says():
    watchlist = read("""
        defaults: {every: 1d, threshold: editorial, headers: {Accept-Language: de}}
        sinks:
          log: {type: file, path: x.jsonl}
          hook: {type: webhook, url: "https://hook.example/", secret_env: S}
        site: {address: "https://Watch.example.org/"}
        network: {allow: [Localhost], contact: me@example.org, concurrency: 3}
        services:
          - name: Café Acme
            watches:
              - https://acme.example/legal/privacy
              - url: https://acme.example/tos
                cron: "0 9 * * mon"
                vantage: eu
                threshold: all
                select: main
                sinks: [log]
                headers: {accept-language: fr}
    """)

    plain, own = watchlist.watches
    assert (plain.id, plain.kind) == ("cafe-acme-privacy-policy", Kind.PRIVACY)
    assert plain.schedule == Every(timedelta(days=1))
    assert plain.threshold is Threshold.EDITORIAL
    assert plain.sinks == ("log", "hook")
    assert plain.headers == (("Accept-Language", "de"),)
    assert (own.id, own.schedule) == (
        "cafe-acme-terms-of-service-eu",
        Cron("0 9 * * mon"),
    )
    assert (own.select, own.sinks, own.threshold) == (("main",), ("log",), "all")
    assert own.headers == (("accept-language", "fr"),)
    assert watchlist.sinks[1].options == {
        "url": "https://hook.example/",
        "secret_env": "S",
    }
    assert watchlist.sinks[0].place == "watchlist.yaml:4:3"
    assert watchlist.network.allow == ("localhost",)
    assert watchlist.network.concurrency == 3
    assert watchlist.site == "https://watch.example.org"


def test_a_list_without_sinks_tells_standard_output():
    watchlist = read("services: [{name: A, watches: [https://a.example/privacy]}]")

    assert [sink.type for sink in watchlist.sinks] == ["stdout"]
    assert watchlist.watches[0].sinks == ("stdout",)
    assert watchlist.watches[0].schedule == Every(timedelta(hours=6))


def test_the_jitter_asked_for_is_that_of_every_steady_schedule():
    watchlist = read("""\
        defaults: {jitter: 0.5}
        services:
          - name: A
            watches:
              - https://a.example/privacy
              - {url: "https://a.example/terms", every: 1h}
    """)

    assert [watch.schedule for watch in watchlist.watches] == [
        Every(timedelta(hours=6), 0.5),
        Every(timedelta(hours=1), 0.5),
    ]


def test_every_problem_of_a_file_is_reported_in_one_run_at_its_place():
    assert problems("""\
        defaults:
          every: 6
        sinks:
          mail: {type: email, host: smtp.example, from: me, to: [a@b.example], pasword: x}
          odd: {type: emial}
        network:
          gap:
        services:
          - name: Acme
            watches:
              - url: https://acme.example/privacy
                evry: 6h
              - url: https://u:p@acme.example/privacy
                cron: "0 9 * *"
                every: 1h
                sinks: [mial]
                remove: ["p[["]
                threshold: hi
              - url: ftp://acme.example/terms
              - https://acme.example/x
          - nme: B
            watches: hello
          - name: 7
            watches: []
    """) == [
        'w.yaml:2:10: watchlist.defaults.every: expected a duration such as "30m", "6h" or "1d", not 6',
        "w.yaml:4:49: watchlist.sinks.mail.from: expected an e-mail address, not 'me'",
        "w.yaml:4:72: watchlist.sinks.mail.pasword: unknown key; expected one of threshold, from, type, host, port, security, username, password, password_file, password_credential, password_env, to, digest, ca, timeout; did you mean password?",
        "w.yaml:5:15: watchlist.sinks.odd.type: expected one of email, file, opinion, stdout, webhook, not 'emial'; did you mean email?",
        'w.yaml:7:3: watchlist.network.gap: expected a duration such as "30m", "6h" or "1d", not nothing',
        "w.yaml:12:9: watchlist.services[0].watches[0].evry: unknown key; expected one of url, id, kind, title, every, cron, select, remove, vantage, headers, sinks, threshold; did you mean every?",
        "w.yaml:13:9: watchlist.services[0].watches[1]: duplicate id acme-privacy-policy; first in w.yaml:11:9; give one of the two an id",
        "w.yaml:13:14: watchlist.services[0].watches[1].url: expected an address without user name and password",
        "w.yaml:14:9: watchlist.services[0].watches[1].cron: expected every or cron, not both",
        "w.yaml:14:15: watchlist.services[0].watches[1].cron: expected cron notation such as \"0 9 * * mon\" (Wrong number of fields; got 4, expected 5), not '0 9 * *'",
        "w.yaml:16:17: watchlist.services[0].watches[1].sinks[0]: unknown sink; expected one of mail, odd; did you mean mail?",
        "w.yaml:17:18: watchlist.services[0].watches[1].remove[0]: expected a CSS selector, not 'p[[': Malformed attribute selector at position 1",
        "w.yaml:18:20: watchlist.services[0].watches[1].threshold: expected one of all, housekeeping, editorial, substantive, important, critical, not 'hi'",
        "w.yaml:19:14: watchlist.services[0].watches[2].url: expected an address such as https://example.org/privacy, not 'ftp://acme.example/terms'",
        "w.yaml:20:9: watchlist.services[0].watches[3]: missing key kind; the address does not tell what the page is",
        "w.yaml:21:5: watchlist.services[1]: missing key name",
        "w.yaml:21:5: watchlist.services[1].nme: unknown key; expected one of name, watches; did you mean name?",
        "w.yaml:22:14: watchlist.services[1].watches: expected a list, not 'hello'",
        "w.yaml:23:11: watchlist.services[2].name: expected text, not 7; put it in quotes",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "1:1: watchlist: expected services, got an empty file"),
        ("# only a remark\n", "1:1: watchlist: expected services, got an empty file"),
        ("[]", "1:1: watchlist: expected keys with values, not a list"),
        ("{}", "1:1: watchlist: missing key services"),
        ("services:", "1:1: watchlist.services: expected a list, not nothing"),
        (b"a: \xff", "1:4: watchlist: expected UTF-8, got the byte 0xff"),
        (
            b"\xef\xbb\xbfa: \x00",
            "1:4: watchlist: expected text, got the control character U+0000",
        ),
        ("a: 1\nb: 2\na: 3", "3:1: watchlist.a: duplicate key; first in line 1"),
        ("- a: 1\n  a: 2", "2:3: watchlist[0].a: duplicate key; first in line 1"),
        ("&x [*x]", "1:5: watchlist: *x contains itself"),
        ("a: *nobody", "1:4: watchlist: unknown alias *nobody"),
        ("? [a]\n: b", "1:3: watchlist: expected a name as the key"),
        ("a\n---\nb", "2:1: watchlist: expected one document, got a second"),
        ("[" * 33, "1:33: watchlist: nested deeper than 32"),
    ],
)
def test_a_file_that_is_no_watchlist_says_why(text, problem):
    assert problems(text) == [f"w.yaml:{problem}"]


@pytest.mark.parametrize(
    "address", ["https://a.example/watch", "a.example", "https://a.example/?x", "7"]
)
def test_a_site_stands_at_the_root_of_its_host(address):
    (problem,) = problems(f"""
        site: {{address: "{address}"}}
        services: [{{name: A, watches: ["https://a.example/privacy"]}}]
    """)

    assert problem.startswith(
        "w.yaml:2:17: watchlist.site.address: expected an address"
    )


@pytest.mark.parametrize("text", ["a: 'open", "a:\n\t- b", "{a", "a: b: c", "!<x", "%"])
def test_what_is_no_yaml_has_a_place_too(text):
    assert problems(text)[0].startswith("w.yaml:")
    assert "watchlist: not readable as YAML: " in problems(text)[0]


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"absent\.yaml:1:1: .* no such file"):
        load(tmp_path / "absent.yaml")
    with pytest.raises(ConfigError, match=r"expected a file .* is a directory"):
        load(tmp_path)


def test_numbers_of_weekdays_are_refused_for_they_mean_other_days_elsewhere():
    entry = (
        'services: [{name: A, watches: [{url: "https://a.example/tos", cron: "%s"}]}]'
    )

    assert "days of the week by name" in problems(entry % "0 9 * * 1-5")[0]
    assert read(entry % "0 9 * * mon-fri").watches[0].schedule == Cron(
        "0 9 * * mon-fri"
    )
    assert "expected a time that comes" in problems(entry % "0 0 31 2 *")[0]


def test_the_sink_of_a_plug_in_takes_whatever_options_it_says(tmp_path, monkeypatch):
    text = """
        sinks: {chat: {type: carrier-pigeon, loft: 3, threshold: critical}}
        services: [{name: A, watches: [https://a.example/privacy]}]
    """
    assert "expected one of email" in problems(text)[0]

    (folder := tmp_path / "pigeon-1.dist-info").mkdir()
    (folder / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: pigeon\nVersion: 1\n"
    )
    entry = "[clausewatch.sinks]\ncarrier-pigeon = pigeon:Sink\n"
    (folder / "entry_points.txt").write_text(entry)
    monkeypatch.syspath_prepend(tmp_path)

    (sink,) = read(text).sinks
    assert (sink.type, sink.options) == ("carrier-pigeon", {"loft": 3})
    assert sink.threshold is Threshold.CRITICAL


@pytest.mark.parametrize(
    ("sink", "problem"),
    [
        (
            "type: webhook, secret: a, secret_env: B",
            "expected one of secret, secret_env",
        ),
        ("type: webhook", "missing key secret; expected one of secret, secret_file"),
        (
            "type: email, host: h, from: a@b.example, to: a@b.example, username: me",
            "expected username and password, or neither",
        ),
    ],
)
def test_a_sink_names_the_secrets_that_it_needs_each_once(sink, problem):
    extra = ", url: 'https://h.example'" if "webhook" in sink else ""
    (line,) = problems(f"sinks: {{h: {{{sink}{extra}}}}}\nservices: []")

    assert line.startswith(f"w.yaml:1:12: watchlist.sinks.h: {problem}")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_lists_that_we_ship_are_right(path):
    assert load(path).watches
    schema = path.read_text().partition("\n")[0].partition("$schema=")[2]
    assert (path.parent / schema).is_file()


words = st.sampled_from(
    "services name watches url every kind id sinks type email defaults cron select "
    "https://a.example/privacy 6h 1 null [] {} - : [ ] { } , & * ! | > ' \" # ? % @ --- "
    "&a *a <<".split()
)
space = st.sampled_from([" ", "\n", "\n  ", "\n    ", ": ", "\n- ", ""])
yamlish = st.lists(st.tuples(words, space)).map(lambda p: "".join(map("".join, p)))


@settings(max_examples=300, deadline=None)
@given(st.one_of(yamlish.map(str.encode), st.text().map(str.encode), st.binary()))
@example(b"services:\n- name: A\n  watches:\n  - {url: &u [x], sinks: *u}")
@example(b"sinks: {a: b}\nservices: {}")
@example(b"sinks: {7: {type: [x]}}\nservices: [{watches: [{}, 1, null]}]")
def test_any_bytes_are_a_watchlist_or_problems_with_a_place(body):
    assert all(p.line >= 1 and p.column >= 1 for p in problems_or_none(body))


@pytest.mark.skipif(not CParser, reason="ruamel.yaml.clib is not installed")
@settings(max_examples=300, deadline=None)
@given(yamlish)
@example("services: [{name: A, watches: [https://a.example/privacy]}]")
@example("a: no\nb: 0o7\nc: .5\nd: '1'\ne: |\n  x\n\nf: >-\n  y\n  z\n")
def test_both_parsers_read_the_same(text):
    def answer(*, pure):
        try:
            built = _built(text, pure=pure)
        except Wrong:
            return None
        return None if built.wrong else (built.value,)

    # To libyaml, as in YAML 1.1, a colon ends an anchor's name.
    assume(not re.search(r"[&*]\S*:", text))
    fast, slow = answer(pure=False), answer(pure=True)
    assert fast == slow or fast is None or slow is None


def problems_or_none(body):
    try:
        parse(body, file="w.yaml")
    except ConfigError as error:
        return error.problems or [Problem("", 0, 0, "", "an error without a problem")]
    return ()


def test_authorities_for_timestamps_have_their_roots_beside_the_watchlist():
    body = b"""
evidence:
  timestamps:
    notary: {url: "https://t.example/tsa", roots: ca/notary.pem}
    other: {url: "https://u.example/"}
services: [{name: Acme, watches: ["https://acme.example/privacy"]}]
"""
    found = parse(body, file="/etc/clausewatch/watchlist.yaml").evidence.timestamps
    assert [(one.name, one.url, one.roots) for one in found] == [
        ("notary", "https://t.example/tsa", Path("/etc/clausewatch/ca/notary.pem")),
        ("other", "https://u.example/", None),
    ]
