"""The options of one sink, read strictly: each problem names the sink and the option."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final, NoReturn

from clausewatch.errors import ConfigError

SECRET_FORMS: Final = ("", "_file", "_env", "_credential")
"""A secret `password` may also be given as `password_file` and so on."""

_UNITS: Final = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}


class Options:
    """Reads the options of a sink; what nobody read is unknown, and refused."""

    def __init__(self, sink: str, given: Mapping[str, object]) -> None:
        self._sink = sink
        self._given = given
        self._known: set[str] = set()

    def has(self, key: str) -> bool:
        """Say whether an option was given; it is known from now on."""
        self._known.add(key)
        return self._given.get(key) is not None

    def text(self, key: str, default: str | None = None) -> str:
        """Return a string that is not empty; without a default the key is required."""
        value = self._take(key, default)
        if not isinstance(value, str) or not value.strip():
            self.refuse(key, "a text", value)
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """Return one text or a list of them, at least one."""
        value = self._take(key, None)
        several = [value] if isinstance(value, str) else value
        if not isinstance(several, Sequence) or not several:
            self.refuse(key, "a text or a list of texts", value)
        for one in several:
            if not isinstance(one, str) or not one.strip():
                self.refuse(key, "a text or a list of texts", one)
        return tuple(one.strip() for one in several)

    def choice(self, key: str, among: Sequence[str], default: str) -> str:
        """Return one of the words allowed."""
        value = self._take(key, default)
        if not isinstance(value, str) or value not in among:
            self.refuse(key, f"one of {', '.join(among)}", value)
        return value

    def port(self, key: str, default: int) -> int:
        """Return a TCP port."""
        value = self._take(key, default)
        if not isinstance(value, int) or not 0 < value < 1 << 16:
            self.refuse(key, "a port from 1 to 65535", value)
        return value

    def duration(
        self, key: str, words: Mapping[str, timedelta] | None = None
    ) -> timedelta:
        """Return a duration such as `30s`, `6h` or `1d`, or one that has a name."""
        value = self._take(key, None)
        if isinstance(value, timedelta):
            return value
        if isinstance(value, str) and words and value in words:
            return words[value]
        found = re.fullmatch(r"([1-9]\d{0,5})([smhdw])", str(value))
        if not found:
            named = "".join(f'"{word}", ' for word in words or ())
            self.refuse(key, f'{named}or a duration such as "30s", "6h" or "1d"', value)
        return int(found[1]) * _UNITS[found[2]]

    def path(self, key: str, home: Path, default: str | None = None) -> Path:
        """Return a path; a relative one starts at our home."""
        return home / Path(self.text(key, default)).expanduser()

    def secret(self, key: str) -> None:
        """Allow a secret in each of its forms; the context knows how to read it."""
        self._known |= {key + form for form in SECRET_FORMS}

    def close(self) -> None:
        """Refuse what nobody asked for.

        Raises:
            ConfigError: there is an option that this sink does not know.
        """
        if unknown := sorted(set(self._given) - self._known):
            known = ", ".join(sorted(self._known)) or "no options at all"
            raise ConfigError(
                f"sinks.{self._sink}.{unknown[0]}: unknown option; expected {known}"
            )

    def refuse(self, key: str, expected: str, got: object) -> NoReturn:
        """Say what is wrong with an option.

        Raises:
            ConfigError: always.
        """
        came = "nothing" if got is None else repr(got)
        raise ConfigError(f"sinks.{self._sink}.{key}: expected {expected}, got {came}")

    def _take(self, key: str, default: object) -> object:
        self._known.add(key)
        value = self._given.get(key)
        return default if value is None else value
