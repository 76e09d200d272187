"""Whoever is told of a change is led to it, where the watchlist names a site."""

import json
from dataclasses import replace

import pytest

from clausewatch.core.event import EventType, Verdict
from clausewatch.emit.file import FileSink
from clausewatch.emit.mail import MailSink
from clausewatch.emit.stdout import StdoutSink
from clausewatch.emit.webhook import WebhookSink
from clausewatch.render.permalink import permalink
from clausewatch.testing.examples import example, reworded
from emit.far_sides import context, hooks, mailbox
from emit.test_events import CONTRACT
from emit.test_webhook import SECRET

SITE = "https://watch.example.org"


def parts(message):
    return [
        message.get_body((kind,)).get_content().replace("=\n", "")
        for kind in ("plain", "html")
    ]


async def mailed(tmp_path, events, site, **options):
    with mailbox() as server:
        lent = context(tmp_path, site=site)
        given = {**server.options, **options}
        await MailSink.configure("ops", given, lent).deliver(events)
    (message,) = server.messages
    return parts(message)


@pytest.mark.parametrize("kind", EventType)
async def test_a_mail_leads_to_its_event_behind_what_is_urgent(tmp_path, kind):
    event = example(kind)
    text, html = await mailed(tmp_path, [event], SITE)
    bare, _ = await mailed(tmp_path, [event], "")

    link = permalink(SITE, event)
    lead = bare.splitlines()[: bare.splitlines().index("")]
    said = text.splitlines()[: len(lead) + 1]
    assert [" ".join(line.split()) for line in said] == [
        *(" ".join(line.split()) for line in lead),
        f"Link: {link}",
    ]
    assert f'<a href="{link}">{link}</a>' in html
    assert "Link" not in bare


async def test_a_digest_leads_to_each_of_its_events(tmp_path):
    events = [example(id=f"id-{n}") for n in range(30)]
    text, html = await mailed(tmp_path, events, SITE, digest="daily")

    for event in events:
        link = permalink(SITE, event)
        assert f"   {link}" in text.splitlines()
        assert f'<li><a href="{link}">' in html


async def test_a_line_of_json_holds_the_link_beside_the_event(tmp_path, capsysbinary):
    event, lent = example(), context(tmp_path, site=SITE)
    with hooks() as server:
        hook = WebhookSink.configure(
            "hook", {"url": server.url, "secret": SECRET}, lent
        )
        for sink in (
            hook,
            FileSink.configure("log", {}, lent),
            StdoutSink.configure("out", {}, lent),
        ):
            await sink.deliver([event])
            await sink.close()
        ((_, body),) = server.posts
    lines = [
        body,
        (tmp_path / "events.jsonl").read_bytes(),
        capsysbinary.readouterr().out,
    ]

    for line in map(json.loads, lines):
        assert line["link"] == permalink(SITE, event)
        assert "link" not in line["data"]
        CONTRACT.validate(line)


def test_who_is_told_of_one_clause_is_led_to_it():
    loud = reworded()
    quiet = replace(loud, verdict=Verdict.EXTRACTION)
    event = example(id="a/b", changes=(quiet, loud, quiet))

    assert permalink(SITE, event) == f"{SITE}/changes/a%2Fb/c2"
    several = replace(event, changes=(loud, loud))
    assert permalink(SITE, several) == f"{SITE}/changes/a%2Fb"
    assert permalink("", event) == ""
