"""The command line: it builds the edges, injects them, and tells people."""

from clausewatch.cli.main import main

__all__ = ["main"]
