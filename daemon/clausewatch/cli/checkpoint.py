"""`checkpoint`: what the log says so far, signed; and whether it still says so."""

import base64
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from clausewatch.archive.chain import replayed, shown
from clausewatch.archive.keys import signers
from clausewatch.archive.lock import instance_lock
from clausewatch.archive.notes import newest_note, notes
from clausewatch.archive.segments import Segments
from clausewatch.cli.anchors import KeyOption, anchors
from clausewatch.cli.compose import make_notary
from clausewatch.cli.console import err, out, print_json, print_line
from clausewatch.cli.exits import Code
from clausewatch.cli.home import place
from clausewatch.cli.options import HomeOption, JsonOption
from clausewatch.core import merkle
from clausewatch.core.digest import Json
from clausewatch.core.note import (
    Checkpoint,
    Note,
    PublicKey,
    parse_checkpoint,
)
from clausewatch.errors import ConfigError
from clausewatch.render.wording import count, plain
from clausewatch.service.clock import SystemClock

app = typer.Typer(
    name="checkpoint",
    help="What the evidence log says so far, signed: show it, hold it against another.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


@app.command()
def show(
    *,
    key: Annotated[
        bool, typer.Option("--key", help="The public key instead, to be published.")
    ] = False,
    home: HomeOption = None,
) -> None:
    """Show the newest signed checkpoint; give it to somebody who should be a witness."""
    folder = place(home).home
    note, _ = newest_note(folder)
    if note is None:
        raise ConfigError(f"{folder}: nothing is signed yet; it is at the first change")
    if not key:
        print_line(str(note).rstrip("\n"))
        return
    chain, _ = replayed(Segments(folder), notes(folder), [])
    if not chain.keys:
        raise ConfigError(f"{folder}: no key has signed the log; see `verify`")
    print_line(chain.keys[-1].vkey)


@app.command()
def compare(
    old: Annotated[
        Path,
        typer.Argument(
            metavar="OLD", help="A file with checkpoints, such as a mail; - for stdin."
        ),
    ],
    *,
    key: KeyOption = None,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Prove that today's log continues an old checkpoint, wherever it was kept.

    All lines are read again; nothing that was computed earlier is believed. Exits 6
    if it does not continue it: then lines were changed, removed or put in since.
    """
    folder = place(home).home
    given = anchors(key, [old])
    leaves: list[bytes] = []
    chain, why = replayed(Segments(folder), notes(folder), leaves)
    sound = not why
    if why:
        out().print(f"log/checkpoints: {plain(why)}", style="red", soft_wrap=True)
    for one in given.keys:
        if one not in chain.keys:
            sound = False
            what = f"the key {shown(one)} has not signed this log"
            out().print(plain(what), style="red", soft_wrap=True)
    for note in given.notes:
        why = _difference(note, chain.keys, leaves)
        sound = sound and not why
        _tell(parse_checkpoint(note), leaves, why, as_json=as_json)
    raise typer.Exit(Code.FINE if sound else Code.UNSOUND)


@app.command()
def rotate(home: HomeOption = None) -> None:
    """Make a new signing key, which the old one vouches for; stop the daemon first."""
    where, now = place(home), datetime.now(UTC)
    with instance_lock(where.home, now=now):
        notary = make_notary(where, SystemClock())
        vkey = notary.rotate(now)
        notary.close()
    err().print("the log has a new key from now on; publish it beside the old one:")
    print_line(vkey)


def _difference(note: Note, keys: list[PublicKey], leaves: list[bytes]) -> str:
    """Return why today's log does not continue a checkpoint; empty if it does."""
    told = parse_checkpoint(note)
    if keys and told.origin != keys[-1].name:
        return f"is of another log, {told.origin}; this one is {keys[-1].name}"
    if not signers(note, keys):
        return "is not signed by a key of this log"
    if told.size > len(leaves):
        return f"covers {told.size} lines, and the log has {len(leaves)}: some are gone"
    span = merkle.span_of(leaves)
    path = merkle.consistency(told.size, len(leaves), span)
    now = span(0, len(leaves))
    if not merkle.extends(told.size, told.root, len(leaves), now, path):
        return "is not how the log begins: lines were changed, removed or put in since"
    return ""


def _tell(told: Checkpoint, leaves: list[bytes], why: str, *, as_json: bool) -> None:
    size = len(leaves)
    if not as_json:
        good = f"is how today's log of {count(size, 'line')} begins"
        style = "red" if why else "green"
        about = f"the checkpoint over {count(told.size, 'line')} {why or good}"
        out().print(about, style=style, soft_wrap=True)
        return
    proof: list[Json] = []
    if not why:
        path = merkle.consistency(told.size, size, merkle.span_of(leaves))
        proof = [base64.b64encode(step).decode() for step in path]
    root = base64.b64encode(merkle.root(leaves)).decode()
    print_json(
        [{"old": told.size, "size": size, "root": root, "proof": proof, "why": why}]
    )
