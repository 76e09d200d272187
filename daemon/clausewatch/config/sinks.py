"""The options of a sink, as the watchlist names them.

Sinks that plug-ins bring take whatever options they say; ours are checked here, so
that a typing error in a mail address comes with its line and column.
"""

import re
from collections.abc import Mapping
from importlib.metadata import entry_points
from typing import Annotated, Final, Literal, Required, TypeAlias

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    with_config,
)
from typing_extensions import TypedDict

from clausewatch.config.fields import (
    Duration,
    Text,
    ThresholdName,
    Url,
    duration,
    listed,
    nearest,
    shown,
    wrong,
)

STRICT: Final = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)
PLUGIN: Final = ConfigDict(extra="allow", strict=True, use_attribute_docstrings=True)

SECRETS: Final = ("", "_file", "_credential", "_env")
"""A secret `x` stands in the file as `x`, or, better, is named by one of the others."""


def mail_address(text: str) -> str:
    """Return an address, bare or as `Name <name@example.org>`."""
    if not re.fullmatch(r"[^\s<>@]+@[^\s<>@]+|[^<>\n]*<[^\s<>@]+@[^\s<>@]+>", text):
        raise wrong(f"expected an e-mail address, not {shown(text)}")
    return text


def _digest(text: str) -> str:
    if text not in {"daily", "weekly"}:
        try:
            duration(text)
        except ValueError as error:
            raise wrong(
                f"expected daily, weekly or a duration, not {shown(text)}"
            ) from error
    return text


MailAddress = Annotated[str, AfterValidator(mail_address)]


@with_config(STRICT)
class _AnySink(TypedDict, total=False):
    # Docstrings of inherited keys do not reach the schema.
    threshold: Annotated[
        ThresholdName,
        Field(
            description="The least that an event must weigh for this sink, whatever its watch says."
        ),
    ]


@with_config(STRICT)
class StdoutSink(_AnySink, total=False):
    """Writes one line of JSON for each event to standard output."""

    type: Required[Literal["stdout"]]
    """The kind of sink: stdout."""


@with_config(STRICT)
class FileSink(_AnySink, total=False):
    """Appends one line of JSON for each event to a file."""

    type: Required[Literal["file"]]
    """The kind of sink: file."""
    path: Text
    """The file; relative to CLAUSEWATCH_HOME. Default: events.jsonl."""


# `from` is a word of Python's, so these keys are given as a mapping.
_From = TypedDict(
    "_From",
    {
        "from": Required[
            Annotated[MailAddress, Field(description="The sender's address.")]
        ]
    },
    total=False,
)


@with_config(STRICT)
class EmailSink(_AnySink, _From, total=False):
    """Sends mail over SMTP."""

    type: Required[Literal["email"]]
    """The kind of sink: email."""
    host: Required[Text]
    """The mail server."""
    port: Annotated[int, Field(ge=1, le=65535)]
    """Its port. Default: 587 with starttls, 465 with tls, 25 with none."""
    security: Literal["starttls", "tls", "none"]
    """How the connection is protected. Default: starttls."""
    username: Text
    """The name to log in with. Default: no login."""
    password: Text
    """The password itself; better to name where it is kept, with one of the next three."""
    password_file: Text
    """The file that holds the password."""
    password_credential: Text
    """The systemd credential that holds the password."""
    password_env: Text
    """The environment variable that holds the password."""
    to: Required[
        Annotated[
            list[MailAddress],
            Field(min_length=1),
            BeforeValidator(listed, json_schema_input_type=str | list[str]),
        ]
    ]
    """Who gets the mail."""
    digest: Annotated[str, AfterValidator(_digest)]
    """Gather changes into one mail: daily, weekly, or a duration. Default: a mail for each change."""
    ca: Text
    """A file of certificates to trust instead of the system's, for a server of your own."""
    timeout: Duration
    """How long to wait for the server. Default: 60s."""


@with_config(STRICT)
class WebhookSink(_AnySink, total=False):
    """Posts each event to an endpoint, signed as Standard Webhooks asks."""

    type: Required[Literal["webhook"]]
    """The kind of sink: webhook."""
    url: Required[Url]
    """The endpoint."""
    secret: Text
    """The signing secret itself; better to name where it is kept, with one of the next three."""
    secret_file: Text
    """The file that holds the signing secret."""
    secret_credential: Text
    """The systemd credential that holds the signing secret."""
    secret_env: Text
    """The environment variable that holds the signing secret."""


@with_config(STRICT)
class OpinionSink(_AnySink, total=False):
    """Asks a language model for a second opinion, which is kept beside the event."""

    type: Required[Literal["opinion"]]
    """The kind of sink: opinion."""
    url: Required[Url]
    """The OpenAI-compatible endpoint, such as https://llm.example.org/v1."""
    model: Required[Text]
    """The model to ask."""
    key: Text
    """The key itself; better to name where it is kept, with one of the next three. Default: none is sent."""
    key_file: Text
    """The file that holds the key."""
    key_credential: Text
    """The systemd credential that holds the key."""
    key_env: Text
    """The environment variable that holds the key."""
    timeout: Duration
    """How long to wait for an answer. Default: 120s."""


BUILT_IN: Final[Mapping[str, type]] = {
    "stdout": StdoutSink,
    "file": FileSink,
    "email": EmailSink,
    "webhook": WebhookSink,
    "opinion": OpinionSink,
}


def _plugin(name: str) -> str:
    known = sorted({*BUILT_IN, *entry_points(group="clausewatch.sinks").names})
    if name not in known:
        raise wrong(
            f"expected one of {', '.join(known)}, not {shown(name)}"
            f"{nearest(name, known)}"
        )
    return name


@with_config(PLUGIN)
class PluginSink(_AnySink, total=False):
    """A sink that a plug-in brings, with the options that it takes."""

    type: Required[
        Annotated[
            str,
            AfterValidator(_plugin),
            Field(json_schema_extra={"not": {"enum": list(BUILT_IN)}}),
        ]
    ]
    """The kind of sink: the name of an entry point in `clausewatch.sinks`."""


def _tag(entry: object) -> str | None:
    if not isinstance(entry, dict):
        return None
    name = entry.get("type")
    return name if isinstance(name, str) and name in BUILT_IN else "plugin"


def _secrets_make_sense(entry: _AnySink) -> _AnySink:
    """Return the sink if it names the secrets that it needs, each once."""
    given = {
        secret: [way for form in SECRETS if (way := secret + form) in entry]
        for secret in ("password", "secret", "key")
    }
    for ways in given.values():
        if len(ways) > 1:
            raise wrong(f"expected one of {', '.join(ways)}, not all of them")
    kind = dict(entry).get("type")
    if kind == "email" and ("username" in entry) != bool(given["password"]):
        raise wrong("expected username and password, or neither")
    if kind == "webhook" and not given["secret"]:
        ways = [f"secret{form}" for form in SECRETS]
        raise wrong(f"missing key secret; expected one of {', '.join(ways)}")
    return entry


SinkEntry: TypeAlias = Annotated[
    Annotated[StdoutSink, Tag("stdout")]
    | Annotated[FileSink, Tag("file")]
    | Annotated[EmailSink, Tag("email")]
    | Annotated[WebhookSink, Tag("webhook")]
    | Annotated[OpinionSink, Tag("opinion")]
    | Annotated[PluginSink, Tag("plugin")],
    Discriminator(_tag),
    AfterValidator(_secrets_make_sense),
]
