import ipaddress

import httpcore
import pytest

from clausewatch.errors import CaptureError
from clausewatch.fetch.guard import GuardedBackend, is_public

REFUSED = """
0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.254 127.0.0.1 127.8.8.8
169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.8 192.0.0.9 192.0.0.10 192.0.2.1
192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250
240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:0:127.0.0.1
64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::1 100::1 2001::1 2001:10::1 2001:db8::1
2002:7f00:1:: 2002:808:808:: 3fff::1 5f00::1 fc00::1 fd12:3456::1 fe80::1
fe80::1%eth0 fec0::1 ff02::1 ff0e::1
""".split()

DIALLED = """
1.1.1.1 8.8.8.8 93.184.215.14 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1
192.0.1.1 192.167.255.255 198.17.255.255 223.255.255.254
2001:4860:4860::8888 2606:4700::6810:84e5 2a00:1450:4001:830::200e
""".split()


@pytest.mark.parametrize("address", REFUSED)
def test_an_address_that_is_not_the_public_internets_is_refused(address: str):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", DIALLED)
def test_an_ordinary_address_is_public(address: str):
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "spelling", ["127.0.0.1", "127.1", "2130706433", "0x7f.0.0.1", "localhost", "::1"]
)
async def test_every_spelling_of_loopback_is_refused(spelling: str):
    with pytest.raises(CaptureError, match="expected a public address") as refused:
        await GuardedBackend().connect_tcp(spelling, 9, 1.0)
    assert (refused.value.reason, refused.value.retry) == ("address", False)


async def test_a_host_allowed_by_name_is_dialled_wherever_it_is():
    # Nobody listens at port 9; what matters is that somebody was asked.
    with pytest.raises(httpcore.ConnectError):
        await GuardedBackend(frozenset({"localhost"})).connect_tcp("LOCALHOST", 9, 1.0)


async def test_allowing_a_name_does_not_allow_its_address():
    with pytest.raises(CaptureError, match=r"127\.0\.0\.1: expected a public"):
        await GuardedBackend(frozenset({"localhost"})).connect_tcp("127.0.0.1", 9, 1.0)


async def test_a_name_that_cannot_exist_has_no_address():
    with pytest.raises(CaptureError) as absent:
        await GuardedBackend().connect_tcp("a" * 64 + ".example", 80, 1.0)
    assert (absent.value.reason, absent.value.retry) == ("dns", False)
