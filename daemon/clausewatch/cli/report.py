"""`report`: what changed at a service, in one file that prints well."""

from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Final

import typer

from clausewatch.cli.console import err
from clausewatch.cli.home import reading
from clausewatch.cli.options import HomeOption, moment, some_of
from clausewatch.cli.pdf import pdf
from clausewatch.errors import ConfigError
from clausewatch.library import Library

_HTML: Final = {".html", ".htm", ""}


def report(
    service: Annotated[
        str, typer.Argument(metavar="SERVICE", help="As the watchlist names it.")
    ],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="FILE", help="An .html or .pdf file."),
    ],
    *,
    since: Annotated[
        str | None,
        typer.Option(metavar="WHEN", help="From this date or time on, or 90d ago."),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(metavar="WHEN", help="Until this date, with that day, or time."),
    ] = None,
    as_pdf: Annotated[
        bool,
        typer.Option("--pdf", help="Write PDF, whatever FILE is called; by Chromium."),
    ] = False,
    home: HomeOption = None,
) -> None:
    """Write what changed at a service: summary, timeline, redlines and evidence."""
    # What makes pages is only loaded where one is made.
    from clausewatch.web.lost import Span  # noqa: PLC0415
    from clausewatch.web.report import gathered  # noqa: PLC0415

    now = datetime.now(UTC)
    first = moment(since, now) if since else None
    last = moment(until, now, option="--until", ends=True) if until else now
    if first and first >= last:
        raise ConfigError(f"--since {since}: expected a time before {until or 'now'}")
    wants_pdf = as_pdf or output.suffix.casefold() == ".pdf"
    if not wants_pdf and output.suffix.casefold() not in _HTML:
        raise ConfigError(f"{output}: expected an .html or .pdf file, or --pdf")
    with reading(home) as library:
        name = _named(library, service)
        span = Span(service=name, since=first, until=last, made_at=now)
        html = gathered(library, span)
    output.write_bytes(pdf(html) if wants_pdf else html.encode("utf-8", "replace"))
    err().print(f"{output}: written")


def _named(library: Library, asked: str) -> str:
    """Return the service that is meant, however it is capitalised or was called.

    Raises:
        ConfigError: there is none of this name; names the nearest.
    """
    known = {paper.service.casefold(): paper.service for paper in library.papers()}
    if asked.casefold() in known:
        return known[asked.casefold()]
    if now := library.renamed(asked):
        return now
    near = get_close_matches(asked.casefold(), known, n=1, cutoff=0.5)
    others = some_of(sorted(known.values()))
    hint = f"; did you mean {known[near[0]]}?" if near else others
    raise ConfigError(f"{asked}: no service of this name{hint}")
