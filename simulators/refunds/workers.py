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
from simulators.messages import SyntheticMessage, messages
from simulators.played_day import PlayedSandbox
from simulators.receipt_log import KeptElements, ReadReceipts, ReceiptLog, read_receipts
from simulators.refunds.cases import RefundCase
from simulators.refunds.exporting import exports
from simulators.traded import Document, Elements
from simulators.world import World

AHEAD = 2
"""Cases whose exports are made in advance, while earlier ones are sent."""
ORDER = ("currency", "goodsValue")
WAYBILL = ("grossWeight",)
INVENTORY = ("appTime", "statisticsFlag", "country", "grossWeight")
LINE = ("gnum", "gcode", "gname", "unit1", "qty1", "currency", "totalPrice")
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
        return (made(world, seed, case, per_message) for case in cases)

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
            initializer=_begin,
            initargs=(settings, sandbox, kept),
        )
        self._asked: deque[Future[ReadReceipts]] = deque()

    def __enter__(self) -> ProcessWorker:
        self._pool.submit(len, ())  # the process begins while the first messages are made
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def exports(self, world: World, seed: int, cases: Sequence[RefundCase], per_message: int) -> Iterator[CaseExports]:
        """As `ExportWorker`."""
        return _ahead(self._pool.submit(made, world, seed, case, per_message) for case in cases)

    def listen(
        self, session: PlayedSandbox, mailboxes: Sequence[str], receipt_log: ReceiptLog, all_of_it: bool
    ) -> None:
        """As `ExportWorker`."""
        self._asked.append(self._pool.submit(_listened, tuple(mailboxes)))
        while self._asked and (all_of_it or self._asked[0].done()):
            receipt_log.take_all(self._asked.popleft().result())


def made(world: World, seed: int, case: RefundCase, per_message: int) -> CaseExports:
    """The everyday exports of a case and their messages."""
    kept: list[ExportTrade] = []
    posted = list(messages(_noted(exports(world, seed, case), kept), per_message))
    return CaseExports(kept, posted)


def _noted(trades: Iterable[ExportTrade], kept: list[ExportTrade]) -> Iterator[ExportTrade]:
    for trade in trades:
        kept.append(_brief(trade))
        yield trade


def _brief(trade: ExportTrade) -> ExportTrade:
    """An export, reduced to the elements needed later."""
    return (
        trade.with_document("order", _reduced(trade.order, ORDER))
        .with_document("collection", None)
        .with_document("waybill", _reduced(trade.waybill, WAYBILL))
        .with_document("inventory", _reduced(trade.inventory, INVENTORY, LINE))
    )


def _reduced(document: Document | None, head: Sequence[str], line: Sequence[str] = ()) -> Document | None:
    if document is None:
        return None
    return Document(
        _selected(document.head, head),
        [_selected(document_line, line) for document_line in document.lines] if line else [],
    )


def _selected(elements: Elements, names: Sequence[str]) -> Elements:
    return {name: elements[name] for name in names}


def _ahead(futures: Iterator[Future[CaseExports]]) -> Iterator[CaseExports]:
    waiting: deque[Future[CaseExports]] = deque()
    for future in futures:
        waiting.append(future)
        if len(waiting) > AHEAD:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


_post: Callable[[Sequence[str]], ReadReceipts]


def _begin(settings: Settings, sandbox: str, kept: KeptElements | None) -> None:
    """Prepare the second process: an interrupt is left to the process that started it, with which this one ends."""
    global _post
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    post = ReceiptReader.of(settings, sandbox)

    def fetched(mailboxes: Sequence[str]) -> ReadReceipts:
        received = ReadReceipts.nothing()
        for posted in post.fetch(mailboxes):
            received.add(read_receipts(posted.mailbox, posted.bodies, kept))
        return received

    _post = fetched


def _end_with_parent() -> None:
    """End this process when its parent was killed, which the queue between them does not report."""
    if (parent := multiprocessing.parent_process()) is not None:
        wait([parent.sentinel])
        os._exit(1)


def _listened(mailboxes: Sequence[str]) -> ReadReceipts:
    return _post(mailboxes)
