"""How values lie in columns: times as integers, frozen values as packed JSON.

This is one of the two places where values without a type come in: rows.
"""
# ruff: noqa: ARG002 - SQLAlchemy names the dialect to every column; ours do not differ

import json
import struct
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

import zstandard
from sqlalchemy import BigInteger, LargeBinary, Text
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeDecorator

from clausewatch.core.digest import canonical, jsonable, revive

T = TypeVar("T")

LEVEL: Final = 3
"""zstd's default; a reading of 107 KB packs in 0.05 ms."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def microseconds(moment: datetime) -> int:
    """Return an aware time as microseconds since 1970; exact, and sorts anywhere."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(microseconds: int) -> datetime:
    """Return the time that `microseconds` was given, in UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)


class DamagedError(Exception):
    """What lies in a column is not what was put there; becomes a `StoreError`."""


class Moment(TypeDecorator[datetime]):
    """An aware time; in the database, microseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> int | None:
        """Return what is stored."""
        return None if value is None else microseconds(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return what was meant."""
        return None if value is None else moment(value)


class Told(TypeDecorator[Any]):
    """A frozen value as canonical JSON, for people who look with SQL."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        """Return what is stored."""
        return canonical(jsonable(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Return the value, or raise `DamagedError`."""
        return _revived(self.kind, value)


class Packed(TypeDecorator[Any]):
    """A frozen value as canonical JSON in one zstd frame with a checksum."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, kind: type) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes:
        """Return what is stored."""
        # A compressor of its own each time: sharing one between threads, as a
        # dashboard's and the daemon's, crashes; making one costs 10 µs.
        zstd = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
        return zstd.compress(canonical(jsonable(value)).encode())

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Return the value, or raise `DamagedError`."""
        try:
            text = zstandard.ZstdDecompressor().decompress(value)
        except zstandard.ZstdError as error:
            raise DamagedError(str(error)) from error
        return _revived(self.kind, text)


def _revived(kind: type, text: str | bytes) -> object:
    try:
        return revive(kind, json.loads(text))
    except ValueError as error:
        raise DamagedError(str(error)) from error


class Sketch(TypeDecorator[tuple[int, ...]]):
    """64-bit hashes, eight bytes each: as hard to compress as to guess."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(
        self, value: tuple[int, ...] | None, dialect: Dialect
    ) -> bytes | None:
        """Return what is stored."""
        return None if value is None else struct.pack(f"<{len(value)}Q", *value)

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[int, ...]:
        """Return the hashes, or raise `DamagedError` if some are cut off."""
        if len(value) % 8:
            raise DamagedError(f"expected a multiple of 8 bytes, got {len(value)}")
        return struct.unpack(f"<{len(value) // 8}Q", value)
