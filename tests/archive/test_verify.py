"""One changed, removed, inserted or reordered byte or line anywhere is found."""

import errno
import json
import os
import shutil
import signal
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from archive.shelf import Rows, Swift, attempt
from clausewatch.archive.anchors import Verified
from clausewatch.archive.blobs import Blobs
from clausewatch.archive.checkpoint import Notary
from clausewatch.archive.compact import Compactor
from clausewatch.archive.patch import HEAD
from clausewatch.archive.prune import prunable, prune
from clausewatch.archive.segments import LINES, Segments
from clausewatch.archive.verify import verify
from clausewatch.errors import StoreError
from clausewatch.testing.examples import SEEN, example
from clausewatch.testing.faults import DISK_STEPS, Die, FaultyDisk
from clausewatch.testing.looks import capture_of

COUNT = 40


ATTEMPTS = [attempt(number) for number in range(COUNT)]


def make(home, attempts=ATTEMPTS, every=10):
    """Fill a home as looks do: bytes first, then the line; sign now and then."""
    notary, blobs = Notary(home, disk=Swift()), Blobs(home, disk=Swift())
    for number, one in enumerate(attempts):
        hour = one.at - SEEN
        blobs.keep(f"<p>Page {hour.total_seconds() // 3600:.0f}.</p>".encode())
        notary.record(one)
        if number % every == every // 2:
            notary.checkpoint(one.at)
    notary.close()
    return home


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    return make(tmp_path_factory.mktemp("sound"))


@pytest.fixture
def home(sound, tmp_path):
    return shutil.copytree(sound, tmp_path / "home")


def report_of(home, attempts=ATTEMPTS, before=None, events=(), **more):
    store = Rows(attempts, events)
    return verify(home, store=store, before=before or Verified(), **more)


def told(home, **more):
    return [str(finding) for finding in report_of(home, **more)[0].findings]


def test_an_archive_as_it_was_left_is_sound(home):
    report, verified = report_of(home)

    assert (report.findings, report.notices) == ([], [])
    assert (report.looks, report.blobs, report.checkpoints) == (COUNT, COUNT, 4)
    assert verified.look == COUNT


def files(home):
    found = (path for part in ("log", "blobs") for path in (home / part).rglob("*"))
    return sorted(path for path in found if path.is_file())


def test_every_thousandth_byte_that_flips_is_found(home):
    missed, at = [], 0
    for path in files(home):
        whole = path.read_bytes()
        for place in range(-at % 1000, len(whole), 1000):
            changed = bytes([whole[place] ^ 1])
            path.write_bytes(whole[:place] + changed + whole[place + 1 :])
            if not told(home):
                missed.append((path.name, place))
        path.write_bytes(whole)
        at += len(whole)
    assert missed == []


@pytest.mark.parametrize("flip", [1, 16])
def test_every_byte_of_a_small_archive_that_flips_is_found(tmp_path, flip):
    few = ATTEMPTS[:2]
    home = make(tmp_path / "home", few, every=2)
    missed = []
    for path in files(home):
        whole = path.read_bytes()
        step = 1 if path.parent.name != "log" or path.name != "000000.jsonl" else 7
        for place in range(0, len(whole), step):
            changed = bytes([whole[place] ^ flip])
            path.write_bytes(whole[:place] + changed + whole[place + 1 :])
            if not told(home, attempts=few):
                missed.append((path.name, place))
        path.write_bytes(whole)
    assert missed == []


@pytest.fixture(scope="module")
def aged(tmp_path_factory):
    """Return a home with a sealed segment, and captures kept as patches."""
    home = tmp_path_factory.mktemp("aged")
    notary, blobs = Notary(home, disk=Swift()), Blobs(home, disk=Swift())
    filed, looks = [], []
    for number in range(LINES + 6):
        one = attempt(number, capture=None)
        if number % 500 == 0:
            body = b"".join(b"<p>Clause %d of %d.</p>" % (n, n * n) for n in range(300))
            body += b"<p>%d</p>" % number
            capture = capture_of(body, at=one.at)
            one = replace(one, capture=capture, exchange=capture.exchange)
            filed.append((number, one.watch.id, blobs.keep(body)))
        notary.record(one)
        looks.append((number, one))
    notary.checkpoint(SEEN)
    notary.close()
    Compactor(home, blobs).run(filed)
    return home, [one for _, one in looks]


@pytest.mark.parametrize("flip", [1, 64])
def test_a_byte_that_flips_in_what_was_packed_is_found(aged, tmp_path, flip):
    home = shutil.copytree(aged[0], tmp_path / "home")
    assert told(home, attempts=aged[1]) == []
    packed = [path for path in files(home) if path.suffix in {".zst", ".patch"}]
    assert len({path.suffix for path in packed}) == 2
    missed = []
    for path in packed:
        whole = path.read_bytes()
        # All of the heads, where a format has room for what means nothing.
        start = HEAD if path.suffix == ".patch" else 0
        head = range(start, min(start + 24, len(whole)))
        for place in [*head, *range(-1, -5, -1), *range(0, len(whole), 1000)]:
            changed = bytearray(whole)
            changed[place] ^= flip
            path.write_bytes(changed)
            if not told(home, attempts=aged[1]):
                missed.append((path.name, place))
        path.write_bytes(whole)
    assert missed == []


