"""Mail that a person understands from its first lines, and that gets there."""

from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html import unescape
from html.parser import HTMLParser

import pytest

from clausewatch.core.event import EventType
from clausewatch.core.model import WordOp, WordSpan
from clausewatch.core.note import Checkpoint, Note, Signature, notes_in
from clausewatch.emit.mail import MailSink
from clausewatch.errors import ConfigError, DeliveryError
from clausewatch.render.wording import subject
from clausewatch.testing.clock import START, FakeClock
from clausewatch.testing.examples import example, reworded
from clausewatch.testing.sinks import SinkContract
from emit.far_sides import certificate, context, mailbox, only


@pytest.fixture
def server():
    with mailbox() as running:
        yield running


def sink(server, tmp_path, **options):
    lent = context(tmp_path, clock=FakeClock())
    return MailSink.configure("ops", {**server.options, **options}, lent)


class TestMail(SinkContract):
    @pytest.fixture(autouse=True)
    def serve(self, tmp_path):
        with ExitStack() as stack:
            self.server = stack.enter_context(mailbox())
            self.home = tmp_path
            yield

    def make_sink(self):
        return sink(self.server, self.home)

    def make_refused(self):
        self.server.refuse["DATA"] = "554 no"
        return sink(self.server, self.home)

    def received(self):
        ids = [message["Message-ID"] for message in self.server.messages]
        return [name.strip("<>").partition("@")[0] for name in ids]


async def test_the_first_five_lines_say_what_where_when_how_sure_and_how_much(
    server, tmp_path
):
    await sink(server, tmp_path).deliver([example()])

    (message,) = server.messages
    body = message.get_body(("plain",)).get_content()
    assert message["Subject"] == (
        "Acme, privacy policy: Your data may now be used to train AI models "
        "(less protective; not announced)"
    )
    assert body.splitlines()[:6] == [
        "What:   Your data may now be used to train AI models.",
        "Where:  Acme privacy policy, How we use your data (+1 section)",
        "When:   18 Sep 2024, between 04:05 and 10:05 UTC",
        "Sure:   it changed: yes, seen twice; direction: sure",
        "Weight: critical, 3 of 3; less protective",
        "",
    ]
    assert message.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in message.iter_parts()]
    assert kinds == ["text/plain", "text/html"]


async def test_a_subject_is_short_and_the_text_says_all_of_it(server, tmp_path):
    clause = "we may use it all, and give it to whom we like, " * 4
    event = example(summary=f"now says “{clause}” and 9 more on choice")

    await sink(server, tmp_path).deliver([event])

    (message,) = server.messages
    body = message.get_body(("plain",)).get_content()
    assert 80 <= len(message["Subject"]) <= 100
    assert "…”; 9 more" in message["Subject"]
    assert clause.strip() in " ".join(body.split())


class Lines(HTMLParser):
    """The lines that a reader of HTML sees: headings and rows of tables."""

    def __init__(self):
        super().__init__()
        self.lines = []

    def handle_starttag(self, tag, _attributes):
        if tag in {"h1", "h2", "tr", "p", "li", "blockquote"}:
            self.lines.append("")

    def handle_data(self, text):
        if self.lines and text.strip():
            self.lines[-1] = f"{self.lines[-1]} {text.strip()}".strip()


@pytest.mark.parametrize("kind", [EventType.CHANGED, EventType.PATTERN])
async def test_the_first_five_lines_in_html_say_the_same_as_in_text(
    server, tmp_path, kind
):
    await sink(server, tmp_path).deliver([example(kind)])

    (message,) = server.messages
    plain = message.get_body(("plain",)).get_content().splitlines()[:5]
    reader = Lines()
    reader.feed(message.get_body(("html",)).get_content())
    assert reader.lines[0] == subject(example(kind))
    for seen, written in zip(reader.lines[1:5], plain[1:5], strict=True):
        label, _, said = written.partition(":")
        assert seen == f"{label} {said.strip()}"


async def test_the_html_strikes_what_went_and_underlines_what_came(server, tmp_path):
    await sink(server, tmp_path).deliver([example()])

    html = server.messages[0].get_body(("html",)).get_content()
    assert marked(html, "del") == [
        "provide",
        "We will ask for your consent before any new use.",
    ]
    assert marked(html, "ins")[0] == "provide, and to train AI models for,"
    assert "text-decoration:line-through" in html
    assert "text-decoration:underline" in html
    assert '<meta name="color-scheme" content="light dark">' in html


async def test_messages_of_a_watch_stand_in_one_thread(server, tmp_path):
    long = "a-watch-with-a-name-that-is-longer-than-a-line-of-mail-may-be-" + "x" * 60
    mail = sink(server, tmp_path)

    for name, watch in [("a", long), ("b", long), ("c", "other")]:
        await mail.deliver([example(id=name, watch=watch)])

    raw = [envelope.content for _, envelope in server.envelopes]
    threads = [message["References"] for message in server.messages]
    assert threads == [message["In-Reply-To"] for message in server.messages]
    assert threads[0] == threads[1] == f"<watch.{long}@example.org>"
    assert threads[2] != threads[0]
    assert f"<watch.{long}@example.org>".encode() in raw[0]


