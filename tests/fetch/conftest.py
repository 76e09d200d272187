import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest

from clausewatch.core.model import Every, Kind, Watch, WatchId
from clausewatch.fetch.http import HttpFetcher, Limits
from clausewatch.testing.clock import FakeClock

LOOPBACK = frozenset({"127.0.0.1", "localhost"})


def watch(url: str, **more: Any) -> Watch:
    return Watch(
        id=WatchId("acme-privacy"),
        service="acme",
        url=url,
        kind=Kind.PRIVACY,
        schedule=Every(timedelta(hours=6)),
        **more,
    )


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def make(clock: FakeClock) -> AsyncIterator[Callable[..., HttpFetcher]]:
    """Makes fetchers that may reach loopback and do not wait between attempts."""
    async with contextlib.AsyncExitStack() as stack:

        def fetcher(**given: Any) -> HttpFetcher:
            limits = Limits(
                **{"first_wait_s": 0.0, "gap_s": 0.0, **given.pop("limits", {})}
            )
            made = HttpFetcher(clock, **{"allow": LOOPBACK, **given}, limits=limits)
            stack.push_async_callback(made.close)
            return made

        yield fetcher
