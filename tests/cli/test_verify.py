"""`verify`, `checkpoint` and `prune`, as an operator meets them."""

import json
import shutil
from dataclasses import asdict
from email.message import EmailMessage

import pytest

from archive.forger import other_key, rewrite
from clausewatch.archive.anchors import keep, last
from clausewatch.archive.keys import Keyring, key_file, new_key
from clausewatch.archive.segments import Segments
from clausewatch.cli.exits import Code
from cli.conftest import World
from cli.test_backtest import captures


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory):
    """Return a home in which recorded captures were taken in."""
    folder = tmp_path_factory.mktemp("taken-in")
    file = folder / "captures.jsonl"
    file.write_text("\n".join(map(json.dumps, captures())))
    made = World(folder, None)
    made("backtest", "--keep", str(file))
    return made.home


@pytest.fixture
def at_home(taken_in, tmp_path):
    shutil.copytree(taken_in, tmp_path / "home")
    return World(tmp_path, None)


def log_of(world):
    return world.home / "log" / "000000.jsonl"


def test_a_kept_archive_verifies_and_says_what_was_checked(at_home):
    ended = at_home("verify")

    assert (ended.code, ended.out) == (Code.FINE, "")
    assert "36 looks" in ended.err
    assert "all is what it was" in ended.err


def test_what_is_wrong_is_named_and_ends_with_6(at_home):
    path = log_of(at_home)
    path.write_bytes(path.read_bytes().replace(b'"status":200', b'"status":204', 1))

    ended = at_home("verify", "--full")

    assert ended.code == Code.UNSOUND
    assert "are not those that were signed" in ended.out
    (first, *_) = map(json.loads, at_home("verify", "--json").out.splitlines())
    assert set(first) == {"place", "what", "since"}


def test_what_was_found_wrong_is_found_again_next_time(at_home):
    at_home("verify")
    blob = next((at_home.home / "blobs").glob("??/*.zst"))
    blob.write_bytes(b"")

    assert at_home("verify", "--full").code == Code.UNSOUND
    assert at_home("verify", "--full").code == Code.UNSOUND


def test_a_mailed_checkpoint_shows_that_the_log_goes_on_from_it(at_home, tmp_path):
    mail = tmp_path / "mail.txt"
    note = at_home("checkpoint", "show").out
    mail.write_text(
        "Dear all,\n\n" + "".join(f"> {line}\n" for line in note.split("\n"))
    )

    ended = at_home("checkpoint", "compare", str(mail))

    assert ended.code == Code.FINE
    assert "is how today's log of 49 lines begins" in ended.out.replace("\n", " ")


def test_a_mail_as_it_was_saved_will_do(at_home, tmp_path):
    mail = EmailMessage()
    mail["Message-ID"] = "<1@acme.example>"
    mail.set_content(at_home("checkpoint", "show").out, cte="quoted-printable")
    (tmp_path / "mail.eml").write_bytes(mail.as_bytes())

    assert at_home("checkpoint", "compare", str(tmp_path / "mail.eml")).code == 0


def test_a_log_that_was_rewritten_does_not_go_on_from_an_old_checkpoint(
    at_home, tmp_path
):
    old = tmp_path / "old"
    old.write_text(at_home("checkpoint", "show").out)
    path = log_of(at_home)
    path.write_bytes(path.read_bytes().replace(b'"status":200', b'"status":204', 1))

    ended = at_home("checkpoint", "compare", str(old))

    assert ended.code == Code.UNSOUND
    assert "is not how the log begins" in ended.out


def test_a_checkpoint_that_another_signed_proves_nothing(at_home, tmp_path):
    old = tmp_path / "old"
    note = at_home("checkpoint", "show").out
    old.write_text(note.replace("\n48\n", "\n47\n"))

    ended = at_home("checkpoint", "compare", str(old))

    assert (ended.code, "not signed by a key of this log" in ended.out) == (6, True)


def test_a_file_without_a_checkpoint_is_refused(at_home, tmp_path):
    (tmp_path / "old").write_text("Dear all,")

    ended = at_home("checkpoint", "compare", str(tmp_path / "old"))

    assert ended.code == Code.CONFIG
    assert "expected a checkpoint in it, got none" in ended.err


def test_a_rotated_key_is_shown_and_old_checkpoints_still_count(at_home, tmp_path):
    old = tmp_path / "old"
    old.write_text(at_home("checkpoint", "show").out)
    before = at_home("checkpoint", "show", "--key").out
    secret = key_file(at_home.home).read_text()

    vkey = at_home("checkpoint", "rotate").out

    assert at_home("checkpoint", "show", "--key").out == vkey != before
    assert key_file(at_home.home).read_text() != secret
    assert at_home("checkpoint", "compare", str(old)).code == Code.FINE
    assert at_home("verify", "--full").code == Code.FINE


def test_pruning_leaves_a_tombstone_and_everything_verifies(at_home):
    asked = at_home("prune", "--before", "2026-01-01")
    blobs = len(list((at_home.home / "blobs").glob("??/*")))
    assert "may go; --yes removes them" in asked.err

    at_home("prune", "--before", "2026-01-01", "--why", "five years are over", "--yes")

    said = [json.loads(line) for line in Segments(at_home.home).lines()]
    (tombstone,) = [one for one in said if one["kind"] == "tombstone"]
    assert tombstone["why"] == "five years are over"
    assert len(list((at_home.home / "blobs").glob("??/*"))) == blobs - len(
        tombstone["bodies"]
    )
    assert at_home("verify", "--full").code == Code.FINE
    assert "0 captures" in at_home("prune", "--before", "2026-01-01").err


