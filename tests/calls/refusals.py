"""Refusals by the port of every kind of message, each by its own code: a change of what is not there, an older
document, the same one anew, a staged change of a declared one, a change of what an agency has answered, a deletion by
somebody else, one document more than a message may hold, one that its schema does not allow. The codes stand in
`port_refusals.csv`, as the annexes of announcements and captured receipts have them, and are not asked of the window's
own catalogue."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from simulators.entry.windows import ReceivedReceipt, SandboxClient, sample
from tests.calls.sending import anew, now_of

EARLIER = "20200101000000"
"""A time before that of any sample."""
STRANGER = "DXPENT0000009999"
"""The mailbox of somebody else than the sender of any sample."""
_GUID = re.compile(rb"guid(?:=\"|>)([0-9A-F-]{36})")
_TIME = re.compile(rb"appTime>(\d{14})")
_SENDER = re.compile(rb"dxpId>(\w+)</[\w:]+>\s*</")
Bodies = list[bytes]


class PortCodes(NamedTuple):
    """The codes with which the port refuses a message: a change of what is not there, an older document, the same one
    anew, a staged change of a declared one, a change of what an agency has answered, a deletion by
    somebody else, and one more document than `most`.
    Each of several, separated by a blank, is right; none: it is refused for something else, or not at all."""

    message: str
    missing: str
    old: str
    anew: str
    staged: str
    changed: str
    stranger: str
    most: str
    many: str


class RefusedMessage(NamedTuple):
    """A message to send, made from a sample, and the codes one of which its receipts must have."""

    name: str
    sent: Callable[[bytes, PortCodes], Bodies]
    codes: Callable[[PortCodes], str]


def _a_second_later(body: bytes) -> str:
    written = _TIME.search(body)
    return str(int(written[1]) + 1) if written else ""


def _without_type(body: bytes) -> bytes:
    return re.sub(rb"<(\w+:)?appType>[^<]*</(\w+:)?appType>", b"", body)


def _so_many(body: bytes, times: int) -> bytes:
    """A message with its document so many times."""
    begin, end = body.index(b"<", body.index(b"Message ")), body.index(b"BaseTransfer>")
    end = body.rindex(b"<", 0, end)
    return body[:begin] + body[begin:end] * times + body[end:]


REFUSALS = (
    RefusedMessage(
        "a change of what is not there",
        lambda body, codes: [anew(body, appType="2")],
        lambda codes: codes.missing,
    ),
    RefusedMessage(
        "an older document",
        lambda body, codes: [body, anew(body, appTime=EARLIER)],
        lambda codes: codes.old,
    ),
    RefusedMessage(
        "the same document anew",
        lambda body, codes: [body, anew(body, appTime=_a_second_later(body))],
        lambda codes: codes.anew,
    ),
    RefusedMessage(
        "a staged change of what is declared",
        lambda body, codes: [body, anew(body, appTime=_a_second_later(body), appType="2", appStatus="1")],
        lambda codes: codes.staged,
    ),
    RefusedMessage(
        "a change of what is answered",
        lambda body, codes: [body, anew(body, appTime=_a_second_later(body), appType="2")],
        lambda codes: codes.changed,
    ),
    RefusedMessage(
        "a deletion by somebody else",
        lambda body, codes: [body, anew(body, appTime=_a_second_later(body), appType="3", dxpId=STRANGER)],
        lambda codes: codes.stranger,
    ),
    RefusedMessage(
        "one document more than a message may hold",
        lambda body, codes: [_so_many(body, int(codes.most) + 1)],
        lambda codes: codes.many,
    ),
    RefusedMessage("no appType", lambda body, codes: [_without_type(body)], lambda codes: codes.missing and "-0002"),
)


def table() -> Sequence[PortCodes]:
    """The codes of every message that is tried."""
    text = Path(__file__).with_name("port_refusals.csv").read_text("utf-8")
    return [PortCodes(**row) for row in csv.DictReader(text.splitlines())]


class _RefusedTrial(NamedTuple):
    """The texts that are sent of a message, one after the other, and the codes of which the receipts about the last
    must have one."""

    name: str
    mailbox: str
    bodies: Bodies
    codes: set[str]

    def fits(self, receipt: ReceivedReceipt) -> bool:
        """True if a receipt is about the last of them."""
        return any(guid[1].decode() in receipt.xml for guid in _GUID.finditer(self.bodies[-1]))


def wrong(sandbox: SandboxClient) -> Iterator[str]:
    """Yield what is wrong."""
    now = now_of(sandbox)
    tried = [_trial(row, refusal, now) for row in table() for refusal in REFUSALS if refusal.codes(row)]
    for turn in range(2):
        sent = [each.bodies[turn] for each in tried if turn < len(each.bodies)]
        sandbox.submit(*sent)
        sandbox.settle()
    told = {box: sandbox.receipts(box) for box in {each.mailbox for each in tried}}
    for each in tried:
        statuses = [receipt.status for receipt in told[each.mailbox] if each.fits(receipt)]
        if not each.codes & set(statuses):
            got = " · ".join(statuses) or "nothing"
            yield f"{each.name}: not refused with {' or '.join(sorted(each.codes))}, but {got}"


def _trial(row: PortCodes, refusal: RefusedMessage, now: int) -> _RefusedTrial:
    name = f"{row.message}, {refusal.name}"
    body = sample(row.message, f"refused: {refusal.name}", now).messages[row.message]
    codes = {code.partition("/")[0] for code in refusal.codes(row).split()}
    bodies = refusal.sent(body, row)
    return _RefusedTrial(name, _SENDER.findall(bodies[-1])[-1].decode(), bodies, codes)
