"""`clausewatch watchlist` says what is right, what is wrong, and where."""

import json

import pytest
from typer.testing import CliRunner

from clausewatch.cli.exits import Code, code_for
from clausewatch.cli.watchlist import app
from clausewatch.config.schema import json_schema

GOOD = """\
services:
  - name: Acme
    watches:
      - https://acme.example/privacy
      - url: https://acme.example/terms
        cron: "0 9 * * mon"
"""


@pytest.fixture
def file(tmp_path):
    (path := tmp_path / "watchlist.yaml").write_text(GOOD)
    return path


def run(*arguments):
    return CliRunner().invoke(app, [str(a) for a in arguments])


def test_a_right_file_is_said_to_be_fine(file):
    result = run("validate", file)

    assert result.exit_code == 0
    assert result.stdout == f"{file}: fine; 2 watches of 1 service, 1 sink\n"


def test_a_wrong_file_ends_with_every_problem_and_code_2(file):
    file.write_text(GOOD.replace("cron", "crn").replace("Acme", "[]"))

    error = run("validate", file).exception

    assert code_for(error) is Code.CONFIG
    assert [problem.line for problem in error.problems] == [2, 6]


def test_the_list_shows_what_is_watched_with_defaults_filled_in(file):
    rows = [
        json.loads(x) for x in run("list", "-c", file, "--json").stdout.splitlines()
    ]

    assert [row["id"] for row in rows] == [
        "acme-privacy-policy",
        "acme-terms-of-service",
    ]
    assert [row["when"] for row in rows] == ["every 6h", "0 9 * * mon"]
    assert "https://acme.example/terms" in run("list", "-c", file).stdout


def test_add_puts_a_page_into_the_file(file):
    url = "https://beta.example/x"
    result = run(
        *("add", url, "-c", file, "--service", "Beta", "--kind", "faq", "--every", "2d")
    )

    assert result.stdout == f"{file}: added beta-faq (Beta, FAQ)\n"
    assert GOOD in file.read_text()
    assert "every 2d" in run("list", "-c", file, "--json").stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["acme.example"], "expected an address such as"),
        (["https://b.example/tos", "--every", "6"], "expected a duration such as"),
        (["https://acme.example/terms"], "already in"),
    ],
)
def test_add_says_what_it_cannot_do(file, arguments, message):
    result = run("add", *arguments, "-c", file)

    assert code_for(result.exception) is Code.CONFIG
    assert message in str(result.exception)
    assert file.read_text() == GOOD


def test_the_schema_is_printed_for_editors():
    assert run("schema").stdout == json_schema()
