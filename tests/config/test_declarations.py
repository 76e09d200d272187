"""A public archive's declarations become a watchlist, and nothing is lost unsaid."""

import json
import subprocess

import pytest
from typer.testing import CliRunner

from clausewatch.cli.exits import Code, code_for
from clausewatch.cli.watchlist import app
from clausewatch.config.declarations import kind_of_terms
from clausewatch.config.watchlist import load, parse
from clausewatch.core.model import Kind
from clausewatch.fetch.recorded import recordings

ACME = {
    "name": "Acme: the Café",
    "terms": {
        "Privacy Policy": {
            "fetch": "https://acme.example/legal/privacy",
            "select": "main",
            "remove": [".advert", {"startBefore": "#a", "endBefore": "#b"}],
            "filter": ["dropTokens"],
        },
        "Community Guidelines": {
            "combine": [
                {"fetch": "https://acme.example/rules", "select": "body"},
                {"fetch": "https://acme.example/rules/hate%20speech.html"},
            ],
            "select": ["article", "main >"],
        },
        "In-App Purchases Policy": {"fetch": "https://acme.example/a.pdf"},
    },
}
ADDRESSES = [
    "https://acme.example/legal/privacy",
    "https://acme.example/rules",
    "https://acme.example/rules/hate%20speech.html",
    "https://acme.example/a.pdf",
]


@pytest.fixture
def archive(tmp_path):
    declare(tmp_path / "archive", "Acme the Cafe", ACME)
    return tmp_path / "archive"


def declare(archive, service, said):
    folder = archive / "declarations"
    folder.mkdir(parents=True, exist_ok=True)
    text = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
    (folder / f"{service}.json").write_text(text)


def run(*arguments):
    return CliRunner().invoke(app, ["import", "ota", *map(str, arguments)])


def watches(archive, *options):
    return parse(run(archive, *options).stdout.encode(), file="w.yaml").watches


def test_each_page_of_each_document_is_watched_whole(archive):
    found = watches(archive)

    assert [watch.url for watch in found] == ADDRESSES
    assert {watch.service for watch in found} == {"Acme: the Café"}
    assert [watch.kind for watch in found] == [
        Kind.PRIVACY,
        Kind.COMMUNITY,
        Kind.COMMUNITY,
        Kind.OTHER,
    ]
    assert found[2].title == "Community Guidelines: rules-hate speech"
    assert found[3].title == "In-App Purchases Policy"
    assert {watch.select + watch.remove for watch in found} == {()}


def test_selectors_are_kept_when_asked_for_and_what_cannot_be_is_said(archive):
    found = watches(archive, "--selectors")
    said = run(archive, "--selectors").stderr.splitlines()

    assert found[0].select + found[0].remove == ("main", ".advert")
    assert [watch.select for watch in found[1:3]] == [("body",), ("article",)]
    place = archive / "declarations" / "Acme the Cafe.json"
    assert said[0].startswith(f"{place}: terms.Privacy Policy.filter: ")
    assert said[1].startswith(f"{place}: terms.Privacy Policy.remove: a range")
    assert "expected a CSS selector, not 'main >'" in said[2]
    assert "combine[1].select" in said[2]


def test_what_is_imported_from_its_history_goes_on_under_the_same_id(archive, tmp_path):
    """The archive writes one file a page, and makes its name as we expect."""
    history = tmp_path / "history"
    service = history / "Acme the Cafe"
    service.mkdir(parents=True)
    for name in (
        "Privacy Policy.html",
        "Community Guidelines #rules.html",
        "Community Guidelines #rules-hate speech.html",
        "In-App Purchases Policy.pdf",
    ):
        (service / name).write_text(f"<p>{name}")
    identity = ["-c", "user.name=ota", "-c", "user.email=ota@example.org"]
    for command in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-qm", "x"]):
        subprocess.run(["git", "-C", str(history), *command], check=True)

    assert {item.watch for item in recordings(history)} == {
        watch.id for watch in watches(archive)
    }


@pytest.mark.parametrize(
    ("terms", "what"),
    [
        ({"fetch": "ftp://bolt.example/"}, "fetch: expected an address such as https"),
        ({"select": "main"}, "fetch: expected an address such as https"),
        (
            {"fetch": "https://acme.example/rules"},
            "fetch: https://acme.example/rules: the same page as acme-the-cafe-comm",
        ),
        (
            {"fetch": "https://bolt.example/", "executeClientScripts": True},
            "executeClientScripts: scripts are not run",
        ),
        ({"fetch": "https://bolt.example/", "wait": 3}, "wait: unknown key"),
    ],
)
def test_what_cannot_be_carried_over_is_said_with_its_place(archive, terms, what):
    declare(archive, "Bolt", {"name": "Bolt", "documents": {"Imprint": terms}})

    done = run(archive)

    assert f"Bolt.json: documents.Imprint.{what}" in done.stderr
    assert done.exit_code == 0


@pytest.mark.parametrize("text", ['{"name', "[]", '{"name": "Bolt"}', "\x00"])
def test_a_broken_declaration_is_named_and_the_others_are_read(archive, text):
    declare(archive, "Bolt", text)
    declare(archive, "Bolt.history", "history is not read")

    done = run(archive)

    assert "Bolt.json: expected a " in done.stderr
    assert "history" not in done.stderr
    assert [watch.url for watch in watches(archive)] == ADDRESSES


def test_a_folder_without_declarations_ends_with_code_2(tmp_path):
    assert code_for(run(tmp_path).exception) is Code.CONFIG
    declare(tmp_path, "Bolt", "{}")
    assert code_for(run(tmp_path).exception) is Code.CONFIG


def test_a_list_is_extended_by_what_it_does_not_have(archive, tmp_path):
    (mine := tmp_path / "mine.yaml").write_text(
        "services:\n  - name: acme the cafe  # mine\n    watches:\n"
        f"      - {ADDRESSES[1]}\n"
        "      - {url: https://acme.example/p, id: acme-the-cafe-privacy-policy}\n"
    )
    mine.write_text(mine.read_text().replace("/p,", "/privacy,"))

    assert (
        "added 3 watches of 1 service; 1 page already"
        in run(archive, "--into", mine).stdout
    )
    found = load(mine).watches
    assert {watch.service for watch in found} == {"acme the cafe"}
    assert found[2].id == "acme-the-cafe-privacy-policy-2"
    assert "# mine" in mine.read_text()
    assert "added 0 watches" in run(archive, "--into", mine).stdout


def test_a_list_is_begun(archive, tmp_path):
    run(archive, "--into", tmp_path / "new.yaml")

    assert [w.url for w in load(tmp_path / "new.yaml").watches] == ADDRESSES


@pytest.mark.parametrize(
    ("terms", "kind"),
    [
        ("Terms of Service", Kind.TERMS),
        ("Data Processor Agreement", Kind.DATA_PROCESSING),
        ("Community Guidelines - Nudity", Kind.COMMUNITY),
        ("General Conditions of Sale", Kind.TERMS),
        ("Deceased Users", Kind.OTHER),
    ],
)
def test_the_names_of_the_archive_tell_the_kind(terms, kind):
    assert kind_of_terms(terms) is kind


def test_a_name_that_two_pages_would_have_is_told_apart(archive):
    other = {"Privacy Policy": {"fetch": "https://other.example/privacy"}}
    declare(archive, "acme-the-cafe", ACME | {"terms": other})

    first, *_, last = watches(archive)

    assert first.id == "acme-the-cafe-privacy-policy"
    assert last.id == "acme-the-cafe-privacy-policy-2"
