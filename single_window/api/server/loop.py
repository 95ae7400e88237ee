"""The event loop of the HTTP listener: connections stay registered with the kernel's selector.

Waitress' own loop polls every connection at every turn, so that a request costs more the more connections there are.
Here the cost of a turn depends only on the events since the last one.

A connection stays registered while its request is answered; only if its client sends meanwhile is it suspended. Events
are level-triggered: edge-triggered ones demand to read all that has come in one go, so that one client could delay
others. The loop relies on undocumented names of waitress, which is held to its third major version.
"""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from selectors import EVENT_READ, EVENT_WRITE, BaseSelector, DefaultSelector
from typing import Any
from weakref import ref

from waitress import wasyncore


class Loop:
    """Reads and writes the dispatchers of a waitress `map`, in the thread that calls `turn`.

    A connection stays registered while its request is answered, since its client usually sends nothing meanwhile. If
    input arrives nevertheless, the connection is suspended: it is ignored until `changed` is called for it.
    """

    def __init__(self, map: dict[int, Any], server: Any) -> None:
        """`server`: waitress' server, which is in the map too, with its trigger. Nothing is opened until the first
        turn, so that the process may fork before."""
        self._map, self._server = map, server
        self._selector: BaseSelector | None = None
        self._registered: dict[int, int] = {}
        self._changed_channels: deque[Any] = deque()
        self._asleep = False

    def changed(self, channel: Any) -> None:
        """Process a connection at the next turn, because it has output or may be read again. Thread-safe."""
        self._changed_channels.append(channel)
        if self._asleep:
            self._asleep = False  # one wake-up is enough until the loop runs
            self._server.pull_trigger()

    def turn(self, timeout: float) -> None:
        """Wait at most `timeout` seconds for events of any connection, and process them."""
        selector = self._selector = self._selector or DefaultSelector()
        self._asleep = True  # set before the changes are read, so that a later change wakes the loop
        self._expect(self._server.trigger, EVENT_READ)
        self._expect(self._server, EVENT_READ if self._server.readable() else 0)
        for _ in range(len(self._changed_channels)):
            self._settle(self._changed_channels.popleft())
        ready = selector.select(timeout)
        self._asleep = False
        for key, events in ready:
            self._process(key.fd, key.data, events)

    def forget(self, fd: int | None) -> None:
        """Unregister a file descriptor; to be called before it is closed."""
        if fd is not None and self._selector is not None and self._registered.pop(fd, 0):
            with suppress(KeyError, ValueError):
                self._selector.unregister(fd)

    def close(self) -> None:
        """Close the selector."""
        if self._selector is not None:
            self._selector.close()
            self._selector = None

    def _process(self, fd: int, dispatcher: Any, events: int) -> None:
        if self._map.get(fd) is not dispatcher:  # closed by an earlier event or another thread
            self.forget(fd)
            return
        if events & EVENT_READ and _may_read(dispatcher):
            wasyncore.read(dispatcher)
        if dispatcher not in (self._server, self._server.trigger):
            self._settle(dispatcher)

    def _settle(self, channel: Any) -> None:
        """Write a connection's output, and register for its next event."""
        if channel.writable():
            wasyncore.write(channel)
        if channel.writable():  # the client does not read more at present
            self._expect(channel, EVENT_WRITE)
            return
        if channel.readable():
            channel.suspended = False
        self._expect(channel, 0 if channel.suspended else EVENT_READ)

    def _expect(self, dispatcher: Any, events: int) -> None:
        fd = dispatcher._fileno
        if self._selector is None or self._map.get(fd) is not dispatcher or self._registered.get(fd, 0) == events:
            return
        self.forget(fd)
        if events:
            with suppress(KeyError, ValueError, OSError):  # closed by another thread meanwhile
                self._selector.register(fd, events, dispatcher)
                self._registered[fd] = events


class LoopServer:
    """A proxy of waitress' server for one connection, which wakes the loop only if the connection needs it.

    It refers to the connection weakly, so that the memory of a closed connection is freed at once.
    """

    def __init__(self, server: Any, channel: Any, loop: Loop) -> None:
        self._server, self._channel, self._loop = server, ref(channel), loop

    def pull_trigger(self) -> None:
        """Called by waitress at the end of each request, and when an answer waits for its client."""
        channel = self._channel()
        if channel is not None and (channel.suspended or channel.writable()):
            self._loop.changed(channel)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._server, name)


def _may_read(dispatcher: Any) -> bool:
    """True if input may be read now; if not, the connection is suspended."""
    if dispatcher.readable():
        return True
    dispatcher.suspended = True
    # tested again: a thread that ended its request in between did not see the suspension, and did not wake the loop
    return bool(dispatcher.readable())
