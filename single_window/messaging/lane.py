"""One channel of a connection, for one purpose, so that an error of one purpose does not stop another."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from pika.adapters.select_connection import SelectConnection
from pika.channel import Channel
from pika.exceptions import ChannelClosedByBroker
from pika.frame import Method
from pika.spec import Basic

Broken: TypeAlias = Callable[["Lane", str], None]


class Lane:
    """Opened on whatever connection there is; used on the thread that owns the connection, and nowhere else.

    `broken` is told why, when the broker closed this channel alone or took its queue away, and has it opened again.
    `failures` counts how often that happened without a success in between.
    """

    def __init__(self, purpose: str, broken: Broken) -> None:
        self.purpose = purpose
        self.failures = 0
        self.channel: Channel | None = None
        self._broken = broken
        self._revoked = False

    @property
    def usable(self) -> bool:
        """Whether the channel is open."""
        return self.channel is not None and bool(self.channel.is_open)

    def open(self, connection: SelectConnection) -> None:
        """Ask for a channel, unless there is one or one is asked for."""
        if self.channel is None:
            self._revoked = False
            self.channel = connection.channel(on_open_callback=self._opened)
            self.channel.add_on_close_callback(self._closed)

    def close(self) -> None:
        """Let the channel go; it may be opened again."""
        if self.channel is not None and self.channel.is_open:
            self.channel.close()

    def began(self, channel: Channel) -> None:
        """The channel is open."""

    def ended(self, reason: Exception) -> None:
        """The channel is closed, alone or with its connection."""

    def _opened(self, channel: Channel) -> None:
        if self.channel is not None and channel is self.channel:
            channel.add_on_cancel_callback(self._cancelled)
            self.began(channel)

    def _closed(self, channel: Channel, reason: Exception) -> None:
        if channel is not self.channel:
            return
        self.channel = None
        self.ended(reason)
        if isinstance(reason, ChannelClosedByBroker):
            self._break(reason.reply_text)
        elif self._revoked:
            self._break("its queue was deleted")

    def _break(self, reason: str) -> None:
        self.failures += 1
        self._broken(self, reason)

    def _cancelled(self, frame: Method[Basic.Cancel]) -> None:
        """The broker took the queue away: without it this channel is of no use."""
        self._revoked = True
        self.close()
