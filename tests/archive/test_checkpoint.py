"""A checkpoint holds us to what the log said; who has one can check us by it."""

import json
import os
import signal
import stat
import subprocess
import sys

import pytest
from structlog.testing import capture_logs

from archive.shelf import Rows, attempt, lines
from clausewatch.archive.checkpoint import Notary
from clausewatch.archive.ed25519 import by_cryptography, by_python
from clausewatch.archive.keys import key_file, signers
from clausewatch.archive.notes import notes
from clausewatch.archive.verify import verify
from clausewatch.core import merkle
from clausewatch.core.digest import sha256
from clausewatch.core.note import parse_checkpoint, parse_note, parse_vkey
from clausewatch.errors import ConfigError, StoreError
from clausewatch.testing.examples import SEEN
from clausewatch.testing.faults import DISK_STEPS, Die, FaultyDisk


def kinds(home):
    return [json.loads(line)["kind"] for line in lines(home)]


def keys(home):
    said = map(json.loads, lines(home))
    return [parse_vkey(one["vkey"]) for one in said if one["kind"] == "key"]


def test_a_checkpoint_covers_all_lines_and_is_signed_by_a_key_the_log_names(tmp_path):
    notary = Notary(tmp_path)
    notary.record(attempt(0))

    note = parse_note(notary.checkpoint(SEEN))

    told = parse_checkpoint(note)
    leaves = list(map(merkle.leaf, lines(tmp_path)))
    assert kinds(tmp_path) == ["attempt", "key", "checkpoint"]
    assert (told.size, told.root) == (2, merkle.root(leaves[:2]))
    assert signers(note, keys(tmp_path)) == tuple(keys(tmp_path))
    assert told.origin == keys(tmp_path)[0].name


def test_the_line_after_those_covered_names_the_note(tmp_path):
    notary = Notary(tmp_path)
    notary.record(attempt(0))
    note = notary.checkpoint(SEEN)

    assert json.loads(lines(tmp_path)[2])["note"] == sha256(note.encode())
    assert list(map(str, notes(tmp_path))) == [note]


def test_without_a_new_line_nothing_is_signed_anew(tmp_path):
    notary = Notary(tmp_path)
    assert notary.checkpoint(SEEN) is None
    notary.record(attempt(0))

    assert notary.checkpoint(SEEN) == notary.checkpoint(SEEN) == notary.newest
    assert notary.log.size == 3


def test_a_stamp_alone_is_nothing_to_sign_for(tmp_path):
    notary = Notary(tmp_path)
    notary.record(attempt(0))
    note = notary.checkpoint(SEEN)
    stamp = {"kind": "timestamp", "note": "0", "authority": "a", "reply": "1"}
    notary.append(stamp, SEEN)

    assert notary.checkpoint(SEEN) == note
    again = Notary(tmp_path)
    assert again.checkpoint(SEEN) == note
    again.record(attempt(1))
    assert Notary(tmp_path).checkpoint(SEEN) != note


def test_the_newest_note_is_known_to_the_next_process(tmp_path):
    first = Notary(tmp_path)
    first.record(attempt(0))
    note = first.checkpoint(SEEN)
    first.close()

    again = Notary(tmp_path)

    assert again.newest == note
    again.record(attempt(1))
    assert parse_checkpoint(parse_note(again.checkpoint(SEEN))).size == 4
    assert len(keys(tmp_path)) == 1


