"""Where things are, and how a secret is had without standing in the watchlist."""

from pathlib import Path

import pytest

from clausewatch.config.settings import secret, settings
from clausewatch.errors import ConfigError


def test_a_home_that_is_named_goes_before_those_that_are_found():
    systemd = {"STATE_DIRECTORY": "/var/lib/clausewatch:/var/lib/other"}
    own = {"CLAUSEWATCH_HOME": "/srv/cw", **systemd}

    assert settings(Path("/mnt/x"), environ=own).home == Path("/mnt/x")
    assert settings(environ=own).home == Path("/srv/cw")
    assert settings(environ=systemd).home == Path("/var/lib/clausewatch")
    assert settings(environ={}).home.name == "clausewatch"


def test_logs_go_where_systemd_says_or_else_home():
    environ = {"CLAUSEWATCH_HOME": "/srv/cw"}

    assert settings(environ=environ).logs == Path("/srv/cw")
    environ["LOGS_DIRECTORY"] = "/var/log/clausewatch"
    assert settings(environ=environ).logs == Path("/var/log/clausewatch")


def test_the_watchlist_is_the_named_one_or_that_of_the_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert settings(environ={"CLAUSEWATCH_WATCHLIST": "w.yml"}).watchlist == Path(
        "w.yml"
    )
    (tmp_path / "watchlist.yaml").touch()
    assert settings(environ={}).watchlist == Path("watchlist.yaml")


def test_a_secret_is_read_from_where_it_is_kept(tmp_path):
    (tmp_path / "smtp").write_text("pass word\n")
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path), "SMTP": "pass word"}

    for options in (
        {"password": "pass word"},
        {"password_file": str(tmp_path / "smtp")},
        {"password_credential": "smtp"},
        {"password_env": "SMTP"},
    ):
        assert secret(options, "password", environ=environ) == "pass word"
    assert secret({"username": "me"}, "password", environ=environ) is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"password_file": "absent"},
            "password_file: cannot read absent: .*No such file",
        ),
        ({"password_file": "empty"}, "expected a secret in empty, got an empty file"),
        ({"password_credential": "smtp"}, "got no CREDENTIALS_DIRECTORY"),
        (
            {"password_env": "SMTP"},
            r"password_env: expected a value in \$SMTP, got none",
        ),
    ],
)
def test_a_secret_that_cannot_be_had_says_why(options, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").write_text("\n")

    with pytest.raises(ConfigError, match=message):
        secret(options, "password", environ={})


def test_a_credential_is_a_name_and_not_a_way_out_of_the_folder(tmp_path):
    (tmp_path / "other").write_text("x")
    (inside := tmp_path / "credentials").mkdir()

    environ = {"CREDENTIALS_DIRECTORY": str(inside)}
    with pytest.raises(ConfigError, match="cannot read"):
        secret({"password_credential": "../other"}, "password", environ=environ)
