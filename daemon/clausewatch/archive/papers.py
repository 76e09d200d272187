"""What an export says to people: the README for a lawyer, and the certification.

Neither is legal advice. The certification is a template: its facts are filled in,
and whoever signs it checks them first.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import Final, cast

from clausewatch.archive import affidavit
from clausewatch.archive.selection import Line, Proving
from clausewatch.archive.templates import (
    BOTH,
    FETCHED,
    KEPT,
    README,
    RECORDED,
    SIGNED,
    SIMULATED,
    TAKEN,
)
from clausewatch.archive.timestamp import Standing, Token, check
from clausewatch.core.digest import Json, sha256
from clausewatch.core.event import Event
from clausewatch.core.model import Digest
from clausewatch.render.wording import count, plain, subject

COLUMNS: Final = 86
SHORT: Final = 12
"""Digits of an event's id that name its redline."""


@dataclass(frozen=True, slots=True)
class Case:
    """What an export is about."""

    events: Sequence[Event]
    lines: Sequence[Line]
    provings: Sequence[Proving]
    exporter: str
    """What makes the export; the lines name what made them."""
    bodies: Collection[Digest]
    """Those that are in it; what was pruned is not."""
    files: Mapping[str, bytes]
    """What proves it; see `proofs`."""

    @property
    def attempts(self) -> Sequence[Line]:
        """Return the lines that tell of attempts."""
        return [line for line in self.lines if line.text("kind") == "attempt"]


def readme(case: Case, *, script_lines: int) -> str:
    """Return the README for somebody who has never heard of the program."""
    return README.format(
        subjects="\n".join(map(_subject, case.events)),
        about=fill(_about(case), COLUMNS),
        script_lines=script_lines,
        attempts="\n".join(_attempts(case, indent="")),
        checkpoints="\n".join(_checkpoints(case, indent="")),
        clock="".join(f"\n{doubt}\n" for doubt in _doubts(case)),
        kept=KEPT if any(name.startswith("kept/") for name in case.files) else "",
        shown=count(len(case.lines), "line"),
        size=max(one.size for one in case.provings),
    )


def certification(case: Case) -> str:
    """Return the certification's template, with the facts that are known."""
    return affidavit.CERTIFICATION.format(
        exporter=case.exporter,
        process=_process(case),
        attempts="\n".join(_attempts(case, indent="   ")),
        checkpoints="\n".join(_checkpoints(case, indent="   ")),
        clock=_clock(case),
    )


def _about(case: Case) -> str:
    """Return where the pages come from, as the lines have it."""
    pages = {line.text("url") for line in case.attempts}
    named = "page" if len(pages) == 1 else f"{len(pages)} pages"
    fetched, taken = _sources(case)
    text = FETCHED if not taken else BOTH if fetched else TAKEN
    made = _software([*fetched, *taken])
    return text.format(software=made, pages=named) + " " + SIGNED


def _process(case: Case) -> str:
    """Return the paragraphs 2 and 3: of what was fetched, and of what was not."""
    fetched, taken = _sources(case)
    told: list[str] = []
    if fetched:
        but = affidavit.BUT if taken else ""
        told.append(affidavit.FETCHED.format(software=_software(fetched), but=but))
    if taken:
        number, and_so = ("3a", "") if fetched else ("2", affidavit.AND_SO)
        told.append(
            affidavit.TAKEN.format(
                software=_software(taken), number=number, and_so=and_so
            )
        )
    paragraphs = "\n\n".join(told).split("\n\n")
    return "\n\n".join(
        fill(" ".join(each.split()), COLUMNS, subsequent_indent="   ")
        for each in paragraphs
    )


def _sources(case: Case) -> tuple[list[Line], list[Line]]:
    """Return the attempts of the program, and those that somebody else recorded."""
    taken = [line for line in case.attempts if line.said.get("recorded")]
    return [line for line in case.attempts if not line.said.get("recorded")], taken


def _software(lines: Sequence[Line]) -> str:
    """Return what made these lines, as they say."""
    return "; ".join(dict.fromkeys(plain(line.text("software")) for line in lines))


def _subject(event: Event) -> str:
    seen = f"{event.observed_at:%Y-%m-%d %H:%M} UTC"
    when = f"seen {seen}"
    if event.previous_at is not None:
        when = f"between {event.previous_at:%Y-%m-%d %H:%M} and {seen}"
    return fill(f"* {subject(event)} ({when})", COLUMNS, subsequent_indent="  ")


