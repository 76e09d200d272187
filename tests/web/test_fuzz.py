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

ODD = (
    *("1", "0", "-1", "٣", HUGE, "000000001" + "0" * 5_000, "1e9", "inf", "\0", " "),
    *("9999-12-31", "0001-01-01", "0001-01-01T00:00+23:59", "9999-12-31T23:00-23"),
    *("999999999999999999.1", "253402300799999999.1", "0.9223372036854775808", "1."),
    *("acme-privacy", "2-acme-privacy", "Acme", "training", "a" * 70_000, "pdf"),
    *("\x02data\x03", '"', '"unless', "*", "NEAR(a b)", "[::1", "%", "../..", "//"),
)
FILTERS = "weight service watch topic signal direction since until"
ADDRESSES = {
    "/": "",
    "/changes": f"{FILTERS} before page",
    "/changes/{}": "",
    "/changes/2-acme-privacy": "page view",
    "/changes/2-acme-privacy/c{}": "",
    "/services": "page",
    "/services/{}": "",
    "/services/{}/feed.atom": "",
    "/services/Acme/promises": "page",
    "/services/Acme/report": "since until as",
    "/watches/{}": "",
    "/watches/acme-privacy": "page",
    "/watches/acme-privacy/compare": "a b page view",
    "/watches/acme-privacy/text": "at clause page",
    "/search": "q page",
    "/captures/{}": "",
    "/feed.atom": FILTERS,
    "/feeds": "",
    "/topics/{}/feed.atom": "",
    "/metrics": "",
    "/healthz": "",
    "/enter": "token to",
    "/static/{}/site.css": "",
    "/static/x/{}": "",
    "/api/v1/watches": "service",
    "/api/v1/watches/{}": "",
    "/api/v1/watches/acme-privacy/versions/{}": "",
    "/api/v1/watches/acme-privacy/compare": "old new",
    "/api/v1/events": f"{FILTERS} before limit",
    "/api/v1/events/{}": "",
    "/api/v1/search": "q skip limit",
    "/api/v1/promises": "service",
    "/{}": "",
}
HOSTS = (
    *(b"localhost", b"127.0.0.1:8780", b"[::1]:80", b"[::1", b"[", b"]", b"", b":"),
    *(b"\xff", b"localhost:" + b"9" * 30, b"[::1%25eth0]", b"[v1.x]", b"localhost\xe9"),
)
FIELDS = (
    b"cookie authorization if-none-match if-modified-since accept range sec-fetch-site "
    b"sec-fetch-dest x-forwarded-for x-forwarded-proto x-forwarded-user forwarded"
).split()
VALUES = (
    *(b"Basic", b"Basic !!!", b"Basic /////w==", b"Bearer \xff", b"clausewatch=\xff"),
    *(b"Mon, 99 Foo 99999 00:00:00 GMT", b"Fri, 31 Dec 9999 23:59:59 -2359"),
    *(b'"', b"*", b"", b"bytes=0-1", b"https", b"cross-site", b"iframe"),
)


def request(path, query="", *, method="GET", host=b"localhost", headers=()):
    """Return what a server makes of a request."""
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode("latin-1"),
        "root_path": "",
        "headers": [(b"host", host), *headers],
        "client": ("127.0.0.1", 9),
        "server": ("127.0.0.1", 8780),
    }


def each():
    """Yield every odd thing at every place that takes one, one at a time."""
    for odd in ODD:
        escaped = quote(odd, safe="")
        for address, names in ADDRESSES.items():
            if "{}" in address:
                yield request(address.format(escaped))
            for name in names.split():
                yield request(address, f"{name}={escaped}")
    for address in ("/", "/feed.atom", "/api/v1/events"):
        for host in HOSTS:
            yield request(address, host=host)
        for field in FIELDS:
            for value in VALUES:
                yield request(address, headers=[(field, value)])


texts = st.sampled_from(ODD) | st.text(st.characters(codec="utf-8"), max_size=40)
fields = st.tuples(
    st.sampled_from(FIELDS), st.sampled_from(VALUES) | st.binary(max_size=30)
)


@st.composite
def requests(draw):
    """Several odd things at once."""
    address = draw(st.sampled_from(list(ADDRESSES)))
    names = [*ADDRESSES[address].split(), "q"]
    query = "&".join(
        f"{draw(st.sampled_from(names))}={quote(draw(texts), safe='')}"
        for _ in range(draw(st.integers(0, 4)))
    )
    return request(
        address.format(quote(draw(texts), safe="")),
        draw(
            st.just(query) | st.binary(max_size=30).map(lambda b: b.decode("latin-1"))
        ),
        method=draw(st.sampled_from(["GET", "GET", "GET", "HEAD", "POST", "X"])),
        host=draw(st.just(b"localhost") | st.sampled_from(HOSTS)),
        headers=draw(st.lists(fields, max_size=3)),
    )


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
    async def holds(app, scope):
        status, headers, body = await answered(app, scope)
        asked = scope["path"][:80], scope["query_string"][:80], scope["headers"]
        assert status < 500, asked
        assert headers.keys() >= HEADERS.keys(), asked
        assert b"Traceback" not in body, asked

    async def one_at_a_time(app):
        for scope in each():
            await holds(app, scope)

    with asyncio.Runner() as runner:
        visit = visiting(home, access=access)
        app = runner.run(visit.__aenter__()).app
        runner.run(one_at_a_time(app))

        @settings(max_examples=200, deadline=None)
        @given(requests())
        def several_at_once(scope):
            runner.run(holds(app, scope))

        several_at_once()
        runner.run(visit.__aexit__(None, None, None))
