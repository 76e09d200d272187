import asyncio
from datetime import timedelta

import pytest

from clausewatch.errors import CaptureError
from clausewatch.fetch.politeness import Politeness
from fetch.conftest import watch
from fetch.server import NOT_FOUND, answer, serving

PAGE = answer(b"<p>The terms.</p>")
GAP = {"gap_s": 1.0}


async def refusal(fetcher, url):
    with pytest.raises(CaptureError) as refused:
        await fetcher.fetch(watch(url), known=None)
    return refused.value


async def test_robots_txt_is_obeyed_and_asked_for_once_a_day(make, clock):
    rules = answer(b"User-agent: *\nDisallow: /private\n")
    async with serving(
        {"/robots.txt": rules, "/terms": PAGE, "/private": PAGE}
    ) as site:
        fetcher = make()
        await fetcher.fetch(watch(site.url("/terms")), known=None)
        error = await refusal(fetcher, site.url("/private"))
        assert (error.reason, error.retry) == ("robots", False)
        assert "robots.txt forbids it to clausewatch" in str(error)
        assert site.asked("/private") == []
        assert len(site.asked("/robots.txt")) == 1

        clock.advance(timedelta(hours=25))
        site.pages["/robots.txt"] = answer(b"User-agent: *\nDisallow:\n")
        await fetcher.fetch(watch(site.url("/private")), known=None)
    assert len(site.asked("/robots.txt")) == 2


async def test_rules_for_us_by_name_go_before_those_for_all(make):
    rules = b"User-agent: *\nDisallow: /\n\nUser-agent: clausewatch\nDisallow: /x\n"
    async with serving({"/robots.txt": answer(rules), "/p": PAGE, "/x": PAGE}) as site:
        fetcher = make()
        await fetcher.fetch(watch(site.url("/p")), known=None)
        assert (await refusal(fetcher, site.url("/x"))).reason == "robots"


async def test_where_a_redirect_leads_is_asked_of_its_own_robots_txt(make):
    shut = {"/robots.txt": answer(b"User-agent: *\nDisallow: /\n"), "/p": PAGE}
    async with serving(shut) as other:
        to = answer(b"", f"Location: {other.url('/p')}", status="301 Moved")
        async with serving({"/p": to}) as site:
            assert (await refusal(make(), site.url("/p"))).reason == "robots"
    assert other.asked("/p") == []


@pytest.mark.parametrize("status", ["401 No", "403 No", "404 No", "410 No"])
async def test_no_robots_txt_means_no_rules(make, status):
    async with serving({"/robots.txt": answer(status=status), "/p": PAGE}) as site:
        await make().fetch(watch(site.url("/p")), known=None)
    assert len(site.asked("/p")) == 1


@pytest.mark.parametrize("status", ["503 Sick", "429 Busy"])
async def test_a_robots_txt_in_trouble_shuts_the_host_for_a_while(make, clock, status):
    sick = {"/robots.txt": answer(status=status), "/p": PAGE}
    async with serving(sick) as site:
        fetcher = make()
        for _ in range(2):
            error = await refusal(fetcher, site.url("/p"))
            assert (error.reason, error.retry) == ("robots-unreachable", True)
            assert error.retry_after_s == 300
        assert [len(site.asked(p)) for p in ("/robots.txt", "/p")] == [1, 0]

        clock.advance(timedelta(minutes=5))
        site.pages["/robots.txt"] = NOT_FOUND
        await fetcher.fetch(watch(site.url("/p")), known=None)


async def test_rules_once_known_hold_while_robots_txt_is_in_trouble(make, clock):
    rules = answer(b"User-agent: *\nDisallow: /private\n")
    async with serving({"/robots.txt": rules, "/p": PAGE, "/private": PAGE}) as site:
        fetcher = make()
        await fetcher.fetch(watch(site.url("/p")), known=None)
        clock.advance(timedelta(hours=25))
        site.pages["/robots.txt"] = answer(status="500 Sick")
        await fetcher.fetch(watch(site.url("/p")), known=None)
        assert (await refusal(fetcher, site.url("/private"))).reason == "robots"


async def test_requests_to_one_host_keep_their_distance(make, clock):
    async with serving({"/p": PAGE, "/q": PAGE}) as site:
        fetcher = make(limits=GAP)
        for path in ("/p", "/q", "/p"):
            await fetcher.fetch(watch(site.url(path)), known=None)
        assert clock.slept == [1.0, 1.0]
        clock.advance(timedelta(seconds=5))
        await fetcher.fetch(watch(site.url("/p")), known=None)
    assert clock.slept == [1.0, 1.0]


@pytest.mark.parametrize(("asked", "kept"), [("7", 7.0), ("86400", 30.0), ("x", 1.0)])
async def test_a_crawl_delay_is_honoured_up_to_a_cap(make, clock, asked, kept):
    rules = answer(f"User-agent: *\nCrawl-delay: {asked}\n".encode())
    async with serving({"/robots.txt": rules, "/p": PAGE}) as site:
        fetcher = make(limits=GAP)
        for _ in range(2):
            await fetcher.fetch(watch(site.url("/p")), known=None)
    assert clock.slept == [kept]


async def test_a_host_is_asked_one_thing_at_a_time_and_hosts_do_not_wait(clock):
    async def no_rules(url):
        return b""

    politeness = Politeness(clock, no_rules, agent="clausewatch", gap_s=0.0)
    here, most = 0, 0

    async def ask():
        nonlocal here, most
        async with politeness.turn("https://acme.example/p"):
            here += 1
            most = max(most, here)
            for _ in range(9):
                await asyncio.sleep(0)
            async with politeness.turn("https://other.example/p"):
                here -= 1

    await asyncio.gather(ask(), ask(), ask())
    assert most == 1


async def test_retry_after_is_remembered_for_the_whole_host(make, clock):
    busy = answer(b"", "Retry-After: 120", status="429 Busy")
    async with serving({"/busy": busy, "/p": PAGE}) as site:
        fetcher = make()
        assert (await refusal(fetcher, site.url("/busy"))).retry_after_s == 120
        clock.advance(timedelta(seconds=20))
        error = await refusal(fetcher, site.url("/p"))
        assert (error.reason, error.retry_after_s) == ("retry-after", 100)
        assert site.asked("/p") == []

        clock.advance(timedelta(seconds=90))
        await fetcher.fetch(watch(site.url("/p")), known=None)
    assert clock.slept == [10.0]
