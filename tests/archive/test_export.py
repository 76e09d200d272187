"""An export proves itself on a clean machine, and shows whatever was done to it."""

import asyncio
import io
import json
import shutil
import ssl
import subprocess
import zipfile
from dataclasses import replace

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.case import NEW, OLD, page, play, stamp
from archive.handed import export, verify
from clausewatch.archive.blobs import Blobs
from clausewatch.archive.checkpoint import Notary
from clausewatch.archive.compact import Compactor
from clausewatch.archive.export import Exporter
from clausewatch.archive.segments import Segments
from clausewatch.archive.selection import lines_telling
from clausewatch.core.digest import sha256
from clausewatch.errors import ConfigError, StoreError
from clausewatch.store import open_store
from clausewatch.testing.authority import Authority
from clausewatch.testing.examples import SEEN
from clausewatch.testing.looks import HOUR


@pytest.fixture
def home(told_home):
    return told_home[0]


@pytest.fixture
def told(told_home):
    return told_home[1]


def test_an_export_verifies_with_nothing_but_its_script(exported):
    ended = verify(exported)
    assert (ended.returncode, ended.stderr) == (0, "")
    *_, last = ended.stdout.splitlines()
    # A look at the old text, one that failed, the new one, what it told, and the key.
    assert (
        last
        == "everything checked: 5 of the log's lines, 2 of its pages, 1 of its events"
    )
    assert len((exported / "verify.sh").read_text().splitlines()) <= 60


def test_it_holds_what_was_received_read_and_told(exported):
    bodies = {path.name: path.read_bytes() for path in (exported / "bodies").iterdir()}
    assert bodies == {sha256(page(text)): page(text) for text in (OLD, NEW)}
    readings = [p.read_text() for p in (exported / "readings").iterdir()]
    assert sorted(OLD in one for one in readings) == [False, True]
    (redline,) = (exported / "redlines").iterdir()
    shown = redline.read_text()
    assert "affiliates" in shown
    assert "src=" not in shown
    assert "<link" not in shown
    readme = (exported / "README.txt").read_text()
    assert "nothing came: expected an answer in time" in readme
    assert sha256(page(NEW)) in (exported / "CERTIFICATION.txt").read_text()


def test_it_holds_the_event_as_the_log_has_its_hash(exported, told):
    (event,) = (exported / "events").iterdir()
    assert event.name == f"{told}.json"
    said = json.loads(event.read_bytes())
    assert said["evidence"]["capture"] == sha256(page(NEW))
    lines = [json.loads(path.read_bytes()) for path in (exported / "log").iterdir()]
    (named,) = (line["events"] for line in lines if line["kind"] == "told")
    assert named[told] == sha256(event.read_bytes())


def test_the_same_archive_always_makes_the_same_export(home, told, exported, tmp_path):
    export(home, told, tmp_path / "again")
    first, second = (
        {p.relative_to(at): p.read_bytes() for p in at.rglob("*") if p.is_file()}
        for at in (exported, tmp_path / "again")
    )
    assert first == second


