"""The loop of the HTTP listener: connections stay registered with the kernel, and only those with news are looked at.

Waitress' own loop asks every connection at every turn whether it is to be read or written, so that each request costs
more the more connections there are. Here a turn costs what has happened since the last one (ADR 59).
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

    A connection stays registered while its request is in hand, since as a rule its client sends nothing meanwhile. If
    something comes nevertheless the connection is suspended: nothing is expected of it until `changed` names it.
    """

    def __init__(self, map: dict[int, Any], server: Any) -> None:
        """`server`: waitress' own, which is in the same map with its trigger. Opens nothing: a process may fork until
        the first turn."""
        self._map, self._server = map, server
        self._selector: BaseSelector | None = None
        self._registered: dict[int, int] = {}
        self._changed: deque[Any] = deque()
        self._asleep = False

    def changed(self, channel: Any) -> None:
        """Look at a connection at the next turn: there is something to write, or it may be read again. For any
        thread."""
        self._changed.append(channel)
        if self._asleep:
            self._asleep = False  # one wake-up is enough for all that changes until the loop runs
            self._server.pull_trigger()

    def turn(self, timeout: float) -> None:
        """Wait for news of any connection, for so many seconds at most, and deal with all there are."""
        selector = self._selector = self._selector or DefaultSelector()
        self._asleep = True  # before the changes are taken: a later one finds it and wakes the loop
        self._expect(self._server.trigger, EVENT_READ)
        self._expect(self._server, EVENT_READ if self._server.readable() else 0)
        for _ in range(len(self._changed)):
            self._settle(self._changed.popleft())
        ready = selector.select(timeout)
        self._asleep = False
        for key, events in ready:
            self._deal_with(key.fd, key.data, events)

    def forget(self, fd: int | None) -> None:
        """Expect nothing of a file descriptor any more; to be called before it is closed."""
        if fd is not None and self._selector is not None and self._registered.pop(fd, 0):
            with suppress(KeyError, ValueError):
                self._selector.unregister(fd)

    def close(self) -> None:
        """Expect nothing of anybody."""
        if self._selector is not None:
            self._selector.close()
            self._selector = None

    def _deal_with(self, fd: int, dispatcher: Any, events: int) -> None:
        if self._map.get(fd) is not dispatcher:  # an event before this one, or another thread, has closed it
            self.forget(fd)
            return
        if events & EVENT_READ and _may_read(dispatcher):
            wasyncore.read(dispatcher)
        if dispatcher not in (self._server, self._server.trigger):
            self._settle(dispatcher)

    def _settle(self, channel: Any) -> None:
        """Write what a connection has to write, and expect what comes next."""
        if channel.writable():
            wasyncore.write(channel)
        if channel.writable():  # its client does not take more at present
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
            with suppress(KeyError, ValueError, OSError):  # another thread has closed it meanwhile
                self._selector.register(fd, events, dispatcher)
                self._registered[fd] = events


class LoopServer:
    """Waitress' server as one connection sees it: it wakes the loop only if the connection has something for it.

    The connection refers to it, so it does not to the connection: what a closed one holds, bodies and answers, is
    given back at once.
    """

    def __init__(self, server: Any, channel: Any, loop: Loop) -> None:
        self._server, self._channel, self._loop = server, ref(channel), loop

    def pull_trigger(self) -> None:
        """Called by waitress at the end of each request, and where an answer waits for its client."""
        channel = self._channel()
        if channel is not None and (channel.suspended or channel.writable()):
            self._loop.changed(channel)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._server, name)


def _may_read(dispatcher: Any) -> bool:
    """True if what has come is read now; if not, the connection is suspended."""
    if dispatcher.readable():
        return True
    dispatcher.suspended = True
    # asked again: a thread that ended its request in between did not see that it has to wake the loop
    return bool(dispatcher.readable())
