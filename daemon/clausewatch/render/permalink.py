"""Where the site shows an event, for those who are told of it elsewhere."""

from urllib.parse import quote

from clausewatch.core.event import Event
from clausewatch.render.redline import is_quiet


def permalink(site: str, event: Event) -> str:
    """Return the address of an event, or of its clause where it is about one only.

    Args:
        site: Where the site stands, such as `https://watch.example.org`; without it
            there is no address, and nothing is returned.
    """
    if not site:
        return ""
    loud = [n for n, change in enumerate(event.changes, 1) if not is_quiet(change)]
    clause = f"/c{loud[0]}" if len(loud) == 1 else ""
    return f"{site}/changes/{quote(event.id, safe='')}{clause}"
