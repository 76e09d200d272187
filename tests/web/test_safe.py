"""The site shows, and does nothing else: to nobody, with nothing, for nobody else."""

import hashlib
import os
import re
import subprocess
import sys
from ipaddress import ip_network

import pytest

from clausewatch.archive.blobs import Blobs
from clausewatch.core.digest import sha256
from clausewatch.store import open_store
from clausewatch.testing.looks import capture_of, claim, enrol, settlement
from clausewatch.web.access import Access
from clausewatch.web.headers import HEADERS, Shield
from clausewatch.web.seen import MOST_BYTES, blanked
from web.acme import TEXTS, filled, show, visiting
from web.test_pages import links

TOKEN = "a token that nobody guesses"
PAGES = (
    "/",
    "/changes",
    "/services",
    "/services/Acme",
    "/watches/acme-privacy",
    "/watches/acme-privacy/text",
    "/changes/2-acme-privacy",
    "/search?q=data",
    "/feed.atom",
    "/nowhere",
    "/captures/" + sha256(f"<p>{TEXTS[0]}".encode()),
)


@pytest.fixture
def home(tmp_path):
    filled(tmp_path).close()
    return tmp_path


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_only_get_and_head_are_answered(home, method):
    async with visiting(home) as visitor:
        for path in PAGES:
            answer = await visitor.request(method, path)
            assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


async def test_a_visit_leaves_no_trace_in_what_is_kept(home):
    def kept():
        files = sorted(p for p in home.rglob("*") if p.is_file())
        return {
            p: hashlib.sha256(p.read_bytes()).digest()
            for p in files
            # A reader's index of the log; the log itself stays empty.
            if not p.name.endswith("-shm") and p.stat().st_size
        }

    before = kept()
    async with visiting(home) as visitor:
        seen = {"/"}
        ahead = ["/"]
        while ahead:
            answer = await visitor.get(ahead.pop())
            assert answer.status_code in {200, 302, 400}, answer.url
            new = {link.replace("&amp;", "&") for link in links(answer.text)}
            new = {n for n in new if n.startswith("/") and "?" not in n} - seen
            seen |= new
            ahead += new
        assert len(seen) > 20
    assert kept() == before


@pytest.mark.parametrize("path", PAGES)
async def test_every_answer_tells_the_browser_what_not_to_do(home, path):
    async with visiting(home) as visitor:
        answer = await visitor.get(path)
    csp = answer.headers["content-security-policy"]
    assert csp.startswith("default-src 'none'; ")
    assert "script-src 'self'" in csp or "script-src" not in csp
    assert "'unsafe-inline'" not in csp.replace("style-src 'unsafe-inline'", "") or (
        path.startswith("/captures/")
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "<style" not in answer.text
    assert " style=" not in answer.text or path == "/feed.atom"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("localhost:8780", 200),
        ("127.0.0.1:8780", 200),
        ("[::1]:8780", 200),
        ("192.0.2.7", 200),
        ("watch.acme.example", 200),
        ("WATCH.acme.example:80", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("evil.example@localhost", 421),
        ("[::1", 421),
        ("localhost:99999", 421),
        ("", 421),
    ],
)
async def test_the_site_is_asked_for_by_its_own_names_only(home, host, status):
    access = Access(names=frozenset({"watch.acme.example"}))
    async with visiting(home, access=access) as visitor:
        answer = await visitor.get("/", headers={"host": host})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("site", "mode", "dest", "status"),
    [
        ("none", "navigate", "document", 200),
        ("cross-site", "navigate", "document", 200),  # a link in a mail
        ("same-origin", "no-cors", "style", 200),
        ("same-origin", "navigate", "iframe", 200),
        ("cross-site", "navigate", "iframe", 403),
        ("cross-site", "no-cors", "image", 403),
        ("cross-site", "cors", "empty", 403),
    ],
)
async def test_a_page_elsewhere_cannot_have_a_browser_ask_here(
    home, site, mode, dest, status
):
    headers = {"sec-fetch-site": site, "sec-fetch-mode": mode, "sec-fetch-dest": dest}
    async with visiting(home) as visitor:
        answer = await visitor.get("/changes/2-acme-privacy", headers=headers)
        assert answer.status_code == status
        feed = await visitor.get("/feed.atom", headers=headers)
        assert feed.status_code == 200, "a reader within a browser asks so"


