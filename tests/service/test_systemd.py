import asyncio
import os
import socket
from datetime import timedelta

import pytest

from clausewatch.service.systemd import Notifier


class Manager:
    """The other end of NOTIFY_SOCKET."""

    def __init__(self, address):
        self.channel = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.channel.bind(address)
        self.channel.setblocking(False)

    def heard(self):
        said = []
        while True:
            try:
                said.append(self.channel.recv(4096).decode())
            except BlockingIOError:
                return said


@pytest.fixture(params=["path", "abstract"])
def listening(request, tmp_path):
    name = str(tmp_path / "notify")
    if request.param == "abstract":
        manager, address = Manager("\0" + name), "@" + name
    else:
        manager, address = Manager(name), name
    yield manager, address
    manager.channel.close()


def test_systemd_hears_of_each_state(listening):
    manager, address = listening
    notifier = Notifier.from_environment({"NOTIFY_SOCKET": address})

    notifier.ready("3 watches")
    notifier.reloading()
    notifier.stopping()

    ready, reloading, stopping = manager.heard()
    assert ready == "READY=1\nSTATUS=3 watches"
    assert reloading.startswith("RELOADING=1\nMONOTONIC_USEC=")
    assert stopping.startswith("STOPPING=1\n")


def test_the_watchdog_is_fed_three_times_an_interval_however_often_we_turn(listening):
    manager, address = listening
    now = [0.0]
    notifier = Notifier(address, watchdog=timedelta(seconds=30), seconds=lambda: now[0])

    for _ in range(60):
        notifier.progress()
        now[0] += 0.5

    assert manager.heard() == ["WATCHDOG=1"] * 3


def test_a_watchdog_that_waits_for_another_process_is_not_fed(listening):
    manager, address = listening
    notifier = Notifier.from_environment(
        {
            "NOTIFY_SOCKET": address,
            "WATCHDOG_USEC": "1000000",
            "WATCHDOG_PID": str(os.getpid() + 1),
        }
    )

    notifier.progress()

    assert manager.heard() == []


async def test_nobody_listening_is_no_trouble(tmp_path):
    Notifier("").ready("fine")
    Notifier(str(tmp_path / "gone"), watchdog=timedelta(seconds=1)).progress()
    await asyncio.sleep(0)
