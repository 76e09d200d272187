"""The report of a service is the same as a page and as a file, and prints."""

import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
from base64 import b64encode

import pypdf
import pytest

from clausewatch.web.report import style
from web.acme import TEXTS, filled, visiting


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
    return re.sub(r"\d{4}-\d\d-\d\d( \d\d:\d\d UTC)?", "", html)


async def test_page_and_file_say_the_same(home, tmp_path):
    file = tmp_path / "report.html"
    ended = run(home, "acme", "-o", file)
    async with visiting(home) as visitor:
        page = await visitor.get("/services/Acme/report")

    assert ended.returncode == 0, ended.stderr
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


async def test_the_time_is_narrowed_by_since_and_until(home, tmp_path):
    def told(*options):
        file = tmp_path / "report.html"
        assert run(home, "Acme", "-o", file, *options).returncode == 0
        return set(re.findall(r"<code>(\d-acme-\w+)</code>", file.read_text()))

    assert told("--since", "2024-09-20") == {"2-acme-privacy", "2-acme-faq"}
    assert told("--until", "2024-09-20") == {"1-acme-privacy"}


def test_a_service_that_is_not_there_names_the_nearest(home, tmp_path):
    ended = run(home, "Acmee", "-o", tmp_path / "report.html")

    assert ended.returncode == 2
    assert "Acmee: no service of this name; did you mean Acme?" in ended.stderr


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
