"""HTML to blocks: what a reader can see, or could open with a click.

One walk over the tree of Lexbor, the parser of a browser engine. Scripts, styles,
templates and hidden inputs are not text; what an accordion, a tab or an attribute
hides is, because a click reveals it.

Source: ADR 0101 (one walk serves fingerprint and reading).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from clausewatch.core.blocks import Block
from clausewatch.core.landmarks import landmark
from clausewatch.core.links import leaves, target
from clausewatch.core.model import Role
from clausewatch.core.recipe import Recipe

_SKIP: Final = frozenset(
    "script style noscript svg math head iframe object embed canvas audio video "
    "datalist textarea map area link meta base title source track progress meter "
    "picture img -comment -doctype template".split()
)
_BLOCK: Final = frozenset(
    "address article aside blockquote body center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html "
    "legend li main menu nav ol p pre search section summary table caption tbody "
    "thead tfoot tr td th ul button slot".split()
)
_ROLES: Final = {
    **{f"h{level}": (Role.HEADING, level) for level in range(1, 7)},
    "summary": (Role.HEADING, 7),
    "caption": (Role.HEADING, 7),
    "legend": (Role.HEADING, 7),
    "li": (Role.ITEM, 0),
    "dt": (Role.ITEM, 0),
    "dd": (Role.ITEM, 0),
    "p": (Role.SENTENCE, 0),
}
_MARKS: Final = frozenset(["checkbox", "radio", "switch", "menuitemcheckbox"])
_HIDING: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE
)
_BREAKS: Final = re.compile(r" ?\n[ \n]*")
_CELL: Final = " | "
ROW_CHARACTERS: Final = 600
"""Longest row that is one clause; a longer one is read as the paragraphs in it."""
LINE_CHARACTERS: Final = 120
"""Longest wholly bold line that is taken for a heading."""
ON, OFF = "\N{BALLOT BOX WITH CHECK}", "\N{BALLOT BOX}"


@dataclass(frozen=True, slots=True)
class _Setting:
    """What the elements around a text mean for it."""

    role: Role = Role.SENTENCE
    level: int = 0
    landmark: str = ""
    frame: int = 0
    hidden: bool = False
    href: str | None = None
    bold: bool = False
    trail: tuple[int, ...] = ()


class _Walk:
    """Blocks in the making."""

    def __init__(self, labels: Mapping[str, str], host: str) -> None:
        self.blocks: list[Block] = []
        self.host = host
        self.setting = _Setting()
        self.labels = labels
        self.in_row = False
        self._containers = 0
        self._clear()

    def _clear(self) -> None:
        self.parts: list[str] = []
        self.hrefs: list[str] = []
        self.linked = self.inward = self.outward = self.bold = 0
        self.control = False

    def add(self, text: str) -> None:
        """Add text as it stands in the source."""
        self.parts.append(text)
        setting = self.setting
        if setting.href is not None:
            size = len(text.strip())
            self.linked += size
            if setting.href.startswith("#"):
                self.inward += size
            elif leaves(setting.href, self.host):
                self.outward += size
        if setting.bold:
            self.bold += len(text.strip())

    def enter(self, node: LexborNode, tag: str) -> None:
        """Take note of what an element means for what is inside it."""
        if tag in _BLOCK:
            self._enter_block(node, tag)
        elif tag == "a":
            href = node.attributes.get("href") or ""
            self.setting = replace(self.setting, href=href)
            if leads := target(href):
                self.hrefs.append(leads)
        elif tag in {"b", "strong"}:
            self.setting = replace(self.setting, bold=True)
        elif tag in {"s", "strike", "del"}:
            self.parts.append("~~")

    def _enter_block(self, node: LexborNode, tag: str) -> None:
        if self.in_row:
            self.parts.append(_CELL if tag in {"td", "th"} and self.parts else " ")
            return
        self.flush()
        if tag == "tr":
            self.in_row = _is_simple(node)
        attributes = node.attributes
        setting = self.setting
        role, level = _ROLES.get(tag, (setting.role, setting.level))
        if attributes.get("role") == "heading":
            role, level = Role.HEADING, _level(attributes.get("aria-level"))
        self._containers += 1
        part = landmark(tag, attributes, setting.landmark)
        self.setting = replace(
            setting,
            role=Role.ROW if self.in_row else role,
            level=level,
            landmark=part,
            frame=setting.frame if part == setting.landmark else self._containers,
            hidden=setting.hidden or _is_hidden(attributes),
            trail=(*setting.trail, self._containers)[:64],
        )
        if attributes.get("aria-checked") or attributes.get("aria-pressed"):
            self.mark(node)

    def mark(self, node: LexborNode) -> None:
        """Add the state of a control, with the words beside it if it has none."""
        attributes = node.attributes
        state = attributes.get("aria-checked") or attributes.get("aria-pressed")
        on = "checked" in attributes or state == "true"
        self.control = True
        name = attributes.get("aria-label") or self.labels.get(
            attributes.get("id") or ""
        )
        self.parts.append(f" {ON if on else OFF} ")
        if name and not node.text(strip=True):
            self.parts.append(f"{name} ")

    def leave(self, tag: str, setting: _Setting) -> None:
        """Close an element; `setting` is what held before it."""
        if tag in {"s", "strike", "del"}:
            self.parts.append("~~")
        if tag in _BLOCK:
            if not self.in_row or tag == "tr":
                self.flush()
                self.in_row = False
            else:
                self.parts.append(" ")
        self.setting = setting

    def flush(self) -> None:
        """End the block that is being written, if it has any words."""
        if not self.parts:
            return
        text = fold("".join(self.parts))
        if self.control and text in {ON, OFF} and self.blocks:
            text = f"{text} {self.blocks[-1].text}"
        if any(map(str.isalnum, text)):
            self.blocks.append(self._block(text))
        self._clear()

    def _block(self, text: str) -> Block:
        setting = self.setting
        role, level = setting.role, setting.level
        if self.control:
            role = Role.CONTROL
        elif role in {Role.SENTENCE, Role.ITEM} and self._is_bold_line(text):
            role, level = Role.HEADING, 7
        return Block(
            text=text,
            role=role,
            level=level,
            landmark=setting.landmark,
            frame=setting.frame,
            linked=self.linked,
            inward=self.inward,
            outward=self.outward,
            hidden=setting.hidden,
            hrefs=tuple(dict.fromkeys(self.hrefs)),
            trail=setting.trail,
        )

    def _is_bold_line(self, text: str) -> bool:
        return (
            self.bold >= len(text.replace("\n", "")) - 2
            and len(text) <= LINE_CHARACTERS
            and text[-1] not in ".;,。"
        )


def fold(text: str) -> str:
    """Return the text with white space folded; line breaks of the page stay."""
    lines = (" ".join(line.split()) for line in text.split("\v"))
    return "\n".join(line for line in lines if line)


def _level(stated: str | None) -> int:
    return int(stated) if stated and stated.isdecimal() and 0 < int(stated) < 7 else 2  # noqa: PLR2004


def _is_hidden(attributes: Mapping[str, str | None]) -> bool:
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or bool(_HIDING.search(attributes.get("style") or ""))
    )


def _is_simple(row: LexborNode) -> bool:
    """Say whether a table row can be one clause: several cells, none of them long."""
    cells = 0
    cell = row.child
    while cell is not None:
        cells += cell.tag in {"td", "th"}
        cell = cell.next
    return (
        cells > 1 and len(row.text()) <= ROW_CHARACTERS and not row.css_first("table")
    )


def _email(coded: str) -> str:
    """Return an address that a proxy coded: hexadecimal, XORed with its first byte."""
    try:
        key, *rest = bytes.fromhex(coded)
    except ValueError:
        return ""
    return bytes(byte ^ key for byte in rest).decode("utf-8", "replace")


def _leaf(walk: _Walk, node: LexborNode, tag: str) -> bool:
    """Deal with an element whose inside is not walked; say whether it was one."""
    if tag in _SKIP:
        return True
    if tag == "br":
        walk.parts.append("\v")
        return True
    if tag == "input":
        if node.attributes.get("type", "") in _MARKS:
            walk.mark(node)
        return True
    if tag == "select":
        chosen = node.css_first("option[selected]")
        if chosen is not None:
            walk.parts.append(f" [{chosen.text(strip=True)}] ")
        return True
    coded = node.attributes.get("data-cfemail") if tag in {"a", "span"} else None
    if coded:
        walk.add(_email(coded))
    return bool(coded)


def blocks(text: str, recipe: Recipe, host: str = "") -> tuple[Block, ...]:
    """Return the blocks of an HTML page, furniture included, in reading order.

    `host` is the page's own, so that links to other sites can be told.
    """
    tree = LexborHTMLParser(text)
    walk = _Walk(_labels(tree), host)
    for selector in recipe.remove:
        for node in tree.css(selector):
            node.decompose()
    roots = [node for selector in recipe.select for node in tree.css(selector)]
    for root in roots if recipe.select else [tree.root]:
        if root is not None:
            _descend(walk, root)
            walk.flush()
    return tuple(walk.blocks)


def _labels(tree: LexborHTMLParser) -> Mapping[str, str]:
    """Return the words of labels that name their control by id."""
    found = tree.css("label[for]") if tree.css_first("input, [aria-checked]") else []
    return {
        label.attributes.get("for") or "": fold(label.text())
        for label in found
        if label.css_first("input") is None
    }


def _descend(walk: _Walk, root: LexborNode) -> None:
    """Visit every node below the root once, without recursion."""
    node: LexborNode = root
    open_elements: list[tuple[str, _Setting]] = []
    while True:
        tag = node.tag or ""
        child = None
        if tag == "-text":
            walk.add(node.text_content or "")
        elif not _leaf(walk, node, tag):
            before = walk.setting
            walk.enter(node, tag)
            child = node.child
            if child is None:
                walk.leave(tag, before)
            else:
                open_elements.append((tag, before))
        if child is not None:
            node = child
            continue
        while node.next is None:
            if not open_elements:
                return
            walk.leave(*open_elements.pop())
            parent = node.parent
            if parent is None or not open_elements:
                return
            node = parent
        node = node.next
