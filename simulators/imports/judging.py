"""Judges a trade by its receipts: did its fault lead exactly to the outcome that `faults.toml` defines?

An inspection may come to any list (500): then every end is allowed that customs gives after one. What an officer
decides about a list in review is his to decide.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simulators.imports.bills import USUAL_TERMS, TaxTerms, bills_of, check_bills
from simulators.imports.day import RETURN_COMPLETED_PATH
from simulators.imports.stories import BY_PARTS, LATE, TWICE
from simulators.imports.trade import Expected, ImportTrade
from simulators.receipt_log import LoggedReceipt, ReceiptLog
from simulators.verdict import TradeVerdict, missing_codes, unexpected_code

__all__ = ["TradeVerdict", "judge"]

ON_THE_WAY = frozenset({"1", "2", "120", "399"})
"""Intermediate statuses of a list."""
REJECTED, SENT_BACK, RELEASED, CLOSED = "100", "700", "800", "899"
REVIEW, INSPECTION = "300", "500"
VOID, COLLECTED = "3", "2"
RETURNS = {
    TWICE: [*RETURN_COMPLETED_PATH, "2", REJECTED],
    LATE: ["2", REJECTED],
    BY_PARTS: [*RETURN_COMPLETED_PATH, *RETURN_COMPLETED_PATH],
}
"""Expected statuses of a second return of the same goods, of a late return, and of a return of other pieces."""


def judge(
    trade: ImportTrade, receipt_log: ReceiptLog, replacement: Expected | None = None, terms: TaxTerms = USUAL_TERMS
) -> TradeVerdict:
    """Judge a trade at the end of its days; `replacement`: expected instead of what the trade itself expects;
    `terms`: those of its tax."""
    expected = replacement or trade.expected
    receipts, path = receipt_log.of(trade.id), receipt_log.statuses_of(trade.id)
    complaints = (
        *_check_codes(expected, path, receipts),
        *_check_end(expected, trade, path),
        *_check_story(trade, path, receipts),
        *_check_tax(trade, path, receipts, terms),
    )
    return TradeVerdict(
        trade.id, trade.fault, _expected_text(expected, trade), _path(path, receipts), tuple(complaints)
    )


def _expected_text(expected: Expected, trade: ImportTrade) -> str:
    outcome = expected.outcome or "no list"
    codes = [code for code in expected.codes if code != outcome]
    return " ".join([outcome, *(f"[{code}]" for code in codes), *([f"then {trade.story}"] if trade.story else [])])


def _path(path: Sequence[str], receipts: Sequence[LoggedReceipt]) -> str:
    """The statuses that matter, with the codes that the list's receipts name, and what else was refused."""
    steps = []
    for receipt in receipts:
        refused = receipt.status == REJECTED or receipt.status.startswith("-") or receipt.code == "900"
        if (receipt.code == "622" and receipt.status not in ON_THE_WAY | {CLOSED}) or (
            receipt.code != "622" and refused
        ):
            name = {"622": "", "900": "CEB900 "}.get(receipt.code, f"{receipt.code}:")
            codes = [f"[{code}]" for code in receipt.codes if refused or receipt.status == REVIEW]
            codes = [code for code in codes if code != f"[{receipt.status}]"]
            steps.append(" ".join([name + receipt.status, *codes[:1]]))
    if path and path[-1] in ON_THE_WAY:
        steps.append(f"{path[-1]} …")
    if any(receipt.code == "624" and receipt.status == "399" for receipt in receipts):
        steps.append("cancelled")
    if any(receipt.code == "626" and receipt.status == RELEASED for receipt in receipts):
        steps.append("returned")
    return " → ".join(steps) or "nothing"


def _check_codes(expected: Expected, path: Sequence[str], receipts: Sequence[LoggedReceipt]) -> Iterator[str]:
    """Complaints about codes; why an officer should look at a list need not be said once inspectors have."""
    looked_at = expected.outcome == REVIEW and INSPECTION in path
    yield from missing_codes(() if looked_at else expected.codes, receipts)
    for receipt in receipts:
        yield from unexpected_code(expected.codes, receipt)