@pytest.mark.parametrize("name", ["000000.jsonl", "checkpoints"])
@pytest.mark.parametrize("change", ["drop", "double", "swap"])
def test_every_line_that_goes_comes_or_moves_is_found(home, name, change):
    path = home / "log" / name
    whole = path.read_bytes().splitlines(keepends=True)
    missed = []
    for at in range(len(whole) - (change == "swap")):
        lines = list(whole)
        if change == "drop":
            del lines[at]
        elif change == "double":
            lines.insert(at, lines[at])
        else:
            lines[at], lines[at + 1] = lines[at + 1], lines[at]
        path.write_bytes(b"".join(lines))
        if lines != whole and not told(home):
            missed.append(at)
    assert missed == []


def test_every_note_that_goes_comes_or_moves_is_found(home):
    path = home / "log" / "checkpoints"
    notes = path.read_bytes().split(b"\n\n")[:-1]
    pairs = [b"\n\n".join(notes[n : n + 2]) + b"\n\n" for n in range(0, len(notes), 2)]
    for at in range(len(pairs)):
        dropped = [*pairs[:at], *pairs[at + 1 :]]
        path.write_bytes(b"".join(dropped))
        assert told(home)
        path.write_bytes(b"".join([*pairs[:at], pairs[at], *pairs[at:]]))
        assert told(home)
    path.write_bytes(b"".join([pairs[1], pairs[0], *pairs[2:]]))
    assert told(home)


@pytest.mark.parametrize("lines", [1, 3, 12, 40])
def test_a_tail_that_was_cut_off_is_found(home, lines):
    path = home / "log" / "000000.jsonl"
    whole = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(whole[:-lines]))
    (home / "log" / "head").unlink()

    assert any("has no line in the log" in one for one in told(home))


def test_a_tail_cut_off_below_a_checkpoint_is_found_without_the_store(home):
    path = home / "log" / "000000.jsonl"
    whole = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(whole[:-20]))
    (home / "log" / "head").unlink()

    assert any(
        "covers 29 lines, and the log has 25" in one for one in told(home, attempts=[])
    )


def test_what_is_wrong_is_named_with_its_place_and_since_when(home):
    path = home / "log" / "000000.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    lines[20] = lines[20].replace(b'"status":200', b'"status":404')
    path.write_bytes(b"".join(lines))

    found = told(home)

    assert found[0] == (
        "log/checkpoints: the checkpoint over 29 lines: lines 19 to 29 are not those "
        f"that were signed (after {json.loads(lines[17])['at']})"
    )


def test_a_line_that_cannot_be_read_is_named(home):
    path = home / "log" / "000000.jsonl"
    path.write_bytes(
        path.read_bytes().replace(b'"at":"2024-09-18T11', b'"at": "2024-09-18T11', 1)
    )

    assert told(home)[0].startswith(
        f"{path}: line 2 (entry 1): is not as we write lines"
    )


def test_blobs_are_held_against_what_the_log_names(home):
    digest = ATTEMPTS[5].capture.body
    path = home / "blobs" / digest[:2] / f"{digest[2:]}.zst"
    path.write_bytes(path.read_bytes() + b"x")
    assert told(home)[0].startswith(f"blob {digest}: blob {digest} is damaged")
    path.unlink()
    assert told(home)[0].startswith(f"blob {digest}: blob {digest} is absent")


def test_files_that_are_none_of_ours_are_named(home):
    (home / "blobs" / "ab" / "readme").touch()
    (home / "log" / "000001.jsonl.bak").touch()

    assert [one.rpartition(": ")[2] for one in told(home)] == ["is no file of ours"] * 2


def test_a_look_that_the_log_does_not_know_is_named(home):
    more = [*ATTEMPTS, attempt(99)]

    assert (
        "acme: the look at 2024-09-22T13:05:00Z has no line"
        in told(home, attempts=more)[0]
    )


def test_a_look_that_was_cut_short_has_a_line_and_that_is_fine(home):
    assert told(home, attempts=[*ATTEMPTS[:7], *ATTEMPTS[8:]]) == []


def test_an_event_whose_checkpoint_is_not_kept_is_named(home):
    (event, foreign) = example(), "acme\n1\nAAAA\n\n— acme AAAA\n"
    body = ATTEMPTS[0].capture.body
    evidence = replace(event.evidence, capture=body, previous=None, checkpoint=foreign)
    event = replace(event, evidence=evidence)

    found = told(home, events=[event])

    assert (
        f"the store: event {event.id}: carries a checkpoint that is not kept" in found
    )


