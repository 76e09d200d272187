"""Everything but the blobs, in one SQL database."""

from clausewatch.store.sql import SqlStore, open_store

__all__ = ["SqlStore", "open_store"]
