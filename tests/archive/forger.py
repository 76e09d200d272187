"""Whoever has root: makes everything anew that can be made, so that it fits together."""

import json
import shutil
import sqlite3
from contextlib import closing

from clausewatch.archive.keys import Keyring, keep_key, key_file, new_key
from clausewatch.archive.notes import notes, notes_file
from clausewatch.archive.segments import LINES, Segments, head_text
from clausewatch.core import merkle
from clausewatch.core.attempt import line_of
from clausewatch.core.digest import canonical, sha256
from clausewatch.core.note import Checkpoint, Note, parse_checkpoint
from clausewatch.core.telling import digest_of


def key_of(home):
    """Return the secret of a home."""
    return Keyring(home, None).key(None)


def other_key(home):
    """Return a new key under the log's name, put in the place of the real one."""
    key = new_key(key_of(home).public.name)
    keep_key(key_file(home), key)
    return key


def rewrite(home, key, change=lambda _said: None, *, lines=None):
    """Write the log anew, up to so many lines, with all that hangs on it.

    Lines are changed in place; each checkpoint is made where one was, and signed by
    this key; the store's events carry the new ones. Tokens cannot be made, and go.
    """
    said = [json.loads(line) for line in Segments(home).lines()][:lines]
    old = {sha256(str(note).encode()): str(note) for note in notes(home)}
    made, signed, instead = [], [], {}
    for one in said:
        if one["kind"] == "timestamp":
            continue
        if one["kind"] == "key":
            one["vkey"] = key.public.vkey
        if one["kind"] == "checkpoint":
            note = _signed(key, made)
            instead[old[one["note"]]] = str(note)
            one["note"] = sha256(str(note).encode())
            signed.append(note)
        change(one)
        made.append(line_of(one))
    _write(home, made, signed)
    _retell(home, instead)


def _signed(key, lines):
    root = merkle.root(map(merkle.leaf, lines))
    text = Checkpoint(key.public.name, len(lines), root).text()
    return Note(text, (key.sign(text),))


def _write(home, lines, signed):
    assert len(lines) < LINES
    log = home / "log"
    (log / "000000.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    root = merkle.root(map(merkle.leaf, lines))
    (log / "head").write_bytes(head_text(len(lines), root))
    notes_file(home).write_text("".join(f"{note}\n" for note in signed))
    shutil.rmtree(log / "timestamps", ignore_errors=True)
    (home / "verified.json").unlink(missing_ok=True)


def _retell(home, instead):
    for seq, event in told(home):
        note = event["evidence"]["checkpoint"]
        if note:
            event["evidence"]["checkpoint"] = instead.get(note, note)
            run(home, "update events set body=? where seq=?", canonical(event), seq)


def told(home):
    """Return number and JSON of the store's events."""
    rows = run(home, "select seq, body from events order by seq")
    return [(seq, json.loads(body)) for seq, body in rows]


def run(home, sql, *values):
    """Run a statement on the store's file, past all of our code."""
    with closing(sqlite3.connect(home / "clausewatch.db")) as base, base:
        return base.execute(sql, values).fetchall()


def roll_back(home, count):
    """Take back everything after the first checkpoints, in the store as well."""
    kept = [*notes(home)][:count]
    size = parse_checkpoint(kept[-1]).size + 1
    lines = [*Segments(home).lines()][:size]
    _write(home, lines, kept)
    said = [json.loads(line) for line in lines]
    looks = sum(one["kind"] == "attempt" for one in said)
    ids = {name for one in said for name in one.get("events", ())}
    run(home, "delete from looks where id > ?", looks)
    for name in {event["id"] for _, event in told(home)} - ids:
        run(home, "delete from events where id = ?", name)
    bodies = {one.get("body") for one in said}
    for number, body in run(home, "select id, body from captures"):
        if body not in bodies:
            run(home, "delete from captures where id=?", number)


def retell(home, seq, change):
    """Change an event of the store, and give it the hash in the log that it has now."""
    event = dict(told(home))[seq]
    change(event)
    run(home, "update events set body=? where seq=?", canonical(event), seq)
    return event["id"], digest_of(event)
