"""Judges a case by the receipts of its exporter: statuses of the claim, notices of the tax office, amounts in fen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from schemas import receipt_texts
from simulators.receipt_log import LoggedReceipt, ReceiptLog
from simulators.refunds.arithmetic import round_to_fen
from simulators.refunds.cases import RefundCase
from simulators.refunds.scenarios import BANK_REASON, EXCHANGE, INVOICE, RECONCILE, REPAY
from simulators.verdict import TradeVerdict

CLAIM, NOTICE = "RefundClaimReturn", "RefundNotice"
FLOW = "refund"
"""The direction under which claims are reported."""
PORT, REFUSED = "2", "100"
NOTICES = {"1": "paid", "2": "recovered", "3": "credited", "4": "taxed", "5": "certified"}
"""Kind of notice of the tax office → its word in reports."""
ACCEPTED_STATUSES = {
    INVOICE: ("VatInvoiceReturn", "120"),
    EXCHANGE: ("ForexReportReturn", "800"),
    RECONCILE: ("RefundReconciliationReturn", "120"),
    REPAY: ("RefundRepaymentReturn", "120"),
}
"""Step → (receipt of its message, status of acceptance)."""
_FILLED = re.compile(r"\{[^}]*\}")
PAID_KINDS, RECOVERED_KINDS = ("1",), ("2",)


class RefundVerdict(NamedTuple):
    """The verdict about a case. `expected`, `found`: statuses and notices as text; `paid`: yuan paid minus yuan
    recovered, expected and found; `complaints`: deviations, empty if none."""

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
    """Judge a completed case; `path` replaces the expected statuses of its scenario."""
    receipts, promise = receipt_log.of(case.id), path or case.scenario.path
    if not case.figures.items:
        return RefundVerdict(
            case.id,
            case.scenario.name,
            case.firm.code,
            "nothing to claim",
            _course_text(_claim_path(receipts), ()),
            (Decimal(0), Decimal(0)),
            (*_check_exports(case), *_check_path("", _claim_path(receipts))),
        )
    wanted, noticed = _expected_notices(case, case.scenario.notices), _notices_in(receipts)
    complaints = (
        *_check_exports(case),
        *_check_papers(case, receipts),
        *_check_path(promise, _claim_path(receipts)),
        *_check_notices(wanted, noticed),
        *_check_codes(case, receipts, receipt_log),
        *_check_reasons(case, receipts),
        *_check_second_claim(case, receipt_log),
    )
    return RefundVerdict(
        case.id,
        case.scenario.name,
        case.firm.code,
        _course_text(promise.split(), wanted),
        _course_text(_claim_path(receipts), noticed),
        (_balance(wanted), _balance(noticed)),
        complaints,
    )


def trade_verdict(outcome: RefundVerdict) -> TradeVerdict:
    """The verdict in the form of the demo's report."""
    return TradeVerdict(
        outcome.case, outcome.scenario, outcome.expected, outcome.found, outcome.complaints, FLOW, outcome.paid[1]
    )


def _claim_path(receipts: Sequence[LoggedReceipt]) -> list[str]:
    return [receipt.status for receipt in receipts if receipt.code == CLAIM and receipt.status != PORT]


def _expected_notices(case: RefundCase, notices: Sequence[tuple[str, str]]) -> list[tuple[str, Decimal]]:
    """The expected notices as (kind, amount); there is no notice of an amount of zero."""
    amounts = case.amounts
    return [(kind, amount) for kind, name in notices if (amount := round_to_fen(amounts[name]))]


def _notices_in(receipts: Sequence[LoggedReceipt]) -> list[tuple[str, Decimal]]:
    return [
        (receipt.head["noticeKind"], amount)
        for receipt in receipts
        if receipt.code == NOTICE and (amount := Decimal(receipt.head["amount"]))
    ]


def _course_text(path: Sequence[str], notices: Sequence[tuple[str, Decimal]]) -> str:
    parts = [f"{NOTICES.get(kind, kind)} {amount:,.2f}" for kind, amount in notices]
    return " ".join([" ".join(path) or "nothing", *(["·", ", ".join(parts)] if parts else [])])


def _balance(notices: Sequence[tuple[str, Decimal]]) -> Decimal:
    signs = {**dict.fromkeys(PAID_KINDS, 1), **dict.fromkeys(RECOVERED_KINDS, -1)}
    return sum((amount * signs.get(kind, 0) for kind, amount in notices), Decimal(0))


