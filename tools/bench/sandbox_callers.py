"""The callers of the measures for testers, in a process of their own: trades in sandboxes, polls that wait together.

A function that times a call gives negative milliseconds if the answer was wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any, NamedTuple

from simulators.entry import monotonic
from simulators.entry.windows import SandboxClient, WindowClient
from simulators.machine import processor_of

CONCURRENT_CALLERS = 16
"""Concurrent callers where not all call at once."""
MAILBOX_KINDS = ("empty", "found", "served")
"""Kinds of mailbox: stays empty, holds a receipt already, gets a receipt during the poll."""
POLLS_PER_MAILBOX = 5
"""Polls of each mailbox, one after the other."""


TRADE_TIMEOUT_SECONDS, POLL_TIMEOUT_SECONDS = 120, 30


POLLS_START_SECONDS = 0.5
"""Seconds after which all started polls are waiting."""


class CallTimings(NamedTuple):
    """The timings of callers: milliseconds of each call, number of wrong answers, and processor seconds of the
    window, if measured."""

    milliseconds: list[float]
    wrong: int
    processor: float = 0.0


def trade_in_new_sandboxes(url: str, count: int) -> CallTimings:
    """Play a trade in each of `count` new sandboxes at once; time each."""
    barrier = Barrier(count)

    def trade(number: int) -> float:
        with WindowClient(url) as client:
            barrier.wait()
            began_at = monotonic()
            return _trade_milliseconds(client.make_sandbox(f"fresh-{number}"), began_at)

    return _call_concurrently(trade, range(count), count)


def trade_in_turn(url: str, names: Sequence[str], first_round: int, rounds: int) -> CallTimings:
    """Play trades in these sandboxes by turns, from a round on; time each. The first round makes the sandboxes."""
    with WindowClient(url) as client:
        if first_round == 0:
            _call_concurrently(lambda name: _time_call(lambda: client.make_sandbox(name)), names, CONCURRENT_CALLERS)
        work = [(name, number) for number in range(first_round, first_round + rounds) for name in names]
        return _call_concurrently(
            lambda job: _trade_milliseconds(client.sandbox(job[0], seed=f"{job[0]}-{job[1]}"), monotonic()),
            work,
            CONCURRENT_CALLERS,
        )


def _trade_milliseconds(sandbox: SandboxClient, began_at: float) -> float:
    """Send a whole trade; gives the milliseconds it took, negative if it was not released."""
    trade = sandbox.sample("import")
    sandbox.submit(trade)
    released = sandbox.wait_for(trade, 800, timeout=TRADE_TIMEOUT_SECONDS).state == "released"
    return (1_000 if released else -1_000) * (monotonic() - began_at)


def _mailbox(kind: str, number: int) -> str:
    return f"DXPENT{1 + MAILBOX_KINDS.index(kind)}{number:09d}"  # 0: mailboxes of the samples


def send_orders(url: str, name: str, count: int) -> CallTimings:
    """Send and process an order under each of `count` DXP ids."""
    with WindowClient(url) as client:
        sandbox = client.sandbox("main")

        def put(number: int) -> float:
            order = sandbox.sample("import").changed("311", dxpId=_mailbox(name, number))
            return _time_call(lambda: sandbox.call("POST", "/messages", body=order.messages["311"], headers=_XML))

        timings = _call_concurrently(put, range(count), CONCURRENT_CALLERS)
        sandbox.settle()
        return timings


_XML = {"Content-Type": "application/xml"}


def time_polls(url: str, window: int, name: str, count: int, wait: int) -> CallTimings:
    """Poll all mailboxes at once, several times over the same connections; an empty answer before the time limit counts
    as wrong."""
    barrier = Barrier(count)
    processor_seconds: list[float] = []

    def poll(number: int) -> list[float]:
        with WindowClient(url) as client:
            mailbox, sandbox = _mailbox(name, number), client.sandbox("main")
            sandbox.receipts(mailbox, 0, 0)
            if barrier.wait() == 0:  # in one of the threads only
                processor_seconds.append(processor_of(window))
            times = []
            for _ in range(POLLS_PER_MAILBOX):
                barrier.wait()
                began_at = monotonic()
                receipts = sandbox.receipts(mailbox, 0, wait)
                seconds = monotonic() - began_at
                times.append(1_000 * seconds if receipts or seconds >= wait > 0 else -1.0)
            if barrier.wait() == 0:  # in one of the threads only
                processor_seconds.append(processor_of(window))
            return times

    with ThreadPoolExecutor(count) as threads:
        timings = _timings_of([time for times in threads.map(poll, range(count)) for time in times])
    return timings._replace(processor=processor_seconds[1] - processor_seconds[0])


def time_receipts(url: str, name: str, count: int) -> CallTimings:
    """Let polls of `count` mailboxes wait, then send a message for each; times milliseconds from message to receipt."""
    sent: dict[int, float] = {}

    def poll(client: WindowClient, number: int) -> float:
        deadline = monotonic() + TRADE_TIMEOUT_SECONDS
        while not client.sandbox("main").receipts(_mailbox(name, number), 0, POLL_TIMEOUT_SECONDS):
            if monotonic() > deadline:
                return -1.0
        return 1_000 * (monotonic() - sent[number])

    with WindowClient(url) as client, ThreadPoolExecutor(count) as threads:
        sandbox = client.sandbox("main")
        orders = [sandbox.sample("import", f"{name}-{number}") for number in range(count)]
        polling = [threads.submit(_call_with_client, url, poll, number) for number in range(count)]
        Event().wait(POLLS_START_SECONDS)
        for number, order in enumerate(orders):
            sent[number] = monotonic()
            body = order.changed("311", dxpId=_mailbox(name, number)).messages["311"]
            sandbox.call("POST", "/messages", body=body, headers=_XML)
        return _timings_of([future.result() for future in polling])


def _call_with_client(url: str, work: Callable[[WindowClient, int], float], number: int) -> float:
    with WindowClient(url) as client:
        return work(client, number)


def _time_call(work: Callable[[], object]) -> float:
    began_at = monotonic()
    work()
    return 1_000 * (monotonic() - began_at)


def _call_concurrently(work: Callable[[Any], float], arguments: Sequence[Any], concurrency: int) -> CallTimings:
    with ThreadPoolExecutor(concurrency) as threads:
        return _timings_of(list(threads.map(work, arguments)))


def _timings_of(times: list[float]) -> CallTimings:
    """Separate the times of calls from failures (negative)."""
    return CallTimings([round(time, 1) for time in times if time >= 0], sum(time < 0 for time in times))
