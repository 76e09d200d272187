import gzip
import io
import json
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard

from clausewatch.core.model import Kind
from clausewatch.errors import CaptureError, ConfigError
from clausewatch.fetch.recorded import recordings


def line(watch="acme-privacy", at="2026-08-01T09:00:00Z", body="<p>x", **more) -> str:
    fields = {
        "watch": watch,
        "url": f"https://acme.example/{watch}",
        "captured_at": at,
        "status": 200,
        "content_type": "text/html; charset=iso-8859-1",
        "body": body,
    }
    return json.dumps({**fields, **more}, ensure_ascii=False)


def write(path: Path, *lines: str) -> Path:
    body = "\n".join([*lines, ""]).encode()
    if path.name.endswith(".zst"):
        pack = zstandard.ZstdCompressor(
            compression_params=zstandard.ZstdCompressionParameters(
                window_log=28, enable_ldm=True
            )
        )
        # Streamed, so that the frame does not tell how small it is.
        out = io.BytesIO()
        with pack.stream_writer(out, closefd=False) as stream:
            stream.write(body)
        body = out.getvalue()
    path.write_bytes(body)
    return path


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.zst"])
def test_lines_are_captures(tmp_path, name):
    # One line to JSON, two or three to whoever splits as Unicode says.
    body = "<p>one\u2028two\x85three\u2029é</p>"
    source = write(
        tmp_path / name, line(body=body), line(at="2026-08-02T09:00:00+02:00")
    )
    first, second = recordings(source)
    assert (first.watch, first.kind) == ("acme-privacy", Kind.PRIVACY)
    assert first.url == "https://acme.example/acme-privacy"
    assert first.body == body.encode()
    assert first.capture.content_type == "text/html; charset=utf-8"
    assert second.capture.captured_at == datetime(2026, 8, 2, 7, tzinfo=UTC)
    assert first.fetched().body == first.body


@pytest.mark.parametrize("below", ["", "captures"])
def test_a_folder_is_all_its_files(tmp_path, below):
    folder = tmp_path / below
    folder.mkdir(exist_ok=True)
    write(folder / "b.jsonl", line("b-terms"))
    write(folder / "a.jsonl.zst", line("a-terms"))
    (tmp_path / "index.json").write_text("{}")
    assert [item.watch for item in recordings(tmp_path)] == ["a-terms", "b-terms"]


def test_captures_of_a_watch_come_in_order_of_time_wherever_they_lie(tmp_path):
    write(
        tmp_path / "1.jsonl",
        line("a", "2026-08-02T00:00:00Z", "second"),
        line("b", "2026-08-09T00:00:00Z", "b"),
        line("a", "2026-08-01T00:00:00Z", "first"),
        line("a", "2026-08-04T00:00:00Z", "fourth"),
    )
    write(tmp_path / "2.jsonl", line("a", "2026-08-03T00:00:00Z", "third"))
    found = list(recordings(tmp_path))
    assert len(found) == 5
    assert [item.body for item in found if item.watch == "a"] == [
        b"first",
        b"second",
        b"third",
        b"fourth",
    ]


def test_a_recorded_error_is_an_error(tmp_path):
    (item,) = recordings(write(tmp_path / "a.jsonl", line(status=503)))
    with pytest.raises(CaptureError) as error:
        item.fetched()
    assert (error.value.reason, error.value.retry) == ("http-503", True)


@pytest.mark.parametrize(
    ("bad", "what"),
    [
        ("{", "expected a capture in JSON"),
        ("[]", "expected an object, got list"),
        ('{"watch": 1}', "watch: expected str, got int"),
        ("{}", "watch: expected str, got nothing"),
        (line(status="200"), "status: expected int, got str"),
        (line(at="yesterday"), "expected a capture in JSON: Invalid isoformat"),
        (line(at="2026-08-01T09:00:00"), "expected a time with its zone"),
        (line(body="\ud800").encode("utf-8", "surrogatepass").decode("latin-1"), None),
    ],
)
def test_a_bad_line_is_named(tmp_path, bad, what):
    source = write(tmp_path / "a.jsonl", line(), "", bad)
    if what is None:
        source.write_bytes(source.read_bytes().replace(b"\xc3\xad", b"\xed"))
        what = "expected a capture in JSON"
    with pytest.raises(ConfigError, match=what) as error:
        list(recordings(source))
    assert str(error.value).startswith(f"{source}:3: ")


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.jsonl.zst", b"no zstd", r"a\.jsonl\.zst:1: expected another line"),
        ("a.warc", b"no warc at all\r\n\r\n", r"a\.warc: record 1: expected a WARC"),
        ("a.csv", b"", r"a\.csv: expected a name that ends in \.jsonl"),
        ("none", None, "none: expected a file or a folder"),
    ],
)
def test_a_source_that_is_none_is_named(tmp_path, name, content, what):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigError, match=what):
        list(recordings(tmp_path / name))


