"""Checks addresses of participants' brokers, and removes secrets from them for display."""

from __future__ import annotations

from importlib.util import find_spec
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from single_window.channels.addresses import PushTarget, UnfitAddress, resolve
from single_window.settings import without_password

PORTS = {"amqp": 5672, "amqps": 5671, "redis": 6379, "rediss": 6379, "sqs": 443}
WITHOUT_HOST = ("filesystem", "memory")
"""Local brokers: files in the data folder; in-memory queues of this process, for tests."""
_CLIENTS = {"sqs": ("kombu[sqs]", ("boto3", "botocore"))}
"""Scheme → what to install for it, and its modules; the clients of other schemes are always installed."""
MAX_URL_LENGTH = 2_000
_FORBIDDEN = frozenset(" ;,\\")
"""Characters that a library could read as a separator of addresses, or that lead to another host than was checked."""


class BrokerAddress(NamedTuple):
    """A parsed address; `shown` has no secrets."""

    url: str
    scheme: str
    host: str
    port: int
    shown: str


def parse_broker(url: str) -> BrokerAddress:
    """Parse an address; raises `UnfitAddress` with the code broker-url and without secrets."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        raise _unfit("it is no address") from None
    if (
        not 0 < len(url) <= MAX_URL_LENGTH
        or not url.isascii()
        or not url.isprintable()
        or not _FORBIDDEN.isdisjoint(url)
    ):
        raise _unfit(f"one address of 1 to {MAX_URL_LENGTH} printable ASCII characters; the rest percent-encoded")
    if parts.scheme in WITHOUT_HOST:
        if parts.netloc or parts.path or parts.query or parts.fragment:
            raise _unfit(f"{parts.scheme}:// names no folder: the window has one for each participant")
    elif parts.scheme not in PORTS:
        raise _unfit(f"it begins with one of {', '.join(f'{scheme}://' for scheme in (*PORTS, *WITHOUT_HOST))}")
    elif parts.scheme == "sqs":
        if parts.hostname or not (parts.username and parts.password):
            raise _unfit("sqs://key:secret@, with a key of the participant's own, and no host")
    elif not parts.hostname:
        raise _unfit(f"{parts.scheme}://user:password@host:port/")
    elif parts.query or parts.fragment:
        raise _unfit("no ?options and no #fragment")
    return BrokerAddress(url, parts.scheme, parts.hostname or "", port, _without_secrets(parts))


def check_broker(address: BrokerAddress, private: bool) -> None:
    """Raise `Refused` for an unknown host, or a broker whose client is not installed; and, unless `private`, for one
    inside the operator's network or an in-memory broker."""
    extra, modules = _CLIENTS.get(address.scheme, ("", ()))
    if not all(map(find_spec, modules)):
        raise _unfit(f"{address.scheme}:// needs a client that is not installed here: pip install '{extra}'")
    if address.scheme == "memory" and not private:
        raise _unfit("what lies in memory:// nobody outside this process could take; it is for tests")
    if address.host:
        resolve(PushTarget(address.scheme, address.host, address.port, "", ""), private)


def mask_secrets(text: str, url: str) -> str:
    """An error text in one line, without the secrets of the address."""
    parts = urlsplit(url)
    alone = parts.scheme == "sqs" or not parts.password
    for secret in filter(None, (parts.password, parts.username if alone else "")):
        for form in (secret, unquote(secret)):
            text = text.replace(form, "***")
    return " ".join(without_password(text).split())[:300]


def _without_secrets(parts: SplitResult) -> str:
    """An address without secrets; a user name without a password counts as a secret."""
    name = parts.username if parts.password and parts.scheme != "sqs" else ""
    given = f"{name}:***@" if parts.password or name else "***@" if parts.username else ""
    return f"{parts.scheme}://{given}{parts.netloc.rpartition('@')[2]}{parts.path}"


def _unfit(reason: str) -> UnfitAddress:
    return UnfitAddress("broker-url", f"That cannot be a broker's address: {reason}.", reason=reason)
