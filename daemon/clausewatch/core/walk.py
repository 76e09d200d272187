"""Blocks in the making: what elements mean for the text inside them.

The readers (`html`, `soup`) differ in how they parse; each tells the walk which
element opens, what text comes, and which element closes. Rows of tables and labels
of controls are read as blocks first and gathered into one when they close.
"""

from collections.abc import Callable, Mapping
from typing import ClassVar, Final, NamedTuple

from clausewatch.core.blocks import Block
from clausewatch.core.elements import (
    CLOSED,
    ROLES,
    Attributes,
    Kind,
    email,
    fold,
    is_hidden,
    is_on,
    is_struck,
    is_toggle,
    level_of,
)
from clausewatch.core.landmarks import landmark
from clausewatch.core.links import leaves, target
from clausewatch.core.model import Role
from clausewatch.core.tables import Row, Table, gathered, joined

_MARKS: Final = frozenset(["checkbox", "radio"])
_BUTTONS: Final = frozenset(["submit", "button", "reset"])
_FRAMING: Final = frozenset(
    "nav menu search aside dialog main article header footer".split()
)
_TABLES: Final = frozenset(["table", "tr", "td", "th"])
_UP: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_DOWN: Final = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
STRIKE: Final = "~~"
LINE_CHARACTERS: Final = 120
"""Longest wholly bold line that is taken for a heading."""
LABEL_BLOCKS: Final = 12
"""A label of a control with more blocks than this holds a form, not its name."""
TRAIL: Final = 64
"""How many containers of a block are kept, outermost first."""
ON, OFF = "\N{BALLOT BOX WITH CHECK}", "\N{BALLOT BOX}"


class Setting(NamedTuple):
    """What the elements around a text mean for it."""

    role: Role = Role.SENTENCE
    level: int = 0
    landmark: str = ""
    frame: int = 0
    hidden: bool = False
    trail: tuple[int, ...] = ()
    href: str | None = None
    bold: bool = False
    struck: bool = False
    table: Table | None = None
    row: Row | None = None
    label: tuple[int, int] | None = None
    """How many blocks and controls there were when the label opened."""


