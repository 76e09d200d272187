"""What a page has shown: `history` and `diff`."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Annotated

import typer
from rich.table import Table

from clausewatch.cli.compose import rules
from clausewatch.cli.console import err, out, print_json
from clausewatch.cli.exits import Code
from clausewatch.cli.home import reading
from clausewatch.cli.options import HomeOption, JsonOption, kept_by
from clausewatch.cli.paint import print_redlines
from clausewatch.cli.texts import SHORT, Shown, pair
from clausewatch.core.diff import diff as edits_between
from clausewatch.core.digest import jsonable
from clausewatch.core.event import Change
from clausewatch.core.judge import judge
from clausewatch.core.model import Document
from clausewatch.errors import ConfigError
from clausewatch.ports import Look
from clausewatch.render.redline import redline
from clausewatch.render.wording import count, reason_in_words

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
    table = Table(
        "from (UTC)", "to (UTC)", "looks", "outcome", "detail", "capture", box=None
    )
    for run in _runs(looks, apart=every):
        newest, oldest = run[0], run[-1]
        table.add_row(
            f"{oldest.looked_at:%Y-%m-%d %H:%M}",
            f"{newest.looked_at:%Y-%m-%d %H:%M}" if len(run) > 1 else "",
            str(len(run)),
            newest.outcome,
            reason_in_words(newest.detail) if newest.detail else "",
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
            metavar="A", help="A capture (see `history`), a day, a time, or 7d ago."
        ),
    ] = None,
    after: Annotated[
        str | None, typer.Argument(metavar="B", help="The same, for the later one.")
    ] = None,
    *,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Compare two texts of a page; by default the last two. Exits 1 if they differ.

    A time means the text that stood then, and a day its end.
    """
    with reading(home) as store:
        name = kept_by(store, watch)
        old, new = pair(name, store.looks(name), before, after)
        changes = _changes(store.document(old.document), store.document(new.document))
    if as_json:
        print_json(jsonable(change) for change in changes)
    else:
        told = count(len(changes), "changed clause")
        err().print(f"{_when(old)} → {_when(new)}: {told}")
        print_redlines(out(), [redline(change) for change in changes])
    if changes:
        raise typer.Exit(Code.CHANGED)


def _when(text: Shown) -> str:
    look = text.look
    return f"{look.looked_at:%Y-%m-%d %H:%M} UTC {(look.capture or '')[:SHORT]}"


def _changes(old: Document, new: Document) -> tuple[Change, ...]:
    if old.recipe != new.recipe:
        raise ConfigError(
            f"these were read by different rules ({old.recipe}, {new.recipe}) "
            "and cannot be compared"
        )
    edits = edits_between(old.clauses, new.clauses)
    return judge(old, new, edits, seen=frozenset(), rulebook=rules()()).changes
