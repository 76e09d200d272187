"""The demo: the real daemon catches the case on a local site, without a network."""
