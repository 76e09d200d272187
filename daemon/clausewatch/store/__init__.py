"""Everything but the blobs, in one SQL database."""
