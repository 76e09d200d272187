"""What elements of HTML are to a reader: their kind, their role, how they hide."""

import re
from collections.abc import Mapping
from enum import IntEnum, auto
from typing import Final

from clausewatch.core.model import Role

Attributes = Mapping[str, str | None]


class Kind(IntEnum):
    """What a walk does at an element; one that has no kind runs on in its line."""

    SKIP = auto()
    BLOCK = auto()
    LINK = auto()
    BOLD = auto()
    STRUCK = auto()
    RAISED = auto()
    LOWERED = auto()
    LABEL = auto()
    BREAK = auto()
    INPUT = auto()
    SELECT = auto()
    OPTION = auto()
    READING = auto()  # how a word is pronounced, above it
    SPAN = auto()
    TEMPLATE = auto()


def _kinds(**tags: str) -> dict[str, Kind]:
    return {tag: Kind[kind] for kind, names in tags.items() for tag in names.split()}


KINDS: Final = _kinds(
    SKIP="script style noscript svg head iframe object embed canvas audio video rp "
    "datalist map area link meta base title source track progress meter picture img "
    "noframes -comment -doctype",
    BLOCK="address article aside blockquote body center dd details dialog dir div dl "
    "dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html "
    "legend li main menu nav ol p pre search section summary table caption tbody thead "
    "tfoot tr td th ul button slot textarea",
    LINK="a",
    BOLD="b strong",
    STRUCK="s strike del",
    RAISED="sup",
    LOWERED="sub",
    LABEL="label",
    BREAK="br",
    INPUT="input",
    SELECT="select",
    OPTION="option",
    READING="rt",
    SPAN="span i",
    TEMPLATE="template",
)
ROLES: Final = {
    **{f"h{level}": (Role.HEADING, level) for level in range(1, 7)},
    "summary": (Role.HEADING, 7),
    "caption": (Role.HEADING, 7),
    "legend": (Role.HEADING, 7),
    "li": (Role.ITEM, 0),
    "dt": (Role.ITEM, 0),
    "dd": (Role.ITEM, 0),
    "p": (Role.SENTENCE, 0),
}
CLOSED: Final = frozenset(["details", "dialog"])
_HIDING: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE
)
_STRIKING: Final = re.compile(
    r"text-decoration[\w-]*\s*:[^;]*line-through", re.IGNORECASE
)


def fold(text: str) -> str:
    """Return the text with white space folded; line breaks of the page stay."""
    if "\v" not in text:
        return " ".join(text.split())
    lines = (" ".join(line.split()) for line in text.split("\v"))
    return "\n".join(line for line in lines if line)


def level_of(stated: str | None) -> int:
    """Return the level that an element states for a heading, 1 to 6; else 2."""
    return int(stated) if stated and stated in "123456" else 2


def is_hidden(tag: str, attributes: Attributes) -> bool:
    """Say whether a click, a tab or a script has to show what is inside."""
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or (tag in CLOSED and "open" not in attributes)
        or ("style" in attributes and bool(_HIDING.search(attributes["style"] or "")))
    )


def email(coded: str) -> str:
    """Return an address that a proxy coded: hexadecimal, XORed with its first byte."""
    try:
        key, *rest = bytes.fromhex(coded)
    except ValueError:
        return ""
    return bytes(byte ^ key for byte in rest).decode("utf-8", "replace")


def is_struck(attributes: Attributes) -> bool:
    """Say whether a style strikes the text through."""
    return bool(_STRIKING.search(attributes.get("style") or ""))


def is_toggle(attributes: Attributes) -> bool:
    """Say whether an element that is no input tells a state: a switch, a button."""
    return bool(attributes.get("aria-checked") or attributes.get("aria-pressed"))


def is_on(attributes: Attributes) -> bool:
    """Say whether a control is ticked, switched on or pressed."""
    state = attributes.get("aria-checked") or attributes.get("aria-pressed")
    return "checked" in attributes or state == "true"
