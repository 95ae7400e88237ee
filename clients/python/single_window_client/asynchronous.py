"""The client for asynchronous programs: each call is made in a thread of the client's own, and awaited.

An asynchronous HTTP library would bring a further dependency, and a second set of retries, limits and errors. The pool
is not that of `asyncio.to_thread`, whose few threads would be held by waits of 30 seconds each.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial, wraps
from time import monotonic
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from single_window_client.sandbox import ClockClient, SandboxClient
from single_window_client.values import ReceivedReceipt
from single_window_client.window import WindowClient

P = ParamSpec("P")
S = TypeVar("S")
T = TypeVar("T")
CALLS_AT_ONCE = 32
"""Calls that a client makes at the same time; a wait for receipts or a status is one of them as long as it lasts."""
POLL_SECONDS = 5
"""Wait of each poll for receipts. Shorter than that of the synchronous client, since no thread can be cancelled: what
is awaited no longer holds one until it is answered."""


class _InThreads(Generic[S]):
    """An object whose methods are called in threads."""

    def __init__(self, called: S, threads: Executor) -> None:
        self._called, self._threads = called, threads

    async def _in_thread(self, do: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, do)


def _awaited(
    method: Callable[Concatenate[S, P], T],
) -> Callable[Concatenate[_InThreads[S], P], Coroutine[Any, Any, T]]:
    """A method that is called in a thread, with its arguments, result and errors."""

    @wraps(method)
    async def called(self: _InThreads[S], /, *arguments: P.args, **named: P.kwargs) -> T:
        return await self._in_thread(partial(method, self._called, *arguments, **named))

    return called


class AsyncClock(_InThreads[ClockClient]):
    """The clock of a sandbox."""

    show = _awaited(ClockClient.show)
    set = _awaited(ClockClient.set)
    advance = _awaited(ClockClient.advance)


class AsyncSandboxClient(_InThreads[SandboxClient]):
    """One sandbox, as `SandboxClient`, with its calls awaited. Tasks may share it. A task that is cancelled does not
    stop the call that it awaits: what was sent is sent."""

    def __init__(self, called: SandboxClient, threads: Executor) -> None:
        super().__init__(called, threads)
        self.name, self.seed, self.clock = called.name, called.seed, AsyncClock(called.clock, threads)

    call = _awaited(SandboxClient.call)
    control = _awaited(SandboxClient.control)
    sample = _awaited(SandboxClient.sample)
    submit = _awaited(SandboxClient.submit)
    wait_for = _awaited(SandboxClient.wait_for)
    settle = _awaited(SandboxClient.settle)
    state = _awaited(SandboxClient.state)
    audit = _awaited(SandboxClient.audit)
    find = _awaited(SandboxClient.find)
    messages = _awaited(SandboxClient.messages)
    receipts = _awaited(SandboxClient.receipts)
    decide = _awaited(SandboxClient.decide)
    decidable = _awaited(SandboxClient.decidable)
    force = _awaited(SandboxClient.force)
    faults = _awaited(SandboxClient.faults)
    parked = _awaited(SandboxClient.parked)
    import_master_data = _awaited(SandboxClient.import_master_data)
    options = _awaited(SandboxClient.options)
    reset = _awaited(SandboxClient.reset)
    snapshot = _awaited(SandboxClient.snapshot)
    snapshots = _awaited(SandboxClient.snapshots)
    restore = _awaited(SandboxClient.restore)
    delete = _awaited(SandboxClient.delete)

    async def receipts_from(
        self, mailbox: str, after: int = 0, idle: float | None = None
    ) -> AsyncIterator[ReceivedReceipt]:
        """Yield the receipts of a mailbox behind sequence number `after` as they come, each once and in order.

        Store the `sequence` of what was processed, and begin behind it after a restart. Ends after `idle` seconds
        without a receipt (None: never); raises `NotReachable` and `CallRefused`."""
        last = monotonic()
        while True:
            wait = POLL_SECONDS if idle is None else min(POLL_SECONDS, max(0, round(last + idle - monotonic())))
            received = await self.receipts(mailbox, after, wait)
            for receipt in received:
                after = receipt.sequence
                yield receipt
                last = monotonic()
            if not received and idle is not None and monotonic() >= last + idle:
                return


class AsyncWindowClient(_InThreads[WindowClient]):
    """A window, as `WindowClient`, with its calls awaited: `async with AsyncWindowClient(url) as window`."""

    def __init__(self, url: str, key: str = "", at_once: int = CALLS_AT_ONCE) -> None:
        """Create a client that makes so many calls at the same time; further ones wait for one of them to end."""
        super().__init__(WindowClient(url, key), ThreadPoolExecutor(at_once, "single-window"))
        self.url = self._called.url

    sandboxes = _awaited(WindowClient.sandboxes)
    described = _awaited(WindowClient.described)

    def sandbox(self, name: str = "main", seed: str = "") -> AsyncSandboxClient:
        """Return an existing sandbox; makes no call."""
        return AsyncSandboxClient(self._called.sandbox(name, seed), self._threads)

    async def make_sandbox(
        self,
        name: str,
        preset: str = "ci",
        seed: str = "",
        clock: Mapping[str, str] | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> AsyncSandboxClient:
        """Make a sandbox; by default nothing happens in it automatically and its clock is frozen."""
        made = await self._in_thread(partial(self._called.make_sandbox, name, preset, seed, clock, options))
        return AsyncSandboxClient(made, self._threads)

    async def close(self) -> None:
        """Close the connections; calls that nobody awaits any more end by themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._called.close()

    async def __aenter__(self) -> AsyncWindowClient:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.close()
