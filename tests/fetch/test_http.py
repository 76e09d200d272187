import asyncio
import gzip
import hashlib
import os
import ssl
import sys
import tracemalloc
import zlib
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest

from clausewatch import __version__
from clausewatch.errors import CaptureError, DeliveryError
from clausewatch.fetch.coding import decoded
from clausewatch.ports import (
    REPLY_BYTES,
    ExchangeError,
    Fetched,
    NotModified,
    Validators,
)
from fetch.conftest import LOOPBACK, watch
from fetch.server import NOT_FOUND, answer, serving

PAGE = "<p>We do not sell your data. Ünïcode.</p>".encode()
HERE = Path(__file__).parent


async def refusal(fetcher, url, **more):
    with pytest.raises(CaptureError) as refused:
        await fetcher.fetch(watch(url, **more), known=None)
    return refused.value


def redirect(to: str, *more: str) -> bytes:
    return answer(b"", f"Location: {to}", *more, status="302 Found")


# What a page brings.


async def test_a_page_is_brought_with_the_facts_of_the_exchange(make, clock):
    html = 'Content-Type: text/html; charset="UTF-8"'
    async with serving({"/p": answer(PAGE, html, "X-Odd: \xfc")}) as site:
        fetcher = make(contact="https://example.org/bot")
        got = await fetcher.fetch(watch(site.url("/p")), known=None)
    assert isinstance(got, Fetched)
    assert got.body == PAGE
    assert got.capture.body == hashlib.sha256(PAGE).hexdigest()
    assert got.capture.content_type == 'text/html; charset="UTF-8"'
    assert got.capture.captured_at == clock.now()
    exchange = got.capture.exchange
    assert exchange.peer == f"127.0.0.1:{site.port}"
    assert exchange.status == 200
    assert exchange.wire_bytes == len(PAGE)
    assert exchange.wire == hashlib.sha256(PAGE).hexdigest()
    assert ("content-type", 'text/html; charset="UTF-8"') in exchange.response_headers
    sent = site.asked("/p")[0].headers
    assert sent["user-agent"] == f"clausewatch/{__version__} (+https://example.org/bot)"


async def test_one_connection_serves_many_fetches(make):
    async with serving({"/p": answer(PAGE), "/gone": NOT_FOUND}) as site:
        fetcher = make()
        for _ in range(3):
            await fetcher.fetch(watch(site.url("/p")), known=None)
            await refusal(fetcher, site.url("/gone"))
    assert site.connections == 1


async def test_the_watchs_headers_are_sent_and_its_secrets_not_kept(make):
    own = (("Accept-Language", "de"), ("Authorization", "s3cret"), ("X-Key", "k3y"))
    async with serving({"/p": answer(PAGE)}) as site:
        got = await make().fetch(watch(site.url("/p"), headers=own), known=None)
    assert site.asked("/p")[0].headers["authorization"] == "s3cret"
    assert site.asked("/p")[0].headers["x-key"] == "k3y"
    kept = dict(got.capture.exchange.request_headers)
    assert (kept["accept-language"], kept["authorization"], kept["x-key"]) == (
        "de",
        "***",
        "***",
    )


async def test_proxies_of_the_environment_are_ignored(make):
    # A proxy is named for the whole run in a process of its own: the environment is
    # read when a client is made.
    code = (
        "import asyncio, sys\n"
        "from clausewatch.fetch.http import HttpFetcher\n"
        "from clausewatch.service.clock import SystemClock\n"
        "async def main():\n"
        "    fetcher = HttpFetcher(SystemClock(), allow=frozenset({'127.0.0.1'}))\n"
        "    print((await fetcher.post(sys.argv[1], b'', {})).status)\n"
        "    await fetcher.close()\n"
        "asyncio.run(main())\n"
    )
    proxy = "http://127.0.0.1:9"
    async with serving({"/p": answer(b"", status="204 No Content")}) as site:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            code,
            site.url("/p"),
            env={**os.environ, "http_proxy": proxy, "ALL_PROXY": proxy},
            stdout=asyncio.subprocess.PIPE,
        )
        said, _ = await process.communicate()
    assert said == b"204\n"


