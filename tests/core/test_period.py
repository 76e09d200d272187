"""A day that something ends on is in it; a time is itself."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewatch.core.period import last_day, time_of

DAY = datetime(2025, 9, 18, tzinfo=UTC)


def test_a_day_begins_at_midnight_and_ends_at_the_next():
    assert time_of("2025-09-18") == DAY
    assert time_of("2025-09-18", ends=True) == DAY + timedelta(days=1)
    assert last_day(time_of("2025-09-18", ends=True)) == DAY.date()


def test_a_time_is_itself_wherever_it_stands():
    for text in ("2025-09-18T10:00", "2025-09-18 10:00", "2025-09-18T12:00+02:00"):
        for ends in (False, True):
            assert time_of(text, ends=ends) == DAY + timedelta(hours=10)
    assert last_day(time_of("2025-09-18T10:00")) is None


@pytest.mark.parametrize("text", ["soon", "2025-13-01", "0001-01-01T00:00+14:00"])
def test_what_is_neither_is_an_error(text):
    with pytest.raises(ValueError, match=re.escape(text)):
        time_of(text, ends=True)


@given(st.dates())
def test_every_day_has_an_end(day):
    assert time_of(day.isoformat(), ends=True) > time_of(day.isoformat()) - timedelta(1)
