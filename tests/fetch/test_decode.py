import codecs

import pytest

from clausewatch.core.model import Media
from clausewatch.errors import CaptureError
from clausewatch.fetch.decode import PageDecoder

HTML = "<html><body><p>{}</p></body></html>"


def decode(body: bytes, content_type: str = "text/html"):
    return PageDecoder().decode(body, content_type)


@pytest.mark.parametrize(
    ("body", "content_type", "media"),
    [
        (b"<p>terms", "text/html", Media.HTML),
        (b"<p>terms", "application/xhtml+xml; charset=utf-8", Media.HTML),
        (b"# Terms", "text/markdown; charset=utf-8", Media.MARKDOWN),
        (b"<html> is a tag", "text/markdown", Media.MARKDOWN),
        (b"Terms", "text/plain", Media.PLAIN),
        (b"We say a < b.", "text/plain", Media.PLAIN),
        (b" <!-- x --><!DOCTYPE html><p>", "text/plain", Media.HTML),
        (b"<?xml version='1.0'?><html>", "application/xml", Media.HTML),
        (b"<!doctype html><p>x", "application/octet-stream", Media.HTML),
        (b"<HTML><p>sorry", "application/pdf", Media.HTML),
        (b"<html><p>x", "", Media.HTML),
        (b"Terms", "", Media.PLAIN),
        (b"Terms", "TEXT/X-ODD", Media.PLAIN),
    ],
)
def test_the_kind_of_a_page_is_what_it_says_unless_it_shows_otherwise(
    body, content_type, media
):
    assert decode(body, content_type).media is media


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"\x89PNG\r\n", "image/png"),
        (b"{}", "application/json"),
        (bytes(range(1, 32)) * 50, "text/html"),
        (b"PK\x03\x04\x01\x02\x05\x06" * 50, "application/octet-stream"),
    ],
)
def test_what_is_no_text_is_refused(body, content_type):
    with pytest.raises(CaptureError, match="expected HTML, PDF, Markdown") as refused:
        decode(body, content_type)
    assert (refused.value.reason, refused.value.retry) == ("media-type", False)


GREEK, RUSSIAN, JAPANESE = (
    "Όροι χρήσης",
    "Условия использования",
    "利用規約をお読みください",
)
WEST = "Für “Ihre” Daten – §5 – façade €"


@pytest.mark.parametrize(
    ("text", "codec", "content_type"),
    [
        (WEST, "utf-8", "text/html; charset=utf-8"),
        (WEST, "utf-8", 'text/html; charset="UTF8"'),
        (WEST, "cp1252", "text/html; charset=ISO-8859-1"),
        (WEST, "cp1252", "text/html; charset=latin-1"),
        (WEST, "cp1252", "text/html;charset=us-ascii"),
        (WEST, "utf-16-le", "text/html; charset=utf-16"),
        (WEST, "utf-16-be", "text/html; charset=utf-16be"),
        (GREEK, "iso8859-7", "text/html; charset=iso-8859-7"),
        (RUSSIAN, "koi8-r", "text/html; charset=KOI8-R"),
        (RUSSIAN, "cp1251", "text/html; charset=windows-1251"),
        (JAPANESE, "cp932", "text/html; charset=Shift_JIS"),
        (JAPANESE, "cp932", "text/html; charset=x-sjis"),
        (JAPANESE, "euc_jp", "text/html; charset=euc-jp"),
        (JAPANESE, "iso2022_jp", "text/html; charset=iso-2022-jp"),
        ("隐私政策", "gb18030", "text/html; charset=gb2312"),
        ("隱私權政策", "big5", "text/html; charset=Big5"),
        ("개인정보 처리방침", "cp949", "text/html; charset=euc-kr"),
    ],
)
def test_the_charset_of_the_header_is_read_as_browsers_read_it(
    text, codec, content_type
):
    page = decode(HTML.format(text).encode(codec), content_type)
    assert page.text == HTML.format(text)
    assert not page.remark or page.remark.startswith("read as utf-16")