async def test_a_pattern_stands_in_the_thread_of_its_first_change(server, tmp_path):
    event = example(EventType.PATTERN, watch="acme-privacy-policy")

    await sink(server, tmp_path).deliver([event])

    (message,) = server.messages
    assert message["References"] == "<watch.acme-settings@example.org>"


async def test_programs_see_that_a_program_wrote(server, tmp_path):
    await sink(server, tmp_path).deliver([example()])

    (message,) = server.messages
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] == "clausewatch <ops.clausewatch.example.org>"
    assert parsedate_to_datetime(message["Date"]) == START
    assert message["From"] == "clausewatch <watch@example.org>"
    assert message["To"] == "counsel@example.org"


async def test_a_page_cannot_write_headers_or_markup(server, tmp_path):
    nasty = "a\r\nBcc: all@example.org\r\n\r\n<script>x</script>\ud800 \u202e é"
    clause = reworded((WordSpan(WordOp.INSERT, "<script>y</script>"),))
    event = example(
        summary=nasty,
        document="<b>terms</b>",
        url="javascript:x",
        changes=(replace(clause, path=("<script>z</script>",)),),
    )

    await sink(server, tmp_path).deliver([event])

    (message,) = server.messages
    html = message.get_body(("html",)).get_content()
    assert message["Bcc"] is None
    assert server.envelopes[0][1].rcpt_tos == ["counsel@example.org"]
    assert "<script" not in html
    assert "<b>" not in html
    assert "href=" not in html


async def test_a_policy_that_was_rewritten_whole_still_makes_a_mail_that_opens(
    server, tmp_path
):
    huge = replace(example().changes[1], after="word " * 200_000)
    changes = tuple([huge] * 300)

    await sink(server, tmp_path).deliver([example(changes=changes)])

    assert len(server.envelopes[0][1].content) < 400_000
    body = server.messages[0].get_body(("plain",)).get_content()
    assert "Not shown here: 260 changes beyond these." in body


@pytest.mark.parametrize("kind", EventType)
async def test_every_type_of_event_has_a_subject_in_words(server, tmp_path, kind):
    await sink(server, tmp_path).deliver([example(kind)])

    (message,) = server.messages
    name, _, said = message["Subject"].strip().partition(": ")
    whole = "Acme" if kind is EventType.PATTERN else "Acme, privacy policy"
    assert name == whole
    assert len(said.split()) > 3
    assert "org.clausewatch" not in message["Subject"]


async def test_a_digest_is_one_mail_with_the_weightiest_first(server, tmp_path):
    mail = sink(server, tmp_path, digest="daily")
    events = [
        example(EventType.INACCESSIBLE, service="Zeta"),
        example(service="Beta", summary="Something grave."),
    ]

    assert mail.batches
    await mail.deliver(events)
    await mail.deliver(events[::-1])

    first, again = server.messages
    lines = first.get_body(("plain",)).get_content().splitlines()
    assert first["Subject"] == "2 events: Beta, Zeta"
    assert lines[2:4] == [
        "1. Beta, privacy policy: Something grave (less protective; not announced)",
        f"2. {subject(events[0])}",
    ]
    assert first["Message-ID"] == again["Message-ID"]


@pytest.mark.parametrize(
    ("digest", "told", "sent"),
    [
        ("daily", "2026-08-05 06:59", "2026-08-05 07:00"),
        ("daily", "2026-08-05 07:00", "2026-08-06 07:00"),
        ("weekly", "2026-08-05 12:00", "2026-08-10 07:00"),
        ("6h", "2026-08-05 12:00", "2026-08-05 13:00"),
    ],
)
def test_a_digest_waits_for_its_time(server, tmp_path, digest, told, sent):
    told, sent = (
        datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (told, sent)
    )

    assert sink(server, tmp_path, digest=digest).first_at(told) == sent
    assert sink(server, tmp_path).first_at(told) == told


async def test_mail_goes_over_starttls_and_logs_in(tmp_path):
    cert, tls = certificate(tmp_path)
    login = {"username": "watch", "password": "s3cret"}
    options = {**login, "security": "starttls", "ca": str(cert)}
    secured = {
        "tls_context": tls,
        "require_starttls": True,
        "auth_required": True,
        "authenticator": only(**login),
    }

    with mailbox(**secured) as server:
        await sink(server, tmp_path, **options).deliver([example()])
        mistyped = sink(server, tmp_path, **{**options, "password": "x"})
        with pytest.raises(DeliveryError, match="535") as wrong:
            await mistyped.deliver([example()])
        distrustful = sink(server, tmp_path, **{**options, "ca": None})
        with pytest.raises(DeliveryError, match="certificate") as unknown:
            await distrustful.deliver([example()])

        ((session, _),) = server.envelopes
        assert session.ssl is not None
        assert session.authenticated
    assert wrong.value.retry
    assert unknown.value.retry