def test_a_capture_without_a_tombstone_is_missed(at_home):
    next((at_home.home / "blobs").glob("??/*.zst")).unlink()

    ended = at_home("verify")

    assert ended.code == Code.UNSOUND
    assert "is absent" in ended.out


def test_what_is_still_compared_with_or_was_told_of_is_not_pruned(at_home):
    at_home("prune", "--before", "2030-01-01", "--yes")

    events = map(json.loads, at_home("events", "--all", "--json").out.splitlines())
    gone = {
        body
        for line in Segments(at_home.home).lines()
        for body in json.loads(line).get("bodies", ())
    }
    assert gone
    for event in events:
        evidence = event["data"]["evidence"]
        assert not gone & {evidence["capture"], evidence["previous"]}


def test_a_published_key_and_a_kept_checkpoint_anchor_a_verification(at_home, tmp_path):
    key = at_home("checkpoint", "show", "--key").out.strip()
    (tmp_path / "key.txt").write_text(f"Our key:\n{key}\n")
    (tmp_path / "mail").write_text(at_home("checkpoint", "show").out)
    at_home("checkpoint", "rotate")

    bare = at_home("verify")
    given = ("--key", str(tmp_path / "key.txt"), "--against", str(tmp_path / "mail"))
    ended = at_home("verify", *given)

    assert "held against nothing from elsewhere" in bare.err
    assert ended.code == Code.FINE
    assert (
        "is signed under 1 key and continues 1 checkpoint from elsewhere" in ended.err
    )
    assert at_home("verify", "--key", key).code == Code.FINE


def test_another_key_than_the_published_one_is_shown_by_both_commands(
    at_home, tmp_path
):
    (tmp_path / "mail").write_text(at_home("checkpoint", "show").out)
    published = at_home("checkpoint", "show", "--key").out.strip()
    rewrite(at_home.home, other_key(at_home.home))

    assert at_home("verify").code == Code.FINE
    by_key = at_home("verify", "--key", published)
    compared = at_home(
        "checkpoint", "compare", str(tmp_path / "mail"), "--key", published
    )
    assert (by_key.code, compared.code) == (Code.UNSOUND, Code.UNSOUND)
    assert "has not signed this log" in by_key.out
    assert "has not signed this log" in compared.out
    assert "is not signed by a key of this log" in compared.out


@pytest.mark.parametrize(
    ("option", "text", "says"),
    [
        ("--key", "no key in here", "expected a public key such as"),
        ("--against", "Dear all,", "expected a checkpoint in it, got none"),
    ],
)
def test_an_anchor_that_is_none_is_refused(at_home, tmp_path, option, text, says):
    (tmp_path / "file").write_text(text)

    ended = at_home("verify", option, str(tmp_path / "file"))

    assert (ended.code, says in ended.err) == (Code.CONFIG, True)


@pytest.mark.parametrize("wrapped", ["json", "escaped", "feed"])
def test_a_checkpoint_in_a_webhook_or_a_feed_will_do(at_home, tmp_path, wrapped):
    note = at_home("checkpoint", "show").out
    (tmp_path / "kept").write_text(
        f"<entry><rights>{note}</rights></entry>"
        if wrapped == "feed"
        else json.dumps({"a": {"checkpoint": note}}, ensure_ascii=wrapped == "escaped")
    )

    assert at_home("verify", "--against", str(tmp_path / "kept")).code == Code.FINE


@pytest.mark.parametrize("forged", ["unsigned", "by another key", "changed"])
def test_a_forged_memory_of_a_verification_makes_nobody_look_away(at_home, forged):
    """It says that all was verified; the blob that has rotted is found all the same."""
    at_home("verify")
    path = at_home.home / "verified.json"
    blob = next((at_home.home / "blobs").glob("??/*.zst"))
    blob.write_bytes(b"")
    told = last(at_home.home, [Keyring(at_home.home, None).key(None).public])
    assert at_home("verify").code == Code.FINE  # Remembered; only --full reads it.
    if forged == "unsigned":
        path.write_text(json.dumps(asdict(told)))
    elif forged == "by another key":
        keep(
            at_home.home,
            told,
            new_key(Keyring(at_home.home, None).key(None).public.name),
        )
    else:
        path.write_text(path.read_text().replace('"look":36', '"look":37'))

    ended = at_home("verify")

    assert ended.code == Code.UNSOUND
    assert "verified.json is not ours: all is read again" in ended.err
    assert "is damaged" in ended.out


def test_a_log_that_was_rewritten_since_the_last_verification_is_found(at_home):
    at_home("verify")
    memory = (at_home.home / "verified.json").read_bytes()
    rewrite(at_home.home, Keyring(at_home.home, None).key(None), _lie)
    (at_home.home / "verified.json").write_bytes(memory)

    ended = at_home("verify")

    assert ended.code == Code.UNSOUND
    assert "the last verification: the first" in ended.out


def _lie(said):
    if said["kind"] == "attempt":
        said["status"] = 404
