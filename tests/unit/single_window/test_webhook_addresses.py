"""Where a webhook may lead: nowhere inside the operator's own network, however that is written."""

from __future__ import annotations

import pytest

from single_window.channels.addresses import PushTarget, UnfitAddress, is_inside, parse, resolve
from tests.tables import each


@each(
    "address",
    [
        "127.0.0.1",
        "127.255.255.254",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.127.255.255",
        "0.0.0.0",
        "0.1.2.3",
        "255.255.255.255",
        "224.0.0.1",
        "240.0.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "192.0.0.8",
        "::",
        "::1",
        "fc00::1",
        "fdff::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "2002:7f00:1::1",
        "2002:c0a8:101::1",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::1",
        "2001:0:a00:1::f5ff:fffe",
        "192.88.99.0",
        "192.88.99.255",
        "3fff::",
        "3fff:fff:ffff::1",
        "::ffff:192.88.99.1",
        "64:ff9b::192.88.99.1",
        "2002:c058:6301::1",
        "5f00::1",
        "100:0:0:1::1",
        "::ffff:0:8.8.8.8",
        "4000::1",
        "fdff::1",
        "2606:4700::5efe:10.0.0.1",
        "2606:4700::200:5efe:192.168.0.1",
        "2001:0:808:808::f5ff:fffe",
    ],
)
def test_what_is_not_of_the_open_internet_is_inside(address: str) -> None:
    assert is_inside(address)


@each(
    "address",
    [
        "8.8.8.8",
        "172.15.255.255",
        "172.32.0.1",
        "100.63.255.255",
        "100.128.0.1",
        "2606:4700::1111",
        "192.88.98.255",
        "192.88.100.0",
        "3ffe::1",
        "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
        "2002:808:808::1",
    ],
)
def test_what_is_of_the_open_internet_is_not(address: str) -> None:
    assert not is_inside(address)


@each(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "0",
        "0.0.0.0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:7f00:1]",
        "LOCALHOST",
    ],
)
def test_every_way_to_write_this_machine_is_refused_unless_the_operator_allows_it(host: str) -> None:
    target = parse(f"http://{host}:8000/receipts")
    with pytest.raises(UnfitAddress) as refused:
        resolve(target, private=False)
    assert refused.value.code == "webhook-inside" and "SINGLE_WINDOW_WEBHOOK_PRIVATE=1" in str(refused.value)
    assert resolve(target, private=True)


def test_an_address_of_the_open_internet_needs_no_permission() -> None:
    assert resolve(parse("https://8.8.8.8/receipts"), private=False) == ["8.8.8.8"]


def test_a_name_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UnfitAddress) as refused:
        resolve(parse("http://no-such-host.invalid/"), private=True)
    assert refused.value.code == "webhook-unknown-host"


@each(
    ("url", "target"),
    [
        ("http://example.org", PushTarget("http", "example.org", 80, "example.org", "/")),
        ("https://Example.org:8443/a/b?c=d", PushTarget("https", "example.org", 8443, "Example.org:8443", "/a/b?c=d")),
        ("http://[2606:4700::1]/x", PushTarget("http", "2606:4700::1", 80, "[2606:4700::1]", "/x")),
        ("http://example.org?x=1", PushTarget("http", "example.org", 80, "example.org", "/?x=1")),
    ],
)
def test_an_address_is_taken_apart(url: str, target: PushTarget) -> None:
    assert parse(url) == target


@each(
    "url",
    [
        "",
        "example.org",
        "//example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "javascript:alert(1)",
        "http://",
        "http:///x",
        "http://user:password@example.org/",
        "http://user@example.org/",
        "http://example.org/#x",
        "http://example.org:0/",
        "http://example.org:65536/",
        "http://example.org:x/",
        "http://exa mple.org/",
        "http://example.org/a b",
        "http://example.org/\r\nX-Evil: 1",
        "http://example.org\\@evil.org",
        "http://例子.example/",
        "http://[::1/",
        "http://example.org/" + "x" * 2_000,
    ],
)
def test_what_is_no_address_of_http_is_refused(url: str) -> None:
    with pytest.raises(UnfitAddress) as refused:
        parse(url)
    assert refused.value.code == "webhook-url"
