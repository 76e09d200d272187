"""What the service needs from the world, as protocols.

The store is synchronous: one worker thread owns it, so that a look's reading and
its one transaction never interleave with another's. Fetching and delivering are
asynchronous: they wait.
"""

from clausewatch.ports.pages import (
    Blobs,
    Clock,
    Decoder,
    ExchangeError,
    Fetch,
    Fetched,
    Fetcher,
    NotModified,
    Validators,
)
from clausewatch.ports.sinks import (
    REPLY_BYTES,
    Exporter,
    Poster,
    Reply,
    Sink,
)
from clausewatch.ports.store import (
    LATE,
    Claim,
    Delivery,
    DeliveryState,
    Look,
    Settlement,
    Standing,
    State,
    Store,
)

__all__ = [
    "LATE",
    "REPLY_BYTES",
    "Blobs",
    "Claim",
    "Clock",
    "Decoder",
    "Delivery",
    "DeliveryState",
    "ExchangeError",
    "Exporter",
    "Fetch",
    "Fetched",
    "Fetcher",
    "Look",
    "NotModified",
    "Poster",
    "Reply",
    "Settlement",
    "Sink",
    "Standing",
    "State",
    "Store",
    "Validators",
]
