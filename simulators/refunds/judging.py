"""Judges a case by what its exporter heard: the claim's statuses, the tax office's notices, amounts to the fen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from schemas import receipt_texts
from simulators.receipt_log import LoggedReceipt, ReceiptLog
from simulators.refunds.arithmetic import rounded
from simulators.refunds.cases import RefundCase
from simulators.refunds.scenarios import EXCHANGE, INVOICE, RECONCILE, REPAY, WHY
from simulators.verdict import TradeVerdict

CLAIM, NOTICE = "RefundClaimReturn", "RefundNotice"
FLOW = "refund"
"""What claims are called among the directions of trades."""
PORT, REFUSED = "2", "100"
NOTICES = {"1": "paid", "2": "recovered", "3": "credited", "4": "taxed", "5": "certified"}
"""What the notices of the tax office are called in reports, by their kind."""
TAKEN_IN = {
    INVOICE: ("VatInvoiceReturn", "120"),
    EXCHANGE: ("ForexReportReturn", "800"),
    RECONCILE: ("RefundReconciliationReturn", "120"),
    REPAY: ("RefundRepaymentReturn", "120"),
}
"""The receipt of each paper besides the claim, and the status that says that it counts."""
_FILLED = re.compile(r"\{[^}]*\}")
ADDED, TAKEN = ("1",), ("2",)


class RefundVerdict(NamedTuple):
    """The verdict about a case. `expected` and `found` are statuses and notices as people read them; `complaints` are
    empty when it was as it must be; `paid`: yuan paid less what was recovered, expected and found."""

    case: str
    scenario: str
    firm: str
    expected: str
    found: str
    paid: tuple[Decimal, Decimal]
    complaints: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """True if all was as expected."""
        return not self.complaints


def judge(case: RefundCase, receipt_log: ReceiptLog, path: str = "") -> RefundVerdict:
    """Judge a case at its end; `path` stands in for the one that its scenario promises."""
    receipts, promise = receipt_log.of(case.id), path or case.scenario.path
    if not case.books.items:
        return RefundVerdict(
            case.id,
            case.scenario.name,
            case.firm.code,
            "nothing to claim",
            _course(_path(receipts), ()),
            (Decimal(0), Decimal(0)),
            (*_about_exports(case), *_about_path("", _path(receipts))),
        )
    wanted, noticed = _wanted(case, case.scenario.notices), _notices_in(receipts)
    complaints = (
        *_about_exports(case),
        *_about_papers(case, receipts),
        *_about_path(promise, _path(receipts)),
        *_about_notices(wanted, noticed),
        *_about_codes(case, receipts, receipt_log),
        *_about_reasons(case, receipts),
        *_about_again(case, receipt_log),
    )
    return RefundVerdict(
        case.id,
        case.scenario.name,
        case.firm.code,
        _course(promise.split(), wanted),
        _course(_path(receipts), noticed),
        (_balance(wanted), _balance(noticed)),
        complaints,
    )


def verdict(outcome: RefundVerdict) -> TradeVerdict:
    """An outcome as the demo's report takes it."""
    return TradeVerdict(outcome.case, outcome.scenario, outcome.expected, outcome.found, outcome.complaints, FLOW)


def _path(receipts: Sequence[LoggedReceipt]) -> list[str]:
    return [receipt.status for receipt in receipts if receipt.code == CLAIM and receipt.status != PORT]


def _wanted(case: RefundCase, notices: Sequence[tuple[str, str]]) -> list[tuple[str, Decimal]]:
    """The notices that must come, by kind; nothing is told of nothing."""
    amounts = case.amounts
    return [(kind, amount) for kind, name in notices if (amount := rounded(amounts[name]))]


def _notices_in(receipts: Sequence[LoggedReceipt]) -> list[tuple[str, Decimal]]:
    return [
        (receipt.head["noticeKind"], amount)
        for receipt in receipts
        if receipt.code == NOTICE and (amount := Decimal(receipt.head["amount"]))
    ]


def _course(path: Sequence[str], notices: Sequence[tuple[str, Decimal]]) -> str:
    parts = [f"{NOTICES.get(kind, kind)} {amount:,.2f}" for kind, amount in notices]
    return " ".join([" ".join(path) or "nothing", *(["·", ", ".join(parts)] if parts else [])])


