"""What may stand in a field of the watchlist: each type with its check and schema.

A check raises `wrong(...)` with what was expected; pydantic adds where.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Final, TypeVar
from urllib.parse import urlsplit

from apscheduler.triggers.cron import CronTrigger
from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator
from pydantic_core import PydanticCustomError

from clausewatch.core.model import Kind, Threshold

_Member = TypeVar("_Member", bound=StrEnum)


def wrong(what: str) -> PydanticCustomError:
    """Return the error that becomes a problem with this text."""
    return PydanticCustomError("wrong", "{what}", {"what": what})


def shown(value: object) -> str:
    """Return a value as a message quotes it."""
    if value is None or isinstance(value, bool):
        return "nothing" if value is None else str(value).lower()
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004


def nearest(word: object, choices: list[str]) -> str:
    """Return `; did you mean every?`, or nothing when no choice is near."""
    near = get_close_matches(str(word).lower(), choices, n=1)
    return f"; did you mean {near[0]}?" if near else ""


# Durations


_DURATION: Final = re.compile(r"([0-9]{1,9})([smhdw])")
_UNITS: Final = {
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
}
LONGEST: Final = timedelta(days=366)
"""A page that is looked at less than once a year is not watched."""


def duration(text: object) -> timedelta:
    """Return how long `30m`, `6h` or `1d` is: a second to 366 days."""
    found = _DURATION.fullmatch(text) if isinstance(text, str) else None
    length = int(found[1]) * _UNITS[found[2]] if found else timedelta()
    if not timedelta() < length <= LONGEST:
        limit = ' of at most "366d"' if length else ""
        raise wrong(
            f'expected a duration such as "30m", "6h" or "1d"{limit}, not {shown(text)}'
        )
    return length


def gap(text: object) -> timedelta:
    """Return a duration, or none: `0s` is for servers of one's own."""
    return timedelta() if text == "0s" else duration(text)


def spelled(length: timedelta) -> str:
    """Return a duration as the watchlist writes it, in its largest whole unit."""
    unit = next(u for u, size in _UNITS.items() if not length % size)
    return f"{length // _UNITS[unit]}{unit}"


# Times of day and of week


def cron(text: object) -> str:
    """Return a crontab expression that will come true some day."""
    if not isinstance(text, str):
        raise wrong(f'expected cron notation such as "0 9 * * mon", not {shown(text)}')
    if reason := _cron_fault(text):
        raise wrong(f"{reason}, not {shown(text)}")
    return text


@lru_cache(maxsize=256)
def _cron_fault(text: str) -> str:
    """Return what was expected instead; cached, for a thousand watches share one."""
    if re.search(r"[0-9]", "".join(text.split()[4:5])):
        # APScheduler counts the days of the week from Monday, crontab from Sunday.
        return "expected days of the week by name, such as mon or mon-fri"
    try:
        trigger = CronTrigger.from_crontab(text, timezone=UTC)
        comes = trigger.get_next_fire_time(None, datetime(2024, 1, 1, tzinfo=UTC))
    except (ValueError, TypeError, LookupError) as error:
        return f'expected cron notation such as "0 9 * * mon" ({error})'
    return "" if comes else "expected a time that comes"


# Addresses


def url(text: object) -> str:
    """Return an http or https address with a host and without a password."""
    wanted = "expected an address such as https://example.org/privacy"
    if not isinstance(text, str) or not re.fullmatch(r"[^\s\x00-\x20\x7f]+", text):
        raise wrong(f"{wanted}, not {shown(text)}")
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise wrong(f"{wanted}, not {shown(text)}: {error}") from error
    if parts.scheme not in {"http", "https"} or not host:
        raise wrong(f"{wanted}, not {shown(text)}")
    if "@" in parts.netloc:
        raise wrong("expected an address without user name and password")
    return text


