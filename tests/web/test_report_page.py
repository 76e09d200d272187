"""The report of a service is the same as a page and as a file, and prints."""

import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
from base64 import b64encode
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pypdf
import pytest

from clausewatch.cli.evidence import _asked
from clausewatch.core.digest import sha256
from clausewatch.errors import ConfigError
from clausewatch.testing.examples import SEEN
from clausewatch.testing.looks import watch_of
from clausewatch.web.report import style
from web.acme import DAY, TEXTS, filled, visiting


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("acme")
    filled(folder).close()
    return folder


def run(home, *arguments, **environment):
    """Return how `clausewatch report` ended."""
    return subprocess.run(
        [sys.executable, "-m", "clausewatch", "report", *map(str, arguments)],
        env={**os.environ, "CLAUSEWATCH_HOME": str(home), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def undated(html):
    return re.sub(r"\d+ [A-Z][a-z]{2} \d{4}(, \d\d:\d\d UTC)?", "", html)


async def test_page_and_file_say_the_same(home, tmp_path):
    file = tmp_path / "report.html"
    ended = run(home, "acme", "-o", file)
    async with visiting(home, now=datetime.now(UTC)) as visitor:
        page = await visitor.get("/services/Acme/report?as=html")

    assert ended.returncode == 0, ended.stderr
    assert page.headers["content-disposition"].endswith('"acme-changes.html"')
    assert f"<del>{TEXTS[0]}</del>" in page.text  # a promise that went
    assert "provide, and to train AI models for," in page.text
    assert undated(page.text) == undated(file.read_text())


async def test_the_page_allows_its_own_style_and_nothing_else(home):
    async with visiting(home) as visitor:
        page = await visitor.get("/services/Acme/report")
    digest = b64encode(hashlib.sha256(style(page.text).encode()).digest()).decode()

    policy = page.headers["content-security-policy"]
    assert f"style-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "<style>" in page.text
    assert not re.search(r' style="', page.text)


async def test_the_page_leads_back_and_to_other_times_and_files(home):
    def printed(html):
        return b"%PDF " + html.encode()

    async with visiting(home, printer=printed) as visitor:
        page = await visitor.get("/services/Acme/report?since=2024-09-19")
        assert 'href="/services/Acme"' in page.text
        assert 'name="since" value="2024-09-19"' in page.text
        assert "form-action 'self'" in page.headers["content-security-policy"]
        files = re.findall(r'href="([^"]+)" download', page.text)
        html, pdf = [await visitor.get(link.replace("&amp;", "&")) for link in files]
        wrong = await visitor.get("/services/Acme/report?as=doc")

    assert "<form" not in html.text
    assert "19 Sep 2024 to" in html.text
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF <!DOCTYPE html>")
    assert b"<form" not in pdf.content
    assert wrong.status_code == 400


async def test_a_pdf_that_cannot_be_made_is_a_clear_answer(home):
    def failing(_):
        raise ConfigError("no room")

    async with visiting(home, printer=failing) as visitor:
        failed = await visitor.get("/services/Acme/report?as=pdf")
    async with visiting(home) as visitor:
        page = await visitor.get("/services/Acme/report")
        absent = await visitor.get("/services/Acme/report?as=pdf")

    assert (failed.status_code, absent.status_code) == (503, 404)
    assert "any browser prints the page" in failed.text
    assert "as=pdf" not in page.text


async def test_the_time_is_narrowed_by_since_and_until(home, tmp_path):
    def told(*options):
        file = tmp_path / "report.html"
        assert run(home, "Acme", "-o", file, *options).returncode == 0
        return set(re.findall(r"<code>(\d-acme-\w+)</code>", file.read_text()))

    assert told("--since", "2024-09-20") == {"2-acme-privacy", "2-acme-faq"}
    assert told("--until", "2024-09-19") == {"1-acme-privacy"}, "with that day"
    async with visiting(home) as visitor:
        page = await visitor.get("/services/Acme/report?until=2024-09-19")
    found = set(re.findall(r"<code>(\d-acme-\w+)</code>", page.text))
    assert found == {"1-acme-privacy"}, "the same on the site"


def test_a_renamed_service_is_reported_and_handed_out_whole(tmp_path):
    with closing(filled(tmp_path)) as store:
        watch = replace(watch_of("umbra-terms"), service="Penumbra")
        store.enrol([watch], {watch.id: SEEN})
        told = _asked(store, [], "Penumbra", None)
    assert [event.service for event in told] == ["Umbra"] * 3

    for name in ("penumbra", "Umbra"):
        file = tmp_path / "report.html"
        assert run(tmp_path, name, "-o", file).returncode == 0
        assert "Penumbra: what changed" in file.read_text()
        assert "<code>2-umbra-terms</code>" in file.read_text()


def test_a_service_that_is_not_there_names_the_nearest(home, tmp_path):
    ended = run(home, "Acmee", "-o", tmp_path / "report.html")

    assert ended.returncode == 2
    assert "Acmee: no service of this name; did you mean Acme?" in ended.stderr
    far = run(home, "Zzz", "-o", tmp_path / "report.html")
    assert "Zzz: no service of this name; there are Acme" in far.stderr


def test_without_a_chromium_there_is_no_pdf_and_a_way_out(home, tmp_path):
    file = tmp_path / "report.pdf"
    ended = run(home, "Acme", "-o", file, PATH=str(tmp_path))

    assert ended.returncode == 2
    assert "expected a Chromium" in ended.stderr
    assert "-o report.html" in ended.stderr
    assert not file.exists()


@pytest.mark.browser
@pytest.mark.skipif(not shutil.which("chromium"), reason="there is no chromium")
def test_the_pdf_has_a_running_header_and_numbered_pages(home, tmp_path):
    file = tmp_path / "report.pdf"
    ended = run(home, "Acme", "--pdf", "-o", file)
    assert ended.returncode == 0, ended.stderr
    pages = [
        page.extract_text()
        for page in pypdf.PdfReader(io.BytesIO(file.read_bytes())).pages
    ]

    assert len(pages) > 2
    assert not pages[0].startswith("Acme: what changed clausewatch")
    for number, page in enumerate(pages[1:], 2):
        assert "Acme: what changed" in page.splitlines()[0]
        assert f"{number} of {len(pages)}" in page


async def test_a_time_without_looks_says_when_the_documents_were_last_seen(home):
    now = SEEN + 99 * DAY
    late = (SEEN + 50 * DAY).date()
    async with visiting(home, now=now) as visitor:
        page = (await visitor.get(f"/services/Acme/report?since={late}")).text
    words = " ".join(re.sub("<[^>]+>", " ", page).split())
    body = sha256(f"<p>{TEXTS[2]}".encode())

    assert "never" not in words
    assert "not in this time last seen 20 Sep 2024, not in this time" in words
    assert "The documents as last seen" in words
    assert "end of this time" not in words
    at = f"20 Sep 2024, 10:05 UTC {body} received 20 Sep 2024, 10:05:00 UTC"
    assert f"Privacy {at}" in words
