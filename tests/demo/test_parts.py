"""The stage, the site and the mailbox of the demo."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from urllib.error import HTTPError
from urllib.request import urlopen

import aiosmtplib
import pytest

from clausewatch.cli.demo.mailbox import Mailbox
from clausewatch.cli.demo.site import TOKEN, Site
from clausewatch.cli.demo.stage import StageClock


@pytest.fixture
def site(tmp_path):
    (tmp_path / "secret.html").write_text("not served")
    for step, pages in enumerate(({"a": "one", "b": "two"}, {"a": "three"})):
        folder = tmp_path / "site" / f"step{step}"
        folder.mkdir(parents=True)
        for name, text in pages.items():
            (folder / f"{name}.html").write_text(f"{text} {TOKEN.decode()}")
    with Site(tmp_path / "site") as made:
        yield made


def get(site, path):
    with urlopen(site.url + path) as answer:  # noqa: S310
        return answer.read().decode()


def test_a_page_that_a_step_lacks_stands_as_it_was(site):
    site.step = 1

    assert get(site, "/a").startswith("three ")
    assert get(site, "/b").startswith("two ")
    assert site.answers == {"/a": 1, "/b": 1}


def test_every_answer_has_a_token_of_its_own(site):
    assert get(site, "/a") != get(site, "/a")


@pytest.mark.parametrize(
    "path", ["/c", "/../../secret", "/%2e%2e/secret", "/robots.txt"]
)
def test_what_is_not_a_page_of_the_site_is_not_found(site, path):
    with pytest.raises(HTTPError, match="404") as error:
        get(site, path)

    error.value.close()


async def test_the_mailbox_takes_what_a_real_client_sends():
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@a.example", "b@b.example", "Änderung"
    mail.set_content("one\n.a line with a dot\n..\nlast\n")
    async with Mailbox() as mailbox:
        for _ in range(2):
            await aiosmtplib.send(
                mail, hostname="127.0.0.1", port=mailbox.port, start_tls=False
            )

    assert [taken["Subject"] for taken in mailbox.messages] == ["Änderung"] * 2
    assert mailbox.messages[0].get_content().splitlines() == [
        "one",
        ".a line with a dot",
        "..",
        "last",
    ]


async def test_who_sleeps_on_the_stage_wakes_when_time_jumps():
    clock = StageClock(datetime(2025, 8, 1, tzinfo=UTC))
    until = clock.now() + timedelta(days=2)
    sleeper = asyncio.create_task(clock.sleep(86_400))
    await asyncio.sleep(0)
    clock.jump(until)
    await sleeper

    assert clock.now() >= until


def test_time_on_the_stage_never_runs_back():
    clock = StageClock(datetime(2025, 8, 1, tzinfo=UTC))
    before = clock.now()
    clock.jump(before - timedelta(days=1))

    assert clock.now() >= before
