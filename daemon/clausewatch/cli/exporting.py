"""Evidence for the site to hand out: a `ports.Exporter` that opens what it needs."""

from contextlib import closing
from pathlib import Path

from clausewatch.store import open_store


class HomeExporter:
    """Exports from a home, beside whoever else reads it or writes to it."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def export_zip(self, event_id: str) -> bytes:
        """Return the export of an event as a ZIP file; see the port."""
        # Imported here: most visits ask for none.
        from clausewatch.archive.export import Exporter  # noqa: PLC0415

        with closing(open_store(self._home, read_only=True)) as store:
            return Exporter(self._home, store).export_zip(event_id)
