"""The commands that only read: events, show, explain, history, diff, status."""

import json
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from clausewatch.cli.demo.site import Site
from clausewatch.cli.exits import Code
from clausewatch.cli.home import reading
from clausewatch.core.cloudevent import from_line
from clausewatch.core.digest import sha256
from clausewatch.core.event import Direction, Evidence
from clausewatch.core.model import WatchId
from clausewatch.core.opinion import Opinion
from clausewatch.render.times import exact
from clausewatch.render.wording import subject
from clausewatch.store import open_store
from clausewatch.testing.examples import SEEN, example
from clausewatch.testing.looks import capture_of, claim, enrol, settlement
from cli.conftest import CASE, new_world


@pytest.fixture
def event(ask):
    (line,) = ask("events", "--json").out.splitlines()
    return from_line(line)


def test_events_tells_what_woke_people_and_all_also_the_rest(ask, event):
    told = ask("events").out

    assert event.watch == "settings"
    assert f"{event.observed_at:%Y-%m-%d %H:%M} UTC  Halvorne settings" in told
    assert "on by default: " in told
    assert "Halvorne settings  critical, 3 of 3" in told
    assert "{+☑ Use my data to train AI models+}" in told
    assert "first seen" not in told
    assert "first seen" in ask("events", "--all").out


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (("--since", "1h"), 1),
        (("--since", "2999-01-01"), 0),
        (("--watch", "policy"), 0),
        (("--watch", "settings"), 1),
        (("--all",), 3),
    ],
)
def test_events_can_be_narrowed(ask, options, count):
    assert len(ask("events", "--json", *options).out.splitlines()) == count


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("events", "--since", "yesterday"), "--since: expected a date"),
        (("events", "--watch", "polici"), "did you mean policy?"),
        (("history", "setings"), "did you mean settings?"),
        (("show", "ffff"), "no event has this id"),
        (("diff", "settings", "2001-01-01"), "was first looked at later"),
    ],
)
def test_what_was_not_understood_is_named_and_exits_2(ask, arguments, says):
    ended = ask(*arguments)

    assert (ended.code, ended.out) == (Code.CONFIG, "")
    assert says in ended.err


def test_show_takes_the_start_of_an_id_and_says_where_the_proof_lies(ask, event):
    told = ask("show", event.id[:8]).out

    assert event.url in told
    assert event.evidence.capture in told
    assert "Switzerland" in told


def test_show_gives_each_hash_the_time_its_own_bytes_came(tmp_path, ask):
    """A page may send other bytes each time, and another look confirms a change."""
    seen = {
        body: SEEN + timedelta(hours=hours)
        for hours, body in enumerate((b"old", b"as old", b"as new", b"new"))
    }
    event = example(
        watch=WatchId("acme"),
        previous_at=seen[b"as old"],
        observed_at=seen[b"as new"],
        evidence=Evidence(sha256(b"new"), sha256(b"old")),
    )
    with closing(open_store(tmp_path)) as store:
        enrol(store, "acme")
        for body, at in seen.items():
            told = (event,) if body == b"new" else ()
            held, capture = claim(store, at=at), capture_of(body, at=at)
            store.settle(settlement(held, at=at, capture=capture, events=told))

    told = ask("show", event.id, "--home", tmp_path).out
    lines = [line.strip() for line in told.splitlines()]

    for body, text in (
        (b"new", f"the same text was first seen {exact(seen[b'as new'])}"),
        (b"old", f"the same text was last seen {exact(seen[b'as old'])}"),
    ):
        (at,) = (n for n, line in enumerate(lines) if line.endswith(sha256(body)))
        came, besides = lines[at + 1 : at + 3]
        assert came == f"received {exact(seen[body])}"
        assert besides == text


def test_show_json_is_the_event_as_it_was_told(ask, event):
    assert from_line(ask("show", event.id, "--json").out) == event


def test_explain_names_the_rule_behind_each_change(ask, event):
    told = ask("explain", event.id).out

    assert " ".join(told.split()).startswith(subject(event))
    assert event.reason in told
    assert f"critical, {event.materiality} of 3" in told
    assert "it changed: seen once, not looked at again yet" in told
    for change in event.changes:
        assert f"{change.kind} · {change.verdict}" in told
        assert all(line in told for line in (change.why, *change.because))


