"""The site beside the daemon, in one process: neither holds up the other for long."""

import asyncio
import threading
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from clausewatch.cli.hosting import listen, serving, site_of
from clausewatch.cli.visitors import Visitor
from clausewatch.core.rulebook import Rulebook
from clausewatch.testing.clock import FakeClock
from clausewatch.testing.examples import SEEN
from clausewatch.web.access import Access
from clausewatch.web.headers import HEADERS
from service.world import DAY, TRAINING, policy, watch
from web.acme import filled

ACME = watch()


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "site"
    filled(folder).close()
    return folder


@asynccontextmanager
async def hosted(home, visitor=Visitor):
    """Enter a site that listens; what is entered opens connections to it."""
    listening = listen("127.0.0.1", 0)
    site = site_of(home, FakeClock(SEEN + 2 * DAY), Access())

    async def connect():
        return await asyncio.open_connection(*listening.getsockname())

    async with serving(site, listening, visitor=visitor), asyncio.timeout(60):
        yield connect


def asking(path, *more):
    lines = [f"GET {path} HTTP/1.1", "host: localhost", "connection: close", *more]
    return "\r\n".join([*lines, "", ""]).encode()


async def asked(connect, path):
    """Return the answer to one request, whole."""
    reader, writer = await connect()
    writer.write(asking(path))
    answer = await reader.read()
    writer.close()
    return answer


async def test_the_site_answers_while_a_change_is_judged(world, home):
    judging, answered = threading.Event(), threading.Event()
    found = []

    def rulebook():
        judging.set()
        found.append(answered.wait(30))
        return Rulebook()

    world.enrol(ACME)
    checker = world.make_checker(rulebook=rulebook, confirm=False)
    answered.set()  # a first look asks for rules as well
    await world.look(ACME, checker)
    for one in (found, judging, answered):
        one.clear()
    world.clock.advance(timedelta(days=1))
    world.site.shows(policy(TRAINING))
    async with hosted(home) as connect:
        look = asyncio.create_task(world.look(ACME, checker))
        await asyncio.to_thread(judging.wait, 30)
        health, page = await asked(connect, "/healthz"), await asked(connect, "/")
        answered.set()
        taken = await look

    assert health.startswith(b"HTTP/1.1 200")
    assert b"Acme" in page
    assert found
    assert all(found), "the site waited for the judge"
    assert taken.settlement.outcome == "changed"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"what?\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nhost: a\r\nhost: localhost\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nconnection: close\r\nhost: [::1\r\n\r\n", 421),
        (asking("//evil.example/"), 404),
        (asking("/changes/1/c" + "9" * 5_000), 404),
        (asking("/", "content-length: 99999999999").replace(b"GET", b"POST"), 405),
        (asking("*").replace(b"GET", b"OPTIONS"), 405),
    ],
)
async def test_whatever_comes_over_the_wire_is_answered_with_our_headers(
    home, request_, status
):
    async with hosted(home) as connect:
        reader, writer = await connect()
        writer.write(request_)
        answer = (await reader.read()).partition(b"\r\n\r\n")[0].decode()
        writer.close()
    assert answer.startswith(f"HTTP/1.1 {status} ")
    named = {line.partition(":")[0].lower() for line in answer.splitlines()[1:]}
    assert named >= HEADERS.keys()


async def test_a_visitor_who_asks_nothing_is_let_go(home):
    class Hasty(Visitor):
        PATIENCE_S = 0.05

    async with hosted(home, Hasty) as connect:
        reader, writer = await connect()
        writer.write(b"GET / HTTP/1.1\r\nhost: local")
        assert await reader.read() == b""
        writer.close()


async def test_a_visitor_who_never_reads_is_let_go(home):
    gone = asyncio.Event()

    class Brief(Visitor):
        LONGEST_S = 0.05

        def connection_lost(self, exc):
            super().connection_lost(exc)
            gone.set()

    async with hosted(home, Brief) as connect:
        _, writer = await connect()
        writer.write(asking("/").replace(b"close", b"keep-alive") * 2_000)
        await gone.wait()
        writer.close()


async def test_more_visitors_than_there_is_room_for_are_sent_away(home):
    class Narrow(Visitor):
        MOST = 2

    async with hosted(home, Narrow) as connect:
        held = [await connect() for _ in range(2)]
        for reader, writer in held:
            writer.write(asking("/healthz").replace(b"close", b"keep-alive"))
            assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        reader, writer = await connect()
        assert await reader.read() == b""
        for _, one in [*held, (reader, writer)]:
            one.close()
