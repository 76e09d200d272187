"""Evidence: blobs by their digest."""
