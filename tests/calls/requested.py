"""Requests about lists (撤单、退货、理货), each wrong in one way: every element of a request that must be that of its
list, or of the request before it, is another one once. They stand in `requested.csv`, with the state of the list."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from simulators.entry.windows import ReceivedReceipt, SampleTrade, SandboxClient, sample
from tests.calls.changed_messages import Messages, changed
from tests.calls.sending import now_of

FORCED: Mapping[str, Mapping[str, str]] = {
    "reviewed": {"do": "review"},
    "inspected": {"do": "inspect"},
    "rejected": {"do": "reject", "code": "1332"},
}
"""The state of a list → what is forced, so that it comes to it."""
ARRIVED, RETURNING = "arrived", "asked back"
"""The states to which the arrival of its goods brings an export, and then a request for their return (213)."""
NONE = "none"
"""Instead of a neighbour: the code follows from the state of the list alone."""
LISTS: Mapping[str, str] = {"import": "621", "export": "603"}
FLOW_OF: Mapping[str, str] = {"623": "import", "625": "import", "605": "export", "213": "export", "215": "export"}
_OWN = re.compile(r"<(?:\w+:)?co(?:pNo|ElNo)>([^<]+)<")
_DXP_ID = re.compile(r"<(?:\w+:)?dxpId>([^<]+)<")


class RequestedChange(NamedTuple):
    """A code, the request that is changed, the state of its list, what earns the code, and what comes closest and does
    not."""

    code: str
    message: str
    state: str
    change: str
    neighbour: str


class _RequestTrial(NamedTuple):
    row: RequestedChange
    change: str
    wanted: bool
    trade: SampleTrade


def table() -> Sequence[RequestedChange]:
    """All rows of the table."""
    text = Path(__file__).with_name("requested.csv").read_text("utf-8")
    return [RequestedChange(**row) for row in csv.DictReader(text.splitlines())]


def wrong(sandbox: SandboxClient) -> Iterator[str]:
    """Yield what is wrong."""
    now = now_of(sandbox)
    tried = [
        _RequestTrial(row, change, wanted, sample(FLOW_OF[row.message], f"requested {place} {wanted}", now))
        for place, row in enumerate(table())
        for wanted, change in ((True, row.change), (False, row.neighbour))
        if change != NONE
    ]
    for each in tried:
        _submit_list(sandbox, each)
    sandbox.settle()
    for each in tried:
        if each.row.state in (ARRIVED, RETURNING):
            sandbox.submit(each.trade.further("507"))
    sandbox.settle()
    for each in tried:
        if each.row.state == RETURNING:
            sandbox.submit(_about_list(sandbox, each, "213")["213"])
    sandbox.settle()
    requests = [_request(sandbox, each) for each in tried]
    sandbox.submit(*requests)
    sandbox.settle()
    yield from _told(sandbox, tried, requests)


def _submit_list(sandbox: SandboxClient, trial: _RequestTrial) -> None:
    """Send the documents of a list, which comes to the state of its row."""
    if (forced := FORCED.get(trial.row.state)) is not None:
        of_list = {"type": LISTS[FLOW_OF[trial.row.message]], "order": trial.trade.order_no}
        sandbox.force(match=of_list, do=dict(forced))
    sandbox.submit(trial.trade)


def _request(sandbox: SandboxClient, trial: _RequestTrial) -> bytes:
    """A request about a list that names its number, with one change."""
    message = trial.row.message
    return changed(_about_list(sandbox, trial, message), message, trial.change)[message]


def _about_list(sandbox: SandboxClient, trial: _RequestTrial, message: str) -> Messages:
    """A message about a list that names its number."""
    [listed] = sandbox.state(trial.trade).declarations
    return trial.trade.further(message, invtNo=listed.invt_no).messages


def _told(sandbox: SandboxClient, tried: Sequence[_RequestTrial], requests: Sequence[bytes]) -> Iterator[str]:
    boxes = [_DXP_ID.findall(body.decode())[-1] for body in requests]
    told = {box: sandbox.receipts(box) for box in set(boxes)}
    for each, body, box in zip(tried, requests, boxes, strict=True):
        codes = _codes(told[box], body)
        about = f"{each.row.message} about a list that is {each.row.state}, with {each.change or 'no change'}"
        if each.wanted and each.row.code not in codes:
            yield f"{about}: not answered with {each.row.code}, but {' '.join(sorted(codes)) or 'nothing'}"
        if not each.wanted and each.row.code in codes:
            yield f"{about}: answered with {each.row.code}"


def _codes(receipts: Sequence[ReceivedReceipt], body: bytes) -> set[str]:
    """The statuses and codes in the receipts about a request: those whose business key ends with its own number."""
    named = _OWN.search(body.decode())
    about = [receipt for receipt in receipts if named and receipt.key.rpartition("|")[2] == named[1]]
    return {receipt.status for receipt in about} | set(re.findall(r"Code:(\d+)", "".join(each.xml for each in about)))