def test_the_next_verification_goes_on_where_the_last_one_ended(tmp_path):
    attempts = [attempt(number) for number in range(LINES + 60)]
    home = make(tmp_path / "home", attempts[: LINES + 20], every=300)
    first, verified = report_of(home, attempts=attempts[: LINES + 20])
    notary = Notary(home, disk=Swift())
    blobs = Blobs(home)
    for number, one in enumerate(attempts[LINES + 20 :], LINES + 20):
        blobs.keep(f"<p>Page {number}.</p>".encode())
        notary.record(one)
    notary.checkpoint(SEEN)

    second, again = report_of(home, attempts=attempts, before=verified)

    assert (first.findings, second.findings) == ([], [])
    assert (first.looks, second.looks) == (LINES + 20, 40)
    assert (second.lines, second.blobs) == (Segments(home).size(), 40)
    assert again.look == LINES + 60

    (old,) = home.glob("log/*.zst")
    old.write_bytes(old.read_bytes()[:-1])
    assert any(f"{old}: " in one for one in told(home, attempts=attempts, before=again))


@pytest.mark.parametrize("step", [*DISK_STEPS, "before read"])
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_log_whose_sealing_was_cut_short_verifies_and_goes_on(tmp_path, step, nth):
    attempts = [attempt(number) for number in range(LINES)]
    strike = Nth(step, nth)
    notary = Notary(tmp_path, disk=Swift(strike))
    for one in attempts:
        notary.record(replace(one, capture=None))
    strike.armed = True
    with suppress(StoreError):
        notary.record(replace(attempt(LINES), capture=None))
    strike.armed = False

    report, _ = verify(tmp_path, store=Rows())
    assert report.findings == []

    again = Notary(tmp_path)
    again.record(replace(attempt(LINES + 1), capture=None))
    report, _ = verify(tmp_path, store=Rows())
    assert (report.findings, report.notices) == ([], [])
    assert report.lines in {LINES + 1, LINES + 2}


class Nth:
    """Fails at a step, the nth time that it comes, once armed; no one cleans up."""

    def __init__(self, step, nth):
        self.step, self.left, self.armed = step, nth, False

    def __call__(self, step):
        if self.armed and step == self.step:
            self.left -= 1
            if self.left == 0:
                raise OSError(errno.EIO, "cut off")


class TestTombstones:
    @pytest.fixture(autouse=True)
    def bury(self, home):
        """Write a tombstone for a capture; what becomes of its blob, a test says."""
        self.home = home
        self.digest = ATTEMPTS[5].capture.body
        self.notary = Notary(home)
        said = {"bodies": [self.digest], "kind": "tombstone", "why": "old"}
        self.notary.append(said, SEEN)
        self.blobs = Blobs(home)

    def test_a_capture_that_a_tombstone_names_may_be_gone(self):
        self.blobs.drop([self.digest])

        assert told(self.home) == []

    def test_one_whose_removal_was_cut_short_may_be_there(self):
        assert told(self.home) == []

    def test_one_that_is_there_has_to_be_right(self):
        path = self.home / "blobs" / self.digest[:2] / f"{self.digest[2:]}.zst"
        path.write_bytes(b"")

        assert told(self.home)

    def test_one_that_was_seen_again_since_has_to_be_there(self):
        self.notary.record(replace(ATTEMPTS[5], at=SEEN + timedelta(days=9)))
        self.blobs.drop([self.digest])

        assert told(self.home)[0].startswith(f"blob {self.digest}: ")


def pruned(home, step, nth):
    strike = Die(step, nth)
    disk = FaultyDisk(strike)
    notary, blobs = Notary(home, disk=disk), Blobs(home, disk=disk)
    bodies = prunable(Segments(home), blobs, before=SEEN + timedelta(days=1), kept=())
    for _ in prune(notary, blobs, bodies, why="old", now=lambda: SEEN):
        pass
    notary.close()


@pytest.mark.parametrize(
    ("step", "nth"),
    [
        *((step, nth) for step in DISK_STEPS[:3] for nth in (1, 2, 3)),
        *((step, nth) for step in DISK_STEPS[3:5] for nth in (2, 3, 4, 5, 9, 28)),
    ],
)
def test_a_prune_that_is_killed_leaves_what_verifies_and_goes_on(home, step, nth):
    filed = [(n, one.watch.id, one.capture.body) for n, one in enumerate(ATTEMPTS)]
    Compactor(home, Blobs(home)).run(filed)
    pid = os.fork()
    if pid == 0:
        pruned(home, step, nth)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
    assert told(home) == []

    pruned(home, "never", 1)

    assert told(home) == []
    assert not any(Blobs(home).has(one.capture.body) for one in ATTEMPTS[:20])
    assert all(Blobs(home).has(one.capture.body) for one in ATTEMPTS[25:])
