"""Makes everyday exports and reads the receipts of all participants, in this process or in a second one.

The result is the same: exports depend on seed and case alone, and receipts are read in the order of their numbers.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing.connection import wait
from threading import Thread
from typing import NamedTuple, Protocol

from simulators.entry import ReceiptReader, Settings
from simulators.exports.trade import ExportTrade
from simulators.messages import SyntheticMessage, pack_messages
from simulators.played_day import PlayedSandbox
from simulators.receipt_log import KeptElements, ReadReceipts, ReceiptLog, read_receipts
from simulators.refunds.cases import RefundCase
from simulators.refunds.exporting import everyday_exports
from simulators.traded import Document, Elements
from simulators.world import World

CASES_AHEAD = 2
"""Cases whose exports are made in advance, while earlier ones are sent."""
ORDER_ELEMENTS = ("currency", "goodsValue")
WAYBILL_ELEMENTS = ("grossWeight",)
LIST_ELEMENTS = ("appTime", "statisticsFlag", "country", "grossWeight")
LINE_ELEMENTS = ("gnum", "gcode", "gname", "unit1", "qty1", "currency", "totalPrice")
"""Elements of an export that are kept after its documents are sent, for transport notes, summaries, banks and
claims."""


class CaseExports(NamedTuple):
    """The exports of a case, reduced to the elements needed later, and the complete messages."""

    trades: list[ExportTrade]
    messages: list[SyntheticMessage]


class ExportWorker(Protocol):
    """Makes exports and reads receipts, in this process or in another."""

    def exports(self, world: World, seed: int, cases: Sequence[RefundCase], per_message: int) -> Iterator[CaseExports]:
        """The everyday exports of each case."""

    def listen(
        self, session: PlayedSandbox, mailboxes: Sequence[str], receipt_log: ReceiptLog, all_of_it: bool
    ) -> None:
        """Add the receipts of these mailboxes to the log; `all_of_it`: wait for all of them, else add those already
        read."""


class InlineWorker:
    """Works in this process."""

    def exports(self, world: World, seed: int, cases: Sequence[RefundCase], per_message: int) -> Iterator[CaseExports]:
        """As `ExportWorker`."""
        return (make_exports(world, seed, case, per_message) for case in cases)

    def listen(
        self, session: PlayedSandbox, mailboxes: Sequence[str], receipt_log: ReceiptLog, all_of_it: bool
    ) -> None:
        """As `ExportWorker`."""
        for posted in session.fetch(mailboxes):
            receipt_log.read(posted.mailbox, posted.bodies)


class ProcessWorker:
    """Works in a second process while this one continues; use it as a context manager.

    `kept`: the elements of receipts to transfer from that process. It reads mailboxes from their first receipt, so all
    receipts of a run must be read through it.
    """

    def __init__(self, settings: Settings, sandbox: str, kept: KeptElements | None = None) -> None:
        self._pool = ProcessPoolExecutor(
            1,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_start_process,
            initargs=(settings, sandbox, kept),
        )
        self._pending: deque[Future[ReadReceipts]] = deque()

    def __enter__(self) -> ProcessWorker:
        self._pool.submit(len, ())  # the process begins while the first messages are made
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def exports(self, world: World, seed: int, cases: Sequence[RefundCase], per_message: int) -> Iterator[CaseExports]:
        """As `ExportWorker`."""
        return _in_order(self._pool.submit(make_exports, world, seed, case, per_message) for case in cases)

    def listen(
        self, session: PlayedSandbox, mailboxes: Sequence[str], receipt_log: ReceiptLog, all_of_it: bool
    ) -> None:
        """As `ExportWorker`."""
        self._pending.append(self._pool.submit(_fetch_in_process, tuple(mailboxes)))
        while self._pending and (all_of_it or self._pending[0].done()):
            receipt_log.add_all(self._pending.popleft().result())


def make_exports(world: World, seed: int, case: RefundCase, per_message: int) -> CaseExports:
    """The everyday exports of a case and their messages."""
    reduced: list[ExportTrade] = []
    packed = list(pack_messages(_keep_reduced(everyday_exports(world, seed, case), reduced), per_message))
    return CaseExports(reduced, packed)


def _keep_reduced(trades: Iterable[ExportTrade], reduced: list[ExportTrade]) -> Iterator[ExportTrade]:
    for trade in trades:
        reduced.append(_reduced_trade(trade))
        yield trade


def _reduced_trade(trade: ExportTrade) -> ExportTrade:
    """An export, reduced to the elements needed later."""
    return (
        trade.with_document("order", _reduced_document(trade.order, ORDER_ELEMENTS))
        .with_document("collection", None)
        .with_document("waybill", _reduced_document(trade.waybill, WAYBILL_ELEMENTS))
        .with_document("inventory", _reduced_document(trade.inventory, LIST_ELEMENTS, LINE_ELEMENTS))
    )


def _reduced_document(document: Document | None, head: Sequence[str], line: Sequence[str] = ()) -> Document | None:
    if document is None:
        return None
    return Document(
        _select(document.head, head), [_select(document_line, line) for document_line in document.lines] if line else []
    )


def _select(elements: Elements, names: Sequence[str]) -> Elements:
    return {name: elements[name] for name in names}


def _in_order(futures: Iterator[Future[CaseExports]]) -> Iterator[CaseExports]:
    waiting: deque[Future[CaseExports]] = deque()
    for future in futures:
        waiting.append(future)
        if len(waiting) > CASES_AHEAD:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


_fetch_receipts: Callable[[Sequence[str]], ReadReceipts]


def _start_process(settings: Settings, sandbox: str, kept: KeptElements | None) -> None:
    """Prepare the second process: an interrupt is left to the process that started it, with which this one ends."""
    global _fetch_receipts
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    post = ReceiptReader.of(settings, sandbox)

    def fetched(mailboxes: Sequence[str]) -> ReadReceipts:
        received = ReadReceipts.nothing()
        for posted in post.fetch(mailboxes):
            received.add(read_receipts(posted.mailbox, posted.bodies, kept))
        return received

    _fetch_receipts = fetched


def _end_with_parent() -> None:
    """End this process when its parent was killed, which the queue between them does not report."""
    if (parent := multiprocessing.parent_process()) is not None:
        wait([parent.sentinel])
        os._exit(1)


def _fetch_in_process(mailboxes: Sequence[str]) -> ReadReceipts:
    return _fetch_receipts(mailboxes)
