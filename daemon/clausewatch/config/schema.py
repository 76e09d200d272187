"""The shape of watchlist.yaml: what may stand where, for us and for editors.

The docstring under a key is its description in `watchlist.schema.json`.
"""

import json
from typing import Annotated, Final, Required

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict

from clausewatch.config.fields import (
    Contact,
    CronText,
    Duration,
    Gap,
    Headers,
    Host,
    KindName,
    Origin,
    Selectors,
    Slug,
    Text,
    ThresholdName,
    Url,
)
from clausewatch.config.sinks import SinkEntry

STRICT: Final = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)


@with_config(STRICT)
class WatchEntry(TypedDict, total=False):
    """One page to watch. Its address alone will do if that tells what the page is."""

    url: Required[Url]
    """The address of the page, http or https."""
    id: Slug
    """Its own name, under which its history is kept; give one before you change service or kind. Default: service and kind, such as `linkedin-privacy-policy`."""
    kind: KindName
    """What the page is. Default: what the address tells."""
    title: Text
    """What people call the document, for headings and subject lines."""
    every: Duration
    """How long to wait between two looks, such as 30m, 6h or 1d."""
    cron: CronText
    """When to look, in crontab notation and UTC, instead of `every`."""
    select: Selectors
    """Read only what these CSS selectors find. Hardly ever needed."""
    remove: Selectors
    """Leave out what these CSS selectors find. Hardly ever needed."""
    vantage: Slug
    """From where or as whom the page is seen, such as `eu`; each vantage has its own history."""
    headers: Headers
    """Header fields to send, such as `Accept-Language: de`."""
    sinks: list[Text]
    """Who is told: names from `sinks`. Default: all of them; [] for nobody."""
    threshold: ThresholdName
    """The least that a change must weigh to be told. Default: substantive."""


def _from_address(entry: object) -> object:
    return {"url": entry} if isinstance(entry, str) else entry


@with_config(STRICT)
class ServiceEntry(TypedDict, total=False):
    """One service and its pages."""

    name: Required[Text]
    """What people call the service."""
    watches: Required[
        list[
            Annotated[
                WatchEntry,
                BeforeValidator(_from_address, json_schema_input_type=Url | WatchEntry),
            ]
        ]
    ]
    """Its pages."""


@with_config(STRICT)
class DefaultsEntry(TypedDict, total=False):
    """What holds for every watch that does not say otherwise."""

    every: Duration
    """How long to wait between two looks at a page. Default: 6h."""
    cron: CronText
    """When to look, in crontab notation and UTC, instead of `every`."""
    jitter: Annotated[float, Field(ge=0, le=1, strict=False)]
    """How much of the wait to add at random, at most; 0 to 1. It spreads the looks. Default: 0.1."""
    threshold: ThresholdName
    """The least that a change must weigh to be told. Default: substantive."""
    sinks: list[Text]
    """Who is told: names from `sinks`. Default: all of them."""
    vantage: Slug
    """From where or as whom pages are seen."""
    headers: Headers
    """Header fields to send with every request."""


@with_config(STRICT)
class NetworkEntry(TypedDict, total=False):
    """How to behave on the network."""

    contact: Contact
    """Where a publisher can reach you: a web or e-mail address, sent in the User-Agent."""
    allow: list[Host]
    """Hosts that may be watched although their addresses are private or loopback."""
    gap: Gap
    """The least time between two requests to one host; 0s for servers of your own. Default: 2s."""
    concurrency: Annotated[int, Field(ge=1, le=64)]
    """How many pages to fetch at the same time. Default: 8."""


@with_config(STRICT)
class SiteEntry(TypedDict, total=False):
    """Where people find the site that shows what was told."""

    address: Required[Origin]
    """Its address, such as https://watch.example.org; mails, webhooks, files and feeds lead there. Default: they lead nowhere."""


@with_config(STRICT)
class TimestampEntry(TypedDict, total=False):
    """An authority that says when a checkpoint was there (RFC 3161)."""

    url: Required[Url]
    """Where it takes requests."""
    roots: Text
    """A file of certificates in PEM to trust for its tokens."""


@with_config(STRICT)
class PatternsEntry(TypedDict, total=False):
    """When changes of several documents of a service are told as one story."""

    within: Duration
    """How far apart they may be. Default: 60d."""


@with_config(STRICT)
class EvidenceEntry(TypedDict, total=False):
    """How what is kept is made to stand up without us."""

    checkpoint: Duration
    """How often to sign what the evidence log says so far; every important change is signed for besides. Default: 1h."""
    timestamps: dict[Slug, TimestampEntry]
    """Authorities to ask when a checkpoint was there, by a name of your choice. Default: none."""


@with_config(STRICT)
class FileEntry(TypedDict, total=False):
    """What clausewatch watches, and whom it tells."""

    defaults: DefaultsEntry
    """What every watch does unless it says otherwise."""
    sinks: dict[Slug, SinkEntry]
    """Who is told, by a name of your choice. Default: one line of JSON for each event on stdout."""
    network: NetworkEntry
    """How fast to ask, and whom."""
    site: SiteEntry
    """Where people find the site."""
    patterns: PatternsEntry
    """When changes of several documents are one story."""
    evidence: EvidenceEntry
    """How often the evidence log is signed, and who vouches for its time."""
    rules: list[Text]
    """Files with topic rules of your own, beside those that are shipped; relative to this file."""
    services: Required[list[ServiceEntry]]
    """The services and their pages."""


FILE: Final[TypeAdapter[FileEntry]] = TypeAdapter(FileEntry)
SCHEMA_FILE: Final = "watchlist.schema.json"


def json_schema() -> str:
    """Return the JSON Schema of the watchlist, as the package ships it."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **FILE.json_schema(),
        "title": "clausewatch watchlist",
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
