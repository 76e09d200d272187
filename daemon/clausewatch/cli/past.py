"""What a page has shown: `history` and `diff`."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Annotated, Final

import typer
from rich.table import Table

from clausewatch.cli.compose import rules
from clausewatch.cli.console import err, out, print_json
from clausewatch.cli.exits import Code
from clausewatch.cli.home import reading
from clausewatch.cli.options import HomeOption, JsonOption, kept_by, moment
from clausewatch.cli.paint import print_redlines
from clausewatch.core.diff import diff as edits_between
from clausewatch.core.digest import jsonable
from clausewatch.core.event import Change
from clausewatch.core.judge import judge
from clausewatch.core.model import Digest, Document, WatchId
from clausewatch.errors import ConfigError
from clausewatch.ports import Look, Store
from clausewatch.render.redline import redline
from clausewatch.render.wording import plain

SHORT: Final = 12
"""How much of a digest is shown; any start of it that is unique will do."""
LEAST: Final = 6

WatchArgument = Annotated[str, typer.Argument(metavar="WATCH", help="A watch's name.")]


def history(
    watch: WatchArgument,
    *,
    every: Annotated[
        bool, typer.Option("--all", help="Every look, also those that saw no change.")
    ] = False,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Show what came of the looks at a watch, newest first."""
    with reading(home) as store:
        looks = store.looks(kept_by(store, watch))
    if as_json:
        print_json(jsonable(look) for look in looks)
        return
    table = Table("from", "to", "looks", "outcome", "detail", "capture", box=None)
    for run in _runs(looks, apart=every):
        newest, oldest = run[0], run[-1]
        table.add_row(
            f"{oldest.looked_at:%Y-%m-%d %H:%M}",
            f"{newest.looked_at:%Y-%m-%d %H:%M}" if len(run) > 1 else "",
            str(len(run)),
            newest.outcome,
            plain(newest.detail),
            (oldest.capture or "")[:SHORT],
        )
    out().print(table)


def _runs(looks: Sequence[Look], *, apart: bool) -> Iterator[list[Look]]:
    """Yield runs of looks that came to the same, or each look by itself."""
    if apart:
        yield from ([look] for look in looks)
        return
    for _, run in groupby(looks, lambda look: (look.outcome, _told(look))):
        yield list(run)


def _told(look: Look) -> str:
    """Return what keeps a look apart from the next: how a page stayed the same does not."""
    return "" if look.outcome == "unchanged" else f"{look.detail} {look.document}"


def diff(
    watch: WatchArgument,
    before: Annotated[
        str | None,
        typer.Argument(
            metavar="A", help="A capture (see `history`), a time, or 7d ago."
        ),
    ] = None,
    after: Annotated[
        str | None, typer.Argument(metavar="B", help="The same, for the later one.")
    ] = None,
    *,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Compare two contents of a page; by default the last two. Exits 1 if they differ."""
    with reading(home) as store:
        name = kept_by(store, watch)
        looks = [look for look in store.looks(name) if look.document]
        old, new = _pair(name, looks, before, after)
        changes = _changes(_document(store, old), _document(store, new))
    if as_json:
        print_json(jsonable(change) for change in changes)
    else:
        err().print(f"{_when(old)} → {_when(new)}: {len(changes)} changed clauses")
        print_redlines(out(), [redline(change) for change in changes])
    if changes:
        raise typer.Exit(Code.CHANGED)


def _when(look: Look) -> str:
    return f"{look.looked_at:%Y-%m-%d %H:%M} {(look.capture or '')[:SHORT]}"


def _changes(old: Document, new: Document) -> tuple[Change, ...]:
    if old.recipe != new.recipe:
        raise ConfigError(
            f"these were read by different rules ({old.recipe}, {new.recipe}) "
            "and cannot be compared"
        )
    edits = edits_between(old.clauses, new.clauses)
    return judge(old, new, edits, seen=frozenset(), rulebook=rules()()).changes


def _document(store: Store, look: Look) -> Document:
    return store.document(look.document or Digest(""))


def _pair(
    watch: WatchId, looks: Sequence[Look], before: str | None, after: str | None
) -> tuple[Look, Look]:
    """Return the looks to compare: as asked for, else the last two contents."""
    if not looks:
        raise ConfigError(f"{watch}: no content has been seen yet")
    new = _found(watch, looks, after) if after else looks[0]
    if before:
        return _found(watch, looks, before), new
    older = looks[looks.index(new) :]
    old = next((look for look in older if look.document != new.document), new)
    return old, new


def _found(watch: WatchId, looks: Sequence[Look], asked: str) -> Look:
    """Return the look at a capture, or the last one before a time."""
    matching = {look.capture: look for look in looks if _is_capture(look, asked)}
    if len(matching) == 1:
        return next(iter(matching.values()))
    if len(matching) > 1:
        raise ConfigError(f"{asked}: several captures of {watch} begin with it")
    when = moment(asked, datetime.now(UTC), option=asked)
    look = next((look for look in looks if look.looked_at <= when), None)
    if look is None:
        raise ConfigError(f"{asked}: {watch} was first looked at later")
    return look


def _is_capture(look: Look, asked: str) -> bool:
    # Six, so that "7d" and "2025" are times.
    return len(asked) >= LEAST and bool(look.capture and look.capture.startswith(asked))