def _check_exports(case: RefundCase) -> Iterator[str]:
    """Every fully declared list must have items that can be claimed."""
    books = case.figures
    if books.missing:
        yield f"{len(books.missing)} of {books.exports} exports have no item, as {books.missing[0]}"


def _check_papers(case: RefundCase, receipts: Sequence[LoggedReceipt]) -> Iterator[str]:
    """Every paper must have been taken in, unless the scenario names what it is refused for."""
    for do, (code, status) in ACCEPTED_STATUSES.items():
        of_code = [receipt for receipt in receipts if receipt.code == code]
        refused = any(gives_reason(receipt, code) for receipt in of_code for code in case.scenario.codes)
        if (
            any(step.do == do for step in case.scenario.steps)
            and not refused
            and status not in [receipt.status for receipt in of_code]
        ):
            yield f"{code} should have come to {status}, and came to {[receipt.status for receipt in of_code]}"


def _check_path(promise: str, path: Sequence[str]) -> Iterator[str]:
    """Compare statuses with the expected ones; any claim may also be reviewed (300), by random selection."""
    wanted = promise.replace("120 399", "120( 300)? 399")
    if not re.fullmatch(wanted, seen := " ".join(path)):
        yield f"the claim should have gone through {promise or 'nothing'}, and went through {seen or 'nothing'}"


def _check_notices(wanted: Sequence[tuple[str, Decimal]], noticed: Sequence[tuple[str, Decimal]]) -> Iterator[str]:
    if list(wanted) != list(noticed):
        yield f"the notices should be {_course_text((), wanted)}, and are {_course_text((), noticed)}"


def _check_codes(case: RefundCase, receipts: Sequence[LoggedReceipt], receipt_log: ReceiptLog) -> Iterator[str]:
    received = [*receipts, *receipt_log.of(case.second_claim_no)]
    for code in case.scenario.codes:
        if not any(gives_reason(receipt, code) for receipt in received):
            yield f"no receipt names {code}"
    for receipt in received:
        refused = receipt.status == REFUSED or receipt.status.startswith("-")
        if refused and not any(gives_reason(receipt, code) for code in case.scenario.codes):
            yield f"{receipt.code} with {receipt.status} was not expected: {receipt.head.get('returnInfo', '')}"


def _check_reasons(case: RefundCase, receipts: Sequence[LoggedReceipt]) -> Iterator[str]:
    """A receipt must give the bank's reason for refusing a report."""
    acts = {step.more["action"] for step in case.scenario.steps if step.more.get("about") == EXCHANGE}
    told = [
        receipt.head.get("returnInfo", "") for receipt in receipts if receipt.code == ACCEPTED_STATUSES[EXCHANGE][0]
    ]
    if "refuse" in acts and not any(BANK_REASON in words for words in told):
        yield "no receipt says why the bank refused the report of exchange"


def gives_reason(receipt: LoggedReceipt, code: str) -> bool:
    """True if a receipt contains this code, or the text that belongs to it."""
    return code in (receipt.status, *receipt.codes) or bool(
        _text_pattern(code).search(receipt.head.get("returnInfo", ""))
    )


@cache
def _text_pattern(code: str) -> re.Pattern[str]:
    """A pattern of the text of a code, with any values in its placeholders."""
    return re.compile(".*?".join(map(re.escape, _FILLED.split(receipt_texts.text(code).zh))))


def _check_second_claim(case: RefundCase, receipt_log: ReceiptLog) -> Iterator[str]:
    receipts = receipt_log.of(case.second_claim_no)
    complaints = [
        *_check_path(case.scenario.again, _claim_path(receipts)),
        *_check_notices(_expected_notices(case, case.scenario.again_notices), _notices_in(receipts)),
    ]
    yield from (f"the second claim: {complaint}" for complaint in complaints)


def by_scenario(outcomes: Sequence[RefundVerdict]) -> Mapping[str, list[RefundVerdict]]:
    """Outcomes by scenario, in the order in which scenarios first appear."""
    by_name: dict[str, list[RefundVerdict]] = {}
    for outcome in outcomes:
        by_name.setdefault(outcome.scenario, []).append(outcome)
    return by_name