# Whether it is still what we have.


async def test_validators_come_back_and_a_304_means_not_modified(make):
    stamp = "Mon, 03 Aug 2026 10:00:00 GMT"

    async def page(request, send):
        fresh = request.headers.get("if-none-match") == '"v1"'
        headers = ('ETag: "v1"', f"Last-Modified: {stamp}")
        await send(
            answer(b"", *headers, status="304 Not Modified")
            if fresh
            else answer(PAGE, *headers)
        )

    async with serving({"/p": page}) as site:
        fetcher = make()
        first = await fetcher.fetch(watch(site.url("/p")), known=None)
        assert first.validators == Validators('"v1"', stamp, site.url("/p"))
        second = await fetcher.fetch(watch(site.url("/p")), known=first.validators)
        assert isinstance(second, NotModified)
        assert second.exchange.status == 304
        assert site.asked("/p")[1].headers["if-modified-since"] == stamp
        third = await fetcher.fetch(watch(site.url("/p")), known=None)
        assert isinstance(third, Fetched)


async def test_validators_of_another_url_are_not_sent(make):
    async with serving({"/new": answer(PAGE)}) as site:
        known = Validators('"v1"', "Mon, 03 Aug 2026 10:00:00 GMT", site.url("/old"))
        await make().fetch(watch(site.url("/new")), known=known)
    assert "if-none-match" not in site.asked("/new")[0].headers
    assert "if-modified-since" not in site.asked("/new")[0].headers


async def test_a_304_that_nobody_asked_for_is_an_error(make):
    async with serving({"/p": answer(b"", status="304 Not Modified")}) as site:
        assert (await refusal(make(), site.url("/p"))).reason == "http-304"


# Where it leads.


async def test_redirects_are_followed_and_recorded(make):
    async with serving(
        {
            "/a": redirect("/b?x=1"),
            "/b?x=1": redirect("c/"),
            "/c/": answer(PAGE, 'ETag: "c"'),
        }
    ) as site:
        got = await make().fetch(watch(site.url("/a")), known=None)
        again = await make().fetch(watch(site.url("/a")), known=got.validators)
    exchange = got.capture.exchange
    assert exchange.redirects == (site.url("/a"), site.url("/b?x=1"))
    assert exchange.final_url == site.url("/c/")
    assert isinstance(again, Fetched)
    assert "if-none-match" not in site.asked("/a")[1].headers
    assert site.asked("/c/")[1].headers["if-none-match"] == '"c"'


async def test_a_redirect_to_a_private_address_is_refused(make):
    async with serving({"/p": answer(b"the inside")}) as inside:
        pages = {"/p": redirect(inside.url("/p"))}
        async with serving(pages) as outside:
            fetcher = make(allow=frozenset({"localhost"}))
            error = await refusal(fetcher, outside.url("/p", host="localhost"))
    assert (error.reason, error.retry) == ("address", False)
    assert inside.requests == []


