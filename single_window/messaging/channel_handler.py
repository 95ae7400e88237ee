"""Manages one AMQP channel for one purpose and reopens it, so that an error of one purpose does not stop others."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from pika.adapters.select_connection import SelectConnection
from pika.channel import Channel
from pika.exceptions import ChannelClosedByBroker
from pika.frame import Method
from pika.spec import Basic

OnClosed: TypeAlias = Callable[["ChannelHandler", str], None]


class ChannelHandler:
    """A channel that is reopened; used on the connection's I/O thread only.

    `on_closed` is called with the reason when the broker closes this channel alone or deletes its queue; it must reopen
    the channel. `failures` counts consecutive failures.
    """

    def __init__(self, purpose: str, on_closed: OnClosed) -> None:
        self.purpose = purpose
        self.failures = 0
        self.channel: Channel | None = None
        self._on_closed = on_closed
        self._queue_deleted = False

    @property
    def is_open(self) -> bool:
        """True if the channel is open."""
        return self.channel is not None and bool(self.channel.is_open)

    def open(self, connection: SelectConnection) -> None:
        """Open the channel, unless it is open or being opened."""
        if self.channel is None:
            self._queue_deleted = False
            self.channel = connection.channel(on_open_callback=self._opened)
            self.channel.add_on_close_callback(self._closed)

    def close(self) -> None:
        """Close the channel; it may be opened again."""
        if self.channel is not None and self.channel.is_open:
            self.channel.close()

    def on_open(self, channel: Channel) -> None:
        """Called when the channel is open."""

    def on_close(self, reason: Exception) -> None:
        """Called when the channel is closed, alone or with its connection."""

    def _opened(self, channel: Channel) -> None:
        if self.channel is not None and channel is self.channel:
            channel.add_on_cancel_callback(self._cancelled)
            self.on_open(channel)

    def _closed(self, channel: Channel, reason: Exception) -> None:
        if channel is not self.channel:
            return
        self.channel = None
        self.on_close(reason)
        if isinstance(reason, ChannelClosedByBroker):
            self._report_closed(reason.reply_text)
        elif self._queue_deleted:
            self._report_closed("its queue was deleted")

    def _report_closed(self, reason: str) -> None:
        self.failures += 1
        self._on_closed(self, reason)

    def _cancelled(self, frame: Method[Basic.Cancel]) -> None:
        """Close the channel, which reopens it, after the broker cancelled the consumer because its queue was
        deleted.
        """
        self._queue_deleted = True
        self.close()
