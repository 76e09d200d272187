"""Going through the log line by line, holding everything else against it.

What was kept beside the log is read before its lines, or fits the lines that there
are by now: a daemon may be appending meanwhile, and that is nothing wrong.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from clausewatch.archive.anchors import Anchors, Verified
from clausewatch.archive.chain import Chain, shown
from clausewatch.archive.files import packed, pieces_of
from clausewatch.archive.findings import Progress, Report
from clausewatch.archive.keys import signers
from clausewatch.archive.lines import ATTEMPT, Seen, parsed, time_of
from clausewatch.archive.log import SOFTWARE
from clausewatch.archive.segments import BEGINS, LINES, Segments
from clausewatch.core.digest import Json, rfc3339, sha256
from clausewatch.core.merkle import Frontier, leaf
from clausewatch.core.model import Digest
from clausewatch.core.note import Note, parse_checkpoint, parse_vkey
from clausewatch.errors import StoreError
from clausewatch.ports import Look


class Walk:
    """One walk over the log, from its first line to its last.

    Args:
        looks: The store's looks after the one that `before` names, with numbers.
        notes: All signed notes.
        anchors: What is known from elsewhere.
        before: What an earlier walk found in order: of attempts so far, only that
            their lines are the same is held against it.
    """

    def __init__(
        self,
        home: Path,
        report: Report,
        *,
        looks: Iterable[tuple[int, Look]],
        notes: Iterable[Note],
        anchors: Anchors,
        before: Verified,
    ) -> None:
        self.seen = Seen(full=before.size == 0)
        self.chain = Chain()
        self._segments = Segments(home)
        self._stop = self._segments.size()
        """Where the log ended before anything else was read."""
        self._report = report
        self._anchors = anchors
        self._before = before
        self._frontier = Frontier()
        self._marks: dict[int, list[tuple[str, bytes]]] = {}
        """Roots that were kept elsewhere, by size."""
        self._looks = iter(looks)
        self._look = next(self._looks, None)
        self._matched = before.size, before.look
        self._is_settled = False
        """Whether the last attempt's look is in the store."""
        self._line_before = b""
        self._software = ""
        self._signed = "", 0
        """Time and size of the last checkpoint that is right."""
        self._begin(notes)

    def run(self, progress: Progress) -> Verified:
        """Go through the lines; return how far everything is in order."""
        numbers = self._segments.numbers()
        if numbers != [*range(len(numbers))]:
            missing = sorted({*range(numbers[-1])} - {*numbers})
            path = self._segments.path(missing[0], sealed=True)
            self._report.wrong(path, "is missing")
            return self._before
        for number in numbers:
            progress("log", number, len(numbers))
            if not self._segment(number, is_last=number == numbers[-1]):
                break
        self._end()
        return Verified(size=self._matched[0], root=self._root(), look=self._matched[1])

    def _root(self) -> str:
        """Return the root over the lines that are in order, to be remembered."""
        try:
            size, _ = self._matched
            return self._segments.span(0, size).hex() if size else ""
        except StoreError:
            return ""  # Damaged, which has been told; nothing will be remembered.

    @property
    def _time(self) -> str:
        """The time of the last line."""
        return time_of(self._line_before)

    def _begin(self, notes: Iterable[Note]) -> None:
        self._roots = self._kept_roots()
        if self._before.root:
            root = bytes.fromhex(self._before.root)
            self._mark(self._before.size, "the last verification", root)
        for note in self._anchors.notes:
            told = parse_checkpoint(note)
            self._mark(told.size, f"{_given(told.size)}, given", told.root)
        self._take_head()
        self._notes: Iterator[Note] = iter(self._in_order(notes))
        self._note = next(self._notes, None)
        self._named: Digest | None = None
        """The hash of the note that the next line must name."""

    def _kept_roots(self) -> list[bytes]:
        try:
            roots = self._segments.roots()
        except StoreError as error:
            self._report.wrong("log/roots", str(error))
            return []
        full = self._stop // LINES
        if not len(self._segments.numbers()) - 1 <= len(roots) <= full:
            what = f"expected the roots of {full} segments, got {len(roots)}"
            self._report.wrong("log/roots", what)
        return roots

    def _take_head(self) -> None:
        try:
            head = self._segments.head()
        except StoreError as error:
            self._report.wrong("log/head", str(error))
            return
        if head is not None:
            self._mark(head[0], "log/head", head[1])
            self._after_head(self._stop - head[0])
        elif self._stop > 1:
            self._report.wrong("log/head", "is missing")

    def _after_head(self, lines: int) -> None:
        if lines == 1:
            self._report.notices.append(
                "the newest line of the log was written, and a crash came before "
                "log/head could say so; the next start says it"
            )
        elif lines > 1:
            what = f"{lines} lines came after it was written: the power was cut, or "
            what += "somebody added them"
            self._report.wrong("log/head", what)

    def _in_order(self, notes: Iterable[Note]) -> list[Note]:
        """Return the notes to be met; each covers more than the one before."""
        kept: list[Note] = []
        last = 0
        for note in notes:
            size = parse_checkpoint(note).size
            if size > last:
                kept.append(note)
                last = size
                continue
            what = f"the checkpoint over {size} lines is there twice or out of order"
            self._report.wrong("log/checkpoints", what)
        return kept

    def _mark(self, size: int, name: str, root: bytes) -> None:
        self._marks.setdefault(size, []).append((name, root))

    def _segment(self, number: int, *, is_last: bool) -> bool:
        """Go through a segment; return whether those after it can be placed."""
        sealed = not self._segments.path(number, sealed=False).exists()
        path = self._segments.path(number, sealed=sealed)
        try:
            body = self._segments.read(number)
        except StoreError as error:
            self._report.wrong(path, str(error), self._time)
            if number < len(self._roots):
                self._frontier.append(self._roots[number], LINES)
                return True
            return False
        first = self._frontier.size
        *lines, torn = body.split(b"\n")
        if first + len(lines) > self._stop:
            lines, torn = lines[: self._stop - first], b""  # appended meanwhile
        alone = Frontier()
        for line in lines:
            hashed = leaf(line)
            alone.append(hashed)
            self._line(path, line, hashed)
        if torn:
            self._torn(path, torn, is_last=is_last)
        if (not is_last and len(lines) != LINES) or len(lines) > LINES:
            what = f"expected {LINES} lines, got {len(lines)}"
            self._report.wrong(path, what, self._time)
            return False
        if number < len(self._roots) and alone.root() != self._roots[number]:
            what = "its lines do not have the root that log/roots keeps of them"
            self._report.wrong(path, what, self._time)
        self._forms(number, path, body, sealed=sealed)
        return True

    def _forms(self, number: int, path: Path, body: bytes, *, sealed: bool) -> None:
        """Hold the packed form of a segment against its lines."""
        if sealed and self.seen.full:
            again = b"".join(packed(pieces_of(body), len(body)))
            same = again == path.read_bytes()
            self._report.packed(path, same=same, ours=self._software == SOFTWARE)
        other = self._segments.path(number, sealed=True)
        if not sealed and other.exists():
            try:
                same = self._segments.unpacked(number) == body
            except StoreError:
                same = not path.exists()  # sealed meanwhile, and read before that
            if same:
                self._report.notices.append(
                    f"{path}: lies beside its packed form: it was being sealed, or a "
                    "crash cut that short and the next start goes on"
                )
            else:
                self._report.wrong(other, f"holds other lines than {path.name}")

    def _torn(self, path: Path, torn: bytes, *, is_last: bool) -> None:
        if is_last and (torn.startswith(BEGINS) or BEGINS.startswith(torn)):
            self._report.notices.append(
                f"{path}: ends amid a line of {len(torn)} bytes: it is being written, "
                "or a crash cut it short and the next start cuts it off"
            )
        else:
            what = f"ends with {len(torn)} bytes that are no line"
            self._report.wrong(path, what, self._time)

    def _line(self, path: Path, line: bytes, hashed: bytes) -> None:
        self._reach()
        index = self._frontier.size
        self._frontier.append(hashed)
        self._report.lines += 1
        if index >= self._before.size or self._named or ATTEMPT not in line:
            place = f"{path}: line {index % LINES + 1} (entry {index})"
            said = parsed(line)
            if said is None:
                self._report.wrong(place, "is not as we write lines", self._time)
            elif line == self._line_before:
                self._report.wrong(place, "is there twice", self._time)
            else:
                self._take(place, said, index)
        self._named = None
        self._line_before = line

    def _take(self, place: str, said: dict[str, Json], index: int) -> None:
        named = said.get("note") if said["kind"] == "checkpoint" else None
        if self._named != named:
            what = (
                f"names a checkpoint that is not kept: {named}"
                if self._named is None
                else "does not name the checkpoint over the lines before it"
            )
            self._report.wrong(place, what, self._time)
        match said["kind"]:
            case "attempt":
                self._is_settled = False
                if index >= self._before.size:
                    self._match(said)
                self._software = str(said.get("software"))
            case "key":
                why = self.chain.name(parse_vkey(str(said["vkey"])))
                if why:
                    self._report.wrong(place, why, self._time)
        self.seen.take(said, index, is_settled=self._is_settled)

    def _match(self, said: dict[str, Json]) -> None:
        """Take the next look of the store, if this is its line."""
        if self._look is None:
            return
        number, look = self._look
        about = look.watch, rfc3339(look.looked_at), look.capture
        if about == (said["watch"], said["at"], said.get("body")):
            self._report.looks += 1
            self._is_settled = True
            self._matched = self._frontier.size, number
            self._look = next(self._looks, None)

    def _reach(self) -> None:
        """Hold what was kept of the first lines against them, having come so far."""
        size = self._frontier.size
        for name, root in self._marks.pop(size, ()):
            if root != self._frontier.root():
                what = f"the first {size} lines are not those that it was made of"
                self._report.wrong(name, what, self._signed[0])
        if self._note is not None and parse_checkpoint(self._note).size == size:
            self._check(self._note, size)
            self._named = sha256(str(self._note).encode())
            self._note = next(self._notes, None)

    def _check(self, note: Note, size: int) -> None:
        self._report.checkpoints += 1
        told = parse_checkpoint(note)
        place = f"log/checkpoints: the checkpoint over {size} lines"
        if told.root != self._frontier.root():
            time, good = self._signed
            what = f"lines {good + 1} to {size} are not those that were signed"
            self._report.wrong(place, what, time)
        elif why := self.chain.sign(note, told.origin):
            self._report.wrong(place, why, self._time)
        else:
            self._signed = self._time, size

    def _end(self) -> None:
        self._reach()
        self._anchor()
        size = self._frontier.size
        if size < self._stop:
            return  # Damaged, which has been told; what comes after has no place.
        if self._named is not None:
            self._report.notices.append(
                "the newest checkpoint has no line in the log yet: it is being "
                "written, or a crash came between and the next start adds it"
            )
        by_now = self._segments.size()
        if self._note is not None and parse_checkpoint(self._note).size > by_now:
            what = f"covers {parse_checkpoint(self._note).size} lines"
            what += f", and the log has {by_now}"
            self._report.wrong("log/checkpoints: a checkpoint", what, self._time)
        for kept in sorted(self._marks):
            if kept < size or kept > by_now:
                what = f"was made of {kept} lines, and the log has {by_now}"
                for name, _ in self._marks[kept]:
                    self._report.wrong(name, what, self._time)
        self._missing()

    def _anchor(self) -> None:
        """Hold who signed the log against what is known from elsewhere."""
        for key in self._anchors.keys:
            if key not in self.chain.keys:
                keys = ", ".join(map(shown, self.chain.keys)) or "no key"
                what = f"has not signed this log; {keys} has"
                self._report.wrong(f"the key {shown(key)}, given", what)
        for note in self._anchors.notes:
            told = parse_checkpoint(note)
            if not signers(note, self.chain.keys):
                what = f"is not signed by a key of this log ({told.origin})"
                self._report.wrong(f"{_given(told.size)}, given", what)

    def _missing(self) -> None:
        """Name the looks that have no line."""
        if self._look is None:
            return
        _, look = self._look
        rest = 1 + sum(1 for _ in self._looks)
        more = f", nor {rest - 1} after it" if rest > 1 else ""
        what = f"the look at {rfc3339(look.looked_at)} has no line in the log{more}"
        self._report.wrong(f"the store: {look.watch}", what, self._time)


def _given(size: int) -> str:
    return f"the checkpoint over {size} lines"
