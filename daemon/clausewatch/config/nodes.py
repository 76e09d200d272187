"""YAML as plain values, with the place of each.

We read the parser's events, not ruamel's constructed objects: an event knows its
line and column, a number does not. `docs/adr/0010-yaml-events.md` has the figures.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.main import CParser  # type: ignore[attr-defined]

from clausewatch.config.values import At, Builder, Mark, Path, Value, Wrong
from clausewatch.errors import ConfigError, Problem


class Place(NamedTuple):
    """Where something stands; both count from 1, columns in characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Tree:
    """What a YAML file says, and where it says so."""

    file: str
    root: str
    """What the paths of problems begin with, such as `watchlist`."""
    value: Value
    marks: Mapping[int, Sequence[Mark]]
    """By `id` of each mapping (marks of key, value, key, …) and list (of values)."""

    def place(self, path: Path, *, key: bool = False) -> Place:
        """Return where the value at a path stands, or its key.

        A path that leads to nothing, such as a missing key, gives its parent's place.
        """
        value, place = self.value, Place(1, 1)
        for depth, step in enumerate(path, 1):
            marks = self.marks.get(id(value), ())
            if isinstance(value, dict) and step in value:
                at = 2 * list(value).index(str(step))
                value = value[str(step)]
                # A parser puts "nothing" where the next thing begins: show the key.
                wants_key = (key and depth == len(path)) or value is None
                place = _place(marks[at if wants_key else at + 1])
            elif isinstance(value, list) and isinstance(step, int):
                place, value = _place(marks[step]), value[step]
            else:
                break
        return place

    def last_line(self, path: Path) -> int:
        """Return the last line on which something of the value at a path begins."""
        value: Value = self.value
        for step in path:
            value = value[step]  # type: ignore[index]
        line, inside = self.place(path).line, [value]
        while inside:
            value = inside.pop()
            line = max([line, *(m.line + 1 for m in self.marks.get(id(value), ()))])
            if isinstance(value, dict | list):
                inside += value.values() if isinstance(value, dict) else value
        return line

    def problem(self, path: Path, what: str, *, key: bool = False) -> Problem:
        """Return a problem with the value at a path, or with its key."""
        line, column = self.place(path, key=key)
        return Problem(self.file, line, column, written(self.root, path), what)


def written(root: str, path: Path) -> str:
    """Return a path as people read it: `watchlist.services[0].watches[1].every`."""
    steps = (f"[{s}]" if isinstance(s, int) else f".{s}" for s in path)
    return root + "".join(steps)


def parse(body: bytes, *, file: str, root: str) -> Tree:
    """Return the one document in a YAML file; None is the value of an empty one.

    Numbers, booleans and null are told from text by the rules of YAML 1.2. Tags are
    refused; an alias stands for what its anchor holds.

    Raises:
        ConfigError: with every duplicate key, tag and wrong alias, up to the first
            thing that is no YAML: what comes after it cannot be understood.
    """
    try:
        text = _text(body)
        built = _fast(text) or _built(text, pure=True)
    except Wrong as error:
        raise ConfigError([_problem(error, file, root)]) from error
    if built.wrong:
        raise ConfigError([_problem(wrong, file, root) for wrong in built.wrong])
    return Tree(file, root, built.value, built.marks)


def _fast(text: str) -> Builder | None:
    """Return what libyaml understood, if it is there and has no complaint.

    It is ten times as fast, and stricter than YAML 1.2: it takes no address in
    brackets. So it may only say yes; what is wrong, the other parser says.
    """
    try:
        return _built(text, pure=False) if CParser else None
    except Wrong:
        return None


def _built(text: str, *, pure: bool) -> Builder:
    built = Builder()
    try:
        for event in YAML(typ="safe", pure=pure).parse(text):
            built.take(event)
    except YAMLError as error:
        raise _unreadable(error) from error
    return built


def _problem(wrong: Wrong, file: str, root: str) -> Problem:
    return Problem(file, *_place(wrong.mark), written(root, wrong.path), wrong.what)


def _place(mark: Mark) -> Place:
    return Place(mark.line + 1, mark.column + 1)


# What YAML 1.2 §5.1 does not allow in a stream; the two parsers word it differently.
_UNPRINTABLE: Final = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)


def _text(body: bytes) -> str:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = body[: error.start].decode("utf-8-sig", "replace")
        what = f"expected UTF-8, got the byte 0x{body[error.start]:02x}"
        raise Wrong(_end(before), what) from error
    if found := _UNPRINTABLE.search(text):
        what = f"expected text, got the control character U+{ord(found[0]):04X}"
        raise Wrong(_end(text[: found.start()]), what)
    return text


def _end(text: str) -> Mark:
    return At(text.count("\n"), len(text) - text.rfind("\n") - 1)


def _unreadable(error: YAMLError) -> Wrong:
    mark: Mark | None = None
    said: list[str] = []
    if isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        said = [part for part in (error.context, error.problem) if part]
    return Wrong(mark or At(0, 0), ": ".join(["not readable as YAML", *said]))
