"""Brings pages: over HTTP, or from recordings."""
