"""Events that a receiver can trust."""

import json
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from clausewatch.core.cloudevent import from_line
from clausewatch.emit.webhook import WebhookSink
from clausewatch.errors import ConfigError, DeliveryError
from clausewatch.testing.clock import FakeClock
from clausewatch.testing.examples import example
from clausewatch.testing.sinks import SinkContract
from emit.far_sides import context, hooks

SECRET = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo="


class TestWebhook(SinkContract):
    @pytest.fixture(autouse=True)
    def serve(self, tmp_path):
        with ExitStack() as stack:
            self.server = stack.enter_context(hooks())
            self.home = tmp_path
            yield

    def make_sink(self):
        return sink(self.server.url, self.home)

    def make_refused(self):
        self.server.answers = [(500, {})]
        return self.make_sink()

    def received(self):
        return [from_line(body.decode()).id for _, body in self.server.posts]


@pytest.fixture
def server():
    with hooks() as running:
        yield running


def sink(url, home, **options):
    # The receiver's own clock checks the timestamp, so ours has to be right.
    clock = FakeClock(datetime.now(UTC))
    given = {"url": url, "secret": SECRET, **options}
    return WebhookSink.configure("hook", given, context(home, clock=clock))


async def test_a_receiver_can_check_who_sent_it(server, tmp_path):
    await sink(server.url, tmp_path).deliver([example(summary="“é” ✓")])

    ((headers, body),) = server.posts
    told = Webhook(SECRET).verify(body, headers)
    assert headers["webhook-id"] == told["id"] == example().id
    assert headers["content-type"] == "application/cloudevents+json"
    assert told == json.loads(body)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.replace(b"less", b"more"), headers)


async def test_a_redelivery_is_signed_anew_under_the_same_id(server, tmp_path):
    hook = sink(server.url, tmp_path)

    await hook.deliver([example()])
    hook._clock.advance(timedelta(minutes=3))
    await hook.deliver([example()])

    (first, _), (again, _) = server.posts
    assert first["webhook-id"] == again["webhook-id"]
    assert first["webhook-signature"] != again["webhook-signature"]


@pytest.mark.parametrize(
    ("status", "headers", "retry", "after"),
    [
        (410, {}, False, None),
        (429, {"retry-after": "120"}, True, 120),
        (503, {"retry-after": "7"}, True, 7),
        (500, {}, True, None),
        (302, {"location": "/elsewhere"}, True, None),
        (404, {}, True, None),
    ],
)
async def test_what_is_not_taken_is_tried_again_unless_the_receiver_is_gone(
    server, tmp_path, status, headers, retry, after
):
    server.answers = [(status, headers)]
    expected = rf"^hook: expected 2xx from 127\.0\.0\.1, got {status}$"

    with pytest.raises(DeliveryError, match=expected) as refused:
        await sink(server.url, tmp_path).deliver([example()])

    assert (refused.value.retry, refused.value.retry_after_s) == (retry, after)


async def test_no_answer_is_tried_again_even_if_the_poster_would_not(tmp_path):
    class Deaf:
        async def post(self, _url, _body, _headers):
            raise DeliveryError("certificate expired", retry=False)

    given = {"url": "https://hook.example", "secret": SECRET}
    hook = WebhookSink.configure("hook", given, context(tmp_path, poster=Deaf()))

    with pytest.raises(DeliveryError, match=r"^hook: certificate expired$") as refused:
        await hook.deliver([example()])

    assert refused.value.retry


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"url": None}, r"sinks\.hook\.url: expected a text, got nothing"),
        ({"url": "ftp://x"}, r"sinks\.hook\.url: expected an https:// URL, got 'ftp"),
        ({"secret": None}, "expected a secret, got nothing; make one"),
        ({"secret": "whsec_%%%"}, "expected base64"),
        ({"secret": "whsec_QUJD"}, "expected at least 24 bytes in base64, got 3"),
        ({"header": "x"}, "unknown option; expected secret, secret_credential"),
    ],
)
def test_a_wrong_option_is_named(tmp_path, wrong, message):
    with pytest.raises(ConfigError, match=message):
        sink(**{"url": "https://hook.example", "home": tmp_path, **wrong})
