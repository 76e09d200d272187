"""Adding a watch to the file that people keep by hand.

The new lines are put in as text, and nothing else is touched: a round trip through a
YAML emitter keeps comments but re-wraps, re-quotes and re-indents what is not ours.
The result is read again before it is written: it must say the same, and one watch more.
"""

import json
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

from clausewatch.config import guess, nodes, sense, values
from clausewatch.config.fields import spelled
from clausewatch.config.nodes import Tree
from clausewatch.config.watchlist import Watchlist, parse, read
from clausewatch.core.model import Kind, Watch
from clausewatch.errors import ConfigError

NEW_FILE: Final = "# What clausewatch watches. `clausewatch watchlist validate` checks it.\nservices:\n"


def add(
    path: Path,
    url: str,
    *,
    service: str | None = None,
    kind: Kind | None = None,
    every: timedelta | None = None,
) -> Watch:
    """Return the watch that was added to the file; the file is made if absent.

    Service and kind are guessed from the address and the services already listed.

    Raises:
        ConfigError: the file is wrong, the page is watched already, its kind cannot be
            told, or the file is written in a way that we do not extend.
    """
    new = not path.exists()
    body = b"" if new else read(path)
    before = Watchlist(watches=(), sinks=()) if new else parse(body, file=str(path))
    _refuse_twice(before, url, path)
    name = _service(before, url, service)
    entry = _entry(before, name, url, kind or guess.kind_of(url))
    if every:
        entry["every"] = spelled(every)
    text = NEW_FILE + _lines("  ", name, entry) if new else _extended(body, name, entry)
    return _write(path, text, before, _lines("  ", name, entry))


def _refuse_twice(watchlist: Watchlist, url: str, path: Path) -> None:
    for watch in watchlist.watches:
        if watch.url == url:
            raise ConfigError(f"{url}: already in {path}, as {watch.id}")


def _service(watchlist: Watchlist, url: str, wanted: str | None) -> str:
    """Return the name of a listed service if the wanted one or the site is listed."""
    for watch in watchlist.watches:
        if wanted and guess.slug(wanted) == guess.slug(watch.service):
            return watch.service
        if not wanted and guess.site_of(url) == guess.site_of(watch.url):
            return watch.service
    return wanted or guess.service_of(url)


def _entry(
    watchlist: Watchlist, service: str, url: str, kind: Kind | None
) -> dict[str, str]:
    if kind is None:
        choices = ", ".join(Kind)
        raise ConfigError(
            f"{url}: the address does not tell what the page is; expected --kind with"
            f" one of {choices}"
        )
    taken = {watch.id for watch in watchlist.watches}
    entry = {"url": url, "kind": kind.value}
    if sense.watch_id(service, entry, "") not in taken:
        return entry
    last = guess.slug(url.rstrip("/").rpartition("/")[2]) or kind.value
    stem = f"{guess.slug(service)}-{last}"[:90]
    names = (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3)))
    return entry | {"id": next(name for name in names if name not in taken)}


# Text


def _lines(
    indent: str, service: str, entry: Mapping[str, str], *, inner: int = 2
) -> str:
    """Return a whole service with its one watch."""
    keys = f"{indent}  "
    head = f"{indent}- name: {_scalar(service)}\n{keys}watches:\n"
    return head + _item(keys + " " * inner, entry)


def _item(indent: str, entry: Mapping[str, str]) -> str:
    lines = [f"{key}: {_scalar(value)}" for key, value in entry.items()]
    return "".join(
        f"{indent}{'  ' if n else '- '}{line}\n" for n, line in enumerate(lines)
    )


def _scalar(text: str) -> str:
    """Return a text as YAML writes it: bare where that is safe, else as JSON does."""
    bare = re.fullmatch(
        r"[0-9]+[smhdw]|[A-Za-z](?:[\w /?&=%+~@!;,.-]|:(?=/))*(?<! )", text
    )
    word = text.lower() in {"true", "false", "null"}
    return text if bare and not word else json.dumps(text, ensure_ascii=False)


def _extended(body: bytes, service: str, entry: Mapping[str, str]) -> str:
    """Return the file's text with the watch put after the last of its service."""
    tree = nodes.parse(body, file="", root="")
    text = body.decode("utf-8")
    lines = text.splitlines(keepends=True)
    at = [path for path, name, _ in sense.watches(tree.value) if name == service]
    last = at or [path for path, _, _ in sense.watches(tree.value)]
    if not last:
        return text
    end = _end(tree, lines, last[-1] if at else last[-1][:2])
    watch = _dash(tree, lines, last[-1])
    if at:
        new = _item(" " * watch, entry)
    else:
        outer = _dash(tree, lines, last[-1][:2])
        new = _lines(" " * outer, service, entry, inner=max(0, watch - outer - 2))
    ending = "\r\n" if "\r\n" in text else "\n"
    if not lines[end - 1].endswith("\n"):
        lines[end - 1] += ending
    return "".join([*lines[:end], new.replace("\n", ending), *lines[end:]])


def _dash(tree: Tree, lines: Sequence[str], path: values.Path) -> int:
    """Return the column of a list item's dash, from 0."""
    before = lines[tree.place(path).line - 1]
    return len(before) - len(before.lstrip(" "))


def _end(tree: Tree, lines: Sequence[str], path: values.Path) -> int:
    """Return the number of the last line of an item, its own comments included."""
    end, indent = tree.last_line(path), _dash(tree, lines, path) + 1
    while end < len(lines) and re.match(rf" {{{indent},}}#", lines[end]):
        end += 1
    return end


# Writing


def _write(path: Path, text: str, before: Watchlist, lines: str) -> Watch:
    """Write the file if it says what it said, and one watch more."""
    try:
        after = parse(text.encode(), file=str(path))
    except ConfigError:
        after = before
    added = [watch for watch in after.watches if watch not in before.watches]
    kept = tuple(watch for watch in after.watches if watch not in added)
    if len(added) != 1 or kept != before.watches:
        raise ConfigError(
            f"{path}: cannot be extended the way it is written;"
            f" add these lines to services by hand:\n{lines}"
        )
    _replace(path.resolve(), text.encode())
    return added[0]


def _replace(path: Path, body: bytes) -> None:
    """Put new bytes in the place of a file.

    A crash before the rename leaves the old file and a stray temporary one, a crash
    after it the new file: never half of one.
    """
    try:
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(body)
                file.flush()
                os.fchmod(handle, mode)
                os.fsync(handle)
            Path(name).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from error
