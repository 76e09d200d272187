"""What we tell systemd: ready, alive, reloading, stopping; silent without it.

Source: sd_notify(3), sd_watchdog_enabled(3). A datagram to a socket is all of it,
so there is no dependency.
"""

import os
import socket
import time
from collections.abc import Callable, Mapping
from datetime import timedelta


class Notifier:
    """Sends states to the service manager that started us, if one did.

    Args:
        address: NOTIFY_SOCKET; empty when nobody listens. `@` starts an abstract one.
        watchdog: How long we may be silent before we are taken for dead.
    """

    def __init__(
        self,
        address: str = "",
        *,
        watchdog: timedelta | None = None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._gap_s = watchdog.total_seconds() / 3 if watchdog else None
        self._seconds = seconds
        self._beaten_at = float("-inf")

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str] = os.environ
    ) -> "Notifier":
        """Return one that speaks to whoever the environment names.

        WATCHDOG_USEC that is meant for another process (WATCHDOG_PID) is not ours.
        """
        ours = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        microseconds = int(environment.get("WATCHDOG_USEC", "0")) if ours else 0
        return cls(
            environment.get("NOTIFY_SOCKET", ""),
            watchdog=timedelta(microseconds=microseconds) or None,
        )

    def ready(self, status: str) -> None:
        """Say that starting or reloading is over."""
        self._send(f"READY=1\nSTATUS={status}")

    def status(self, status: str) -> None:
        """Say in a few words how it goes; `systemctl status` shows it."""
        self._send(f"STATUS={status}")

    def reloading(self) -> None:
        """Say that the watchlist is being read again."""
        microseconds = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        self._send(f"RELOADING=1\nMONOTONIC_USEC={microseconds}")

    def stopping(self) -> None:
        """Say that what is in flight is being finished."""
        self._send("STOPPING=1\nSTATUS=finishing what is in flight")

    def progress(self) -> None:
        """Feed the watchdog; called at every turn, sent three times an interval.

        To be called only by what proves that the daemon still does its work.
        """
        if self._gap_s is None:
            return
        now = self._seconds()
        if now - self._beaten_at >= self._gap_s:
            self._beaten_at = now
            self._send("WATCHDOG=1")

    def _send(self, state: str) -> None:
        if not self._address:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
            channel.setblocking(False)
            try:
                channel.sendto(state.encode(), self._address)
            except OSError:
                # Nobody listens any more, or its queue is full. The page watch goes
                # on; if it matters, the watchdog will say so for us.
                return
