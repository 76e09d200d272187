"""Recorded captures out of files: JSON lines, WARC, and git repositories.

Everything is streamed: a history of many gigabytes needs the memory of a few pages.
"""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Final

from clausewatch.errors import ConfigError
from clausewatch.fetch import jsonl, ota, warc
from clausewatch.fetch.recording import Recording, in_order

__all__ = ["Recording", "recordings"]

_NAMES: Final = jsonl.NAMES + warc.NAMES


def recordings(source: Path) -> Iterator[Recording]:
    """Return all captures of a source, those of one watch in order of time.

    A source is a file of JSON lines or a WARC, a folder of such files (or one with
    them in `captures/`), or a git repository as Open Terms Archive keeps them.
    Files are read twice: first for the times, then for what they hold.

    Raises:
        ConfigError: it is none of these, or broken; says where.
    """
    if ota.is_repository(source):
        return ota.recordings(source)
    files = _files(source)
    return in_order(
        (stamp for file in files for stamp in _reader(file).stamps(file)),
        (item for file in files for item in _reader(file).captures(file)),
    )


def _files(source: Path) -> list[Path]:
    expected = ", ".join(_NAMES)
    if source.is_file():
        if not source.name.endswith(_NAMES):
            raise ConfigError(f"{source}: expected a name that ends in {expected}")
        return [source]
    folder = source / "captures" if (source / "captures").is_dir() else source
    if not folder.is_dir():
        raise ConfigError(f"{source}: expected a file or a folder, there is none")
    files = [file for file in sorted(folder.iterdir()) if file.name.endswith(_NAMES)]
    if not files:
        raise ConfigError(f"{source}: expected files that end in {expected}, got none")
    return files


def _reader(file: Path) -> ModuleType:
    return jsonl if file.name.endswith(jsonl.NAMES) else warc