def test_web_archive_tools_read_it_and_find_its_digests_right(exported):
    file = exported / "capture.warc.gz"
    warcio = shutil.which("warcio", path=".venv/bin") or "warcio"
    ended = subprocess.run(
        [warcio, "check", "-v", file], check=False, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stdout
    assert "fail" not in ended.stdout
    with file.open("rb") as stream:
        found = [
            (record.rec_type, record.rec_headers["WARC-Payload-Digest"] or "")
            for record in ArchiveIterator(stream)
        ]
    kinds = [kind for kind, _ in found]
    assert kinds.count("response") == kinds.count("request") == 2
    assert all(digest.startswith("sha256:") for k, digest in found if k == "response")


def test_the_zip_for_the_site_unpacks_to_the_same(home, told, exported, tmp_path):
    store = open_store(home, read_only=True)
    packed = Exporter(home, store).export_zip(told)
    store.close()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / f"clausewatch-{told[:12]}"
    assert (folder / "MANIFEST").read_bytes() == (exported / "MANIFEST").read_bytes()
    assert verify(folder).returncode == 0


def test_an_export_from_a_compacted_archive_is_the_same(home, told, exported, tmp_path):
    store, blobs = open_store(home), Blobs(home)
    Compactor(home, blobs).run(store.filed(limit=99))
    store.close()
    assert not blobs.is_whole(sha256(page(NEW)))
    export(home, told, tmp_path / "again")
    again = (tmp_path / "again" / "MANIFEST").read_bytes()
    assert again == (exported / "MANIFEST").read_bytes()


def test_a_folder_with_something_in_it_and_an_unknown_event_are_refused(
    home, told, exported
):
    with pytest.raises(ConfigError, match="expected an empty folder"):
        export(home, told, exported)
    store = open_store(home, read_only=True)
    with pytest.raises(ConfigError, match="no event of this id"):
        Exporter(home, store).export_zip("nothing")
    store.close()


def test_an_absent_body_is_named_and_nothing_is_exported(tmp_path):
    event = play(tmp_path / "home")
    digest = sha256(page(NEW))
    (tmp_path / "home/blobs" / digest[:2] / f"{digest[2:]}.zst").unlink()
    with pytest.raises(StoreError, match=f"blob {digest} is absent"):
        export(tmp_path / "home", event, tmp_path / "export")
    assert list((tmp_path / "export").iterdir()) == []


@pytest.mark.parametrize(
    ("forged", "why"),
    [
        ({"id": "0" * 32}, "is named by no line of the log"),
        ({"service": "Somebody else"}, "is not what the log says was told"),
    ],
)
def test_an_event_that_the_log_does_not_bear_out_is_not_exported(
    home, told, tmp_path, forged, why
):
    store = open_store(home, read_only=True)
    event = replace(store.event(told), **forged)
    with pytest.raises(StoreError, match=f"event {event.id}: {why}"):
        Exporter(home, store).export([event], tmp_path / "export")
    store.close()
    assert list((tmp_path / "export").iterdir()) == []


def test_an_event_told_far_from_its_attempt_is_found_all_the_same(home, told):
    store, segments = open_store(home, read_only=True), Segments(home)
    (line,) = lines_telling(segments, [store.event(told)], ())
    store.close()
    assert told in line.said["events"]


def test_a_change_in_a_log_of_several_segments_verifies_after_the_key_changed(tmp_path):
    home = tmp_path / "home"
    event = play(home, others=1100)
    notary = Notary(home)
    notary.rotate(SEEN + 30 * HOUR)
    notary.close()
    export(home, event, tmp_path / "export")
    assert verify(tmp_path / "export").returncode == 0


def test_a_checkpoint_that_two_keys_signed_verifies_and_shows_both(tmp_path):
    home = tmp_path / "home"
    event = play(home)
    notary = Notary(home)
    notary.rotate(SEEN + 30 * HOUR)
    notary.close()
    with Authority(tmp_path / "tsa") as local:
        asyncio.run(stamp(home, local))
    export(home, event, tmp_path / "export")
    keys = [path.read_text().strip() for path in (tmp_path / "export/keys").iterdir()]
    told = verify(tmp_path / "export").stdout
    assert len(keys) == 2
    assert all(f"signed by the key {key}\n" in told for key in keys)


def test_of_several_certificates_that_which_is_enough_is_taken_or_else_none(tmp_path):
    home = tmp_path / "home"
    event = play(home)
    with (
        Authority(tmp_path / "tsa") as local,
        Authority(tmp_path / "tsb", is_sorted=False) as other,
    ):
        roots = tmp_path / "roots.pem"
        roots.write_bytes(other.roots.read_bytes() + local.roots.read_bytes())
        asyncio.run(stamp(home, local, roots=roots))
        asyncio.run(stamp(home, other, "unsorted", roots=roots))
    export(home, event, tmp_path / "export")
    named = {path.name for path in (tmp_path / "export/timestamps").iterdir()}
    assert named == {"9.local.tsr", "9.local.crt"}
    certificate = (tmp_path / "export/timestamps/9.local.crt").read_bytes()
    assert ssl.PEM_cert_to_DER_cert(local.roots.read_text()) == certificate
    # We cannot read this token, and so not tell which of the two it belongs under.
    named = {path.name for path in (tmp_path / "export/kept").iterdir()}
    assert named == {"9.unsorted.tsr", "9.unsorted.pem"}
    told = verify(tmp_path / "export").stdout
    assert told.count("  stamped ") == 1
    assert " kept" in next(line for line in told.split("\n") if "proved by" in line)
    assert "kept/ " in (tmp_path / "export/README.txt").read_text()
