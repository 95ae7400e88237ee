"""A Python client of the window for programs and their tests; all calls go over HTTP.

The names below are imported when they are first used, so that a run of tests without a window loads none of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from single_window_client.version import VERSION as __version__

if TYPE_CHECKING:
    from single_window_client.asynchronous import AsyncSandboxClient, AsyncWindowClient
    from single_window_client.calls import CallRefused, NotReachable
    from single_window_client.envelopes import Envelope, unwrap, wrap
    from single_window_client.findings import Finding
    from single_window_client.sandbox import SandboxClient
    from single_window_client.trades import SampleTrade
    from single_window_client.values import (
        Acted,
        Audited,
        Awaited,
        Clock,
        ListState,
        Parked,
        ReceivedReceipt,
        SentMessage,
        Snapshot,
    )
    from single_window_client.webhooks import is_genuine
    from single_window_client.window import WindowClient

_MODULES = {
    "asynchronous": ("AsyncSandboxClient", "AsyncWindowClient"),
    "calls": ("CallRefused", "NotReachable"),
    "envelopes": ("Envelope", "unwrap", "wrap"),
    "findings": ("Finding",),
    "sandbox": ("SandboxClient",),
    "trades": ("SampleTrade",),
    "values": (
        "Acted",
        "Audited",
        "Awaited",
        "Clock",
        "ListState",
        "Parked",
        "ReceivedReceipt",
        "SentMessage",
        "Snapshot",
    ),
    "webhooks": ("is_genuine",),
    "window": ("WindowClient",),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "Acted",
    "AsyncSandboxClient",
    "AsyncWindowClient",
    "Audited",
    "Awaited",
    "CallRefused",
    "Clock",
    "Envelope",
    "Finding",
    "ListState",
    "NotReachable",
    "Parked",
    "ReceivedReceipt",
    "SampleTrade",
    "SandboxClient",
    "SentMessage",
    "Snapshot",
    "WindowClient",
    "__version__",
    "is_genuine",
    "unwrap",
    "wrap",
]


def __getattr__(name: str) -> Any:
    """Import a name from its module; raises `AttributeError` for a name that is not public."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
