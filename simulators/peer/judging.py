"""Judges what a peer answered: of each document a receipt, of each list the outcome that is known beforehand, with the
codes that say why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simulators.imports.trade import ImportTrade
from simulators.receipt_log import LoggedReceipt, ReceiptLog
from simulators.verdict import TradeVerdict, missing_codes, unexpected_code

ANSWERS = {"order": "312", "payment": "412", "waybill": "512"}
"""Kind of document → type of its receipts."""
RELEASED, REJECTED, REVIEW, WHOLE_MESSAGE = "800", "100", "300", "CEB900"
ENDS = frozenset({RELEASED, REJECTED, REVIEW})


def judge(trade: ImportTrade, receipt_log: ReceiptLog) -> TradeVerdict:
    """Judge what came of a trade so far."""
    receipts, path = receipt_log.of(trade.id), receipt_log.statuses_of(trade.id)
    complaints = (*_list(trade, path), *_codes(trade, receipts), *_partners(trade, receipts))
    return TradeVerdict(trade.id, trade.fault, _wanted(trade) or "no list", " ".join(path), complaints)


def _wanted(trade: ImportTrade) -> str:
    """The status of the list that a peer gives at once: what is closed later is released now."""
    return RELEASED if trade.expected.outcome in ("899", RELEASED) else trade.expected.outcome


def _list(trade: ImportTrade, path: Sequence[str]) -> Iterator[str]:
    wanted, ends = _wanted(trade), [status for status in path if status in ENDS]
    if not wanted and path:
        yield f"there should be no receipt of the list, and there are {' '.join(path)}"
    elif wanted in ENDS and ends != [wanted]:
        yield f"the list should come to {wanted}, and comes to {' '.join(path) or 'nothing'}"
    elif wanted and wanted not in path:
        yield f"a receipt of the list should say {wanted}, and they say {' '.join(path) or 'nothing'}"


def _codes(trade: ImportTrade, receipts: Sequence[LoggedReceipt]) -> Iterator[str]:
    promised = trade.expected.codes
    yield from missing_codes(promised, receipts)
    for receipt in receipts:
        yield from unexpected_code(promised, receipt)


def _partners(trade: ImportTrade, receipts: Sequence[LoggedReceipt]) -> Iterator[str]:
    """Each other document that was read is answered."""
    answered = {receipt.code for receipt in receipts}
    for kind, code in ANSWERS.items():
        if trade.document(kind) is not None and code not in answered and WHOLE_MESSAGE not in trade.expected.codes:
            yield f"the {kind} has no receipt ({code})"
