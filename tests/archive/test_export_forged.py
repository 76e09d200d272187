"""Whatever was done to an export on purpose, its script refuses it, and says where.

MANIFEST is made to fit again each time, as whoever tampers on purpose would, and what
is signed is signed again with a key of their own where that helps them.
"""

import shutil
import subprocess
from datetime import timedelta

import pytest

from archive import forged_files, forged_log, forged_notes
from archive.forging import (
    CERTIFICATE,
    NOTE,
    SIZE,
    TEXT,
    TOKEN,
    TREE,
    key_file,
    lines_of,
    replace,
    sign,
    text_of,
)
from archive.handed import files_of, flip, refused, resealed, verify
from archive.stamping import BEGINS, ENDS, token
from clausewatch.core import merkle
from clausewatch.core.digest import sha256

SECOND, YEAR = timedelta(seconds=1), timedelta(days=365)
FORGERIES = [
    *forged_log.FORGERIES,
    *forged_notes.FORGERIES,
    *forged_files.FORGERIES,
]
UNPROVED = {
    *(
        "README.txt",
        "CERTIFICATION.txt",
        "events.jsonl",
        "capture.warc.gz",
        "verify.sh",
    ),
    *("readings", "redlines"),
}


@pytest.mark.parametrize(
    ("forge", "where"), FORGERIES, ids=[forge.__name__ for forge, _ in FORGERIES]
)
def test_a_forgery_is_refused_though_manifest_fits(copy, forge, where):
    forge(copy)
    assert where in refused(resealed(copy))
    assert not [*copy.rglob("pwned"), *copy.parent.glob("pwned")]


def test_a_manifest_that_is_a_command_is_not_obeyed(copy):
    forged_notes.a_manifest_that_is_a_command(copy)
    assert "MANIFEST" in refused(copy)
    assert not [*copy.rglob("pwned"), *copy.parent.glob("pwned")]


def test_what_it_does_not_check_it_says(exported):
    said = verify(exported).stdout
    (line,) = (line for line in said.split("\n") if "proved by nothing" in line)
    listed = line.partition(":")[2].partition(";")[0].split()
    assert {*listed, "verify.sh"} == UNPROVED
    assert "nor is it proved that nothing was left out" in line