async def test_without_the_token_nothing_is_told(home):
    async with visiting(home, access=Access(token=TOKEN)) as visitor:
        for path in PAGES:
            answer = await visitor.get(path)
            assert answer.status_code == 401, path
            assert "Acme" not in answer.text.replace(path, "")
            assert "training" not in answer.text
        for shown in (f"Bearer {TOKEN}x", "Bearer ", f"Basic {TOKEN}", "Bearer é"):
            headers = {"authorization": shown.encode()}
            assert (await visitor.get("/", headers=headers)).status_code == 401
        cookie = {"cookie": f"clausewatch={TOKEN}"}
        assert (await visitor.get("/", headers=cookie)).status_code == 401


async def test_the_token_opens_by_header_or_once_and_then_by_cookie(home):
    async with visiting(home, access=Access(token=TOKEN)) as visitor:
        headers = {"authorization": f"Bearer {TOKEN}"}
        assert (await visitor.get("/", headers=headers)).status_code == 200

        wrong = await visitor.get("/enter", params={"token": "no", "to": "/changes"})
        assert wrong.status_code == 401
        assert "That is not the token" in wrong.text
        enter = await visitor.get("/enter", params={"token": TOKEN, "to": "/changes"})
        assert (enter.status_code, enter.headers["location"]) == (303, "/changes")
        cookie = enter.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie, (
            "who follows a link in a mail is not asked again"
        )
        assert TOKEN not in cookie
        assert (await visitor.get("/changes")).status_code == 200


@pytest.mark.parametrize(
    ("address", "secure"),
    [("", False), ("http://acme.example", False), ("https://acme.example", True)],
)
async def test_the_cookie_of_a_site_behind_tls_is_sent_encrypted_only(
    home, address, secure
):
    access = Access(token=TOKEN, address=address)
    async with visiting(home, access=access) as visitor:
        forged = {"x-forwarded-proto": "https"}
        enter = await visitor.get("/enter", params={"token": TOKEN}, headers=forged)
        named = await visitor.get("/enter", headers={"host": "acme.example"})
    assert ("Secure" in enter.headers["set-cookie"]) is secure
    assert named.status_code == (401 if address else 421)


async def test_who_entered_is_led_where_the_link_led(home):
    async with visiting(home, access=Access(token=TOKEN)) as visitor:
        asked = await visitor.get("/changes?topic=choice&weight=all")
        (to,) = re.findall('name="to" value="([^"]*)"', asked.text)
        params = {"token": TOKEN, "to": to.replace("&amp;", "&")}
        enter = await visitor.get("/enter", params=params)
    assert enter.headers["location"] == "/changes?topic=choice&weight=all"


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example", "/\\evil.example", "x", "/enter"]
)
async def test_entering_never_leads_elsewhere(home, to):
    async with visiting(home, access=Access(token=TOKEN)) as visitor:
        enter = await visitor.get("/enter", params={"token": TOKEN, "to": to})
    assert enter.headers["location"] == "/"


async def test_a_proxys_header_is_believed_from_the_proxy_only(home):
    signed = {"x-forwarded-user": "ann"}

    async def answers(proxies, headers):
        networks = tuple(map(ip_network, proxies))
        access = Access(proxy_header="x-forwarded-user", proxies=networks)
        async with visiting(home, access=access) as visitor:
            return (await visitor.get("/", headers=headers)).status_code

    assert await answers({"127.0.0.1"}, signed) == 200
    assert await answers({"::1", "127.0.0.0/8"}, signed) == 200
    assert await answers({"127.0.0.1"}, {}) == 403
    assert await answers({"127.0.0.1"}, {"x-forwarded-user": " "}) == 403
    assert await answers({"192.0.2.0/24", "::/0"}, signed) == 403


def test_a_proxy_is_known_where_we_listen_on_all_addresses_too():
    access = Access(proxy_header="x-user", proxies=(ip_network("10.0.0.0/8"),))

    assert access.leaves_to_proxy("::ffff:10.1.2.3")
    assert not access.leaves_to_proxy("::ffff:11.1.2.3")
    assert not access.leaves_to_proxy("")


HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}\u202e'


async def test_hostile_text_is_shown_and_does_nothing(tmp_path):
    from dataclasses import replace  # noqa: PLC0415

    from clausewatch.core.model import WatchId  # noqa: PLC0415
    from clausewatch.testing.examples import SEEN  # noqa: PLC0415
    from clausewatch.testing.looks import watch_of  # noqa: PLC0415

    watch = replace(
        watch_of("acme"), service=HOSTILE, title=HOSTILE, url="javascript:alert(3)"
    )
    store = open_store(tmp_path)
    store.enrol([watch], {WatchId("acme"): SEEN})
    for number in range(2):
        show(store, Blobs(tmp_path), watch, number, f"{HOSTILE} {number}")
    store.close()
    async with visiting(tmp_path) as visitor:
        paths = [
            "/",
            "/changes",
            "/services",
            "/watches/acme",
            "/watches/acme/text",
            "/watches/acme/compare?a=1&b=2",
            "/changes/1-acme",
            "/changes/1-acme?view=side",
            "/search?q=script",
            f"/search?q={HOSTILE}",
            f"/changes?topic={HOSTILE}",
            f"/watches/{HOSTILE}",
        ]
        service = next(
            link
            for link in links((await visitor.get("/")).text)
            if "/services/" in link
        )
        for path in (*paths, service):
            page = (await visitor.get(path)).text
            assert "<script>alert" not in page, path
            assert "<img" not in page, path
            assert 'href="javascript:' not in page, path
            assert "{{7*7}}" in page or "49" not in page


