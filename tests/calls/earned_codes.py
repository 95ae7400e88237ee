"""Every code of refusal by one message that earns it, and by its neighbour that does not: what `validate` says of both,
and what the receipts say of the first. The messages stand in `earned_codes.csv`, with the code as announcements and
captured receipts give it, and the change of a sample that earns it."""

from __future__ import annotations

import csv
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from simulators.entry.windows import SandboxClient, sample
from tests.calls.changed_messages import FLOWS, Messages, changed
from tests.calls.sending import now_of

MOST = 20
"""Messages that `validate` takes at once."""
INVALID = "-0002"
"""The status of the receipt about a message that its schema does not allow."""
LISTS = ("621", "603")
"""Messages about which customs answer for the whole trade."""


class EarnedCode(NamedTuple):
    """A code, such as -301008/15002 (the port's, and its reason), 14001 (customs') or too-long (of the schema); the
    message that is changed, what earns the code, and what comes closest and does not."""

    code: str
    message: str
    change: str
    neighbour: str

    @property
    def port(self) -> str:
        """The status with which the port refuses; empty for a code of customs."""
        if self.code.isdigit():
            return ""
        return self.code.partition("/")[0] if self.code.startswith("-") else INVALID


class _EarningTrial(NamedTuple):
    """A row, the messages that earn its code, and those that do not."""

    row: EarnedCode
    earning: Messages
    neighbour: Messages

    @property
    def about(self) -> str:
        """Return what earns the code, in words."""
        return f"{self.row.message} with {self.row.change}"

    @property
    def bodies(self) -> Sequence[bytes]:
        """All messages."""
        return [*self.earning.values(), *self.neighbour.values()]

    @property
    def answering(self) -> bytes:
        """The message about which the refusal is told."""
        return self.earning[self.row.message if self.row.port else next(code for code in LISTS if code in self.earning)]


def table() -> Sequence[EarnedCode]:
    """All rows of the table."""
    text = Path(__file__).with_name("earned_codes.csv").read_text("utf-8")
    return [EarnedCode(**row) for row in csv.DictReader(text.splitlines())]


def wrong(sandbox: SandboxClient) -> Iterator[str]:
    """Yield what is wrong."""
    now = now_of(sandbox)
    tried = [_trial(number, row, now) for number, row in enumerate(table())]
    for together in _together(tried):
        yield from _foreseen(sandbox, together)
    for each in tried:
        sandbox.submit(*each.earning.values())
    sandbox.settle()
    yield from _told(sandbox, tried)


def _trial(number: int, row: EarnedCode, now: int) -> _EarningTrial:
    """Return what is tried of a row: the message that the port refuses alone, or all of a trade that customs refuse.
    Raises `LookupError` and `ValueError` for a row that does not fit its message."""
    sides = []
    for side, change in (("is", row.change), ("is not", row.neighbour)):
        trade = sample(FLOWS.get(row.message, row.message), f"earned codes {number} {side}", now)
        messages = changed(trade.messages, row.message, change)
        sides.append({row.message: messages[row.message]} if row.port else messages)
    return _EarningTrial(row, *sides)


def _together(tried: Iterable[_EarningTrial]) -> Iterator[Sequence[_EarningTrial]]:
    """The rows in groups that `validate` takes at once."""
    group: list[_EarningTrial] = []
    for each in tried:
        if sum(len(other.bodies) for other in (*group, each)) > MOST:
            yield group
            group = []
        group.append(each)
    yield group


def _foreseen(sandbox: SandboxClient, tried: Sequence[_EarningTrial]) -> Iterator[str]:
    """The faults in what `validate` says of some rows, whose messages it is given together."""
    bodies = [b64encode(body).decode() for each in tried for body in each.bodies]
    answer = sandbox.call("POST", "/validate", json={"messages": bodies})
    results: Iterator[Any] = iter(answer["messages"])
    for each in tried:
        earned, spared = (_codes(islice(results, len(side))) for side in (each.earning, each.neighbour))
        if each.row.code not in earned:
            yield f"{each.about}: validate does not name {each.row.code}, but {' '.join(sorted(earned)) or 'nothing'}"
        if each.row.code in spared:
            yield f"{each.row.message} with {each.row.neighbour or 'no change'}: validate names {each.row.code}"


def _codes(results: Iterable[Any]) -> set[str]:
    return {finding["code"] for result in results for finding in result["findings"]}


def _element(body: bytes, name: str) -> str:
    return body.decode().partition(f":{name}>")[2].partition("<")[0]


def _told(sandbox: SandboxClient, tried: Sequence[_EarningTrial]) -> Iterator[str]:
    """The faults in the receipts about what was sent."""
    boxes = {_element(each.answering, "dxpId") for each in tried}
    told = {box: sandbox.receipts(box) for box in boxes}
    for each in tried:
        receipts = told[_element(each.answering, "dxpId")]
        if each.row.port:
            about = [receipt for receipt in receipts if _element(each.answering, "guid") in receipt.xml]
            right = [receipt.status for receipt in about] == [each.row.port]
        else:
            about = [receipt for receipt in receipts if receipt.order_no == _element(each.answering, "orderNo")]
            right = any(f"Code:{each.row.code}" in receipt.xml for receipt in about)
        if not right:
            got = " · ".join(f"{receipt.status} {receipt.info_zh[:60]}" for receipt in about) or "nothing"
            yield f"{each.about}: the receipts do not say {each.row.port or each.row.code}, but {got}"