def _attempts(case: Case, *, indent: str) -> list[str]:
    told: list[str] = []
    parts = _parts(case)
    for line in case.attempts:
        told.append(f"{indent}line {line.index}: {line.text('at')}  {_came(line)}")
        told.append(f"{indent}    {plain(line.text('final_url') or line.text('url'))}")
        if peer := line.text("peer"):
            shown = f"from {peer}"
            if certificate := line.text("certificate"):
                shown += f", certificate {certificate}"
            told.append(f"{indent}    {shown}")
        if body := line.text("body"):
            told.append(f"{indent}    body {body} ({line.text('body_bytes')} bytes)")
            if body not in case.bodies:
                told.append(f"{indent}    (removed on purpose since: not in bodies/)")
            told += [f"{indent}    {part}" for part in parts.get(body, ())]
    return told


def _parts(case: Case) -> dict[str, list[str]]:
    """Return what bodies are to the changes, by digest."""
    found: dict[str, list[str]] = {}
    for event in case.events:
        if event.pattern is None:
            where = f"the change in redlines/{event.id[:SHORT]}.html"
            found.setdefault(event.evidence.capture, []).append(
                f"the page after {where}"
            )
            if event.evidence.previous:
                before = found.setdefault(event.evidence.previous, [])
                before.append(f"the page before {where}")
    return found


def _came(line: Line) -> str:
    match line.text("came"):
        case "page" if line.said.get("recorded"):
            return "RECORDED by somebody else, and taken in later"
        case "page":
            return "the page was received"
        case "not-modified":
            return "the server said that nothing had changed (304)"
        case _:
            return f"nothing came: {plain(line.text('detail') or line.text('reason'))}"


def _checkpoints(case: Case, *, indent: str) -> list[str]:
    told: list[str] = []
    for one in case.provings:
        told.append(f"{indent}a checkpoint over {count(one.size, 'line')}, signed by")
        told += [f"{indent}    {key.vkey}" for key in one.keys]
        for token in one.tokens:
            told.append(f"{indent}    {_stamp(token, str(one.note))}")
            name = f"timestamps/{one.size}.{token.authority}.crt"
            if certificate := case.files.get(name):
                told.append(f"{indent}    under the certificate {sha256(certificate)}")
    return told


def _stamp(token: Token, note: str) -> str:
    found = check(token, note)
    if found.at is None:
        return f"stamped by {token.authority}; when, openssl tells"
    at = f"{found.at:%Y-%m-%d %H:%M:%S} UTC"
    doubt = "" if found.standing is Standing.VALID else f" ({found.standing.value})"
    return f"stamped by {token.authority} at {at}{doubt}"


def _doubts(case: Case) -> list[str]:
    """Return what has to be said of the times of the lines."""
    found = [RECORDED] if any(line.said.get("recorded") for line in case.lines) else []
    clocks = (line.said.get("clock") for line in case.lines)
    if any(isinstance(one, dict) and one.get("state") == "simulated" for one in clocks):
        found.append(SIMULATED)
    return found


def _clock(case: Case) -> str:
    doubts = _doubts(case)
    fetched, _ = _sources(case)
    if fetched:
        doubts.append(fill(_clocks(fetched), COLUMNS, initial_indent="   ").strip())
        doubts.append("It was set by [____________________] (time service, if any).")
    return "\n   ".join(each.replace("\n", "\n   ") for each in doubts)


def _clocks(lines: Sequence[Line]) -> str:
    """Return what the lines say of the clock that told their times."""
    clocks = [cast("dict[str, Json]", line.said.get("clock") or {}) for line in lines]
    states = Counter(str(one.get("state", "unknown")) for one in clocks)
    told = ", ".join(f"{state} in {number}" for state, number in states.items())
    known = [one["max_error_us"] for one in clocks if "max_error_us" in one]
    worst = max((us for us in known if isinstance(us, int | float)), default=None)
    bound = (
        ""
        if worst is None
        else f", and by its own account off by at most {worst / 1e6:.3f} s"
    )
    return (
        f"By the lines of {count(len(lines), 'attempt')} in Exhibit A, the clock of "
        f"the machine was {told}{bound}."
    )
