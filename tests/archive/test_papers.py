"""What the papers of an export state is what its lines bear out, and no more."""

import re

import pytest

from archive.case import OLD, page, play
from archive.handed import export
from clausewatch.archive.affidavit import CERTIFICATION
from clausewatch.archive.blobs import Blobs
from clausewatch.archive.checkpoint import Notary
from clausewatch.archive.papers import Case, certification
from clausewatch.archive.prune import prune
from clausewatch.archive.selection import Line
from clausewatch.core.digest import sha256
from clausewatch.errors import StoreError
from clausewatch.testing.examples import SEEN

KEPT, GONE = "a" * 64, "b" * 64
FETCHED = {"clock": {"state": "synchronised", "max_error_us": 2500}}
RECORDED = {"recorded": True}


def signed(*lines):
    """Return the certification of an export with these attempts."""
    about = {"kind": "attempt", "came": "page", "body": KEPT, "at": "2024-09-18"}
    about |= {"software": "clausewatch 0.0.9", "url": "https://acme.example/terms"}
    shown = [Line(n, b"", {**about, **said}) for n, said in enumerate(lines)]
    case = Case((), shown, (), "clausewatch 0.1.0", {KEPT}, {})
    return " ".join(certification(case).split())


def test_what_was_fetched_is_said_to_be_made_at_the_time_by_an_accurate_process():
    said = signed(FETCHED)
    assert "electronic process or system that produces an accurate result" in said
    assert "made at or near the time" in said
    assert "kept in the course of a regularly conducted activity" in said
    assert "was a regular practice of that activity" in said
    assert "RECORDED" not in said


def test_what_others_recorded_is_not_said_to_be_fetched_or_made_at_the_time():
    said = signed(RECORDED)
    assert "requests web pages" not in said
    assert "made at or near the time of each attempt" not in said
    assert "did not fetch them and made no record at those times" in said
    assert "RECORDED by somebody else" in said
    assert "2024-09-18 the page was received" not in said
    assert "the clock of the machine" not in said


def test_where_some_were_recorded_each_is_marked_and_left_out_of_what_is_certified():
    said = signed(FETCHED, RECORDED)
    assert "Exhibit A, but for those marked RECORDED, were generated" in said
    assert "line 0: 2024-09-18 the page was received" in said
    assert "line 1: 2024-09-18 RECORDED" in said
    assert "By the lines of 1 attempt in" in said


def test_the_clock_is_what_the_lines_say_of_it():
    said = signed(FETCHED, {"clock": {"state": "unknown"}})
    assert (
        "was synchronised in 1, unknown in 1, and by its own account off by at most 0.003 s"
        in said
    )


def test_the_software_is_that_of_the_lines_and_the_exporter_is_named_apart():
    said = signed(FETCHED)
    assert "the program clausewatch 0.0.9, run by" in said
    assert "`clausewatch evidence export` of clausewatch 0.1.0." in said


def test_a_body_that_is_not_there_is_not_listed_as_a_copy():
    said = signed(FETCHED, {**FETCHED, "body": GONE})
    assert said.count(KEPT) == said.count(GONE) == 1
    assert f"{GONE} ( bytes) (removed on purpose since: not in bodies/)" in said


def test_who_copied_what_from_where_and_the_notice_are_for_the_signer_to_fill_in():
    said = " ".join(CERTIFICATION.split())
    blank = re.escape("[____________________]")
    for asked in (
        rf"copied from {blank} \(device, storage medium or file",
        rf"on {blank} \(date\) by {blank} \(who ran the export\)",
        r"SHA-256 of what was read was compared with the one that the log had",
        rf"gave {blank} \(adverse party\) reasonable written notice",
        rf"available for inspection at {blank}",
    ):
        assert re.search(asked, said), asked


def test_the_readme_says_so_of_what_others_recorded(exported):
    said = " ".join((exported / "README.txt").read_text().split())
    assert "Somebody else recorded captures of the page named below" in said
    assert "it did not fetch them" in said


def test_the_readme_does_not_call_unpacked_bytes_those_that_came(exported):
    said = " ".join((exported / "README.txt").read_text().split())
    assert "byte for byte" not in said
    assert 'the hash of the bytes as they came, too ("wire")' in said


def test_a_page_that_was_pruned_is_told_apart_from_one_that_is_damaged_or_lost(
    tmp_path,
):
    home = tmp_path / "home"
    event, body = play(home, between=True), sha256(page(f"{OLD} "))
    file = home / "blobs" / body[:2] / f"{body[2:]}.zst"
    whole = file.read_bytes()
    file.write_bytes(whole[:-9])
    with pytest.raises(StoreError, match=f"blob {body}"):
        export(home, event, tmp_path / "damaged")
    file.unlink()
    with pytest.raises(StoreError, match=f"blob {body} is absent"):
        export(home, event, tmp_path / "lost")
    file.write_bytes(whole)
    notary = Notary(home)
    assert [*prune(notary, Blobs(home), [body], why="age", now=lambda: SEEN)] == [1]
    notary.close()
    export(home, event, tmp_path / "pruned")
    for name in ("README.txt", "CERTIFICATION.txt"):
        said = (tmp_path / "pruned" / name).read_text()
        (shown,) = re.findall(rf"{body}.*\n *(.*)", said)
        assert shown == "(removed on purpose since: not in bodies/)"
