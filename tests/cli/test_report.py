"""`report`: what was not understood is named, and nothing is written then."""

import pytest

from clausewatch.cli.exits import Code


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("-o", "x.docx"), "x.docx: expected an .html or .pdf file"),
        (
            ("-o", "x.html", "--since", "2025-02-01", "--until", "2025-01-01"),
            "--since 2025-02-01: expected a time before 2025-01-01",
        ),
        (
            ("-o", "x.html", "--since", "2999-01-01"),
            "--since 2999-01-01: expected a time before now",
        ),
    ],
)
def test_a_report_that_cannot_be_is_refused(
    ask, tmp_path, monkeypatch, arguments, says
):
    monkeypatch.chdir(tmp_path)
    ended = ask("report", "Halvorne", *arguments)

    assert ended.code == Code.CONFIG
    assert says in " ".join(ended.err.split())
    assert not [*tmp_path.iterdir()]
