"""Every code with which an agency answers a message of its own (invoices, claims, exchange reports, registrations,
goods), by one message that earns it and by its neighbour that does not. They stand in `agency_codes.csv`, each message
as a change of its sample."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from schemas.identifiers import example_credit_code
from simulators.entry.windows import ReceivedReceipt, SandboxClient, change_elements, sample
from tests.calls.changed_messages import changed
from tests.calls.sending import now_of

_NUMBER = r"<(?:\w+:)?{}>([^<]+)<"
_OWN: Mapping[str, re.Pattern[str]] = defaultdict(
    lambda: re.compile(_NUMBER.format("copNo")),
    VatInvoice=re.compile(_NUMBER.format("invoiceNo")),
    Registration=re.compile(_NUMBER.format("code")),
)
"""The number of each message that no other has; of most the company's own."""


class AgencyCode(NamedTuple):
    """A code, the message that is changed, what earns the code, and what comes closest and does not."""

    code: str
    message: str
    change: str
    neighbour: str


class _AgencyTrial(NamedTuple):
    row: AgencyCode
    earning: bytes
    neighbour: bytes
    mailbox: str


def table() -> Sequence[AgencyCode]:
    """All rows of the table."""
    text = Path(__file__).with_name("agency_codes.csv").read_text("utf-8")
    return [AgencyCode(**row) for row in csv.DictReader(text.splitlines())]


def own_numbers(message: str, number: int) -> Mapping[str, str]:
    """The elements of a message whose samples all have the same number, with one that no other has."""
    if message in ("VatInvoice", "RefundClaim"):  # a claim names an invoice that nobody has sent
        return {"invoiceNo": f"2637200000001{number:07d}"}
    if message == "Registration":
        code = f"3702{number:06d}"
        return {"code": code, "creditCode": example_credit_code(code)}
    return {}


def wrong(sandbox: SandboxClient) -> Iterator[str]:
    """Yield what is wrong."""
    now = now_of(sandbox)
    tried = [_trial(place, row, now) for place, row in enumerate(table())]
    for side in ("earning", "neighbour"):
        sandbox.submit(*(getattr(each, side) for each in tried))
    sandbox.settle()
    told = {box: sandbox.receipts(box) for box in {each.mailbox for each in tried}}
    for each in tried:
        earned, spared = (_codes(told[each.mailbox], each.row.message, body) for body in (each.earning, each.neighbour))
        if each.row.code not in earned:
            about, got = f"{each.row.message} with {each.row.change or 'no change'}", " ".join(sorted(earned))
            yield f"{about}: not answered with {each.row.code}, but {got or 'nothing'}"
        if each.row.code in spared:
            yield f"{each.row.message} with {each.row.neighbour or 'no change'}: answered with {each.row.code}"


def _trial(place: int, row: AgencyCode, now: int) -> _AgencyTrial:
    sides = []
    for side, change in enumerate((row.change, row.neighbour)):
        trade = sample(row.message, f"agency codes {place} {side}", now)
        body = change_elements(trade.messages[row.message], own_numbers(row.message, 2 * place + side))
        sides.append(changed({row.message: body}, row.message, change)[row.message])
    return _AgencyTrial(row, sides[0], sides[1], trade.mailbox(row.message))


def _codes(receipts: Sequence[ReceivedReceipt], message: str, body: bytes) -> set[str]:
    """The codes in the receipts about a message: those whose business key ends with its own number."""
    named = _OWN[message].search(body.decode())
    about = [receipt for receipt in receipts if named and receipt.key.rpartition("|")[2] == named[1]]
    return {receipt.status for receipt in about} | set(re.findall(r"Code:(\d+)", "".join(each.xml for each in about)))