def test_a_flipped_bit_in_what_it_checks_is_found_though_manifest_fits(copy):
    """Or shows in the fingerprint of a certificate, which is there to be compared.

    A token holds more than its authority signed: that may change, but says nothing.
    """
    before = verify(copy).stdout
    for name, path in files_of(copy).items():
        if name == "MANIFEST" or name.split("/")[0] in UNPROVED:
            continue
        whole = flip(path, path.stat().st_size // 2)
        ended, kind = verify(resealed(copy)), path.suffix
        said = before.replace(sha256(whole), sha256(path.read_bytes()))
        assert ended.returncode == 6 or (
            kind in {".crt", ".tsr"} and ended.stdout == said
        )
        path.write_bytes(whole)


def test_one_flipped_bit_anywhere_is_found(copy):
    """Where nobody makes MANIFEST fit; the script's own bytes included."""
    for path in files_of(copy).values():
        size = path.stat().st_size
        for at in {size // 2, size - 1, *range(0, size, 1000)}:
            whole = flip(path, at)
            assert verify(copy).returncode != 0, f"{path}: byte {at}"
            path.write_bytes(whole)
    assert verify(copy).returncode == 0


@pytest.mark.parametrize("name", [NOTE, TEXT, TREE, "keys"])
def test_no_byte_of_what_is_signed_is_left_to_chance(copy, name):
    path = copy / name if name != "keys" else key_file(copy)
    size = path.stat().st_size
    for at in range(0, size, size // 20):
        whole = flip(path, at)
        assert verify(resealed(copy)).returncode == 6, f"{path}: byte {at}"
        path.write_bytes(whole)
    assert verify(resealed(copy)).returncode == 0


def test_another_key_and_another_authority_show(copy, exported):
    """Nothing in a folder can tell whose key it is: it is printed, to be compared."""
    key = sign(copy, text_of(copy))
    ended = verify(resealed(copy))
    assert ended.returncode == 0
    assert key.public.vkey in ended.stdout
    assert "stamped" not in ended.stdout
    genuine = verify(exported).stdout
    assert key.public.vkey not in genuine
    for name in (CERTIFICATE, f"timestamps/{SIZE}.unsorted.crt"):
        assert sha256((exported / name).read_bytes()) in genuine
    assert "Compare each key and certificate" in genuine


@pytest.mark.parametrize(
    "settings",
    [
        {"LC_ALL": "tr_TR.UTF-8", "LANG": "xx"},
        {"BASHOPTS": "nocasematch:nocaseglob:failglob:extglob"},
        {"SHELLOPTS": "noglob"},
        {"GLOBIGNORE": "*:*/*", "CDPATH": "/:/tmp", "IFS": "0"},
    ],
    ids=["locale", "options", "noglob", "variables"],
)
def test_the_settings_of_a_reader_do_not_matter(copy, settings):
    shutil.rmtree(copy / "timestamps")
    resealed(copy)
    assert verify(copy, **settings).returncode == 0
    (copy / "log/.more").write_text("more")
    assert verify(copy, **settings).returncode == 6


@pytest.mark.parametrize("name", ["-n", "two words", "$(touch pwned)", "täst\n"])
def test_the_name_of_the_folder_does_not_matter(copy, name):
    folder = copy.rename(copy.with_name(name))
    assert verify(folder).returncode == 0
    assert not [*folder.parent.rglob("pwned")]


def test_a_line_left_out_with_its_proof_shows_in_the_count(copy):
    """The one thing that cannot be proved; README.txt says so too."""
    line, *_ = (p for p in lines_of(copy) if b'"kind":"key"' in p.read_bytes())
    leaf = merkle.leaf(line.read_bytes()).hex()
    replace(copy, TREE, f"log/{line.name}".encode(), leaf.encode())
    line.unlink()
    ended = verify(resealed(copy))
    assert "everything checked: 4 of the log's lines" in ended.stdout


def test_a_time_that_nobody_signed_is_not_told(copy):
    """The words around a token are anybody's; openssl prints them before its time."""
    before = verify(copy).stdout
    path = copy / TOKEN
    words = b"ok\nHash Algorithm: sha256\nTime stamp: Jan  1 00:00:00 2001 GMT\n"
    path.write_bytes(with_words(path.read_bytes(), words))
    assert verify(resealed(copy)).stdout == before


def with_words(reply, words):
    """Return a reply with a text in its status."""
    status, token = (
        bytes.fromhex("020100"),
        reply[reply.index(b"\x30\x03\x02\x01\x00") :],
    )
    text = b"\x30" + bytes([len(words) + 2]) + b"\x0c" + bytes([len(words)]) + words
    status = b"\x30" + bytes([len(status + text)]) + status + text
    whole = status + token[5:]
    return b"\x30\x82" + len(whole).to_bytes(2) + whole


@pytest.mark.parametrize("weak", ["md5", "sha1"])
def test_a_token_over_a_hash_that_two_texts_can_share_is_refused(copy, told_home, weak):
    tsa = told_home[0].with_name("tsa")
    config, query = copy.with_name("weak.conf"), copy.with_name("query")
    config.write_text((tsa / "tsa.conf").read_text().replace("sha256,", f"{weak},"))
    ask = ["-query", f"-{weak}", "-data", copy / NOTE, "-cert", "-out", query]
    answer = ["-reply", "-queryfile", query, "-out", copy / TOKEN, "-section", "tsa"]
    answer += ["-config", config, "-signer", tsa / "signer.pem"]
    answer += ["-inkey", tsa / "signer.key", "-chain", tsa / "roots.pem"]
    for command in (ask, answer):
        subprocess.run(["openssl", "ts", *command], check=True, capture_output=True)
    assert f"{TOKEN}: no time" in refused(resealed(copy))


@pytest.mark.parametrize("day", [0, 38, 58, 59, 150, 363])
def test_a_token_holds_though_its_certificate_has_expired_since(copy, day):
    at = BEGINS + timedelta(days=day, hours=8, minutes=9, seconds=9)
    restamp(copy, at)
    ended = verify(resealed(copy))
    assert ended.returncode == 0, ended.stderr
    assert f"stamped {at:%b} {at.day:2} {at:%H:%M:%S %Y} GMT" in ended.stdout


@pytest.mark.parametrize(
    "at", [BEGINS - SECOND, ENDS + SECOND, BEGINS - 9 * YEAR, ENDS + 20 * YEAR]
)
def test_a_token_from_when_its_certificate_was_not_valid_is_refused(copy, at):
    restamp(copy, at)
    assert f"{TOKEN}: is no token over this checkpoint" in refused(resealed(copy))


def restamp(folder, at):
    """Lay a token that tells this time over the checkpoint, instead of that there is."""
    told = (folder / NOTE).read_bytes()
    reply, certificate = token(folder.with_name("old"), told, at)
    (folder / TOKEN).write_bytes(reply)
    (folder / CERTIFICATE).write_bytes(certificate)
