"""Revisions of the tables, newest last; see env.py."""
