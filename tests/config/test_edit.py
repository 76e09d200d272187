"""Adding a page leaves all else in the file as somebody wrote it."""

from datetime import timedelta
from textwrap import dedent

import pytest

from clausewatch.config.edit import add, extend
from clausewatch.config.watchlist import load
from clausewatch.core.model import Kind
from clausewatch.errors import ConfigError

MINE = """\
# mine
services:
  # first
  - name: "Acme, Inc."   # the one
    watches:
      - url: https://acme.example/privacy   # important
        # every: 1h

      # a thought about Beta
  - name: Beta
    watches:
    - https://beta.example/terms
# end
"""


@pytest.fixture
def file(tmp_path):
    (path := tmp_path / "watchlist.yaml").write_text(MINE)
    return path


def added_lines(path):
    """Return the new lines; fails if any of the old ones is gone or was moved."""
    old, new = MINE.splitlines(), []
    for line in path.read_text().splitlines():
        if old and line == old[0]:
            old.pop(0)
        else:
            new.append(line)
    assert not old
    return new


def test_a_page_joins_the_others_of_its_site(file):
    watch = add(file, "https://www.acme.example/faq", every=timedelta(hours=12))

    assert (watch.id, watch.service, watch.kind) == (
        "acme-inc-faq",
        "Acme, Inc.",
        "faq",
    )
    assert added_lines(file) == [
        "      - url: https://www.acme.example/faq",
        "        kind: faq",
        "        every: 12h",
    ]
    assert file.read_text().splitlines()[7] == added_lines(file)[0]


def test_a_page_of_a_new_service_comes_last_in_the_style_of_the_file(file):
    add(file, "https://gamma.example/cookies", service="Gamma: the 3rd")

    assert added_lines(file) == [
        '  - name: "Gamma: the 3rd"',
        "    watches:",
        "    - url: https://gamma.example/cookies",
        "      kind: trackers-policy",
    ]


def test_a_second_page_of_a_kind_gets_an_id_of_its_own(file):
    add(file, "https://beta.example/terms-for-teams")
    watch = add(file, "https://beta.example/old/terms-for-teams")

    assert watch.id == "beta-terms-for-teams-2"
    assert len(load(file).watches) == 4


def test_a_file_that_is_not_there_is_begun(tmp_path):
    add(tmp_path / "new.yaml", "https://acme.example/privacy")

    assert [w.id for w in load(tmp_path / "new.yaml").watches] == [
        "acme-privacy-policy"
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (MINE, "already in .*, as acme-inc-privacy-policy"),
        ("services: [{name: A, watches: []}]\n", "(?s)by hand:\n  - name: Acme"),
        ("services: nothing\n", "expected a list"),
    ],
)
def test_what_cannot_be_added_leaves_the_file_alone(file, text, message):
    file.write_text(text)

    with pytest.raises(ConfigError, match=message):
        add(file, "https://acme.example/privacy")
    assert file.read_text() == text
    assert list(file.parent.iterdir()) == [file]


def test_a_kind_that_nobody_can_guess_has_to_be_given(file):
    with pytest.raises(
        ConfigError, match="expected --kind with one of terms-of-service"
    ):
        add(file, "https://acme.example/x")
    assert add(file, "https://acme.example/x", kind=Kind.OTHER).kind is Kind.OTHER


def test_mode_line_ends_and_a_link_to_the_file_stay(tmp_path):
    real, link = tmp_path / "real.yaml", tmp_path / "link.yaml"
    real.write_bytes(MINE.rstrip().replace("\n", "\r\n").encode())
    real.chmod(0o640)
    link.symlink_to(real)

    add(link, "https://acme.example/tos")

    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert real.read_bytes().count(b"\n") == real.read_bytes().count(b"\r\n") == 14
    assert dedent(MINE).strip() in real.read_text().replace(
        "      - url: https://acme.example/tos\n        kind: terms-of-service\n", ""
    )


def test_many_are_added_at_once_each_to_its_service(file):
    page = {"kind": "other", "select": ["main", 'a[href="x"]']}

    added = extend(
        file,
        {
            "Gamma": [
                page | {"url": f"https://g.example/{n}", "id": f"g-{n}"} for n in (1, 2)
            ],
            "Beta": [page | {"url": "https://beta.example/x"}],
            "Acme, Inc.": [page | {"url": "https://acme.example/x"}],
        },
    )

    assert [watch.id for watch in load(file).watches] == [
        "acme-inc-privacy-policy",
        "acme-inc-other",
        "beta-terms-of-service",
        "beta-other",
        "g-1",
        "g-2",
    ]
    assert {watch.select for watch in added} == {("main", 'a[href="x"]')}
    assert len(added_lines(file)) == 4 * 3 + 2 + 2


def test_nothing_to_add_leaves_the_file_as_it_is(file):
    file.write_text(MINE.rstrip())

    assert extend(file, {}) == ()
    assert file.read_text() == MINE.rstrip()