def origin(text: object) -> str:
    """Return the address of a site that stands at the root of its host."""
    given = url(text)
    parts = urlsplit(given)
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise wrong(
            "expected an address without a path, such as https://watch.example.org,"
            f" not {shown(text)}"
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"


def host(text: object) -> str:
    """Return a host's name or address, without scheme and port."""
    if not isinstance(text, str) or not re.fullmatch(r"[\w.:-]*\w[\w.:-]*", text):
        raise wrong(f"expected a host such as intranet.example, not {shown(text)}")
    return text.lower()


def contact(text: object) -> str:
    """Return an address at which a publisher can reach the operator."""
    if isinstance(text, str) and re.fullmatch(r"[^\s@]+@[^\s@]+", text):
        return text
    try:
        return url(text)
    except PydanticCustomError as error:
        raise wrong(
            f"expected an e-mail address or a web address, not {shown(text)}"
        ) from error


# Selectors, headers, names


@lru_cache(maxsize=1024)
def selector(text: str) -> str:
    """Return a CSS selector that can be used."""
    # Imported here: it brings two parsers along, and nearly no list has selectors.
    import soupsieve  # noqa: PLC0415

    try:
        soupsieve.compile(text)
    except (soupsieve.SelectorSyntaxError, ValueError, TypeError) as error:
        reason = str(error).partition("\n")[0]
        raise wrong(f"expected a CSS selector, not {shown(text)}: {reason}") from error
    return text


def headers(fields: dict[str, str]) -> dict[str, str]:
    """Return header fields as RFC 9110 §5 allows them."""
    for name, value in fields.items():
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
            raise wrong(f"expected a header name, not {shown(name)}")
        if not re.fullmatch(r"[\t\x20-\x7e]*", value):
            raise wrong(f"expected printable ASCII in {name}")
    return fields


def slug(text: object) -> str:
    """Return a name made of a-z, 0-9 and hyphens."""
    if not isinstance(text, str) or not re.fullmatch(SLUG, text):
        raise wrong(f"expected a-z, 0-9 and hyphens, not {shown(text)}")
    return text


def filled(text: str) -> str:
    """Return a text that says something, on one line."""
    if not text.strip() or not text.isprintable():
        raise wrong(f"expected a text on one line, not {shown(text)}")
    return text


SLUG: Final = "[a-z0-9][a-z0-9-]{0,99}"


def _member(kind: type[_Member]) -> Callable[[object], _Member]:
    names = [member.value for member in kind]

    def check(text: object) -> _Member:
        if text not in names:
            raise wrong(
                f"expected one of {', '.join(names)}, not {shown(text)}"
                f"{nearest(text, names)}"
            )
        return kind(str(text))

    return check


def listed(value: object) -> object:
    """Return one text as a list of one."""
    return [value] if isinstance(value, str) else value


Text = Annotated[str, AfterValidator(filled)]
Slug = Annotated[
    str,
    PlainValidator(
        slug, json_schema_input_type=Annotated[str, Field(pattern=f"^{SLUG}$")]
    ),
]
Duration = Annotated[
    timedelta,
    PlainValidator(
        duration,
        json_schema_input_type=Annotated[
            str, Field(pattern="^[0-9]+[smhdw]$", examples=["30m", "6h", "1d"])
        ],
    ),
]
Gap = Annotated[
    timedelta,
    PlainValidator(
        gap,
        json_schema_input_type=Annotated[
            str, Field(pattern="^[0-9]+[smhdw]$", examples=["2s", "10s"])
        ],
    ),
]
CronText = Annotated[
    str,
    PlainValidator(
        cron,
        json_schema_input_type=Annotated[str, Field(examples=["0 9 * * mon-fri"])],
    ),
]
Url = Annotated[
    str,
    PlainValidator(
        url, json_schema_input_type=Annotated[str, Field(pattern="^https?://")]
    ),
]
Origin = Annotated[
    str,
    PlainValidator(
        origin,
        json_schema_input_type=Annotated[str, Field(pattern="^https?://[^/]+/?$")],
    ),
]
Host = Annotated[str, PlainValidator(host, json_schema_input_type=str)]
Contact = Annotated[str, PlainValidator(contact, json_schema_input_type=str)]
KindName = Annotated[Kind, PlainValidator(_member(Kind), json_schema_input_type=Kind)]
ThresholdName = Annotated[
    Threshold, PlainValidator(_member(Threshold), json_schema_input_type=Threshold)
]
Selectors = Annotated[
    list[Annotated[str, AfterValidator(selector)]],
    BeforeValidator(listed, json_schema_input_type=str | list[str]),
]
Headers = Annotated[dict[str, str], AfterValidator(headers)]