def test_the_key_is_made_for_its_owner_alone_and_refused_otherwise(tmp_path):
    notary = Notary(tmp_path)
    notary.record(attempt(0))
    notary.checkpoint(SEEN)
    notary.close()
    path = key_file(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600

    path.chmod(0o640)

    with pytest.raises(ConfigError, match=r"only its owner can read.*0640"):
        Notary(tmp_path)


def test_a_credential_of_systemd_signs_and_no_key_is_made(tmp_path):
    (tmp_path / "made").mkdir()
    given = tmp_path / "credentials"
    given.mkdir()
    maker = Notary(tmp_path / "made")
    maker.record(attempt(0))
    maker.checkpoint(SEEN)
    key_file(tmp_path / "made").rename(given / "log-key").chmod(0o440)

    notary = Notary(tmp_path / "home", credentials=given)
    notary.record(attempt(0))
    note = parse_note(notary.checkpoint(SEEN))

    assert signers(note, keys(tmp_path / "made"))
    assert not key_file(tmp_path / "home").exists()


def test_the_old_key_vouches_for_the_new_one(tmp_path):
    notary = Notary(tmp_path)
    notary.record(attempt(0))
    notary.checkpoint(SEEN)

    vkey = notary.rotate(SEEN)
    notary.record(attempt(1))
    notary.checkpoint(SEEN)

    old, new = keys(tmp_path)
    assert (new.vkey, new.name) == (vkey, old.name)
    signed = [set(signers(note, (old, new))) for note in notes(tmp_path)]
    assert signed == [{old}, {old, new}, {new}]
    assert Notary(tmp_path).checkpoint(SEEN) == notary.newest


def test_a_credential_vouches_for_a_key_that_is_made_in_the_home(tmp_path):
    notary = Notary(tmp_path)
    notary.record(attempt(0))
    notary.checkpoint(SEEN)
    given = tmp_path / "credentials"
    given.mkdir()
    key_file(tmp_path).rename(given / "log-key")

    vkey = Notary(tmp_path, credentials=given).rotate(SEEN)

    # The old credential may still lie there: the log says which key is in force.
    again = Notary(tmp_path, credentials=given)
    again.record(attempt(1))
    again.checkpoint(SEEN)
    assert keys(tmp_path)[1].vkey == vkey
    assert [len(note.signatures) for note in notes(tmp_path)] == [1, 2, 1]


def test_a_log_whose_key_is_gone_is_not_signed_by_another(tmp_path):
    notary = Notary(tmp_path)
    notary.record(attempt(0))
    notary.checkpoint(SEEN)
    key_file(tmp_path).unlink()

    with pytest.raises(ConfigError, match=r"which the log named last.*got none"):
        Notary(tmp_path)
    assert not key_file(tmp_path).exists()


ROTATION = [
    *((step, nth) for step in DISK_STEPS if "rename" in step for nth in (1, 2)),
    *((step, nth) for step in DISK_STEPS if "sync" in step for nth in range(1, 6)),
    *((step, nth) for step in DISK_STEPS if "write" in step for nth in range(1, 5)),
]


@pytest.mark.parametrize(("step", "nth"), ROTATION)
def test_a_rotation_that_is_killed_goes_on_and_the_old_key_vouches(tmp_path, step, nth):
    notary = Notary(tmp_path)
    notary.record(attempt(0, capture=None))
    notary.checkpoint(SEEN)
    notary.close()
    pid = os.fork()
    if pid == 0:
        Notary(tmp_path, disk=FaultyDisk(Die(step, nth))).rotate(SEEN)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
    assert verify(tmp_path, store=Rows())[0].findings == []

    again = Notary(tmp_path)
    again.record(attempt(1, capture=None))
    again.checkpoint(SEEN)
    again.rotate(SEEN)
    again.close()

    report, _ = verify(tmp_path, store=Rows())
    assert (report.findings, report.notices) == ([], [])
    ids = [key.id for key in keys(tmp_path)]
    for note in notes(tmp_path):
        first, *others = [one.key_id for one in note.signatures]
        assert others in ([], [ids[ids.index(first) - 1]])


def test_a_wrong_signature_is_nobodys(tmp_path):
    notary = Notary(tmp_path)
    notary.record(attempt(0))
    text = notary.checkpoint(SEEN)
    wrong = parse_note(text.replace("\n2\n", "\n3\n"))

    assert signers(wrong, keys(tmp_path)) == ()


def test_a_note_that_lacks_its_line_gets_it_before_anything_else(tmp_path):
    """As after a crash between the two."""
    notary = Notary(tmp_path)
    notary.record(attempt(0))
    note = notary.checkpoint(SEEN)
    notary.close()
    path = tmp_path / "log" / "000000.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:2]))
    (tmp_path / "log" / "head").unlink()

    with capture_logs() as told:
        notary = Notary(tmp_path)
    notary.record(attempt(1))

    assert told[0]["event"] == "log.mended"
    assert kinds(tmp_path) == ["attempt", "key", "checkpoint", "attempt"]
    assert json.loads(lines(tmp_path)[2])["note"] == sha256(note.encode())


def test_half_a_note_is_cut_off(tmp_path):
    notary = Notary(tmp_path)
    notary.record(attempt(0))
    note = notary.checkpoint(SEEN)
    notary.record(attempt(1))
    notary.close()
    with (tmp_path / "log" / "checkpoints").open("ab") as file:
        file.write(f"{note}\n".encode()[:-30])

    with capture_logs() as told:
        notary = Notary(tmp_path)

    assert told[0]["event"] == "log.mended"
    assert notary.newest == note
    notary.checkpoint(SEEN)
    assert len(list(notes(tmp_path))) == 2


def test_nothing_is_signed_over_a_log_that_does_not_continue_its_checkpoint(tmp_path):
    notary = Notary(tmp_path)
    notary.record(attempt(0))
    notary.checkpoint(SEEN)
    notary.close()
    path = tmp_path / "log" / "000000.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"status":200', b'"status":201'))
    (tmp_path / "log" / "head").unlink()

    with pytest.raises(StoreError, match="expected a log that continues"):
        Notary(tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make files for others")
def test_what_root_makes_belongs_to_whom_the_home_belongs_to(tmp_path):
    os.chown(tmp_path, 4321, 4321)
    notary = Notary(tmp_path)
    notary.record(attempt(0))
    notary.checkpoint(SEEN)
    notary.close()

    made = [path for name in ("log", "keys") for path in (tmp_path / name).rglob("*")]
    assert {path.stat().st_uid for path in made} == {4321}
    assert key_file(tmp_path) in made


SIGNING = """
import sys
from clausewatch.archive.keys import new_key
new_key("acme").sign("text")
print(*(name for name in sys.modules if name.startswith("cryptography")))
"""


def test_signing_takes_no_second_openssl_and_both_sign_alike():
    told = subprocess.run(
        [sys.executable, "-c", SIGNING], capture_output=True, text=True, check=True
    )
    assert told.stdout == "\n"
    for seed in (bytes(32), bytes(range(32)), b"\xff" * 32):
        ours, theirs = by_python(seed), by_cryptography(seed)
        assert ours[0] == theirs[0]
        for text in (b"", b"a\0b", b"x" * 5000):
            assert ours[1](text) == theirs[1](text)
