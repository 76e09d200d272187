"""The watchlist and the settings: YAML in, values out, every problem with its place."""
