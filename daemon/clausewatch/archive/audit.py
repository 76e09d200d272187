"""The store, held against the log: what the one says, the other has to bear out.

The store is a database that whoever can write to can change. What the log has of it,
and what can be read again from the captures, is compared here; docs/evidence.md says
what is not.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Final, Protocol, TypeAlias

from clausewatch.archive.blobs import Blobs
from clausewatch.archive.findings import Progress, Report
from clausewatch.archive.lines import Seen, hashed
from clausewatch.core.attempt import facts
from clausewatch.core.digest import Json, canonical, jsonable, rfc3339, sha256
from clausewatch.core.model import Capture, Digest, Page
from clausewatch.core.note import Note, parse_checkpoint
from clausewatch.core.read import read, survey
from clausewatch.core.recipe import Recipe
from clausewatch.core.telling import digest_of
from clausewatch.errors import ClausewatchError
from clausewatch.ports import Look
from clausewatch.render.wording import count

Decode: TypeAlias = Callable[[bytes, str], Page]
"""Makes a page of a body and its content type."""

_TOLD: Final = "the store: event"


class Audited(Protocol):
    """A store as an audit sees it: as it was when each of these is called."""

    def looks_after(self, after: int = 0, /) -> Iterator[tuple[int, Look]]:
        """Return number and look, in the order in which they were settled."""
        ...

    def told(self) -> Iterator[tuple[Mapping[str, Json], str]]:
        """Return what stands beside each event, and its JSON."""
        ...

    def captured(self) -> Iterator[Capture]:
        """Return all captures."""
        ...

    def readings(self) -> Iterator[tuple[Digest, bytes]]:
        """Return the name and the JSON of all readings."""
        ...

    def read_from(self) -> Iterator[tuple[Digest, Capture]]:
        """Return readings with the captures that they were made of."""
        ...


def events(
    report: Report,
    seen: Seen,
    told: Iterator[tuple[Mapping[str, Json], str]],
    signed: list[Note],
) -> None:
    """Hold what was told against its hashes in the log, and against the notes."""
    sizes = {str(note): parse_checkpoint(note).size for note in signed}
    for beside, text in told:
        place = f"{_TOLD} {beside['id']}"
        seen.due.discard(str(beside["id"]))
        report.events += 1
        try:
            said = json.loads(text)
            digest = digest_of(said)
        except ValueError:
            report.wrong(place, "cannot be read")
            continue
        known = seen.told.get(str(beside["id"]))
        if known is None:
            report.wrong(place, "is named by no line of the log")
        elif digest not in known:
            report.wrong(place, "is not what the log says was told")
        _beside(report, place, said, beside)
        _evidence(report, place, said, sizes, seen)
    for missing in sorted(seen.due):
        report.wrong(f"{_TOLD} {missing}", "is absent, and the log says it was told")


def _beside(
    report: Report, place: str, said: Mapping[str, Json], beside: Mapping[str, Json]
) -> None:
    for name, value in beside.items():
        if said.get(name) != value:
            what = f"has {name} {value!r} beside it, and says {said.get(name)!r}"
            report.wrong(place, what)


def _evidence(
    report: Report,
    place: str,
    said: Mapping[str, Json],
    sizes: Mapping[str, int],
    seen: Seen,
) -> None:
    evidence = said["evidence"]
    assert isinstance(evidence, dict)  # noqa: S101 - `digest_of` has seen to it
    note = evidence.get("checkpoint")
    if note is not None and str(note) not in sizes:
        report.wrong(place, "carries a checkpoint that is not kept")
    for name in ("capture", "previous"):
        body = evidence.get(name)
        if seen.full and body and body not in seen.bodies:
            report.wrong(place, f"names capture {body}, and no line does")


def captures(report: Report, seen: Seen, kept: Iterator[Capture]) -> None:
    """Hold what the store says of captures against the lines of their attempts."""
    wrong: dict[str, list[Capture]] = {}
    for capture in kept:
        report.captures += 1
        said = {**facts(capture), "finished_at": rfc3339(capture.captured_at)}
        same = capture.captured_at == capture.exchange.finished_at
        if not same or hashed(said) not in seen.facts:
            wrong.setdefault(capture.watch, []).append(capture)
    for watch, (first, *rest) in wrong.items():
        at = rfc3339(first.captured_at)
        what = f"the capture {first.body[:16]}… at {at} is not told so by any line"
        more = f", nor are {len(rest)} others" if rest else ""
        report.wrong(f"the store: {watch}", what + more)


def readings(report: Report, kept: Iterator[tuple[Digest, bytes]]) -> None:
    """Hold readings against the hashes that they are kept under."""
    for name, text in kept:
        if sha256(text) != name:
            report.wrong(f"the store: reading {name}", "is not what its name says")


def read_again(
    report: Report,
    seen: Seen,
    blobs: Blobs,
    made: list[tuple[Digest, Capture]],
    decode: Decode,
    progress: Progress,
) -> None:
    """Read captures again, by the same rules, and hold the readings against that."""
    urls: dict[str, set[str]] = {}
    for _, capture in made:
        urls.setdefault(capture.watch, set()).add(capture.exchange.url)
    other = 0
    for done, (name, capture) in enumerate(made):
        progress("readings", done, len(made))
        if capture.body in seen.otherwise or capture.body not in seen.bodies:
            other += 1
            continue
        try:
            page = decode(blobs.read(capture.body), capture.content_type)
        except ClausewatchError:
            continue  # Gone or damaged, which is told of the blob; or never readable.
        # A page that moved to another host was read under the one it began with.
        known = [capture.exchange.url, *sorted(urls[capture.watch])]
        if any(_reading(page, url) == name for url in known):
            report.readings += 1
        else:
            what = f"is not what capture {capture.body} reads as by these rules"
            report.wrong(f"the store: {capture.watch}: reading {name}", what)
    if other:
        report.notices.append(
            f"{count(other, 'reading')} by rules of a watch's own, or with another "
            "version: held against their names only"
        )


def _reading(page: Page, url: str) -> Digest:
    recipe = Recipe()
    document = read(survey(page, recipe, url), recipe)
    return sha256(canonical(jsonable(document)).encode("utf-8", "surrogatepass"))
