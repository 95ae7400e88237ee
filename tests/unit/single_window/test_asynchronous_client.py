"""The asynchronous client does what the synchronous one does, and many calls at the same time."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

import pytest

from single_window.process.serving import Server
from single_window_client import AsyncSandboxClient, AsyncWindowClient, CallRefused, NotReachable, SandboxClient
from single_window_client.asynchronous import AsyncClock
from single_window_client.sandbox import ClockClient

TRADES = 20
OF_LOADS = frozenset({"receipts_after"})
"""Methods that only the load of the simulator calls."""


_names = count(1)


@asynccontextmanager
async def sandbox_at(server: Server, at_once: int = TRADES) -> AsyncIterator[AsyncSandboxClient]:
    async with AsyncWindowClient(server.url, at_once=at_once) as window:
        sandbox = await window.make_sandbox(f"asynchronous-{next(_names)}", seed="client")
        assert sandbox.name in await window.sandboxes()
        yield sandbox
        await sandbox.delete()


@pytest.mark.parametrize("at_once", [1, TRADES])
def test_many_trades_go_through_together(server: Server, at_once: int) -> None:
    async def play() -> None:
        async with sandbox_at(server, at_once) as sandbox:
            trades = await asyncio.gather(*(sandbox.sample("import") for _ in range(TRADES)))
            await asyncio.gather(*(sandbox.submit(trade) for trade in trades))
            awaited = await asyncio.gather(*(sandbox.wait_for(trade, 800) for trade in trades))
            assert {each.state for each in awaited} == {"released"}

    asyncio.run(play())


def test_a_task_that_waits_for_receipts_gets_what_another_causes(server: Server) -> None:
    async def play() -> None:
        async with sandbox_at(server) as sandbox:
            trade = await sandbox.sample("import")
            coming = sandbox.receipts_from(trade.mailbox("621"))
            first = asyncio.ensure_future(anext(coming))
            await sandbox.submit(trade)
            assert (await first).sequence == 1
            await sandbox.wait_for(trade, 800)
            await sandbox.settle()
            rest = [receipt async for receipt in sandbox.receipts_from(trade.mailbox("621"), after=1, idle=0)]
            assert rest == (await sandbox.receipts(trade.mailbox("621")))[1:] != []

    asyncio.run(play())


def test_a_task_is_cancelled_while_it_waits_and_the_others_go_on(server: Server) -> None:
    async def play() -> None:
        async with sandbox_at(server) as sandbox:
            waiting = asyncio.ensure_future(sandbox.wait_for((await sandbox.sample("import")).order_no))
            await sandbox.clock.advance("1h")
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            assert (await sandbox.clock.show()).mode == "frozen"

    asyncio.run(play())


def test_errors_come_to_who_awaits(server: Server) -> None:
    async def play() -> None:
        async with sandbox_at(server) as sandbox:
            with pytest.raises(CallRefused, match="no-such-sample"):
                await sandbox.sample("999")
        async with AsyncWindowClient("http://127.0.0.1:9") as nowhere:
            with pytest.raises(NotReachable):
                await nowhere.sandboxes()

    asyncio.run(play())


@pytest.mark.parametrize(
    ("asynchronous", "synchronous"), [(AsyncSandboxClient, SandboxClient), (AsyncClock, ClockClient)]
)
def test_every_method_is_there(asynchronous: type, synchronous: type) -> None:
    wanted = {name for name in vars(synchronous) if not name.startswith("_")} - OF_LOADS
    there = {name: method for name, method in vars(asynchronous).items() if not name.startswith("_")}
    assert set(there) == wanted
    for name, method in there.items():
        assert inspect.getdoc(method), name
        assert inspect.iscoroutinefunction(method) or inspect.isasyncgenfunction(method), name
