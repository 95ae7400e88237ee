"""A Python client of the window for programs and their tests; all calls go over HTTP."""

from single_window.client.calls import CallRefused, NotReachable
from single_window.client.sandbox import SandboxClient
from single_window.client.trades import SampleTrade
from single_window.client.values import Acted, Audited, Clock, ListState, Parked, ReceivedReceipt, SentMessage
from single_window.client.window import WindowClient

__all__ = [
    "Acted",
    "Audited",
    "CallRefused",
    "Clock",
    "ListState",
    "NotReachable",
    "Parked",
    "ReceivedReceipt",
    "SampleTrade",
    "SandboxClient",
    "SentMessage",
    "WindowClient",
]