def test_explain_shows_a_second_opinion_as_generated(kept, ask, event):
    opinion = Opinion(
        event=event.id,
        at=event.observed_at,
        model="a-model",
        reading="More is shared.",
        direction=Direction.LESS,
        quotes=("to train AI models",),
        left_out=("a quotation that does not stand in the text: we sell all",),
    )
    with reading(kept.home, write=True) as store:
        store.opine(replace(opinion, reading="An older one."))
        store.opine(opinion)

    told = ask("explain", event.id).out

    generated = told[told.index("A second opinion") :]
    assert "by a-model on" in generated
    assert "no evidence" in generated
    assert "More is shared." in generated
    assert "An older one." not in generated
    assert "“to train AI models”" in generated
    assert "does not stand in the text: we sell all" in generated


def test_history_tells_what_looks_came_to_newest_first(ask):
    head, *rows = ask("history", "settings").out.splitlines()

    assert "from (UTC)" in head
    assert [row.split()[3] for row in rows] == ["changed", "first-seen"]


def test_diff_compares_the_last_two_contents_unless_others_are_named(ask):
    looks = map(json.loads, ask("history", "settings", "--json").out.splitlines())
    new, old = (look["capture"] for look in looks)
    ended = ask("diff", "settings")

    assert ended.code == Code.CHANGED
    assert "{+☑ Use my data to train AI models+}" in ended.out
    assert ask("diff", "settings", old[:8], new[:8]).out == ended.out
    assert (
        "[-☑ Use my data to train AI models-]" in ask("diff", "settings", new, old).out
    )


@pytest.fixture(scope="session")
def walled(tmp_path_factory):
    """A world whose policy was hidden behind a bot wall between two versions."""
    with Site(CASE) as site:
        made = new_world(tmp_path_factory.mktemp("walled"), site)
        for step in (0, 3, 4, 6):
            site.step = step
            made("check", "policy")
        yield made


def test_diff_never_compares_with_what_was_held(walled):
    looks = {one["outcome"]: one for one in walled.looks("policy")}
    ended = walled("diff", "policy")
    held = looks["suspect"]["capture"][:12]

    assert ended.code == Code.CHANGED
    assert "{+We may use your personal data to develop and train" in ended.out
    assert looks["first-seen"]["capture"][:12] in ended.err
    asked = walled("diff", "policy", held)
    assert (asked.code, asked.out) == (Code.CONFIG, "")
    assert f"{held}: was held: almost no text is left; it is not" in asked.err


def test_diff_takes_the_text_that_stood_then(walled):
    new, same, held, first = walled.looks("policy")
    assert (same["outcome"], same["document"]) == ("unchanged", None)
    whole = walled("diff", "policy")

    for early in (same["capture"], held["looked_at"], first["looked_at"]):
        ended = walled("diff", "policy", early, new["capture"][:12])
        assert ended.out == whole.out
    today = f"{datetime.fromisoformat(new['looked_at']):%Y-%m-%d}"
    assert walled("diff", "policy", first["capture"], today).out == whole.out
    assert walled("diff", "policy", today).out == ""
    assert "begins so" in walled("diff", "policy", "c0ffee00").err


def test_diff_of_a_page_that_never_changed_is_empty_and_exits_0(ask):
    ended = ask("diff", "policy")

    assert (ended.code, ended.out) == (Code.FINE, "")


def test_status_tells_of_each_watch(ask):
    rows = [json.loads(row) for row in ask("status", "--json").out.splitlines()]

    assert [(row["watch"], row["state"]) for row in rows] == [
        ("policy", "fine"),
        ("settings", "fine"),
    ]
    assert [row["revision"] for row in rows] == [1, 2]
    assert "2 watches: 2 fine" in ask("status").err


@pytest.mark.parametrize(
    "command", [("events",), ("status",), ("history", "x"), ("deliveries",)]
)
def test_reading_where_nothing_is_kept_says_so_and_makes_nothing(
    ask, tmp_path, command
):
    ended = ask(*command, "--home", str(tmp_path / "empty"))

    assert ended.code == Code.CONFIG
    assert "nothing is kept here yet" in ended.err
    assert not list(tmp_path.iterdir())
