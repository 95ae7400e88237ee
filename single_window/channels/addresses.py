"""Checks webhook addresses: http or https, and not inside the operator's network unless allowed.

A name is resolved once, all its addresses are checked, and the connection uses only these, against DNS rebinding.
"""

from __future__ import annotations

import ipaddress
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network
from typing import NamedTuple
from urllib.parse import urlsplit

from single_window.refused import Refused

MAX_URL_LENGTH = 2_000
PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_ALSO_INSIDE = tuple(
    map(
        ipaddress.ip_network,
        ("192.0.0.0/24", "192.88.99.0/24", "64:ff9b:1::/48", "100:0:0:1::/64", "3fff::/20", "5f00::/16"),
    )
)
"""Networks of IANA's special-purpose registries that older Python versions lack; 192.88.99.0/24: 6to4 relays."""
_UNICAST = IPv6Network("2000::/3")
"""Global unicast IPv6 addresses; outside of them only NAT64 leads to the internet."""
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)
"""Upper half of an interface identifier whose lower half is an IPv4 address (RFC 5214)."""


class UnfitAddress(Refused):
    """The address is not allowed for a webhook or broker."""


class PushTarget(NamedTuple):
    """A parsed address: `host` is resolved and checked against the certificate, `netloc` is for the Host header."""

    scheme: str
    host: str
    port: int
    netloc: str
    path: str


CHARACTERS = f"1 to {MAX_URL_LENGTH} printable ASCII characters; names in punycode, the rest percent-encoded"
"""The characters of an address, as a refusal says it."""


def parse(url: str) -> PushTarget:
    """Parse an address; raises `UnfitAddress` with the code webhook-url."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise _unfit(url, str(error)) from None
    if not 0 < len(url) <= MAX_URL_LENGTH or not url.isascii() or not url.isprintable() or set(url) & set(' \\"<>'):
        raise _unfit(url, CHARACTERS)
    if parts.scheme not in PORTS or not parts.hostname or parts.port == 0:
        raise _unfit(url, "an address begins with http://HOST or https://HOST")
    if parts.username is not None or parts.fragment:
        raise _unfit(url, "no user, no password, no #fragment: who sends shows in the signature")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return PushTarget(parts.scheme, parts.hostname, port, parts.netloc, path)


def resolve(target: PushTarget, private: bool) -> list[str]:
    """All addresses of a target, each checked; raises `UnfitAddress` (webhook-unknown-host, webhook-inside)."""
    try:
        resolved = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnfitAddress(
            "webhook-unknown-host",
            f"The host {target.host} cannot be found: {error}.",
            host=target.host,
            reason=str(error),
        ) from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in resolved))
    for address in addresses:
        if not private and is_inside(address):
            raise UnfitAddress(
                "webhook-inside",
                f"{target.host} leads to {address}, inside the operator's own network. The operator "
                "may allow that with SINGLE_WINDOW_WEBHOOK_PRIVATE=1.",
                host=target.host,
                address=address,
            )
    return addresses


def is_inside(address: str) -> bool:
    """True if an address is not on the public internet: loopback, private, link-local, shared, reserved, multicast, or
    an IPv6 address that leads to such an IPv4 address."""
    return any(
        not effective.is_global
        or effective.is_multicast
        or effective.is_reserved
        or effective.is_unspecified
        or (isinstance(effective, IPv6Address) and effective not in _UNICAST)
        or any(effective in network for network in _ALSO_INSIDE)
        for effective in _effective_addresses(ipaddress.ip_address(address))
    )


def _effective_addresses(address: IPv4Address | IPv6Address) -> list[IPv4Address | IPv6Address]:
    """The address itself, and IPv4 addresses that it embeds or tunnels to."""
    if isinstance(address, IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if address in _NAT64:
        return [IPv4Address(int(address) & 0xFFFFFFFF)]
    tunnelled = (address.sixtofour, *(address.teredo or ()), _isatap(address))
    return [address, *[embedded for embedded in tunnelled if embedded is not None]]


def _isatap(ipv6_address: IPv6Address) -> IPv4Address | None:
    identifier = int(ipv6_address) & 0xFFFF_FFFF_FFFF_FFFF
    return IPv4Address(identifier & 0xFFFF_FFFF) if identifier >> 32 in _ISATAP else None


def _unfit(url: str, reason: str) -> UnfitAddress:
    return UnfitAddress("webhook-url", f"{url[:100]!r} cannot be a webhook's address: {reason}.", reason=reason)
