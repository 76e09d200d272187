"""Which dates a document states about itself, in the languages that we judge."""

from datetime import date

import pytest

from clausewatch.core.dates import stated
from clausewatch.core.model import Clause

DAY = date(2025, 2, 3)


@pytest.mark.parametrize(
    "text",
    [
        "Last updated: Feb. 3rd, 2025",
        "Effective 3 February 2025",
        "3 February 2025 (last updated)",
        "Letzte Aktualisierung: 3. Februar 2025",
        "Stand: 03.02.2025",
        "Letzte Änderung: 3. Februar 2025",
        "Tritt am 3. Februar 2025 in Kraft",
        "Veröffentlicht am 3. Februar 2025",
        "3. Februar 2025 (Stand)",
        "Dernière mise à jour : 3 février 2025",
        "Actualisé le 3 février 2025",
        "En vigueur depuis le 3 février 2025",
        "Publié le 3 février 2025",
        "Última actualización: 3 de febrero de 2025",
        "Entra en vigor el 3 de febrero de 2025",
        "Versión de 3 de febrero de 2025",
        "Publicado el 3 de febrero de 2025",
    ],
)
def test_a_date_with_its_label_is_the_documents_own(text):
    assert [found.on for found in stated([Clause(text, text)])] == [DAY]


@pytest.mark.parametrize(
    "text",
    [
        "Our first office was opened on 3 February 2025 in the old town.",
        "3 February 2025 was a Monday.",
        "Am 3. Februar 2025 war es kalt in der alten Stadt am Fluss.",
    ],
)
def test_a_date_of_something_else_is_not(text):
    assert stated([Clause(text, text)]) == ()
