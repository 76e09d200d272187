"""`catalogue`: what pages and searches go by, filled again from what is kept."""

from clausewatch.cli.console import err
from clausewatch.cli.home import reading
from clausewatch.cli.options import HomeOption
from clausewatch.render.wording import count


def catalogue(home: HomeOption = None) -> None:
    """Fill again what pages and searches go by; no evidence is touched.

    For a home whose index is damaged, or that a newer version shows better. It may
    take minutes, and a running daemon waits for it.
    """
    with reading(home, write=True) as store:
        told = store.catalogue()
    err().print(f"catalogued: {count(told, 'event')}")
