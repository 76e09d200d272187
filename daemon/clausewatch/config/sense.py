"""What no schema can say: ids are unique, sinks exist, a watch has one schedule.

It looks at the plain values, right or wrong otherwise, so that these problems are
reported in the same run as all the others.
"""

from collections.abc import Iterator, Mapping

from clausewatch.config.fields import nearest, shown
from clausewatch.config.guess import kind_of
from clausewatch.config.nodes import Tree
from clausewatch.config.values import Path, Value
from clausewatch.core.names import slug
from clausewatch.errors import Problem


def problems(tree: Tree) -> Iterator[Problem]:
    """Return what makes no sense, however well it is formed."""
    yield from _ids(tree)
    for path, entry in _entries(tree.value):
        yield from _sinks(tree, path, entry)
        if "every" in entry and "cron" in entry:
            what = "expected every or cron, not both"
            yield tree.problem((*path, "cron"), what, key=True)


def watch_id(service: str, entry: Mapping[str, object], vantage: object) -> str:
    """Return a watch's own id, or the one made of service, kind and vantage.

    Empty if there is nothing to make it of.
    """
    if "id" in entry:
        return str(entry["id"])
    kind = entry.get("kind") or kind_of(str(entry.get("url")))
    name, where = slug(service), entry.get("vantage", vantage)
    return (
        "-".join(map(str, filter(None, (name, kind, where)))) if name and kind else ""
    )


def _ids(tree: Tree) -> Iterator[Problem]:
    first: dict[str, Path] = {}
    vantage = _mapping(_mapping(tree.value).get("defaults")).get("vantage")
    for path, service, entry in watches(tree.value):
        own = watch_id(service, entry, vantage)
        if not own:
            yield tree.problem(path, _nameless(service, entry), key=True)
        elif own in first:
            line, column = tree.place((*first[own], "id"))
            what = f"duplicate id {own}; first in {tree.file}:{line}:{column}"
            hint = "" if "id" in entry else "; give one of the two an id"
            at = (*path, "id") if "id" in entry else path
            yield tree.problem(at, what + hint)
        else:
            first[own] = path


def _nameless(service: str, entry: Mapping[str, Value]) -> str:
    if "kind" not in entry and not kind_of(str(entry.get("url"))):
        return "missing key kind; the address does not tell what the page is"
    return f"missing key id; none can be made of the name {shown(service)}"


def _sinks(tree: Tree, path: Path, entry: Mapping[str, Value]) -> Iterator[Problem]:
    known = list(_mapping(_mapping(tree.value).get("sinks"))) or ["stdout"]
    names = entry.get("sinks")
    for at, name in enumerate(names if isinstance(names, list) else ()):
        if isinstance(name, str) and name not in known:
            what = f"unknown sink; expected one of {', '.join(known)}"
            yield tree.problem((*path, "sinks", at), what + nearest(name, known))


def _entries(value: Value) -> Iterator[tuple[Path, Mapping[str, Value]]]:
    yield ("defaults",), _mapping(_mapping(value).get("defaults"))
    for path, _, entry in watches(value):
        yield path, entry


def watches(value: Value) -> Iterator[tuple[Path, str, Mapping[str, Value]]]:
    """Return path, name of the service and entry of each watch that looks like one."""
    for s, service in enumerate(_list(_mapping(value).get("services"))):
        name = _mapping(service).get("name")
        for w, said in enumerate(_list(_mapping(service).get("watches"))):
            entry = {"url": said} if isinstance(said, str) else _mapping(said)
            if isinstance(name, str) and isinstance(entry.get("url"), str):
                yield ("services", s, "watches", w), name, entry


def _mapping(value: Value) -> Mapping[str, Value]:
    return value if isinstance(value, dict) else {}


def _list(value: Value) -> list[Value]:
    return value if isinstance(value, list) else []