def _check_end(expected: Expected, trade: ImportTrade, path: Sequence[str]) -> Iterator[str]:
    """Complaints about the course of the list: `path` are its statuses in order."""
    seen, outcome = set(path), expected.outcome
    last = path[-1] if path else ""
    inspected = INSPECTION in seen
    if outcome == "" and path:
        yield f"there should be no list, and it came to {last}"
    elif outcome.startswith("-") and list(path) != [outcome]:
        yield f"the port should have refused it at once with {outcome}"
    elif outcome == REJECTED and (last != REJECTED or RELEASED in seen or inspected):
        yield f"it should have been rejected, and came to {last or 'nothing'}"
    elif outcome == REVIEW and REVIEW not in seen and not inspected:
        yield f"an officer should have looked at it, and it came to {last or 'nothing'}"
    elif outcome == RELEASED and RELEASED not in seen and not (inspected and last in {REJECTED, SENT_BACK}):
        yield f"it should have been released, and came to {last or 'nothing'}"
    if outcome == RELEASED and REVIEW in seen:
        yield "no officer should have had to look at it"
    if outcome in (REVIEW, RELEASED) and trade.story != "cancelled" and last not in {REJECTED, SENT_BACK, CLOSED}:
        yield f"it did not come to an end, but to {last or 'nothing'}"


def _check_story(trade: ImportTrade, path: Sequence[str], receipts: Sequence[LoggedReceipt]) -> Iterator[str]:
    """Complaints about the cancellation or return in the trade's story; none if it could not be sent.

    A list that was inspected first comes to review when cancellations have been sent.
    """
    inspected = INSPECTION not in path or bool(_statuses(receipts, "624"))
    if trade.story == "cancelled" and REVIEW in path and inspected:
        if _statuses(receipts, "624") != ["2", "120", "399"]:
            yield f"the cancellation went through {_statuses(receipts, '624')}"
        if RELEASED in path or path[-1] != REVIEW:
            yield f"a cancelled list came to {path[-1]}"
    elif trade.story in RETURNS and RELEASED in path:
        if _statuses(receipts, "626") != RETURNS[trade.story]:
            yield f"the returns went through {_statuses(receipts, '626')}"
    elif trade.story.startswith("returned") and RELEASED in path:
        if _statuses(receipts, "626") != RETURN_COMPLETED_PATH:
            yield f"the return went through {_statuses(receipts, '626')}"
        bills = [receipt for receipt in receipts if receipt.code == "816"]
        if VOID not in _statuses(receipts, "818"):
            yield "its tax bill was not voided"
        if len(bills) != (2 if trade.story == "returned_partly" else 1):
            yield f"there were {len(bills)} tax bills"
        if len(bills) == 2 and bills[1].tax >= bills[0].tax:
            yield f"the tax of what stays is {bills[1].tax}, of the whole it was {bills[0].tax}"


def _check_tax(
    trade: ImportTrade, path: Sequence[str], receipts: Sequence[LoggedReceipt], terms: TaxTerms
) -> Iterator[str]:
    """Complaints about bills: one with every release and none without, each of the right amounts, and in the end each
    collected or void."""
    received = [receipt for receipt in receipts if receipt.code == "816"]
    bills = [receipt.head["taxNo"] for receipt in received]
    ends = {receipt.head["taxNo"]: receipt.status for receipt in receipts if receipt.code == "818"}
    if bool(bills) != (RELEASED in path):
        yield f"{len(bills)} tax bills for a list that came to {path[-1] if path else 'nothing'}"
    if len(bills) > 1 and not trade.story:
        yield f"there were {len(bills)} tax bills"
    wanted = bills_of(trade, terms)
    if trade.story == BY_PARTS and bills and len(bills) != len(wanted):
        yield f"there were {len(bills)} tax bills, and should be {len(wanted)}"
    yield from check_bills([(receipt.head, receipt.lines) for receipt in received], wanted)
    for bill in bills:
        if ends.get(bill) not in {VOID, COLLECTED}:
            yield f"the tax bill {bill} was neither collected nor voided"


def _statuses(receipts: Sequence[LoggedReceipt], code: str) -> list[str]:
    return [receipt.status for receipt in receipts if receipt.code == code]
