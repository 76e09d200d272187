"""`check` looks once, tells what changed, and says by its exit code what came of it."""

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta

from clausewatch.cli.exits import Code
from clausewatch.core.model import WatchId
from clausewatch.store import open_store


def test_the_first_look_at_pages_is_no_change(world):
    ended = world("check")

    assert ended == type(ended)(Code.FINE, "", "2 pages: 2 first-seen\n")


def test_a_change_is_shown_with_its_words_marked_and_exits_1(world):
    world("check")
    world.site.step = 6
    ended = world("check", "policy")

    assert ended.code == Code.CHANGED
    assert "Halvorne privacy policy  critical, 3 of 3" in ended.out
    assert "[-180 days-] {+18 months+}" in ended.out
    assert ended.err == "1 page: 1 changed\n"


def test_a_sink_with_a_threshold_of_its_own_is_told_what_others_are_not(world):
    world.watchlist.write_text(
        "sinks:\n"
        "  all: {type: file, path: all.jsonl, threshold: all}\n"
        "  loud: {type: file, path: loud.jsonl}\n" + world.watchlist.read_text()
    )
    world("check")

    told = (world.home / "all.jsonl").read_text().splitlines()
    assert [json.loads(line)["type"] for line in told] == [
        "org.clausewatch.watch.first-seen"
    ] * 2
    assert not (world.home / "loud.jsonl").exists()


def test_new_tokens_and_a_cookie_layer_are_no_change(world):
    world("check")
    world.site.step = 1
    ended = world("check")

    assert ended == type(ended)(Code.FINE, "", "2 pages: 2 unchanged\n")


def test_json_is_one_cloudevent_a_line_and_nothing_else(world):
    world("check")
    world.site.step = 2
    ended = world("check", "--json")

    (event,) = map(json.loads, ended.out.splitlines())
    assert event["type"] == "org.clausewatch.policy.changed"
    assert event["data"]["watch"] == "settings"


def test_a_page_that_cannot_be_had_exits_3_and_hides_no_other(world):
    world.watchlist.write_text(
        world.watchlist.read_text().replace("/legal/privacy-policy", "/gone")
    )
    ended = world("check")

    assert ended.code == Code.INACCESSIBLE
    assert "policy: inaccessible: the server answered 404" in ended.err
    assert "1 first-seen" in ended.err


def test_a_page_on_this_machine_says_what_would_permit_it(world):
    text = world.watchlist.read_text().replace("allow: [127.0.0.1]", "allow: []")
    world.watchlist.write_text(text)

    ended = world("check", "policy")

    assert ended.code == Code.INACCESSIBLE
    assert (
        "policy: inaccessible: its address is not a public one; "
        "`network: {allow: [127.0.0.1]}` in the watchlist permits it"
    ) in ended.err
    assert "its address is not a public one" in world("status").out
    assert "its address is not a public one" in world("history", "policy").out


def test_a_misspelt_watch_is_answered_with_the_nearest(world):
    ended = world("check", "polcy")

    assert ended.code == Code.CONFIG
    assert (
        ended.err == "clausewatch: polcy: no watch of this name; did you mean policy?\n"
    )
    assert not world.site.answers


def test_every_mistake_in_the_watchlist_is_named_with_its_place(world):
    world.watchlist.write_text("services:\n  - nam: x\n    watches: [ftp://x]\n")
    ended = world("check")

    assert ended.code == Code.CONFIG
    assert f"{world.watchlist}:2:5: " in ended.err
    assert f"{world.watchlist}:3:15: " in ended.err
    assert not world.home.exists()


def test_a_watchlist_that_is_not_there_is_named(world):
    ended = world("check", "-c", str(world.folder / "no.yaml"))

    assert ended.code == Code.CONFIG
    assert "no.yaml:1:1: watchlist: expected a file that can be read" in ended.err


def test_what_a_check_has_shown_a_later_daemon_does_not_print_again(world):
    world("check")
    world.site.step = 2
    world("check")

    assert (
        world("deliveries").err == "nothing is on its way, and nothing was given up\n"
    )


def test_a_home_that_cannot_be_written_to_is_trouble_with_the_store(world):
    world.home.write_text("a file where a folder should be")
    ended = world("check")

    assert ended.code == Code.STORE
    assert str(world.home) in ended.err
    assert "Traceback" not in ended.err


def test_what_was_being_looked_at_when_we_were_killed_does_not_wait_for_its_lease(
    world,
):
    world("check")
    now = datetime.now(UTC)
    with closing(open_store(world.home)) as store:
        held = store.claim_one(
            WatchId("policy"), now, lease_until=now + timedelta(hours=1)
        )

    assert held
    assert world("check").code == Code.FINE
