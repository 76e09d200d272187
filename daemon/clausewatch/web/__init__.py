"""A read-only site: dashboard, redlines, timelines, reports, feeds and an API."""