@pytest.mark.parametrize(
    ("mark", "codec"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ],
)
def test_a_byte_order_mark_decides(mark, codec):
    body = mark + HTML.format(WEST).encode(codec)
    assert decode(body, "text/html; charset=koi8-r").text == HTML.format(WEST)


@pytest.mark.parametrize(
    ("meta", "codec"),
    [
        ('<meta charset="windows-1251">', "cp1251"),
        (
            "<META HTTP-EQUIV=Content-Type CONTENT='text/html; charset=koi8-r'>",
            "koi8-r",
        ),
        ('<!-- <meta charset="koi8-r"> --><meta charset=cp1251>', "cp1251"),
        ('<meta charset="utf-16">', "utf-8"),
    ],
)
def test_the_page_names_its_charset_if_the_header_does_not(meta, codec):
    html = f"<html><head>{meta}</head><p>{RUSSIAN}"
    assert decode(html.encode(codec)).text == html


def test_the_header_goes_before_the_page():
    html = f'<meta charset="utf-8"><p>{RUSSIAN}'
    assert decode(html.encode("cp1251"), "text/html; charset=cp1251").text == html


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (
            WEST
            + " Wir verkaufen Ihre Daten nicht an Dritte, außer für Übermittlungen. ",
            "cp1252",
        ),
        (
            RUSSIAN + " и политика конфиденциальности нашего сервиса для всех. ",
            "cp1251",
        ),
        (JAPANESE + "。個人情報の取り扱いについては、以下のとおりです。", "cp932"),
    ],
)
def test_a_charset_that_nobody_names_is_detected(text, codec):
    html = HTML.format(text * 5)
    page = decode(html.encode(codec))
    assert page.text == html
    assert page.remark.startswith("read as ")


def test_a_wrong_name_loses_nothing():
    html = HTML.format(WEST)
    as_utf8 = decode(html.encode("cp1252"), "text/html; charset=utf-8")
    as_latin = decode(html.encode(), "text/html; charset=iso-8859-1")
    unknown = decode(html.encode(), "text/html; charset=rot13")
    assert [page.text for page in (as_utf8, as_latin, unknown)] == [html] * 3
    assert "not the utf-8 that it is said to be" in as_utf8.remark
    assert "not cp1252 but utf-8" in as_latin.remark


def test_a_few_broken_bytes_are_replaced_and_told():
    body = HTML.format(WEST * 9).encode()[:-18] + b"\xff\xfe</p>"
    page = decode(body, "text/html; charset=utf-8")
    assert page.text.startswith(HTML.format(WEST * 9)[:100])
    assert page.text.count("\ufffd") == 2
    assert page.remark == "2 places are not utf-8"


def test_a_byte_that_windows_1252_does_not_define_costs_no_text():
    page = decode(b"<p>caf\xe9 \x81 ok", "text/html; charset=windows-1252")
    assert page.text == "<p>café \x81 ok"


def test_nuls_are_left_out_and_told_and_the_text_around_them_kept():
    page = decode(b"<p>be\0fore\0</p><p>after</p>", "text/html; charset=utf-8")
    assert page.text == "<p>before</p><p>after</p>"
    assert page.remark == "2 NULs left out"


def test_utf_16_that_is_called_utf_8_is_read():
    page = decode(HTML.format(WEST).encode("utf-16-le"), "text/html; charset=utf-8")
    assert page.text == HTML.format(WEST)


@pytest.mark.parametrize(
    "body",
    [
        b"<!---->" * 3_000_000,
        b"<meta " * 3_000_000,
        bytes(20_000_000) + b"<p>the end",
        (b"<p>" + b"\xe9" * 9) * 1_500_000,
        b" " * 20_000_000,
    ],
)
def test_a_hostile_body_is_read_in_linear_time(body):
    # Quadratic, each of these would take hours.
    for content_type in ("text/plain", "text/html"):
        assert decode(body, content_type).text is not None
