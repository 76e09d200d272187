"""Sinks come from entry points: ours, and those that others wrote."""

import re
from pathlib import Path

import pytest

from clausewatch.emit.registry import make_sinks, sink_types
from clausewatch.errors import ConfigError
from clausewatch.testing.sinks import RecordingSink, SinkContract
from emit.far_sides import context

GUIDE = Path(__file__).parents[2] / "docs" / "sinks.md"


def shown(title):
    """Return the Python of the guide that stands under a heading."""
    section = GUIDE.read_text().partition(f"## {title}\n")[2].partition("\n## ")[0]
    return re.findall(r"```python\n(.*?)```", section, re.DOTALL)


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    """The plug-in of the guide, installed as pip would: a module and its metadata."""
    (module,) = shown("Write your own")[:1]
    (tmp_path / "syslog_sink.py").write_text(module)
    metadata = tmp_path / "syslog_sink-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Name: syslog-sink\nVersion: 1.0\n")
    points = "[clausewatch.sinks]\nudp = syslog_sink:UdpSink\nbroken = syslog_sink:No\n"
    (metadata / "entry_points.txt").write_text(points)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def test_all_four_sinks_are_there():
    assert {"email", "file", "stdout", "webhook"} <= set(sink_types())


def test_sinks_are_made_by_name(tmp_path):
    configs = [("a", "stdout", {}), ("b", "file", {"path": "x.jsonl"})]

    sinks = make_sinks(configs, context(tmp_path))

    assert {name: sink.name for name, sink in sinks.items()} == {"a": "a", "b": "b"}


def test_all_problems_of_all_sinks_are_told_at_once(tmp_path):
    configs = [
        ("a", "stdout", {"x": 1}),
        ("b", "slack", {}),
        ("c", "file", {"path": 3}),
    ]

    with pytest.raises(ConfigError) as refused:
        make_sinks(configs, context(tmp_path))

    told = str(refused.value).splitlines()
    assert [line.partition(": ")[0] for line in told] == [
        "sinks.a.x",
        "sinks.b.type",
        "sinks.c.path",
    ]
    assert "expected one of email, file, opinion, stdout, webhook" in told[1]


def test_a_plug_in_is_found_and_made(plugin):
    options = {"host": "127.0.0.1", "port": 9}

    sink = make_sinks([("mine", "udp", options)], context(plugin))["mine"]

    assert sink.name == "mine"
    assert "udp" in sink_types()


def test_a_plug_in_that_cannot_be_loaded_is_named(plugin):
    with pytest.raises(ConfigError, match=r"sinks\.mine\.type: broken .* cannot be"):
        make_sinks([("mine", "broken", {})], context(plugin))


def test_the_guide_has_a_contract_test_that_passes(plugin):
    _, tests = shown("Write your own")
    space: dict = {}

    exec(compile(tests, str(GUIDE), "exec"), space)  # noqa: S102 - our own guide
    contract = space["TestUdp"]
    ran = [name for name in dir(contract) if name.startswith("test_")]
    for name in ran:
        suite = contract()
        suite.setup_method()
        try:
            getattr(suite, name)()
        finally:
            suite.teardown_method()

    assert len(ran) == 5


def test_the_guide_names_every_option_of_every_sink():
    guide = GUIDE.read_text()

    for name in sink_types():
        assert f"## `{name}`" in guide
    for option in (
        "path url secret host port security username password ca from to digest timeout"
    ).split():
        assert f"`{option}`" in guide


class TestRecording(SinkContract):
    def setup_method(self):
        self.sink = RecordingSink()

    def make_sink(self):
        return self.sink

    def make_refused(self):
        self.sink.refuse(1)
        return self.sink

    def received(self):
        return self.sink.event_ids


@pytest.mark.parametrize(
    "fault", ["loses events", "makes up ids", "raises what it likes"]
)
def test_the_contract_finds_a_sink_that_breaks_it(fault):
    class Faulty(TestRecording):
        def received(self):
            ids = super().received()
            match fault:
                case "loses events":
                    return ids[1:]
                case "makes up ids":
                    return [f"{name}-{n}" for n, name in enumerate(ids)]
            return ids

        def make_refused(self):
            self.sink.refuse(1, RuntimeError("oops"))
            return self.sink

    promise = {
        "loses events": "test_every_type_of_event_arrives",
        "makes up ids": "test_a_redelivery_keeps_its_id",
        "raises what it likes": "test_a_refusal_is_a_delivery_error",
    }[fault]
    suite = Faulty()
    suite.setup_method()

    with pytest.raises((AssertionError, RuntimeError)):
        getattr(suite, promise)()
