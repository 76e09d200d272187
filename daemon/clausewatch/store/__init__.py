"""Everything but the blobs, in one SQL database."""

from clausewatch.store.sql import open_store

__all__ = ["open_store"]
