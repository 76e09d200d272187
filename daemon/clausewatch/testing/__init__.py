"""Fakes and contract suites, for our tests and for authors of plug-ins."""
