"""Addresses of participants' brokers: which are allowed, where they may lead, and what of them may be shown."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from single_window.channels.addresses import Target, resolve
from single_window.frame.refused import Refused
from single_window.settings import without_password

PORTS = {"amqp": 5672, "amqps": 5671, "redis": 6379, "rediss": 6379, "sqs": 443}
WITHOUT_HOST = ("filesystem", "memory")
"""Brokers of this machine: files below the data folder; queues of this process, for tests."""
LONGEST = 2_000


class UnfitBroker(Refused):
    """A participant's broker cannot be there."""


class BrokerAddress(NamedTuple):
    """An address taken apart; `shown` is without secrets."""

    url: str
    scheme: str
    host: str
    port: int
    shown: str


def parse_broker(url: str) -> BrokerAddress:
    """Take an address apart; raises `UnfitBroker` with the code broker-url, which shows no secret."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        raise _malformed("it is no address") from None
    if not 0 < len(url) <= LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        raise _malformed(f"1 to {LONGEST} printable ASCII characters; the rest percent-encoded")
    if parts.scheme in WITHOUT_HOST:
        if parts.netloc or parts.path or parts.query or parts.fragment:
            raise _malformed(f"{parts.scheme}:// names no folder: the window has one for each participant")
    elif parts.scheme not in PORTS:
        raise _malformed(f"it begins with one of {', '.join(f'{scheme}://' for scheme in (*PORTS, *WITHOUT_HOST))}")
    elif not parts.hostname and parts.scheme != "sqs":
        raise _malformed(f"{parts.scheme}://user:password@host:port/")
    elif parts.query or parts.fragment:
        raise _malformed("no ?options and no #fragment")
    return BrokerAddress(url, parts.scheme, parts.hostname or "", port, without_password(url))


def check_broker(address: BrokerAddress, private: bool) -> None:
    """Refuse a host that cannot be found or lies inside the operator's network; raises `Refused`."""
    if address.host and address.scheme != "sqs":
        resolve(Target(address.scheme, address.host, address.port, "", ""), private)


def masked(text: str, url: str) -> str:
    """An error in one line, without the secrets of the address that it is about."""
    parts = urlsplit(url)
    for secret in filter(None, (parts.password, parts.username if parts.scheme == "sqs" else "")):
        for form in (secret, unquote(secret)):
            text = text.replace(form, "***")
    return " ".join(without_password(text).split())[:300]


def _malformed(reason: str) -> UnfitBroker:
    return UnfitBroker("broker-url", f"That cannot be a broker's address: {reason}.", reason=reason)