class Walk:
    """Blocks in the making.

    `host` is the page's own, so that links to other sites can be told; `name` finds
    the words that name a control by the ids in its attributes.
    """

    def __init__(self, host: str, name: Callable[[Attributes], str]) -> None:
        self.blocks: list[Block] = []
        self.setting = Setting()
        self._host = host
        self._name = name
        self._containers = self._controls = 0
        self._aside: list[str] = []
        self._choices: list[tuple[bool, list[str]]] = []
        self._clear()

    def _clear(self) -> None:
        self.parts: list[str] = []
        self._hrefs: list[str] = []
        self._linked = self._inward = self._outward = self._bold = self._raised = 0
        self._control = self._striking = False
        self._named = ""

    def add(self, text: str) -> None:
        """Add text as it stands in the source."""
        if not self.parts and text.isspace():
            return
        self.parts.append(text)
        setting = self.setting
        if setting.bold:
            self._bold += len(text.strip())
        href = setting.href
        if href is not None:
            size = len(text.strip())
            self._linked += size
            if href.startswith("#"):
                self._inward += size
            elif leaves(href, self._host):
                self._outward += size

    def enter(self, kind: Kind, tag: str, attributes: Attributes) -> bool:
        """Take note of an element; say whether what is inside it is to be read."""
        self._ENTERING[kind](self, tag, attributes)
        if code := attributes.get("data-cfemail"):
            self.add(email(code))
        return not code and kind is not Kind.INPUT and kind is not Kind.BREAK

    def leave(self, kind: Kind, before: Setting) -> None:
        """Close an element; `before` is what held outside of it."""
        setting = self.setting
        if kind is Kind.BLOCK:
            if self.parts:
                self.flush()
            if setting.row is not None and before.row is not setting.row:
                self._close_row(setting.row)
        elif kind is Kind.RAISED or kind is Kind.LOWERED:
            self._shift(_UP if kind is Kind.RAISED else _DOWN)
        elif kind is Kind.SELECT:
            self._choose()
        elif kind is Kind.READING:
            self.parts.append(")")
        if self._striking and not before.struck:
            self.parts.append(STRIKE)
            self._striking = False
        if setting.label is not None and before.label is not setting.label:
            self._close_label(*setting.label)
        self.setting = before

    def _enter_block(self, tag: str, attributes: Attributes) -> None:
        if self.parts:
            self.flush()
        around = self.setting
        role, level = ROLES.get(tag) or (around.role, around.level)
        self._containers += 1
        hidden, part, frame = around.hidden, around.landmark, around.frame
        if tag in _FRAMING or attributes:
            part = landmark(tag, attributes, part)
            if part != around.landmark:
                frame = self._containers
        if attributes or tag in CLOSED:
            hidden = hidden or is_hidden(tag, attributes)
            if attributes.get("role") == "heading":
                role, level = Role.HEADING, level_of(attributes.get("aria-level"))
        trail = around.trail
        if len(trail) < TRAIL:
            trail = (*trail, self._containers)
        self.setting = Setting(
            role,
            level,
            part,
            frame,
            hidden,
            trail,
            around.href,
            around.bold,
            around.struck,
            around.table,
            around.row,
            around.label,
        )
        if tag in _TABLES:
            self._enter_table(tag, attributes)
        if attributes and is_toggle(attributes):
            self._open_label(tag, attributes)
            self._mark(attributes)

    def _enter_table(self, tag: str, attributes: Attributes) -> None:
        setting = self.setting
        if tag == "table":
            if setting.row is not None:
                setting.row.nested = True
            layout = attributes.get("role") in {"presentation", "none"}
            self.setting = setting._replace(table=Table(layout), row=None)
        elif tag == "tr":
            table = setting.table or Table()
            self.setting = setting._replace(row=Row(table, len(self.blocks)))
        elif setting.row is not None:
            span = attributes.get("rowspan") or ""
            rows = int(span) if span.isascii() and span.isdecimal() else 1
            setting.row.cells.append((len(self.blocks), rows))
            self.setting = setting._replace(bold=setting.bold or tag == "th")

    def _close_row(self, row: Row) -> None:
        if row.nested:  # a table for layout; its rows have been read
            return
        around = self._block("")
        self.blocks[row.start :] = gathered(row, self.blocks[row.start :], around)

    def _enter_link(self, tag: str, attributes: Attributes) -> None:
        href = attributes.get("href") or ""
        self.setting = self.setting._replace(href=href)
        if leads := target(href):
            self._hrefs.append(leads)
        self._enter_span(tag, attributes)

    def _enter_span(self, tag: str, attributes: Attributes) -> None:
        if attributes and is_toggle(attributes):
            self._open_label(tag, attributes)
            self._mark(attributes)
        if is_struck(attributes):
            self._strike(tag, attributes)

    def _embolden(self, _tag: str, _attributes: Attributes) -> None:
        self.setting = self.setting._replace(bold=True)

    def _strike(self, _tag: str, _attributes: Attributes) -> None:
        if not self.setting.struck:
            self.setting = self.setting._replace(struck=True)
            self.parts.append(STRIKE)
            self._striking = True

    def _raise(self, _tag: str, _attributes: Attributes) -> None:
        self._raised = len(self.parts)

    def _shift(self, digits: Mapping[int, int]) -> None:
        """Raise or lower a number: `m²` is not `m2`, and a note is not a figure."""
        number = "".join(self.parts[self._raised :]).strip()
        if number.isascii() and number.isdecimal():
            self.parts[self._raised :] = [number.translate(digits)]

    def _pass(self, _tag: str, _attributes: Attributes) -> None:
        """Read what is inside as if it stood there."""

    def _break(self, _tag: str, _attributes: Attributes) -> None:
        self.parts.append("\v")

    def _read_aloud(self, _tag: str, _attributes: Attributes) -> None:
        self.parts.append("(")

    def _input(self, _tag: str, attributes: Attributes) -> None:
        kind = (attributes.get("type") or "").lower()
        if kind in _MARKS:
            self._mark(attributes)
        elif kind in _BUTTONS:
            self.add(f" {attributes.get('value') or ''} ")

    def _mark(self, attributes: Attributes) -> None:
        """Add the state of a control, and remember what names it elsewhere."""
        self._control = True
        self._controls += 1
        self._named = self._named or attributes.get("aria-label") or ""
        self._named = self._named or self._name(attributes)
        self.parts.append(f" {ON if is_on(attributes) else OFF} ")

    def _open_label(self, _tag: str, _attributes: Attributes) -> None:
        label = len(self.blocks), self._controls
        self.setting = self.setting._replace(label=label)

    def _close_label(self, start: int, controls: int) -> None:
        """Gather what a label said in several blocks, if it has a control."""
        if (
            self._controls == controls
            or not 0 < len(self.blocks) - start < LABEL_BLOCKS
        ):
            return
        self.flush()
        found = self.blocks[start:]
        text = " ".join(block.text for block in found)
        if not any(map(str.isalnum, text)):
            del self.blocks[start:]
            text = f"{text} {self._heading_above()}".rstrip()
        self.blocks[start:] = [joined(found, text, self._block(""))]

    def _open_select(self, _tag: str, _attributes: Attributes) -> None:
        self._aside, self.parts, self._choices = self.parts, [], []

    def _open_option(self, _tag: str, attributes: Attributes) -> None:
        self.parts = []
        self._choices.append(("selected" in attributes, self.parts))

    def _choose(self) -> None:
        """Add what is chosen in a list: what the page says, or else its first."""
        chosen = [parts for is_chosen, parts in self._choices if is_chosen]
        texts = [
            "".join(parts) for parts in chosen or [p for _, p in self._choices[:1]]
        ]
        self.parts = self._aside
        if texts:
            self.parts.append(f" [{', '.join(map(fold, texts))}] ")
            self._control = True
            self._controls += 1

    def flush(self) -> None:
        """End the block that is being written, if it has any words."""
        if not self.parts:
            return
        text = fold("".join(self.parts))
        if text:
            text = self._told(text)
        if text:
            self.blocks.append(self._block(text))
        self._clear()

    def _told(self, text: str) -> str:
        """Return what a block says; nothing if it has no words."""
        setting = self.setting
        if setting.struck:
            odd = text.count(STRIKE) % 2
            text = f"{text}{STRIKE}" if odd else f"{STRIKE}{text}{STRIKE}"
        if any(map(str.isalnum, text)):
            return text
        if self._control:
            name = fold(self._named)
            if not name and setting.row is None and setting.label is None:
                name = self._heading_above()
            return f"{text} {name}".rstrip()
        return text if setting.row is not None else ""

    def _heading_above(self) -> str:
        """Return what a control without a name stands under, or comes after."""
        near = self.blocks[-3:]
        found = [block.text for block in near if block.role is Role.HEADING]
        found = found or [block.text for block in near]
        return found[-1][:LINE_CHARACTERS] if found else ""

    def _block(self, text: str) -> Block:
        setting = self.setting
        role, level = setting.role, setting.level
        if self._control:
            role, level = Role.CONTROL, 0
        elif self._bold and role is not Role.HEADING and self._is_bold_line(text):
            role, level = Role.HEADING, 7
        return Block(
            text,
            role,
            level,
            setting.landmark,
            setting.frame,
            self._linked,
            self._inward,
            self._outward,
            setting.hidden,
            tuple(dict.fromkeys(self._hrefs)),
            setting.trail,
        )

    def _is_bold_line(self, text: str) -> bool:
        return (
            self._bold >= len(text.replace("\n", "")) - 2
            and 0 < len(text) <= LINE_CHARACTERS
            and text[-1] not in ".;,。"
        )

    # Functions, not methods: a walk that refers to itself would keep its page's tree,
    # which is large and which the collector does not see, long after it is read.
    _ENTERING: ClassVar[Mapping[Kind, Callable[["Walk", str, Attributes], None]]] = {
        Kind.BLOCK: _enter_block,
        Kind.LINK: _enter_link,
        Kind.BOLD: _embolden,
        Kind.STRUCK: _strike,
        Kind.RAISED: _raise,
        Kind.LOWERED: _raise,
        Kind.LABEL: _open_label,
        Kind.BREAK: _break,
        Kind.INPUT: _input,
        Kind.SELECT: _open_select,
        Kind.OPTION: _open_option,
        Kind.READING: _read_aloud,
        Kind.SPAN: _enter_span,
        Kind.TEMPLATE: _pass,
    }
