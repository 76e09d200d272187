"""Dates in running text, and the dates that a document states about itself.

Month names are a table of our own: the general parsers take milliseconds a date and
guess at orders; here a date is one only if it cannot be read in two ways.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Final

from clausewatch.core.model import Clause, StatedDate

_MONTHS: Final = """
january february march april may june july august september october november december
jan feb mar apr may jun jul aug sep oct nov dec
jan feb mar apr may june july aug sept oct nov dec
januar februar märz april mai juni juli august september oktober november dezember
jänner feber mrz apr mai jun jul aug sep okt nov dez
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
janv févr mars avr mai juin juil août sept oct nov déc
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
ene feb mar abr may jun jul ago sept oct nov dic
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
januari februari maart april mei juni juli augustus september oktober november december
januari februari mars april maj juni juli augusti september oktober november december
januar februar marts april maj juni juli august september oktober november desember
stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
ledna února března dubna května června července srpna září října listopadu prosince
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta
"""
_MONTH: Final = {
    name: number
    for line in _MONTHS.split("\n")
    for number, name in enumerate(line.split(), start=1)
}
_NAME: Final = "|".join(sorted(map(re.escape, _MONTH), key=len, reverse=True))
_DATE: Final = re.compile(
    rf"\b(?P<y1>(?:19|20)\d\d)-(?P<m1>\d\d)-(?P<d1>\d\d)\b"
    rf"|(?P<y2>(?:19|20)\d\d)\s?[年년]\s?(?P<m2>\d\d?)\s?[月월]\s?(?P<d2>\d\d?)\s?[日일]"
    rf"|\b(?P<d3>\d\d?)(?:st|nd|rd|th|er|ème|\.|º|ª)?\s*(?:of|de|del)?[\s-]*"
    rf"(?P<n3>{_NAME})\b[.,]?[\s-]*(?:de|del|of)?\s*(?P<y3>(?:19|20)\d\d)\b"
    rf"|\b(?P<n4>{_NAME})\b[.]?\s*(?P<d4>\d\d?)(?:st|nd|rd|th)?\s*,?\s*(?P<y4>(?:19|20)\d\d)\b"
    rf"|\b(?P<p5>\d\d?)(?P<s5>[./-])(?P<q5>\d\d?)(?P=s5)(?P<y5>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_OPENING_MONTH: Final = re.compile(rf"(?:{_NAME})\b", re.IGNORECASE)
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_LABEL: Final = re.compile(
    r"last (?:updated?|modified|revised|reviewed|changed)|updated?(?: on|:)|effective|appl(?:y|ies|icable)|from:?\s*$"
    r"|revis(?:ed|ion)|version|dated?\b|as of|in force|published|posted"
    r"|zuletzt|stand\b|gültig|fassung|aktualisier|inkraft|in kraft|datum|tritt am"
    r"|letzte änderung|geändert|veröffentlicht"
    r"|mise? à jour|dernière|en vigueur|version du|modifié|actualisé|publiée? le"
    r"|última|actualiza|vigen|en vigor|fecha|modifica|versión de|publicad[ao] el"
    r"|in vigore|aggiorna|ultimo"
    r"|atualiza|laatst|bijgewerkt|ingangsdatum|senast|uppdatera|sist oppdatert"
    r"|opdater|ostatni|obowiązuje|обнов|вступ|更新|改定|施行|生效|업데이트|시행",
    re.IGNORECASE,
)
LABEL_CHARACTERS: Final = 300
"""A sentence longer than this speaks of dates; it does not state the document's."""


@lru_cache(maxsize=4096)
def dates_in(text: str) -> tuple[tuple[int, int, date], ...]:
    """Return start, end and value of each date that reads in one way only.

    Of `3.4.2024`, `3/4/2024` the day comes first after a point; with a slash or
    hyphen it is a date only if one number cannot be a month.
    """
    if not _YEAR.search(text):
        return ()
    return tuple(_found(text))


def _found(text: str) -> Iterator[tuple[int, int, date]]:
    for match in _DATE.finditer(text):
        parts = {key: value for key, value in match.groupdict().items() if value}
        numbers = _numbers(parts)
        if numbers is None:
            continue
        try:
            yield match.start(), match.end(), date(*numbers)
        except ValueError:
            continue


def _numbers(parts: dict[str, str]) -> tuple[int, int, int] | None:
    for form in "12":
        if f"y{form}" in parts:
            return (
                int(parts[f"y{form}"]),
                int(parts[f"m{form}"]),
                int(parts[f"d{form}"]),
            )
    for form in "34":
        if f"y{form}" in parts:
            month = _MONTH[parts[f"n{form}"].lower()]
            return int(parts[f"y{form}"]), month, int(parts[f"d{form}"])
    first, second, year = int(parts["p5"]), int(parts["q5"]), int(parts["y5"])
    if parts["s5"] == "." or first > 12:  # noqa: PLR2004
        return year, second, first
    if second > 12 or first == second:  # noqa: PLR2004
        return year, first, second
    return None


def is_month(text: str) -> bool:
    """Say whether a text begins with the name of a month."""
    return _OPENING_MONTH.match(text) is not None


def canonical_dates(text: str) -> str:
    """Return the text with each certain date as `2024-01-31`, whatever its format."""
    found = dates_in(text)
    for start, end, value in reversed(found):
        text = f"{text[:start]}{value.isoformat()}{text[end:]}"
    return text


def stated(clauses: Sequence[Clause]) -> tuple[StatedDate, ...]:
    """Return the dates that a document gives for itself, in reading order."""
    return tuple(
        StatedDate(on=value, label=label, clause=ordinal)
        for ordinal, clause in enumerate(clauses)
        if len(clause.text) <= LABEL_CHARACTERS
        for start, end, value in dates_in(clause.text)
        if (label := _label(clause.text, start, end))
    )


def _label(text: str, start: int, end: int) -> str:
    """Return what makes a date one of the document: before it, or alone behind it."""
    if label := label_before(text[:start]):
        return label
    behind = text[end:]
    return "" if text[:start].strip() or len(behind) > BEHIND else label_before(behind)


BEHIND: Final = 30
"""Characters behind a date that can be its label, as in `3.2.2025 (Stand)`."""


def label_before(before: str) -> str:
    """Return the words that make the date one of the document itself, or nothing."""
    if not before.strip():
        return ""
    found = _LABEL.search(before[-80:])
    return found.group().lower() if found else ""
