"""What verify shows of a forger's best effort, and what only an anchor shows."""

import json
import shutil
from contextlib import closing
from dataclasses import replace

import pytest
import zstandard

from archive import forger
from archive.case import OLD, page, play, stamp
from clausewatch.archive.anchors import Anchors
from clausewatch.archive.blobs import Blobs
from clausewatch.archive.checkpoint import Notary
from clausewatch.archive.keys import new_key
from clausewatch.archive.notes import newest_note, notes, notes_file
from clausewatch.archive.segments import Segments, head_text
from clausewatch.archive.verify import verify
from clausewatch.core import merkle
from clausewatch.core.attempt import line_of
from clausewatch.core.digest import canonical, sha256
from clausewatch.core.note import Checkpoint, Note
from clausewatch.fetch.decode import PageDecoder
from clausewatch.store import open_store
from clausewatch.testing.authority import Authority
from clausewatch.testing.examples import SEEN


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Return a home in which a change was told, as its operator left it."""
    home = tmp_path_factory.mktemp("kept")
    play(home)
    with closing(Notary(home)) as notary:
        notary.append({"bodies": [], "kind": "tombstone", "why": "old"}, SEEN)
        notary.checkpoint(SEEN)
    return home


@pytest.fixture
def home(kept, tmp_path):
    return shutil.copytree(kept, tmp_path / "home")


@pytest.fixture
def published(kept):
    """Return what others have: the key as it was published, a mailed checkpoint."""
    key = forger.key_of(kept).public
    return Anchors(keys=(key,)), Anchors(notes=(newest_note(kept)[0],))


def found(home, anchors=None):
    store = open_store(home, read_only=True)
    given = anchors or Anchors()
    report, _ = verify(home, store=store, anchors=given, decode=PageDecoder().decode)
    store.close()
    return [str(one) for one in report.findings]


def lie(said):
    if said["kind"] == "attempt" and said.get("reason"):
        said["detail"] = "it was their server"


def test_what_was_kept_passes_with_and_without_anchors(home, published):
    assert [found(home, given) for given in (None, *published)] == [[], [], []]


def test_a_log_rewritten_under_another_key_is_shown_by_either_anchor(home, published):
    forger.rewrite(home, forger.other_key(home), lie)

    assert found(home) == []  # As docs/evidence.md says: nothing here shows it.
    by_key, by_note = (found(home, given) for given in published)
    assert "has not signed this log" in by_key[0]
    assert any("are not those that it was made of" in one for one in by_note)
    assert any("is not signed by a key of this log" in one for one in by_note)


def test_a_log_rewritten_under_its_own_key_is_shown_by_an_old_checkpoint_alone(
    home, published
):
    forger.rewrite(home, forger.key_of(home), lie)

    assert [found(home), found(home, published[0])] == [[], []]
    assert ["given: the first" in one for one in found(home, published[1])] == [True]


def test_a_log_that_was_rolled_back_is_shown_by_an_old_checkpoint_alone(
    home, published
):
    forger.roll_back(home, 1)

    assert [found(home), found(home, published[0])] == [[], []]
    (told,) = found(home, published[1])
    assert "given: was made of" in told
    assert "and the log has" in told


def test_what_the_log_knows_of_the_published_key_needs_its_signature(home, published):
    """Whoever rewrites it can name the published key, but not sign with it."""
    theirs = forger.other_key(home)
    forger.rewrite(home, theirs)
    line = line_of({"at": "2024-01-01T00:00:00Z", "kind": "key"})
    said = json.loads(line) | {"vkey": published[0].keys[0].vkey}
    lines = [line_of(said), *Segments(home).lines()]
    forger._write(home, lines, [])

    assert any("has not signed this log" in one for one in found(home, published[0]))
    assert any("before" in one and "has signed" in one for one in found(home))


@pytest.mark.parametrize("is_named", [True, False])
def test_another_key_does_not_sign_without_the_word_of_the_one_before(home, is_named):
    theirs = new_key(forger.key_of(home).public.name)
    lines = [*Segments(home).lines()]
    said = {"at": "2030-01-01T00:00:00Z", "kind": "key", "vkey": theirs.public.vkey}
    lines += [line_of(said)] * is_named
    root = merkle.root(map(merkle.leaf, lines))
    text = Checkpoint(theirs.public.name, len(lines), root).text()
    note = Note(text, (theirs.sign(text),))
    named = sha256(str(note).encode())
    lines.append(
        line_of({"at": "2030-01-01T00:00:00Z", "kind": "checkpoint", "note": named})
    )
    forger._write(home, lines, [*notes(home), note])

    (told,) = found(home)
    assert ("without" if is_named else "expected to be signed by") in told


def test_a_key_that_is_not_the_one_that_signed_is_named(home):
    forger.other_key(home)

    (told,) = found(home)
    assert "keys/log.key: is clausewatch-" in told


def test_every_byte_of_the_key_that_flips_is_found(home):
    path = home / "keys" / "log.key"
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert found(home), place


class TestTheStore:
    """What stands in the database alone can be changed there, but not unseen."""

    @pytest.fixture(autouse=True)
    def at(self, home):
        self.home = home

    def seq(self):
        return max(seq for seq, _ in forger.told(self.home))

    @pytest.mark.parametrize(
        "change",
        [
            {"summary": "they never said so"},
            {"observed_at": "2020-01-01T00:00:00Z"},
            {"url": "https://acme.example/other"},
            {"materiality": 0},
            {"evidence": {"capture": sha256(page(OLD)), "previous": None}},
        ],
    )
    def test_an_event_that_was_changed_is_named(self, change):
        forger.retell(self.home, self.seq(), lambda event: event.update(change))

        assert any(
            "is not what the log says was told" in one for one in found(self.home)
        )

    def test_an_event_whose_columns_differ_from_it_is_named(self):
        forger.run(self.home, "update events set materiality=0, verdict='editorial'")

        assert any(
            "has verdict 'editorial' beside it" in one for one in found(self.home)
        )

    def test_an_event_that_was_removed_is_named(self):
        forger.run(self.home, "delete from deliveries")
        forger.run(self.home, "delete from events where seq=?", self.seq())

        (told,) = found(self.home)
        assert "is absent, and the log says it was told" in told

    def test_an_event_that_was_put_in_is_named(self):
        forger.run(
            self.home,
            "insert into events (id, type, watch, service, observed_at, told_at, "
            "verdict, materiality, body) select 'made-up', type, watch, service, "
            "observed_at, told_at, verdict, materiality, replace(body, id, 'made-up') "
            "from events where seq=?",
            self.seq(),
        )

        (told,) = found(self.home)
        assert "event made-up: is named by no line of the log" in told

    @pytest.mark.parametrize(
        "sql",
        [
            "update looks set looked_at = looked_at + 60000000 where id = 2",
            "update looks set watch = 'other' where id = 1",
            "update looks set capture = null where id = 1",
        ],
    )
    def test_a_look_that_was_changed_is_named(self, sql):
        forger.run(self.home, sql)

        assert any("has no line in the log" in one for one in found(self.home))

    @pytest.mark.parametrize(
        "sql",
        [
            "update captures set captured_at = captured_at + 60000000 where id = 1",
            "update captures set content_type = 'text/plain' where id = 1",
            "update captures set body_bytes = 1 where id = 1",
        ],
    )
    def test_a_capture_that_was_changed_is_named(self, sql):
        forger.run(self.home, sql)

        assert any("is not told so by any line" in one for one in found(self.home))

    def test_what_went_over_the_wire_cannot_be_told_otherwise(self):
        (packed,) = forger.run(self.home, "select exchange from captures where id=1")[0]
        said = json.loads(zstandard.ZstdDecompressor().decompress(packed))
        said["final_url"] = "https://elsewhere.example/"
        again = zstandard.ZstdCompressor().compress(canonical(said).encode())
        forger.run(self.home, "update captures set exchange=? where id=1", again)

        assert any("is not told so by any line" in one for one in found(self.home))

    @pytest.mark.parametrize("is_named_anew", [True, False])
    def test_a_reading_that_is_not_what_its_capture_says_is_named(self, is_named_anew):
        rows = forger.run(self.home, "select digest, body from documents")
        name, packed = next(
            (name, packed) for name, packed in rows if OLD.encode() in unpacked(packed)
        )
        text = unpacked(packed).replace(b"never share", b"always share")
        made = sha256(text) if is_named_anew else name
        again = zstandard.ZstdCompressor().compress(text)
        forger.run(
            self.home,
            "update documents set digest=?, body=? where digest=?",
            *(made, again, name),
        )
        forger.run(
            self.home, "update looks set document=? where document=?", made, name
        )

        told = found(self.home)
        why = "reads as by these rules" if is_named_anew else "what its name says"
        assert any(why in one for one in told)


def unpacked(packed):
    return zstandard.ZstdDecompressor().decompress(packed)


class TestTokens:
    @pytest.fixture(autouse=True)
    async def stamped(self, home, tmp_path):
        self.home = home
        self.folder = home / "log" / "timestamps"
        with Authority(tmp_path / "tsa") as local:
            await stamp(home, local)
        assert found(home) == []

    def test_certificates_that_are_gone_or_exchanged_are_named(self, tmp_path):
        (roots,) = self.folder.glob("*.pem")
        whole = roots.read_bytes()
        roots.unlink()
        assert "the certificates to trust for a token" in found(self.home)[0]
        roots.write_bytes(Authority(tmp_path / "other").roots.read_bytes())
        assert "its name tells the hash of" in found(self.home)[0]
        roots.write_bytes(whole)
        assert found(self.home) == []

    def test_a_token_that_is_gone_or_flipped_is_named(self):
        (token,) = self.folder.glob("*.tsr")
        whole = token.read_bytes()
        missed = []
        for place in range(0, len(whole), 50):
            changed = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
            token.write_bytes(changed)
            if not found(self.home):
                missed.append(place)
        assert missed == []
        token.unlink()
        assert any("is missing" in one for one in found(self.home))

    def test_a_token_that_nobody_asked_for_is_named(self):
        (token,) = self.folder.glob("*.tsr")
        named, authority, _ = token.name.split(".")
        first = sha256(str(next(iter(notes(self.home)))).encode())
        assert first != named
        for name in (f"{first}.{authority}", f"{'0' * 64}.{authority}"):
            path = token.with_name(f"{name}.tsr")
            path.write_bytes(token.read_bytes())
            assert f"{path}: no line of the log names it" in found(self.home)
            path.unlink()


@pytest.mark.parametrize(
    "rest",
    [b"clausewatch and more\n", b"junk", b"\n", b"clausewatch-00000000\n1\n\n\n"],
)
def test_what_stands_after_the_notes_and_begins_none_is_named(home, rest):
    with notes_file(home).open("ab") as file:
        file.write(rest)

    assert any("which is not how ours begin" in one for one in found(home))


def test_any_beginning_of_a_note_is_what_a_crash_leaves(home):
    whole = f"{newest_note(home)[0]}\n".encode()
    kept = notes_file(home).read_bytes()
    for length in range(1, len(whole) - 1):
        notes_file(home).write_bytes(kept + whole[:length])
        assert found(home) == [], whole[:length]


@pytest.mark.parametrize(
    "name",
    ["log/notes", "log/000000.jsonl.bak", "keys/other.key", "blobs/ab/readme"],
)
def test_a_file_that_is_none_of_ours_is_named(home, name):
    (home / name).write_text("x")

    assert found(home) == [f"{home / name}: is no file of ours"]


def test_a_link_is_named(home, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (home / "blobs" / "more").symlink_to(tmp_path / "elsewhere")

    assert "is a link" in found(home)[0]


def test_a_blob_that_no_line_names_is_told_by_its_name(home):
    digest = Blobs(home).keep(b"never asked for")

    store = open_store(home, read_only=True)
    report, _ = verify(home, store=store)
    store.close()
    assert any(digest in notice for notice in report.notices)


def test_a_packed_form_beside_the_plain_one_has_to_say_the_same(home):
    plain = home / "log" / "000000.jsonl"
    packed = plain.with_name("000000.jsonl.zst")
    packed.write_bytes(zstandard.ZstdCompressor().compress(plain.read_bytes()))
    assert found(home) == []
    packed.write_bytes(zstandard.ZstdCompressor().compress(b"{}\n"))
    assert found(home) == [f"{packed}: holds other lines than 000000.jsonl"]


def test_a_tail_that_is_made_anew_before_the_next_checkpoint_is_the_gap(home):
    """As docs/evidence.md says: what nothing signs yet, whoever can write can make."""
    notary = Notary(home)
    notary.append({"bodies": ["0" * 64], "kind": "tombstone", "why": "true"}, SEEN)
    notary.close()
    lines = [*Segments(home).lines()]
    lines[-1] = lines[-1].replace(b"true", b"lies")
    (home / "log/000000.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    assert found(home) != []
    root = merkle.root(map(merkle.leaf, lines))
    (home / "log/head").write_bytes(head_text(len(lines), root))
    assert found(home) == []


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "told", "events": ["x"]},
        {"kind": "told", "events": {"x": ["y"]}},
        {"kind": "tombstone", "bodies": [{}], "why": ""},
        {"kind": "key", "vkey": "none"},
        {"kind": "else"},
    ],
)
def test_a_line_of_another_shape_is_named_and_breaks_nothing(home, said):
    line = line_of({"at": "2030-01-01T00:00:00Z", **said})
    forger._write(home, [*Segments(home).lines(), line], [*notes(home)])

    assert any("is not as we write lines" in one for one in found(home))


def test_the_same_key_under_two_names_is_two_keys(home, published):
    (key,) = published[0].keys

    assert found(home, Anchors(keys=(replace(key, name="acme"),))) != []
