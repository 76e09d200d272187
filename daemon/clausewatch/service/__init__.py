"""The daemon: one watch checked once, the jobs around it, the outbox."""
