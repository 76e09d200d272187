"""Searching the clauses of all versions."""

import re
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Row,
    Select,
    String,
    bindparam,
    case,
    column,
    func,
    select,
    table,
)

from clausewatch.core.blame import Stay
from clausewatch.core.model import WatchId
from clausewatch.library import Stood
from clausewatch.store.catalogue import clauses
from clausewatch.store.cataloguing import PATH, unsigned
from clausewatch.store.database import Database
from clausewatch.store.schema import watches

START, END = "\x02", "\x03"
"""Around the words that were found."""
MOST_TERMS: Final = 16
RANKED: Final = 5_000
"""Clauses that match, at most, to be put in order by how well; 1 µs each."""
LONGEST: Final = 20_000
"""Characters of a clause that is given whole. One of megabytes is no clause but a page
that would not be read; two hundred of them would be all the memory there is."""
SNIPPET_WORDS: Final = 64

_TERM: Final = re.compile(r'"([^"]*)"|([^\s"]+)')
_c: Final = clauses.c
_index: Final = table("clauses_words", column("rowid"), column("text", String))
_whole: Final[Any] = column("clauses_words")


class Searching:
    """The part of the store that finds clauses by their words."""

    _database: Database

    def search(self, text: str, *, limit: int, skip: int = 0) -> tuple[Stood, ...]:
        """Return clauses of any version that have all these words, the best first."""
        wanted = terms(text)
        if not wanted:
            return ()
        with self._database.reading("search") as rows:
            if rows.dialect.name == "sqlite":
                query = _indexed(rows, matching(wanted))
            else:
                query = unranked(wanted)
            found = rows.execute(query.limit(limit).offset(skip))
            return tuple(map(_stood, found))


def terms(text: str) -> list[tuple[str, bool]]:
    """Return the words and quoted phrases asked for, and whether each is a beginning."""
    found = []
    for phrase, word in _TERM.findall(text.replace("\0", " "))[:MOST_TERMS]:
        term = (phrase or word).strip()
        begins = not phrase and term.endswith("*")
        term = term.rstrip("*")
        if any(map(str.isalnum, term)):
            found.append((term, begins))
    return found


def matching(wanted: list[tuple[str, bool]]) -> str:
    """Return what FTS5 is asked; each term is quoted, so that none is an operator."""
    return " ".join(f'"{term}"{" *" if begins else ""}' for term, begins in wanted)


_COLUMNS: Final = (
    _c.watch,
    _c.key,
    _c.path,
    _c.first_at,
    _c.since,
    _c.until,
    watches.c.service,
    watches.c.document,
)


def _indexed(rows: Connection, match: str) -> Select[Any]:
    """Return the clauses that match; ranked, unless that takes too long."""
    matches = _whole.op("MATCH")(bindparam("match", match))
    some = select(_index.c.rowid).where(matches).limit(RANKED + 1).subquery()
    many = (rows.scalar(select(func.count()).select_from(some)) or 0) > RANKED
    order = (_index.c.rowid.desc(),) if many else (column("rank"), _index.c.rowid)
    marked = case(
        (func.length(_c.text) <= LONGEST, func.highlight(_whole, 0, START, END)),
        else_=func.snippet(_whole, 0, START, END, "…", SNIPPET_WORDS),
    ).label("text")
    return (
        select(*_COLUMNS, marked)
        .select_from(_index)
        .join(clauses, _c.id == _index.c.rowid)
        .join(watches, watches.c.id == _c.watch)
        .where(matches)
        .order_by(*order)
    )


def unranked(wanted: list[tuple[str, bool]]) -> Select[Any]:
    """Return the same without an index: the newest first, every clause is read."""
    return (
        select(*_COLUMNS, func.substr(_c.text, 1, LONGEST).label("text"))
        .join(watches, watches.c.id == _c.watch)
        .where(*(_c.text.icontains(term, autoescape=True) for term, _ in wanted))
        .order_by(_c.since.desc(), _c.id)
    )


def _stood(row: Row[Any]) -> Stood:
    return Stood(
        watch=WatchId(row.watch),
        service=row.service or row.watch,
        document=row.document or row.watch,
        path=tuple(filter(None, row.path.split(PATH))),
        text=row.text,
        key=unsigned(row.key),
        stay=Stay(first_at=row.first_at, since=row.since, until=row.until),
    )
