"""A process that looks at one watch again and again, and may be killed at any step.

Usage: loop_until_killed.py HOME RUN LOOKS [STEP NTH]
"""

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from clausewatch.archive.blobs import Blobs
from clausewatch.core.model import WatchId
from clausewatch.ports import State
from clausewatch.store import open_store
from clausewatch.testing.examples import SEEN, example
from clausewatch.testing.faults import Die, FaultyDisk, faulty_commit
from clausewatch.testing.looks import (
    HOUR,
    capture_of,
    claim,
    content_of,
    document_of,
    enrol,
    settlement,
)


def main(home, run, looks, step="never", nth="1"):
    die = Die(step, int(nth))
    blobs = Blobs(Path(home), disk=FaultyDisk(die))
    store = open_store(Path(home), commit=faulty_commit(die))
    at = SEEN + int(run) * timedelta(days=365)  # past every lease of the last run
    enrol(store, "acme", due=at)
    while store.standing(WatchId("acme")).history.revision < int(looks):
        revision = look(blobs, store, at)
        print(revision, flush=True)  # noqa: T201 - what was told to the parent
        at += HOUR
    store.close()


def look(blobs, store, at):
    held = claim(store, at=at)
    history = held.standing.history
    revision = history.revision + 1
    body = f"<p>{'we sell nothing ' * 500}{revision}".encode()
    blobs.keep(body)
    content = content_of(revision)
    history = replace(
        history,
        revision=revision,
        head=content,
        contents=(*history.contents[-3:], content),
    )
    event = example(id=f"e{revision}", watch=WatchId("acme"), revision=revision)
    end = settlement(
        held,
        history,
        at=at,
        capture=capture_of(body, at=at),
        documents=(document_of(f"We sell nothing {revision}."),),
        events=(event,),
        sinks=["mail", "file"],
    )
    assert end.standing.state is State.FINE
    store.settle(end)
    return revision


if __name__ == "__main__":
    main(*sys.argv[1:])
