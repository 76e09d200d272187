"""Which charset a body is in, and its text; no byte is dropped without a word.

A byte order mark decides, then what the server says, then what the page says, as in
browsers; but a name that the bytes contradict is not believed. What nobody named is
UTF-8 if it can be, and detected if it cannot.

Source: WHATWG Encoding Standard §4.2 (labels), HTML §13.2.3 (sniffing).
"""

import codecs
import re
from collections.abc import Iterator
from typing import Final

_PRESCAN_BYTES: Final = 4096
"""HTML asks authors for 1024; real pages put more before their `meta`."""
_SAMPLE_BYTES: Final = 16 * 1024
_FALLBACK: Final = "cp1252"
"""What browsers take in the West when nothing is known."""
_SPARSE: Final = 0.3
"""NULs, as a share of every other byte, from which on it is UTF-16 in disguise."""

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CODECS: Final = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "utf-16": "utf-16-le",
    "utf-8-sig": "utf-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
"""Where the web means more by a name than Python does, by Python's names."""
_LABELS: Final = {
    "unicode": "utf-16-le",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "macintosh": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "iso-8859-8-i": "iso8859-8",
    "x-cp1252": "cp1252",
}
"""Names of the web that Python does not know."""
_OF_TEXT: Final = re.compile(
    r"utf-(8|16-[lb]e)|cp(1252|125\d|866|874|932|949)|iso8859-\d+|koi8-[ru]"
    r"|mac-(roman|cyrillic)|gb18030|big5hkscs|euc_jp|iso2022_jp"
)
_DETECTABLE: Final = (
    "cp1252 cp1250 cp1251 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 koi8_r cp866"
    " iso8859_2 iso8859_5 cp874 cp932 euc_jp iso2022_jp gb18030 big5 cp949"
).split()
"""What pages that name no charset are written in."""
_NOT_ASCII: Final = re.compile(rb"[\x80-\xff]")
_COMMENT: Final = re.compile(rb"<!--.*?(-->|$)", re.DOTALL)
_META: Final = re.compile(
    rb"<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:+-]+)",
    re.IGNORECASE,
)
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:+-]+)", re.IGNORECASE)


def text_of(body: bytes, content_type: str, *, has_meta: bool) -> tuple[str, str]:
    """Return the text, and a remark if anything about it is doubtful.

    `has_meta` says whether the page may name its own charset.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _whole(body[len(mark) :], name)
    if disguised := _utf16(body):
        text, remark = _whole(body, disguised)
        return text, _remarks(f"read as {disguised}", remark)
    doubts: list[str] = []
    for name in _named(body, content_type, has_meta=has_meta):
        # Any bytes are UTF-16 of something; real pages have NULs in their markup.
        text_or_none = None if _lacks_nuls(body, name) else _strictly(body, name)
        if text_or_none is None and name == "utf-8" and _is_damaged_utf8(body):
            return _whole(body, name)
        if text_or_none is None:
            doubts.append(f"not the {name} that it is said to be")
        elif name == _FALLBACK and (utf8 := _strictly(body, "utf-8")) is not None:
            # Anything is windows-1252; hardly anything is UTF-8 by chance.
            return utf8, "" if body.isascii() else f"not {name} but utf-8"
        else:
            return text_or_none, _remarks(*doubts)
    text, remark = _detected(body)
    return text, _remarks(*doubts, remark)


def _named(body: bytes, content_type: str, *, has_meta: bool) -> Iterator[str]:
    found = _CHARSET.search(content_type)
    if found and (name := codec_of(found[1])):
        yield name
    if has_meta:
        head = _COMMENT.sub(b"", body[:_PRESCAN_BYTES])
        meta = _META.search(head)
        if meta and (name := codec_of(meta[1].decode("latin-1"))):
            # It was read as ASCII, so it cannot be UTF-16.
            yield "utf-8" if name.startswith("utf-16") else name


def codec_of(label: str) -> str:
    """Return Python's codec for a name of the web; empty if it names no text."""
    label = label.strip().lower()
    if label in _LABELS:
        return _LABELS[label]
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return ""
    name = _CODECS.get(name, name)
    return name if _OF_TEXT.fullmatch(name) else ""


def _lacks_nuls(body: bytes, name: str) -> bool:
    return name.startswith("utf-16") and b"\0" not in body


def _remarks(*parts: str) -> str:
    return "; ".join(dict.fromkeys(filter(None, parts)))


def _as_control(error: UnicodeError) -> tuple[str, int]:
    """Return an undefined byte as the control of its number, as browsers do."""
    if isinstance(error, UnicodeDecodeError):
        return chr(error.object[error.start]), error.start + 1
    raise error


codecs.register_error("clausewatch-control", _as_control)


def _strictly(body: bytes, name: str) -> str | None:
    try:
        return body.decode(
            name, "clausewatch-control" if name.startswith("cp125") else "strict"
        )
    except UnicodeDecodeError:
        return None


def _whole(body: bytes, name: str) -> tuple[str, str]:
    """Return the text by this charset, whatever has to be replaced."""
    text = _strictly(body, name)
    if text is not None:
        return text, ""
    text = body.decode(name, "replace")
    lost = text.count("\N{REPLACEMENT CHARACTER}")
    return text, f"{lost} places are not {name}"


def _detected(body: bytes) -> tuple[str, str]:
    text = _strictly(body, "utf-8")
    if text is not None:
        return text, ""
    if _is_damaged_utf8(body):
        return _whole(body, "utf-8")
    # Most pages name their charset, or are UTF-8: its tables take 2.4 MB.
    from charset_normalizer import from_bytes  # noqa: PLC0415

    match = from_bytes(_sample(body), cp_isolation=list(_DETECTABLE)).best()
    name = codec_of(match.encoding) if match else ""
    if not name or _strictly(body, name) is None:
        name = _FALLBACK
    text, remark = _whole(body, name)
    return text, _remarks(f"read as {name}", remark)


def _utf16(body: bytes) -> str:
    """Return the UTF-16 of which every other byte is NUL in Western text, or nothing."""
    head = body[:_SAMPLE_BYTES]
    half = max(len(head) // 2, 1)
    even, odd = head[::2].count(0) / half, head[1::2].count(0) / half
    if odd > _SPARSE and even < odd / 2:
        return "utf-16-le"
    return "utf-16-be" if even > _SPARSE and odd < even / 2 else ""


def _is_damaged_utf8(body: bytes) -> bool:
    """Return whether most of what is not ASCII is well-formed UTF-8."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\N{REPLACEMENT CHARACTER}")
    sound = len(text) - broken - len(text.encode("ascii", "ignore"))
    return sound > broken


def _sample(body: bytes) -> bytes:
    """Return what follows the first byte that is not ASCII, cut between characters.

    No charset of several bytes a character has one of these in the middle of one.
    """
    found = _NOT_ASCII.search(body)
    start = found.start() if found else 0
    sample = body[start : start + _SAMPLE_BYTES]
    end = max(map(sample.rfind, (b" ", b"<", b"\n")))
    return sample[:end] if end > 0 else sample