def test_a_folder_without_captures_is_named(tmp_path):
    with pytest.raises(ConfigError, match="expected files that end in"):
        list(recordings(tmp_path))


def record(kind: str, url: str, day: int) -> bytes:
    body = gzip.compress(b"day %d" % day)
    coding = "Content-Type: text/html\r\nContent-Encoding: gzip"
    http = f"HTTP/1.1 200 OK\r\n{coding}\r\n\r\n".encode() + body
    return (
        (
            f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\n"
            f"WARC-Date: 2026-08-0{day}T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:{day}>\r\n"
            f"Content-Type: application/http; msgtype={kind}\r\n"
            f"Content-Length: {len(http)}\r\n\r\n"
        ).encode()
        + http
        + b"\r\n\r\n"
    )


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_a_warc_is_read(tmp_path, name):
    source = tmp_path / name
    here = "https://www.acme.example"
    records = [
        record("warcinfo", "about:this", 1),
        record("response", f"{here}/terms", 2),
        record("response", f"{here}/terms", 1),
        record("metadata", f"{here}/terms", 1),
        record("response", f"{here}/privacy?x=1", 1),
        record("response", "dns:acme.example", 1),
    ]
    packed = name.endswith(".gz")
    source.write_bytes(b"".join(map(gzip.compress, records) if packed else records))
    found = list(recordings(source))
    terms = [item for item in found if item.url.endswith("/terms")]
    assert [item.body for item in terms] == [b"day 1", b"day 2"]
    assert [item.kind for item in terms] == [Kind.TERMS] * 2
    assert len({item.watch for item in found}) == 2
    assert terms[0].watch.startswith("acme-example-terms-")
    assert terms[0].capture.content_type == "text/html"
    assert terms[0].capture.exchange.status == 200


def commit(repository: Path, path: str, content: bytes, day: int) -> None:
    file = repository / path
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)
    identity = ["-c", "user.name=ota", "-c", "user.email=ota@example.org"]
    at = f"2026-08-0{day}T00:00:00Z"
    for command in (
        ["add", "-A"],
        [*identity, "commit", "-qm", f"Record {path}", "--date", at],
    ):
        subprocess.run(["git", "-C", str(repository), *command], check=True)


def test_a_repository_of_open_terms_archive_is_read(tmp_path):
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    commit(tmp_path, "README.md", b"not a document", 1)
    commit(tmp_path, "Acme Café/Privacy Policy.html", b"<p>second", 3)
    commit(tmp_path, "Acme Café/Privacy Policy.html", b"<p>first\n", 2)
    commit(tmp_path, "Acme Café/Terms of Service #part two.md", b"# Terms", 4)
    commit(tmp_path, "Acme Café/Imprint.pdf", b"%PDF-1.4", 5)
    (tmp_path / "Acme Café/Imprint.pdf").unlink()
    commit(tmp_path, "Acme Café/Privacy Policy.html", b"<p>third", 6)

    found = list(recordings(tmp_path))
    assert [(item.watch, item.body) for item in found] == [
        ("acme-cafe-privacy-policy", b"<p>first\n"),
        ("acme-cafe-privacy-policy", b"<p>second"),
        ("acme-cafe-terms-of-service-part-two", b"# Terms"),
        ("acme-cafe-imprint", b"%PDF-1.4"),
        ("acme-cafe-privacy-policy", b"<p>third"),
    ]
    assert [item.kind for item in found[1:4]] == [
        Kind.PRIVACY,
        Kind.TERMS,
        Kind.IMPRINT,
    ]
    assert found[0].capture.captured_at == datetime(2026, 8, 2, tzinfo=UTC)
    assert found[2].capture.content_type == "text/markdown; charset=utf-8"
    assert {item.service for item in found} == {"Acme Café"}
    assert found[0].url == "ota:Acme%20Caf%C3%A9/Privacy%20Policy.html"


def test_a_repository_that_git_cannot_read_says_what_git_said(tmp_path):
    (tmp_path / ".git").mkdir()
    with pytest.raises(ConfigError, match="expected a git repository, got: fatal"):
        list(recordings(tmp_path))


def test_a_repository_without_documents_is_named(tmp_path):
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    commit(tmp_path, "README.md", b"nothing else", 1)
    with pytest.raises(ConfigError, match="expected documents as SERVICE/TYPE"):
        list(recordings(tmp_path))


def test_the_capture_that_the_guide_shows_is_one(tmp_path):
    guide = Path(__file__).parents[2] / "docs" / "import.md"
    [line] = re.findall(r"```json\n(.*?)```", guide.read_text(), re.DOTALL)
    (tmp_path / "a.jsonl").write_text(line)

    [item] = recordings(tmp_path)

    assert (item.watch, item.kind) == ("acme-privacy-policy", Kind.PRIVACY)
    assert item.service == "acme.example"
