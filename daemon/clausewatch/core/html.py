"""HTML to blocks: what a reader can see, or could open with a click.

One walk over the tree of Lexbor, the parser of a browser engine. Scripts, styles,
templates and hidden inputs are not text; what an accordion, a tab or an attribute
hides is, because a click reveals it. A page whose shape Lexbor cannot bear goes to
the second reader.

Source: ADR 0100 (one walk serves fingerprint and reading), 0101 (the second reader).
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Final

import xxhash
from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from clausewatch.core.blocks import Block
from clausewatch.core.elements import KINDS, Attributes, Kind
from clausewatch.core.recipe import Recipe
from clausewatch.core.shape import bearable
from clausewatch.core.walk import Setting, Walk

_MENTIONS: Final = ("aria-checked", "aria-pressed", "line-through", "data-cfemail")
"""What may make an inline element more than its text; sought once for the page."""
_WITHOUT_SPANS: Final = {
    tag: kind for tag, kind in KINDS.items() if kind is not Kind.SPAN
}
_WITH_ATTRIBUTES: Final = frozenset(
    [Kind.BLOCK, Kind.LINK, Kind.SPAN, Kind.INPUT, Kind.OPTION]
)
_NONE: Final[Attributes] = {}
_UNREAD: Final = "script, style, noscript, link, meta, input[type=hidden]"
NAME_NODES: Final = 64
"""How much of an element is read for the name of a control that refers to it."""


class Markup:
    """A page, parsed once: for its hash first, then for its blocks."""

    def __init__(self, text: str) -> None:
        self._text = text
        shown = bearable(text)
        self._tree = None if shown is None else _parsed(shown)
        """None for a page that the second reader has to read."""
        self._marks = [word in shown for word in _MENTIONS] if shown else []

    def skeleton(self) -> str:
        """Return a hash of the page without what is never read; equal ones, equal blocks.

        Written out by the parser from its own tree, at a seventh of the cost of a
        walk: most of what differs from one look to the next is in scripts, styles and
        tokens. They are gone from the tree then, which is read all the same.
        Empty for a page that the second reader has to read.
        """
        if self._tree is None:
            return ""
        for node in self._tree.css(_UNREAD):
            node.decompose()
        source = (self._tree.root.html or "") if self._tree.root else ""
        marks = "".join(map(str, self._marks))
        return xxhash.xxh3_128_hexdigest(
            f"{marks}{source}".encode("utf-8", "surrogatepass")
        )

    def blocks(self, recipe: Recipe, host: str = "") -> tuple[Block, ...]:
        """Return the blocks, furniture included, in reading order.

        `host` is the page's own, so that links to other sites can be told. A page for
        the second reader is read whole: a recipe's selectors do not hold there.
        """
        tree = self._tree
        if tree is None:
            # Imported here: it brings two parsers along, for pages that hardly exist.
            from clausewatch.core import soup  # noqa: PLC0415

            return soup.blocks(self._text, host)
        walk = Walk(host, _names(tree))
        kinds = KINDS if any(self._marks) else _WITHOUT_SPANS
        for selector in recipe.remove:
            for node in tree.css(selector):
                node.decompose()
        roots = [node for selector in recipe.select for node in tree.css(selector)]
        for root in roots if recipe.select else [tree.root]:
            if root is not None:
                _descend(walk, root, kinds)
                walk.flush()
        return tuple(walk.blocks)


def blocks(text: str, recipe: Recipe, host: str = "") -> tuple[Block, ...]:
    """Return the blocks of an HTML page; see `Markup.blocks`."""
    return Markup(text).blocks(recipe, host)


def _parsed(text: str) -> LexborHTMLParser:
    # Without mutation events: with them, 20,000 options take a second. As a browser
    # that runs scripts: otherwise a `noscript` in the head spills into the body.
    return LexborHTMLParser(
        text, options=LexborDocumentOptions.WO_EVENTS, scripting=True
    )


def _descend(walk: Walk, root: LexborNode, kinds: Mapping[str, Kind]) -> None:
    """Visit every node below the root once, without recursion."""
    node: LexborNode | None = root
    above: list[tuple[LexborNode, Kind | None, Setting]] = []
    while True:
        while node is not None:
            text = node.text_content
            if text is not None:
                walk.add(text)
                node = node.next
                continue
            kind = kinds.get(node.tag or "")
            before = walk.setting
            child = node.first_child if kind is None else _enter(walk, node, kind)
            if child is not None:
                above.append((node, kind, before))
                node = child
                continue
            if kind is not None and kind is not Kind.SKIP:
                walk.leave(kind, before)
            node = node.next if above else None
        if not above:
            return
        closed, kind, before = above.pop()
        if kind is not None:
            walk.leave(kind, before)
        node = closed.next if above else None


def _enter(walk: Walk, node: LexborNode, kind: Kind) -> LexborNode | None:
    """Tell the walk of an element; return the first of what is to be read in it."""
    if kind is Kind.SKIP:
        return None
    if kind is Kind.TEMPLATE:
        return _shadow(node)
    attributes = node.attributes if kind in _WITH_ATTRIBUTES else _NONE
    return node.first_child if walk.enter(kind, node.tag or "", attributes) else None


def _shadow(template: LexborNode) -> LexborNode | None:
    """Return the first node of a template that shows: a declarative shadow root."""
    if "shadowrootmode" not in template.attributes:
        return None
    roots = template.template_fragments()  # none where nothing is inside
    return roots[0].first_child if roots else None


def _names(tree: LexborHTMLParser) -> Callable[[Attributes], str]:
    """Return what finds the words that name a control, by `for` and by id."""

    @cache
    def labels() -> Mapping[str, LexborNode]:
        return {node.attributes["for"] or "": node for node in tree.css("label[for]")}

    @cache
    def named() -> Mapping[str, LexborNode]:
        return {node.id or "": node for node in tree.css("[id]")}

    def name(attributes: Attributes) -> str:
        ids = (attributes.get("aria-labelledby") or "").split()
        if found := [named()[i] for i in ids[:NAME_NODES] if i in named()]:
            return " ".join(map(_words, found))
        label = labels().get(attributes.get("id") or "\0")
        return _words(label) if label is not None else ""

    return name


def _words(node: LexborNode) -> str:
    below: Iterator[LexborNode] = islice(node.traverse(include_text=True), NAME_NODES)
    return " ".join(part.text_content or "" for part in below)
