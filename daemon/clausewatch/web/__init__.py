"""A read-only site over what is kept: pages, feeds, an API and reports."""