async def test_a_public_page_cannot_lead_to_a_host_that_was_allowed(make):
    def wire(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/robots.txt":
            return httpx.Response(404)
        assert request.url.host == "acme.example"
        return httpx.Response(302, headers={"Location": "http://localhost/admin"})

    fetcher = make(transport=httpx.MockTransport(wire))
    error = await refusal(fetcher, "http://acme.example/p")
    assert error.reason == "address"
    assert "http://localhost/admin" in str(error)


async def test_a_redirect_out_of_tls_is_refused(make):
    def wire(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/robots.txt":
            return httpx.Response(404)
        return httpx.Response(301, headers={"Location": "http://acme.example/p"})

    fetcher = make(transport=httpx.MockTransport(wire))
    error = await refusal(fetcher, "https://acme.example/p")
    assert error.reason == "redirect"
    assert "stay with https" in str(error)


async def test_redirects_end(make):
    async with serving({"/p": redirect("/p")}) as site:
        error = await refusal(make(limits={"redirects": 3}), site.url("/p"))
    assert error.reason == "redirect"
    assert len(site.asked("/p")) == 4


async def test_a_page_that_wants_its_cookie_back_is_had(make):
    async def page(request, send):
        has_it = request.headers.get("cookie") == "seen=1"
        cookie = "Set-Cookie: seen=1; Path=/; Secure"
        await send(answer(PAGE) if has_it else redirect("/p", cookie))

    async with serving({"/p": page}) as site:
        fetcher = make()
        got = await fetcher.fetch(watch(site.url("/p")), known=None)
        await fetcher.fetch(watch(site.url("/p")), known=None)
    assert got.body == PAGE
    kept = ("cookie", f"seen=sha256:{hashlib.sha256(b'1').hexdigest()}")
    assert kept in got.capture.exchange.request_headers
    assert "cookie" not in site.asked("/p")[2].headers


async def test_another_origin_never_sees_the_watchs_keys(make):
    own = (("Authorization", "s3cret"), ("Accept-Language", "de"))
    async with serving({"/q": answer(PAGE)}) as other, serving({}) as home:
        home.pages["/p"] = redirect(other.url("/q"))
        await make().fetch(watch(home.url("/p"), headers=own), known=None)
    assert home.asked("/p")[0].headers["authorization"] == "s3cret"
    assert "authorization" not in other.asked("/q")[0].headers
    assert other.asked("/q")[0].headers["accept-language"] == "de"


@pytest.mark.parametrize(
    "url",
    ["ftp://acme.example/", "http:///p", "http://u:pw@acme.example/", "http://a:x/"],
)
async def test_what_is_not_a_plain_web_address_is_refused(make, url):
    error = await refusal(make(), url)
    assert (error.reason, error.retry) == ("url", False)
    assert "pw" not in str(error)


# What is not a page.


@pytest.mark.parametrize(
    ("status", "retry"),
    [
        *((status, False) for status in (301, 401, 403, 404, 410, 501)),
        *((status, True) for status in (408, 429, 500, 502, 503, 504)),
    ],
)
async def test_an_error_status_says_whether_to_come_again(make, status, retry):
    async with serving({"/p": answer(b"<h1>no</h1>", status=f"{status} No")}) as site:
        error = await refusal(make(), site.url("/p"))
    assert (error.reason, error.status) == (f"http-{status}", status)
    assert error.retry is retry
    assert len(site.asked("/p")) == 1


async def test_retry_after_is_told_in_seconds_and_as_a_date(make, clock):
    later = format_datetime(clock.now() + timedelta(minutes=3), usegmt=True)
    busy = "429 Too Many"
    async with serving(
        {
            "/seconds": answer(b"", "Retry-After: 7", status=busy),
            "/date": answer(b"", f"Retry-After: {later}", status=busy),
            "/forever": answer(b"", "Retry-After: 99999999999", status=busy),
            "/nonsense": answer(b"", "Retry-After: soon", status=busy),
        }
    ) as site:
        waits = [
            (await refusal(make(), site.url(path))).retry_after_s
            for path in ("/seconds", "/date", "/forever", "/nonsense")
        ]
    assert waits == [7.0, 180.0, 86_400.0, None]


async def test_half_a_body_is_no_page(make):
    async def cut(request, send):
        await send(answer(PAGE, f"Content-Length: {len(PAGE) * 2}"))

    packed = gzip.compress(PAGE * 50)
    coding = "Content-Encoding: gzip"
    pages = {"/cut": cut, "/packed": answer(packed[:-20], coding)}
    async with serving(pages) as site:
        fetcher = make(limits={"attempts": 2})
        plain = await refusal(fetcher, site.url("/cut"))
        coded = await refusal(fetcher, site.url("/packed"))
    assert (plain.reason, plain.retry) == ("truncated", True)
    assert (coded.reason, coded.retry) == ("truncated", True)
    assert len(site.asked("/cut")) == 2


@pytest.mark.parametrize("body", [b"", b" \r\n\t "])
async def test_an_empty_body_is_no_page(make, body):
    async with serving({"/p": answer(body)}) as site:
        error = await refusal(make(), site.url("/p"))
    assert (error.reason, error.retry) == ("empty", True)


# What would harm us.


async def test_gzip_and_both_kinds_of_deflate_are_undone(make):
    bare = zlib.compressobj(wbits=-15)
    bodies = {
        "/gzip": ("gzip", gzip.compress(PAGE)),
        "/members": ("x-gzip", gzip.compress(PAGE[:9]) + gzip.compress(PAGE[9:])),
        "/zlib": ("deflate", zlib.compress(PAGE)),
        "/bare": ("deflate", bare.compress(PAGE) + bare.flush()),
    }
    async with serving(
        {
            path: answer(body, f"Content-Encoding: {name}")
            for path, (name, body) in bodies.items()
        }
    ) as site:
        fetcher = make()
        for path, (_, body) in bodies.items():
            got = await fetcher.fetch(watch(site.url(path)), known=None)
            assert got.body == PAGE
            assert got.capture.exchange.wire_bytes == len(body)


async def test_a_coding_that_we_did_not_ask_for_is_named(make):
    async with serving({"/p": answer(b"xx", "Content-Encoding: br")}) as site:
        error = await refusal(make(), site.url("/p"))
    assert error.reason == "encoding"
    assert "got br" in str(error)


async def test_a_decompression_bomb_is_stopped_at_the_limit(make):
    bomb = gzip.compress(bytes(50_000_000))
    twice = gzip.compress(bomb)
    async with serving(
        {
            "/once": answer(bomb, "Content-Encoding: gzip"),
            "/twice": answer(twice, "Content-Encoding: gzip, gzip"),
        }
    ) as site:
        fetcher = make(limits={"body_bytes": 1_000_000})
        for path in ("/once", "/twice"):
            error = await refusal(fetcher, site.url(path))
            assert (error.reason, error.retry) == ("too-large", False)


def test_a_decompression_bomb_takes_no_more_memory_than_the_limit():
    bomb = gzip.compress(bytes(50_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(CaptureError, match="expected at most 1000000 bytes"):
            decoded(bomb, "gzip", limit=1_000_000, url="https://acme.example/")
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


async def test_an_endless_body_is_stopped_at_the_limit(make):
    sent = 0

    async def endless(request, send):
        nonlocal sent
        await send(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            await send(b"x" * 65_536)
            sent += 65_536

    async with serving({"/p": endless}) as site:
        error = await refusal(make(limits={"wire_bytes": 300_000}), site.url("/p"))
    assert error.reason == "too-large"
    assert sent < 20_000_000


async def test_one_who_drips_is_stopped_by_the_deadline(make):
    async def dripping(request, send):
        await send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            await send(b".")
            await asyncio.sleep(0.01)

    async with serving({"/p": dripping}) as site:
        fetcher = make(limits={"deadline_s": 0.15, "read_s": 10.0})
        error = await refusal(fetcher, site.url("/p"))
    assert (error.reason, error.retry) == ("timeout", True)
    assert len(site.asked("/p")) == 1


async def test_a_connection_that_breaks_is_tried_again_a_few_times(make):
    failures = iter([True, True, False])

    async def shaky(request, send):
        if not next(failures):
            await send(answer(PAGE))

    async def dead(request, send):
        return

    async with serving({"/shaky": shaky, "/dead": dead}) as site:
        fetcher = make(limits={"attempts": 3})
        got = await fetcher.fetch(watch(site.url("/shaky")), known=None)
        error = await refusal(fetcher, site.url("/dead"))
    assert got.body == PAGE
    assert (error.reason, error.retry) == ("protocol", True)
    assert len(site.asked("/dead")) == 3


async def test_nobody_listening_is_told_as_that(make):
    async with serving({}) as site:
        pass
    error = await refusal(make(limits={"attempts": 1}), site.url("/p"))
    assert (error.reason, error.retry) == ("connect", True)


# Who it is.


async def test_a_certificate_is_verified_and_its_fingerprint_kept(make):
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(HERE / "localhost.pem")
    der = ssl.PEM_cert_to_DER_cert((HERE / "localhost.crt").read_text())
    trusting = ssl.create_default_context(cafile=HERE / "localhost.crt")
    async with serving({"/p": answer(PAGE)}, tls=served) as site:
        good = site.url("/p", host="localhost", scheme="https")
        got = await make(tls=trusting).fetch(watch(good), known=None)
        assert got.capture.exchange.certificate == hashlib.sha256(der).hexdigest()

        other_name = site.url("/p", scheme="https")
        misnamed = await refusal(make(tls=trusting), other_name)
        unknown = await refusal(make(), good)
    assert (misnamed.reason, misnamed.retry) == ("certificate", False)
    assert (unknown.reason, unknown.retry) == ("certificate", False)


# Posting.


async def test_a_post_returns_whatever_the_endpoint_answers(make):
    busy = answer(b"later", "Retry-After: 9", status="503 Busy")
    async with serving({"/hook": busy, "/away": redirect("/hook")}) as site:
        fetcher = make()
        reply = await fetcher.post(site.url("/hook"), b"{}", {"webhook-id": "e1"})
        moved = await fetcher.post(site.url("/away"), b"{}", {})
    assert (reply.status, reply.retry_after_s, reply.body) == (503, 9.0, b"later")
    assert moved.status == 302
    assert [r.path for r in site.requests] == ["/hook", "/away"]
    assert (site.requests[0].method, site.requests[0].body) == ("POST", b"{}")
    assert site.requests[0].headers["webhook-id"] == "e1"


async def test_of_a_long_answer_to_a_post_only_the_beginning_is_kept(make):
    async with serving({"/hook": answer(b"x" * (REPLY_BYTES + 1))}) as site:
        reply = await make().post(site.url("/hook"), b"", {})
    assert reply.body == b"x" * REPLY_BYTES


async def test_a_post_is_guarded_as_a_fetch_is(make):
    async with serving({"/hook": answer()}) as site:
        fetcher = make(allow=frozenset())
        with pytest.raises(DeliveryError, match="expected a public address") as no:
            await fetcher.post(site.url("/hook"), b"{}", {})
        assert not no.value.retry
        fetcher.admit(LOOPBACK)
        assert (await fetcher.post(site.url("/hook"), b"{}", {})).status == 200


# What a failed attempt leaves for the evidence.


async def test_a_refusal_by_the_server_keeps_the_facts_of_the_exchange(make):
    gone = answer(b"gone", "Set-Cookie: sid=secret", status="410 Gone")
    async with serving({"/old": redirect("/p"), "/p": gone}) as site:
        error = await refusal(make(), site.url("/old"))
    assert isinstance(error, ExchangeError)
    exchange = error.exchange
    assert (exchange.url, exchange.final_url) == (site.url("/old"), site.url("/p"))
    assert exchange.redirects == (site.url("/old"),)
    assert exchange.status == error.status == 410
    assert exchange.wire == hashlib.sha256(b"gone").hexdigest()
    assert exchange.peer == f"127.0.0.1:{site.port}"
    assert "secret" not in str(exchange)
    assert dict(exchange.request_headers)["accept-encoding"] == "gzip, deflate"


async def test_an_answer_that_breaks_off_keeps_its_head_and_no_hash(make):
    cut = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nX-Odd: 1\r\n\r\npart"
    async with serving({"/p": cut}) as site:
        error = await refusal(make(limits={"attempts": 1}), site.url("/p"))
    assert isinstance(error, ExchangeError)
    assert error.exchange.status == 200
    assert ("x-odd", "1") in error.exchange.response_headers
    assert error.exchange.wire == ""


async def test_what_robots_forbid_was_never_asked(make):
    rules = answer(b"User-agent: *\nDisallow: /p")
    async with serving({"/robots.txt": rules, "/p": answer(PAGE)}) as site:
        error = await refusal(make(), site.url("/p"))
    assert isinstance(error, ExchangeError)
    assert (error.reason, error.exchange.status) == ("robots", 0)
    assert error.exchange.request_headers == ()


async def test_the_wire_is_hashed_as_it_came(make):
    packed = gzip.compress(PAGE)
    async with serving({"/p": answer(packed, "Content-Encoding: gzip")}) as site:
        got = await make().fetch(watch(site.url("/p")), known=None)
    assert isinstance(got, Fetched)
    assert got.capture.exchange.wire == hashlib.sha256(packed).hexdigest()
    assert got.capture.body == hashlib.sha256(PAGE).hexdigest()
