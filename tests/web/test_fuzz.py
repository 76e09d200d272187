"""Whatever is asked, and however: an answer of ours, and never a fault."""

import asyncio
from urllib.parse import quote, unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausewatch.web.access import Access
from clausewatch.web.headers import HEADERS
from web.acme import filled, visiting

TOKEN = "a token that nobody guesses"
HUGE = "9" * 5_000

texts = st.text(st.characters(codec="utf-8"), max_size=40)
odd = st.sampled_from(
    [
        *("1", "0", "-1", "٣", HUGE, "000000001" + "0" * 5_000, "1e9", "inf", "\0"),
        *("9999-12-31", "0001-01-01", "0001-01-01T00:00+23:59", "9999-12-31T23:00-23"),
        *("999999999999999999.1", "253402300799999999.1", "0.9223372036854775808"),
        *("acme-privacy", "2-acme-privacy", "Acme", "training", "a" * 70_000),
        *("\x02data\x03", '"', '"unless', "*", "NEAR(a b)", "[::1", "%", "../..", "//"),
    ]
)
words = odd | texts
routes = st.sampled_from(
    [
        "/",
        "/changes",
        "/changes/{}",
        "/changes/{}/c{}",
        "/changes/2-acme-privacy/c{}",
        "/services/{}",
        "/services/{}/promises",
        "/services/Acme/report",
        "/services/{}/feed.atom",
        "/watches/{}",
        "/watches/acme-privacy",
        "/watches/acme-privacy/compare",
        "/watches/acme-privacy/text",
        "/search",
        "/captures/{}",
        "/feed.atom",
        "/feeds",
        "/topics/{}/feed.atom",
        "/metrics",
        "/healthz",
        "/enter",
        "/static/{}/{}",
        "/api/v1/events",
        "/api/v1/events/{}",
        "/api/v1/search",
        "/api/v1/promises",
        "/api/v1/watches/acme-privacy/compare",
        "/api/v1/watches/acme-privacy/versions/{}",
        "/{}",
    ]
)
names = st.sampled_from(
    "a as at b before clause direction limit new old page q service signal since skip to "
    "token topic until view watch weight".split()
)
hosts = st.sampled_from(
    [
        *(b"localhost", b"127.0.0.1:8780", b"[::1]:80", b"[::1", b"[", b"]", b"", b":"),
        *(
            b"\xff",
            b"localhost:" + b"9" * 30,
            b"[::1%25eth0]",
            b"[v1.x]",
            b"localhost\xe9",
        ),
    ]
)
fields = st.tuples(
    st.sampled_from(
        b"cookie authorization if-none-match if-modified-since accept range "
        b"x-forwarded-for x-forwarded-proto x-forwarded-user forwarded".split()
    ),
    st.sampled_from(
        [
            b"Basic",
            b"Basic !!!",
            b"Basic /////w==",
            b"Bearer \xff",
            b"clausewatch=\xff",
            b"Mon, 99 Foo 99999 00:00:00 GMT",
            b"Fri, 31 Dec 9999 23:59:59 -2359",
            b'"',
            b"*",
            b"bytes=0-1",
            b"https",
        ]
    )
    | st.binary(max_size=30),
)


@st.composite
def requests(draw):
    parts = draw(routes)
    path = parts.format(*(quote(draw(words), safe="") for _ in range(3)))
    query = "&".join(
        f"{draw(names)}={quote(draw(words), safe='')}"
        for _ in range(draw(st.integers(0, 4)))
    )
    raw = draw(st.just(query.encode()) | st.binary(max_size=30))
    host = draw(st.just(b"localhost") | hosts)
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": draw(st.sampled_from(["GET", "GET", "GET", "HEAD", "POST", "X"])),
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": raw,
        "root_path": "",
        "headers": [(b"host", host), *draw(st.lists(fields, max_size=3))],
        "client": draw(st.just(("127.0.0.1", 9)) | st.just(None)),
        "server": ("127.0.0.1", 8780),
    }


async def answered(app, scope):
    """Return status, headers and body; what the application raises is raised."""
    told = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        told.append(message)

    await app(dict(scope), receive, send)
    start, *rest = told
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], headers, b"".join(part["body"] for part in rest)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("acme")
    filled(folder).close()
    return folder


@pytest.mark.parametrize(
    "access", [Access(), Access(token=TOKEN)], ids=["open", "token"]
)
def test_any_request_gets_an_answer_of_ours_with_every_header(home, access):
    with asyncio.Runner() as runner:
        visit = visiting(home, access=access)
        app = runner.run(visit.__aenter__()).app

        @settings(max_examples=300, deadline=None)
        @given(requests())
        def holds(scope):
            status, headers, body = runner.run(answered(app, scope))
            assert status < 500
            assert headers.keys() >= HEADERS.keys()
            assert b"Traceback" not in body

        holds()
        runner.run(visit.__aexit__(None, None, None))
