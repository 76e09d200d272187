"""Events as e-mail messages: the same event makes the same message, but for its date.

Source: RFC 5322 (threads), RFC 3834 (Auto-Submitted), RFC 2919 (List-Id).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import HeaderRegistry, MessageIDHeader
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from html import escape
from typing import Final

from clausewatch.core.event import Event
from clausewatch.render.article import html, page, text
from clausewatch.render.glance import title
from clausewatch.render.permalink import permalink
from clausewatch.render.times import moment
from clausewatch.render.wording import clip, count, plain, subject

MOST_IN_FULL: Final = 25
"""Events that a digest shows whole; beyond them only their headlines stand."""
MOST_NAMED: Final = 3
"""Services named in the subject of a digest."""
MOST_SUBJECT: Final = 100
WITNESS: Final = (
    "Keep this mail: `clausewatch checkpoint compare` shows by what follows whether\n"
    "the log that proves the above is still the one it was."
)
_RULE: Final = "\n\n" + "=" * 72 + "\n\n"


def _headers() -> HeaderRegistry:
    """Return the types of headers, with the ids of threads left as they are.

    Python folds headers that it does not know as free text, and encodes an id that
    is too long for a line; no mail program finds the thread then.
    """
    registry = HeaderRegistry()
    for header in ("in-reply-to", "references"):
        registry.map_to_type(header, MessageIDHeader)  # type: ignore[arg-type]
    return registry


POLICY: Final = SMTP.clone(header_factory=_headers())


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Who writes to whom, on behalf of which sink; and where to read on."""

    sender: str
    recipients: tuple[str, ...]
    sink: str
    site: str = ""
    """Where the site stands that shows the events; empty if there is none."""

    @property
    def mailboxes(self) -> tuple[str, ...]:
        """The recipients without their names."""
        return tuple(parseaddr(one)[1] for one in self.recipients)

    @property
    def domain(self) -> str:
        """The domain of our message ids: the sender's."""
        return parseaddr(self.sender)[1].rpartition("@")[2]


def letter(event: Event, address: Address, at: datetime) -> EmailMessage:
    """Return one event as a message, in the thread of its watch."""
    message = _headed(title(event), event.id, address, at)
    # A parent that was never sent: all messages of a watch name it, so they stand
    # together, and nobody has to remember which of them came first.
    # What several documents tell together goes with the first of them.
    first = event.pattern.steps[0].watch if event.pattern else event.watch
    thread = f"<watch.{first}@{address.domain}>"
    message["In-Reply-To"] = thread
    message["References"] = thread
    link = permalink(address.site, event)
    articles = html(event, link=link), _witness_html([event])
    body = text(event, link=link) + _witness_text([event])
    return _filled(message, body, page(title(event), "".join(articles)))


def digest(events: Sequence[Event], address: Address, at: datetime) -> EmailMessage:
    """Return several events as one message, the weightiest first."""
    told = sorted(events, key=lambda e: (-e.materiality, e.service, e.observed_at))
    name = hashlib.sha256("\n".join(sorted(e.id for e in told)).encode()).hexdigest()
    message = _headed(_digest_subject(told), f"digest.{name[:40]}", address, at)
    heading = f"{count(len(told), 'event')}, {_span(told)}"
    links = [permalink(address.site, event) for event in told]
    listed = list(zip(told, links, strict=True))
    whole = listed[:MOST_IN_FULL]
    texts = (text(event, link=link) for event, link in whole)
    body = _RULE.join([f"{heading}\n\n{_contents_text(listed)}", *texts])
    articles = (html(event, link=link) for event, link in whole)
    shown = page(heading, _contents(heading, listed), *articles, _witness_html(told))
    return _filled(message, body + _witness_text(told), shown)


def _headed(line: str, name: str, address: Address, at: datetime) -> EmailMessage:
    message = EmailMessage(policy=POLICY)
    message["From"] = address.sender
    message["To"] = ", ".join(address.recipients)
    message["Subject"] = clip(line, MOST_SUBJECT)
    message["Date"] = at
    message["Message-ID"] = f"<{name}@{address.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["List-Id"] = f"clausewatch <{address.sink}.clausewatch.{address.domain}>"
    return message


def _filled(message: EmailMessage, body: str, shown: str) -> EmailMessage:
    # Quoted-printable keeps lines short on any server, and the text searchable.
    message.set_content(body, cte="quoted-printable")
    message.add_alternative(shown, subtype="html", cte="quoted-printable")
    return message


def _witness_text(told: Sequence[Event]) -> str:
    """Return the newest checkpoint whole: who has this mail can hold us to it."""
    note = _newest_note(told)
    return f"\n{WITNESS}\n\n{note}" if note else ""


def _witness_html(told: Sequence[Event]) -> str:
    note = _newest_note(told)
    style = 'style="font-size:.8em;white-space:pre-wrap;word-break:break-all"'
    return f"\n<p>{WITNESS}</p>\n<pre {style}>\n{escape(note)}</pre>" if note else ""


def _newest_note(told: Sequence[Event]) -> str:
    kept = [event for event in told if event.evidence.checkpoint]
    newest = max(kept, key=lambda event: event.observed_at, default=None)
    return (newest and newest.evidence.checkpoint) or ""


def _digest_subject(told: Sequence[Event]) -> str:
    services = list(dict.fromkeys(plain(event.service) for event in told))
    named = ", ".join(services[:MOST_NAMED])
    rest = len(services) - MOST_NAMED
    more = f" and {rest} more" if rest > 0 else ""
    return f"{count(len(told), 'event')}: {named}{more}"


def _span(told: Sequence[Event]) -> str:
    times = [event.observed_at for event in told]
    return f"{moment(min(times))} to {moment(max(times))}"


def _contents_text(listed: Sequence[tuple[Event, str]]) -> str:
    return "\n".join(
        f"{n}. {subject(event)}" + (f"\n   {link}" if link else "")
        for n, (event, link) in enumerate(listed, 1)
    )


def _contents(heading: str, listed: Sequence[tuple[Event, str]]) -> str:
    items = "".join(f"<li>{_item(event, link)}</li>\n" for event, link in listed)
    return f'<h1 style="font-size:1.25em">{escape(heading)}</h1>\n<ol>\n{items}</ol>'


def _item(event: Event, link: str) -> str:
    told = escape(subject(event))
    return f'<a href="{escape(link)}">{told}</a>' if link else told