async def test_a_capture_is_shown_where_it_can_do_nothing(tmp_path):
    body = (
        b"<base href=//evil.example><meta http-equiv=refresh content='0;//evil.example'>"
        b"<link rel=preconnect href=//evil.example>"
        b"<script src=//evil.example>boot()</script>"
        b"<p onclick=alert(1)>We keep your data."
    )
    store = open_store(tmp_path)
    enrol(store, "acme")
    digest = Blobs(tmp_path).keep(body)
    store.settle(settlement(claim(store), capture=capture_of(body)))
    store.close()
    async with visiting(tmp_path) as visitor:
        answer = await visitor.get(f"/captures/{digest}")
    assert "We keep your data." in answer.text
    assert "evil.example" not in answer.text
    assert "<script>boot()</script>" in answer.text, "its text stays unseen"
    policy = answer.headers["content-security-policy"]
    assert policy.endswith("; sandbox")
    assert "script-src" not in policy
    assert "frame-ancestors 'self'" in policy
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


async def test_a_store_that_cannot_be_read_is_said_and_the_site_goes_on(home):
    (home / "clausewatch.db").rename(home / "away.db")
    async with visiting(home) as visitor:
        lost = await visitor.get("/")
        assert lost.status_code == 503
        assert "The log of the site says what is wrong" in lost.text
        assert str(home) not in lost.text
        (home / "away.db").rename(home / "clausewatch.db")
        assert (await visitor.get("/")).status_code == 200


async def test_a_body_longer_than_any_policy_is_not_shown(tmp_path):
    store = open_store(tmp_path)
    enrol(store, "acme")
    body = b"<p>" + b"a" * MOST_BYTES
    digest = Blobs(tmp_path).keep(body)
    store.settle(settlement(claim(store), capture=capture_of(body)))
    store.close()
    async with visiting(tmp_path) as visitor:
        answer = await visitor.get(f"/captures/{digest}")
    assert answer.status_code == 404
    assert "too large to be shown" in answer.text


async def test_what_cannot_be_shown_in_a_frame_is_said_in_it(home):
    """A capture's frame is ours, and nothing can be loaded into it."""
    (home / "blobs").rename(home / "away")
    path = "/captures/" + sha256(f"<p>{TEXTS[0]}".encode())
    async with visiting(home) as visitor:
        answer = await visitor.get(path, headers={"sec-fetch-dest": "iframe"})
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert "cannot be read now" in answer.text
    assert str(home) not in answer.text
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]


async def test_a_fault_of_ours_is_answered_with_every_header_and_no_traceback(home):
    async def broken(scope, receive, send):
        raise RuntimeError(TOKEN)

    answers = []

    async def send(message):
        answers.append(message)

    await Shield(broken)({"type": "http", "path": "/"}, None, send)
    start, body = answers
    assert start["status"] == 500
    assert {name.decode() for name, _ in start["headers"]} >= HEADERS.keys()
    assert TOKEN.encode() not in body["body"]


def test_a_hostile_capture_is_gone_through_once(tmp_path):
    """5 MB of tags that never end; gone through once for each, it takes hours."""
    script = (
        "import resource; resource.setrlimit(resource.RLIMIT_CPU, (30, 30));"
        "from clausewatch.web.seen import blanked;"
        "tags = ['<meta ', '<script ', '<iframe x=\"', '<link/', '<base\\n'];"
        "print(max(len(blanked(tag * (5_000_000 // len(tag)))) for tag in tags))"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) <= len("<script>"), "each begins a tag that takes the rest"


@pytest.mark.parametrize("tag", ["meta", "LINK", "base", "iframe", "object", "embed"])
def test_a_tag_that_reaches_out_is_blanked_even_unclosed(tag):
    text = f"<p>We keep it.<{tag} content='0;//evil.example' href=//evil.example "

    assert blanked(text) == "<p>We keep it. "
    assert blanked(f"{text}>more") == "<p>We keep it. more"
