"""A page becomes a document: blocks, zones, clauses, stated dates.

A survey is the cheap half, enough to tell whether anything that a reader could see
is different; `read` is the other half, for pages whose fingerprint is new.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import xxhash

from clausewatch.core import html, plain
from clausewatch.core.blocks import Block
from clausewatch.core.dates import stated
from clausewatch.core.furniture import zones
from clausewatch.core.language import language_of
from clausewatch.core.model import Document, Media, Page, Role, Zone
from clausewatch.core.recipe import Recipe
from clausewatch.core.segment import clauses


@dataclass(frozen=True, slots=True)
class Survey:
    """The blocks of a page and their zones; equal fingerprints, equal documents."""

    blocks: tuple[Block, ...]
    zones: tuple[Zone, ...]
    fingerprint: str


class Opened:
    """A page that is being read, step by step; its markup is parsed once for all."""

    def __init__(self, page: Page, recipe: Recipe) -> None:
        self._page = page
        self._recipe = recipe
        self._markup = html.Markup(page.text) if page.media is Media.HTML else None

    def skeleton(self) -> str:
        """Return a cheap hash; equal ones, equal surveys. Empty where there is none.

        A recipe that selects may go by what the hash leaves out, so it has none.
        """
        if self._markup is None or self._recipe.select or self._recipe.remove:
            return ""
        return self._markup.skeleton()

    def survey(self, url: str) -> Survey:
        """Return what is on the page, and a fingerprint of all that a document holds."""
        blocks = self._blocks(urlsplit(url).netloc)
        found = zones(blocks)
        return Survey(blocks, found, _fingerprint(blocks, found))

    def _blocks(self, host: str) -> tuple[Block, ...]:
        if self._markup is not None:
            return self._markup.blocks(self._recipe, host)
        if self._page.media is Media.MARKDOWN:
            # Imported here: most daemons never meet Markdown.
            from clausewatch.core import markdown  # noqa: PLC0415

            return html.blocks(markdown.to_html(self._page.text), self._recipe, host)
        return plain.blocks(self._page.text)


def survey(page: Page, recipe: Recipe, url: str) -> Survey:
    """Return what is on a page that nothing else is asked of."""
    return Opened(page, recipe).survey(url)


def read(survey: Survey, recipe: Recipe) -> Document:
    """Return the document."""
    found = clauses(survey.blocks, survey.zones)
    body = [clause.text for clause in found if clause.zone is Zone.BODY]
    return Document(
        recipe=recipe.id,
        clauses=found,
        title=_title(survey),
        language=language_of(" ".join(body[:LANGUAGE_CLAUSES])),
        stated=stated(found),
    )


LANGUAGE_CLAUSES: Final = 60
"""How much of a document is read to tell its language."""


def _fingerprint(blocks: Sequence[Block], zones: Sequence[Zone]) -> str:
    digest = xxhash.xxh3_128()
    for block, zone in zip(blocks, zones, strict=True):
        linked = "linked" if block.is_link else ""
        lists = "\x1e".join((*block.hrefs, linked, *block.heads))
        head = f"\x1d{block.role}\x1f{block.level}\x1f{zone}\x1f{lists}"
        digest.update(f"{head}\x1f{block.text}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _title(survey: Survey) -> str:
    """Return the first heading that is part of the document."""
    for block, zone in zip(survey.blocks, survey.zones, strict=True):
        if block.role is Role.HEADING and zone is Zone.BODY:
            return " ".join(block.text.split())
    return ""
