"""The daemon makes what it keeps smaller, by and by."""

from contextlib import closing

from structlog.testing import capture_logs

from archive.histories import history
from clausewatch.archive.blobs import Blobs
from clausewatch.archive.compact import Compactor
from clausewatch.service.compaction import Compaction
from clausewatch.service.thread import StoreThread
from clausewatch.store import open_store
from clausewatch.testing.examples import SEEN
from clausewatch.testing.looks import HOUR, capture_of, claim, enrol, settlement


async def test_a_turn_compacts_what_was_filed_since_the_last_up_to_a_bound(tmp_path):
    thread, blobs = StoreThread(), Blobs(tmp_path)
    store = await thread.run(open_store, tmp_path)

    def file(bodies, first):
        for number, body in enumerate(bodies, first):
            blobs.keep(body)
            seen = capture_of(body, at=SEEN + number * HOUR)
            store.settle(settlement(claim(store), capture=seen))

    compaction = Compaction(store, lambda: Compactor(tmp_path, blobs), thread, most=8)
    with closing(thread):
        bodies = list(history(17))
        await thread.run(enrol, store, "acme")
        await thread.run(file, bodies[:6], 0)
        with capture_logs() as logs:
            await compaction.turn()
            await compaction.turn()
            await thread.run(file, bodies[6:], 6)
            await compaction.turn()
            await compaction.turn()
        told = [(line["captures"], line["patched"]) for line in logs]
        assert told == [(6, 5), (8, 8), (3, 3)]
        assert [blobs.read(blobs.keep(body)) for body in bodies] == bodies
        await thread.run(store.close)
