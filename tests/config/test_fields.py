"""Durations, kinds told by addresses, and the schema that editors read."""

import json
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewatch import config
from clausewatch.config import nodes
from clausewatch.config.fields import LONGEST, duration, gap, spelled
from clausewatch.config.guess import kind_of, service_of, site_of
from clausewatch.config.schema import SCHEMA_FILE, json_schema
from clausewatch.core.model import Kind

ROOT = Path(__file__).parents[2]
SHIPPED = [ROOT / "watchlist.yaml", *sorted(ROOT.glob("seeds/watchlists/*.yaml"))]


@given(st.integers(1, int(LONGEST.total_seconds())))
def test_a_duration_survives_being_written_and_read(seconds):
    length = timedelta(seconds=seconds)

    assert duration(spelled(length)) == length


@pytest.mark.parametrize(
    ("text", "length"),
    [("30m", {"minutes": 30}), ("6h", {"hours": 6}), ("2w", {"weeks": 2})],
)
def test_a_duration_is_a_number_and_a_unit(text, length):
    assert duration(text) == timedelta(**length)


@pytest.mark.parametrize("text", ["", "6", 6, "0h", "1y", "-1d", "1h30m", "367d", "٣d"])
def test_anything_else_is_no_duration(text):
    with pytest.raises(ValueError, match="expected a duration"):
        duration(text)


def test_a_gap_may_be_none_at_all_and_no_other_duration_may():
    assert gap("0s") == timedelta()
    assert gap("3s") == duration("3s")
    with pytest.raises(ValueError, match="expected a duration"):
        gap("0h")


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://www.linkedin.com/legal/user-agreement", Kind.TERMS),
        ("https://www.linkedin.com/help/linkedin/answer/a5538339", Kind.FAQ),
        ("https://help.example/hc/en-us/articles/3-Privacy-Policy", Kind.PRIVACY),
        ("https://openai.com/policies/sub-processor-list/", Kind.SUBPROCESSORS),
        ("https://example.org/account/privacy-settings", Kind.SETTINGS),
        ("https://www.anthropic.com/legal/aup", Kind.ACCEPTABLE_USE),
        ("https://acme.example/legal/cookie_policy", Kind.TRACKERS),
        ("https://firma.example/Impressum", Kind.IMPRINT),
        ("https://x.com/en/tos", Kind.TERMS),
        ("https://example.org/history", None),
    ],
)
def test_an_address_tells_the_kind_where_it_is_plain(url, kind):
    assert kind_of(url) is kind


def test_a_service_is_called_by_its_site():
    assert service_of("https://www.acme.example/privacy") == "Acme"
    assert site_of("https://shop.acme.co.uk/privacy") == "acme.co.uk"


def test_the_schema_that_ships_is_the_one_of_the_model():
    shipped = Path(config.__file__).with_name(SCHEMA_FILE)

    assert shipped.read_text(encoding="utf-8") == json_schema(), (
        "run: clausewatch watchlist schema > daemon/clausewatch/config/" + SCHEMA_FILE
    )


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_editors_find_nothing_wrong_with_the_lists_that_we_ship(path):
    schema = json.loads(json_schema())
    value = nodes.parse(path.read_bytes(), file="", root="").value

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(value, schema)
    value["services"][0]["watches"] = [{"url": "https://a.example", "evry": "6h"}]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(value, schema)


def test_editors_know_our_sinks_and_let_those_of_plug_ins_be():
    schema = json.loads(json_schema())
    mail = {"type": "email", "host": "h", "from": "a@b.example", "to": ["c@d.example"]}
    plug_in = {"type": "carrier-pigeon", "loft": 3}
    for sink in ({"type": "stdout"}, {"type": "file"}, mail, plug_in):
        jsonschema.validate({"services": [], "sinks": {"one": sink}}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"services": [], "sinks": {"one": mail | {"t": 1}}}, schema)


def test_every_key_is_described_for_editors():
    schema = json.loads(json_schema())
    entries = [schema, *(d for d in schema["$defs"].values() if "properties" in d)]
    keys = {f"{e['title']}.{k}": v for e in entries for k, v in e["properties"].items()}

    assert len(keys) > 40
    assert [name for name, key in keys.items() if not key.get("description")] == []
