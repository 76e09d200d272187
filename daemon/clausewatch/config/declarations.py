"""Open Terms Archive's declarations, as services of a watchlist.

`declarations/SERVICE.json` holds the service's name and, by type of terms, where they
are: `fetch` an address, or `combine` several, which are watched one by one. What says
how to cut the policy out of its page (`select`, `remove`, `filter`) is not needed here.
Histories of declarations (`SERVICE.history.json`) are not read.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path, PurePosixPath
from typing import Final, TypeAlias
from urllib.parse import unquote, urlsplit

from pydantic_core import PydanticCustomError

from clausewatch.config import fields, guess, sense
from clausewatch.config.nodes import written
from clausewatch.config.values import Path as Steps
from clausewatch.config.values import Value
from clausewatch.core.model import Kind, Watch
from clausewatch.core.names import LONGEST_ID, id_of_terms, slug
from clausewatch.errors import ConfigError

Entry: TypeAlias = dict[str, str | list[str]]
"""A watch as the watchlist says it."""
_Said: TypeAlias = Mapping[str, Value]

_PAGE_ENDINGS: Final = {".htm", ".html", ".md", ".pdf", ".txt"}
"""What the archive leaves out of the name of a page."""
_SELECTORS: Final = ("select", "remove")
_KNOWN: Final = {"fetch", "combine", "filter", "executeClientScripts", *_SELECTORS}


@dataclass(slots=True)
class Declared:
    """What a folder of declarations says."""

    services: dict[str, list[Entry]] = field(default_factory=dict)
    """Watches as the watchlist says them, by the name of their service."""
    left: list[str] = field(default_factory=list)
    """What could not be carried over, each with its file and its place there."""
    already: int = 0
    """Pages that are on the list."""


def declared(
    folder: Path, *, selectors: bool = False, listed: Sequence[Watch] = ()
) -> Declared:
    """Return what the declarations in a folder, or in `declarations/` in it, say.

    Args:
        folder: The archive's repository of declarations, or what is in it.
        selectors: Keep the CSS selectors that the archive reads the pages with.
        listed: What is watched already, and left out.

    Raises:
        ConfigError: there are none.
    """
    below = folder / "declarations"
    folder = below if below.is_dir() else folder
    files = [
        file
        for file in sorted(folder.glob("*.json"))
        if not file.name.endswith(".history.json")
    ]
    if not files:
        raise ConfigError(f"{folder}: expected declarations (SERVICE.json), got none")
    reader = _Reader(listed, selectors=selectors)
    for file in files:
        reader.read(file)
    return reader.found


class _Reader:
    """Reads declarations, one after the other; says what it leaves out."""

    def __init__(self, listed: Sequence[Watch], *, selectors: bool) -> None:
        self.found = Declared()
        self._selectors = selectors
        self._names = {slug(watch.service): watch.service for watch in listed}
        self._urls = {watch.url for watch in listed}
        self._taken: set[str] = {watch.id for watch in listed}
        self._seen: dict[tuple[str, str], str] = {}
        self._file = Path()

    def read(self, file: Path) -> None:
        """Take over what a file declares."""
        self._file = file
        try:
            said: Value = json.loads(file.read_bytes())
        except (OSError, ValueError, RecursionError) as error:
            self._leave((), f"expected a declaration in JSON: {error}")
            return
        service = _mapping(said)
        # What is `terms` now was called `documents` before.
        key = "documents" if "documents" in service else "terms"
        terms = _mapping(service.get(key))
        if not terms:
            self._leave((), "expected a service with its terms")
            return
        name = self._checked(_text, service.get("name"), ("name",))
        for kind, one in terms.items():
            self._remarks(_mapping(one), (key, kind))
            for page, many, path in _pages(_mapping(one), (key, kind)):
                self._add(name or file.stem, kind, page, many=many, path=path)

    def _add(
        self, name: str, terms: str, page: _Said, *, many: bool, path: Steps
    ) -> None:
        url = self._checked(fields.url, page.get("fetch"), (*path, "fetch"))
        if url is None:
            return
        if url in self._urls:
            self.found.already += 1
            return
        part = _page_name(url) if many else ""
        entry = _said_of(url, terms, part)
        if self._selectors:
            entry |= self._chosen(page, path)
        name = self._names.setdefault(slug(name), name)
        own = self._free(id_of_terms(self._file.stem, terms, part))
        same = url, f"{entry.get('select')} {entry.get('remove')}"
        if (first := self._seen.setdefault(same, own)) != own:
            self._leave((*path, "fetch"), f"{url}: the same page as {first}")
            return
        self._taken.add(own)
        said: Entry = {"url": url}
        if sense.watch_id(name, {**said, **entry}, "") != own:
            said["id"] = own
        entry = said | entry
        self.found.services.setdefault(name, []).append(entry)

    def _free(self, own: str) -> str:
        more = (f"{own[: LONGEST_ID - 4]}-{n}" for n in count(2))
        return next(name for name in chain([own], more) if name not in self._taken)

    def _chosen(
        self, page: _Said, path: Steps
    ) -> Iterator[tuple[str, str | list[str]]]:
        """Yield the selectors that can be kept."""
        for key in _SELECTORS:
            given = page.get(key, [])
            each = given if isinstance(given, list) else [given]
            kept = [self._checked(_selector, one, (*path, key)) for one in each]
            if good := [one for one in kept if one]:
                yield key, good

    def _remarks(self, said: _Said, path: Steps) -> None:
        """Say what is left out of terms, and of the pages they combine."""
        if said.get("executeClientScripts"):
            what = "scripts are not run; the page may read as empty"
            self._leave((*path, "executeClientScripts"), what)
        if said.get("filter") and self._selectors:
            self._leave((*path, "filter"), "the archive's own code is not run")
        for key in said.keys() - _KNOWN:
            self._leave((*path, key), "unknown key")
        for n, page in enumerate(_list(said.get("combine"))):
            self._remarks(_mapping(page), (*path, "combine", n))

    def _checked(
        self, check: Callable[[Value], str], value: Value, path: Steps
    ) -> str | None:
        try:
            return check(value)
        except PydanticCustomError as error:
            self._leave(path, str(error))
            return None

    def _leave(self, path: Steps, what: str) -> None:
        place = written("", path).removeprefix(".")
        at = f"{self._file}: {place}" if place else str(self._file)
        self.found.left.append(f"{at}: {what}")


def _said_of(url: str, terms: str, part: str) -> Entry:
    """Return what the address does not tell: kind and title."""
    kind, said = kind_of_terms(terms), Entry()
    if guess.kind_of(url) is not kind:
        said["kind"] = kind.value
    if part or slug(terms) != kind.value:
        said["title"] = f"{terms}: {part}" if part else terms
    return said


def kind_of_terms(terms: str) -> Kind:
    """Return the kind of page by the archive's name for such terms."""
    name = slug(terms)
    for kind in Kind:
        if name == kind or name.startswith(f"{kind}-"):
            return kind
    return guess.kind_of(f"/{name}") or Kind.OTHER


def _pages(terms: _Said, path: Steps) -> Iterator[tuple[_Said, bool, Steps]]:
    """Yield each page, whether it is one of several, and where it is declared.

    What terms say of all their pages holds where a page does not say otherwise.
    """
    if "combine" not in terms:
        yield terms, False, path
        return
    for n, page in enumerate(_list(terms["combine"])):
        yield {**terms, **_mapping(page)}, True, (*path, "combine", n)


def _page_name(url: str) -> str:
    """Return a page's name as the archive makes it: its path, without an ending."""
    path = PurePosixPath(unquote(urlsplit(url).path))
    if path.suffix.lower() in _PAGE_ENDINGS:
        path = path.with_suffix("")
    return "-".join(part for part in path.parts if part.strip("/"))


def _text(value: Value) -> str:
    if not isinstance(value, str):
        raise fields.wrong(f"expected a text, not {fields.shown(value)}")
    return fields.filled(value)


def _selector(value: Value) -> str:
    if not isinstance(value, str):
        raise fields.wrong("a range from one element to another cannot be kept")
    return fields.selector(value)


def _mapping(value: Value) -> _Said:
    return value if isinstance(value, dict) else {}


def _list(value: Value) -> list[Value]:
    return value if isinstance(value, list) else []