async def test_mail_goes_over_tls_from_the_first_byte(tmp_path):
    cert, tls = certificate(tmp_path)

    with mailbox(ssl_context=tls) as server:
        options = {"security": "tls", "ca": str(cert)}
        await sink(server, tmp_path, **options).deliver([example()])

        assert len(server.messages) == 1


@pytest.mark.parametrize(
    ("answer", "retry"), [("451 try later", True), ("554 never", False)]
)
async def test_a_refused_message_is_tried_again_only_if_it_may_help(
    server, tmp_path, answer, retry
):
    server.refuse["DATA"] = answer

    with pytest.raises(DeliveryError, match=answer) as refused:
        await sink(server, tmp_path).deliver([example()])

    assert refused.value.retry is retry


async def test_who_took_a_message_does_not_get_it_again(server, tmp_path):
    people = [f"{name}@example.org" for name in ("ann", "bob", "cy")]
    mail = sink(server, tmp_path, to=people)
    server.refuse = {"bob@example.org": "451 greylisted", "cy@example.org": "550 who"}

    with pytest.raises(DeliveryError, match="2 of 3") as first:
        await mail.deliver([example()])
    del server.refuse["bob@example.org"]
    with pytest.raises(DeliveryError, match=r"c…@example\.org: 550") as second:
        await mail.deliver([example()])
    server.refuse.clear()
    await mail.deliver([example()])

    assert [envelope.rcpt_tos for _, envelope in server.envelopes] == [
        [name] for name in people
    ]
    assert (first.value.retry, second.value.retry) == (True, False)


async def test_a_server_that_is_not_there_is_tried_again(server, tmp_path):
    gone = sink(server, tmp_path, port=1)

    with pytest.raises(DeliveryError, match=r"ops: 127\.0\.0\.1:1: ") as refused:
        await gone.deliver([example()])

    assert refused.value.retry


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"from": "nobody"}, r"sinks\.ops\.from: expected an address"),
        ({"to": []}, r"sinks\.ops\.to: expected a text or a list of texts, got \[\]"),
        ({"to": ["a@b\r\nBcc: c@d"]}, r"sinks\.ops\.to: expected an address"),
        ({"port": 70000}, r"sinks\.ops\.port: expected a port"),
        ({"security": "ssl"}, "expected one of starttls, tls, none, got 'ssl'"),
        ({"digest": "hourly"}, r'sinks\.ops\.digest: expected "daily", "weekly", or'),
        ({"password": "x"}, "expected username and password, or neither"),
        (
            {"host": "mail.example.org", "username": "u", "password": "p"},
            "expected starttls or tls where a password is sent",
        ),
        ({"hots": "x"}, r"sinks\.ops\.hots: unknown option; expected ca, digest"),
    ],
)
def test_a_wrong_option_is_named(server, tmp_path, wrong, message):
    with pytest.raises(ConfigError, match=message):
        sink(server, tmp_path, **wrong)


def test_defaults_are_safe(tmp_path):
    options = {"host": "mail.example.org", "from": "a@b.example", "to": "c@d.example"}

    made = MailSink.configure("ops", options, context(tmp_path))

    assert (made._server.security, made._server.port) == ("starttls", 587)
    assert made._server.timeout == timedelta(minutes=1)


def marked(html, tag):
    """Return the texts inside the elements of this name."""

    class Reader(HTMLParser):
        inside = False

        def handle_starttag(self, name, _attributes):
            self.inside = name == tag

        def handle_endtag(self, _name):
            self.inside = False

        def handle_data(self, text):
            if self.inside:
                found.append(text)

    found = []
    Reader().feed(html)
    return found


NOTE = str(
    Note(
        Checkpoint("acme-log", 1066, b"\xf6" * 32).text(),
        (Signature("acme-log", b"\x01\x02\x03\x04", b"\x07" * 64),),
    )
)


@pytest.mark.parametrize("events", [1, 2])
async def test_every_recipient_gets_the_newest_checkpoint_whole(
    server, tmp_path, events
):
    signed = replace(example().evidence, checkpoint=NOTE)
    told = [example(id="signed", evidence=signed), example(EventType.FIRST_SEEN)]

    await sink(server, tmp_path).deliver(told[:events])

    (message,) = server.messages
    for kind in ("plain", "html"):
        body = unescape(message.get_body((kind,)).get_content())
        assert [str(note) for note in notes_in(body)] == [NOTE]
    assert "acme-log, 1066 lines, root f6f6f6f6f6f6f6f6…" in message.get_body(
        ("plain",)
    ).get_content().replace("\n            ", " ")