def _balance(notices: Sequence[tuple[str, Decimal]]) -> Decimal:
    signs = {**dict.fromkeys(ADDED, 1), **dict.fromkeys(TAKEN, -1)}
    return sum((amount * signs.get(kind, 0) for kind, amount in notices), Decimal(0))


def _about_exports(case: RefundCase) -> Iterator[str]:
    """Every list in full declaration must have become items that can be claimed."""
    books = case.books
    if books.missing:
        yield f"{len(books.missing)} of {books.exports} exports have no item, as {books.missing[0]}"


def _about_papers(case: RefundCase, receipts: Sequence[LoggedReceipt]) -> Iterator[str]:
    """Every paper must have been taken in, unless the scenario names what it is refused for."""
    for do, (code, status) in TAKEN_IN.items():
        of_code = [receipt for receipt in receipts if receipt.code == code]
        refused = any(names(receipt, code) for receipt in of_code for code in case.scenario.codes)
        if (
            any(step.do == do for step in case.scenario.steps)
            and not refused
            and status not in [receipt.status for receipt in of_code]
        ):
            yield f"{code} should have come to {status}, and came to {[receipt.status for receipt in of_code]}"


def _about_path(promise: str, path: Sequence[str]) -> Iterator[str]:
    """An officer may be needed for any claim by draw: then the claim goes on when he has approved it."""
    wanted = promise.replace("120 399", "120( 300)? 399")
    if not re.fullmatch(wanted, seen := " ".join(path)):
        yield f"the claim should have gone through {promise or 'nothing'}, and went through {seen or 'nothing'}"


def _about_notices(wanted: Sequence[tuple[str, Decimal]], noticed: Sequence[tuple[str, Decimal]]) -> Iterator[str]:
    if list(wanted) != list(noticed):
        yield f"the notices should be {_course((), wanted)}, and are {_course((), noticed)}"


def _about_codes(case: RefundCase, receipts: Sequence[LoggedReceipt], receipt_log: ReceiptLog) -> Iterator[str]:
    received = [*receipts, *receipt_log.of(case.second)]
    for code in case.scenario.codes:
        if not any(names(receipt, code) for receipt in received):
            yield f"no receipt names {code}"
    for receipt in received:
        refused = receipt.status == REFUSED or receipt.status.startswith("-")
        if refused and not any(names(receipt, code) for code in case.scenario.codes):
            yield f"{receipt.code} with {receipt.status} was not expected: {receipt.head.get('returnInfo', '')}"


def _about_reasons(case: RefundCase, receipts: Sequence[LoggedReceipt]) -> Iterator[str]:
    """A bank that sends a report back says why."""
    acts = {step.more["action"] for step in case.scenario.steps if step.more.get("about") == EXCHANGE}
    told = [receipt.head.get("returnInfo", "") for receipt in receipts if receipt.code == TAKEN_IN[EXCHANGE][0]]
    if "refuse" in acts and not any(WHY in words for words in told):
        yield "no receipt says why the bank refused the report of exchange"


def names(receipt: LoggedReceipt, code: str) -> bool:
    """True if a receipt gives this reason: by its code, or in the words that belong to the code."""
    return code in (receipt.status, *receipt.codes) or bool(_words(code).search(receipt.head.get("returnInfo", "")))


@cache
def _words(code: str) -> re.Pattern[str]:
    """The words of a code, whatever they are filled with."""
    return re.compile(".*?".join(map(re.escape, _FILLED.split(receipt_texts.text(code).zh))))


def _about_again(case: RefundCase, receipt_log: ReceiptLog) -> Iterator[str]:
    receipts = receipt_log.of(case.second)
    complaints = [
        *_about_path(case.scenario.again, _path(receipts)),
        *_about_notices(_wanted(case, case.scenario.again_notices), _notices_in(receipts)),
    ]
    yield from (f"the second claim: {complaint}" for complaint in complaints)


def by_scenario(outcomes: Sequence[RefundVerdict]) -> Mapping[str, list[RefundVerdict]]:
    """Outcomes by scenario, in the order in which scenarios first appear."""
    by_name: dict[str, list[RefundVerdict]] = {}
    for outcome in outcomes:
        by_name.setdefault(outcome.scenario, []).append(outcome)
    return by_name
