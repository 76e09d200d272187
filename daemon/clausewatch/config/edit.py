"""Adding watches to the file that people keep by hand.

The new lines are put in as text, and nothing else is touched: a round trip through a
YAML emitter keeps comments but re-wraps, re-quotes and re-indents what is not ours.
The result is read again before it is written: it must say the same, and no more than
the new watches besides.
"""

import json
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Final, TypeAlias

from clausewatch.config import guess, nodes, sense, values
from clausewatch.config.fields import spelled
from clausewatch.config.nodes import Tree
from clausewatch.config.watchlist import Watchlist, load, parse, read
from clausewatch.core.model import Kind, Watch
from clausewatch.core.names import slug
from clausewatch.errors import ConfigError

Entry: TypeAlias = Mapping[str, str | list[str]]
"""A watch as the file says it, key by key."""

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
    before = listed(path)
    _refuse_twice(before, url, path)
    name = _service(before, url, service)
    entry = _entry(before, name, url, kind or guess.kind_of(url))
    if every:
        entry["every"] = spelled(every)
    return extend(path, {name: [entry]})[0]


def listed(path: Path) -> Watchlist:
    """Return what the file says; nothing if there is none yet.

    Raises:
        ConfigError: the file is wrong.
    """
    return load(path) if path.exists() else Watchlist(watches=(), sinks=())


def extend(path: Path, services: Mapping[str, Sequence[Entry]]) -> tuple[Watch, ...]:
    """Return the watches that were added to the file, which is made if absent.

    Those of a listed service come after its others, new services come last.

    Raises:
        ConfigError: the file is wrong, or written in a way that we do not extend.
    """
    before = listed(path)
    text = _extended(read(path), services) if path.exists() else begun(services)
    return _write(path, text, before, services)


def begun(services: Mapping[str, Sequence[Entry]]) -> str:
    """Return the text of a file that lists these services."""
    return NEW_FILE + _services("  ", services)


def _refuse_twice(watchlist: Watchlist, url: str, path: Path) -> None:
    for watch in watchlist.watches:
        if watch.url == url:
            raise ConfigError(f"{url}: already in {path}, as {watch.id}")


def _service(watchlist: Watchlist, url: str, wanted: str | None) -> str:
    """Return the name of a listed service if the wanted one or the site is listed."""
    for watch in watchlist.watches:
        if wanted and slug(wanted) == slug(watch.service):
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
    last = slug(url.rstrip("/").rpartition("/")[2]) or kind.value
    stem = f"{slug(service)}-{last}"[:90]
    names = (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3)))
    return entry | {"id": next(name for name in names if name not in taken)}


# Text


def _services(
    indent: str, services: Mapping[str, Sequence[Entry]], *, inner: int = 2
) -> str:
    """Return whole services with their watches."""
    keys = f"{indent}  "
    return "".join(
        f"{indent}- name: {_scalar(name)}\n{keys}watches:\n"
        + _items(keys + " " * inner, entries)
        for name, entries in services.items()
    )


def _items(indent: str, entries: Sequence[Entry]) -> str:
    return "".join(
        f"{indent}{'  ' if n else '- '}{key}: {_scalar(value)}\n"
        for entry in entries
        for n, (key, value) in enumerate(entry.items())
    )


def _scalar(value: str | list[str]) -> str:
    """Return a text as YAML writes it: bare where that is safe, else as JSON does."""
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    bare = re.fullmatch(
        r"[0-9]+[smhdw]|[A-Za-z](?:[\w /?&=%+~@!;,.-]|:(?=/))*(?<! )", value
    )
    word = value.lower() in {"true", "false", "null"}
    return value if bare and not word else json.dumps(value, ensure_ascii=False)


def _extended(body: bytes, services: Mapping[str, Sequence[Entry]]) -> str:
    """Return the file's text with each watch put after the last of its service."""
    tree = nodes.parse(body, file="", root="")
    text = body.decode("utf-8")
    lines = text.splitlines(keepends=True)
    places = {name: path for path, name, _ in sense.watches(tree.value)}
    if not places:
        return text
    last = max(places.values())
    outer, watch = _dash(tree, lines, last[:2]), _dash(tree, lines, last)
    new = {name: services[name] for name in services if name not in places}
    inner = max(0, watch - outer - 2)
    ending = "\r\n" if "\r\n" in text else "\n"
    puts = [(_end(tree, lines, last[:2]), _services(" " * outer, new, inner=inner))]
    for name in services.keys() & places.keys():
        at = places[name]
        item = _items(" " * _dash(tree, lines, at), services[name])
        puts.append((_end(tree, lines, at), item))
    # From the last line to the first, so that the numbers of lines hold; what goes to
    # the end of a service goes before a new one in the same place.
    for end, item in sorted(puts, key=lambda put: put[0], reverse=True):
        if item and not lines[end - 1].endswith("\n"):
            lines[end - 1] += ending
        lines.insert(end, item.replace("\n", ending))
    return "".join(lines)


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


def _write(
    path: Path, text: str, before: Watchlist, services: Mapping[str, Sequence[Entry]]
) -> tuple[Watch, ...]:
    """Write the file if it says what it said, and the new watches besides."""
    try:
        after = parse(text.encode(), file=str(path))
    except ConfigError:
        after = before
    known = set(before.watches)
    added = tuple(watch for watch in after.watches if watch not in known)
    kept = tuple(watch for watch in after.watches if watch in known)
    if len(added) != sum(map(len, services.values())) or kept != before.watches:
        raise ConfigError(
            f"{path}: cannot be extended the way it is written;"
            f" add these lines to services by hand:\n{_services('  ', services)}"
        )
    _replace(path.resolve(), text.encode())
    return added


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
