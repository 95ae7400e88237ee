"""Refusals by the port of every kind of message, each by its own code: a change of what is not there, an older
document, the same one anew, one that its schema does not allow. The codes are those of the catalogue (announcements'
annexes)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from hashlib import md5
from typing import NamedTuple

from schemas import catalogue
from schemas.catalogue import MessageType
from simulators.entry.places import ReceivedReceipt, SandboxClient, change_elements

FLOWS = ("import", "export")
EARLIER, WHOLE_MESSAGE = "20200101000000", "900"
"""A time before that of any sample; the receipt about a message that its schema does not allow."""
_ROOT_GUID = re.compile(rb'( guid=")[^"]+')
_TIME = re.compile(rb"appTime>(\d{14})")
Bodies = list[bytes]


class RefusedMessage(NamedTuple):
    """A message to send, made from a sample, and the codes one of which its receipts must have."""

    name: str
    sent: Callable[[bytes], Bodies]
    codes: Callable[[MessageType], set[str]]


def _anew(body: bytes, **elements: str) -> bytes:
    """A message with other elements in a transmission of its own, and with a guid of its own."""
    digest = md5(repr((body, elements)).encode(), usedforsecurity=False).hexdigest().upper()
    number = f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:]}"
    return _ROOT_GUID.sub(rb"\g<1>" + number.encode(), change_elements(body, {**elements, "guid": number}), count=1)


def _a_second_later(body: bytes) -> str:
    written = _TIME.search(body)
    return str(int(written[1]) + 1) if written else ""


def _without_type(body: bytes) -> bytes:
    return re.sub(rb"<(\w+:)?appType>[^<]*</(\w+:)?appType>", b"", body)


REFUSALS = (
    RefusedMessage(
        "a change of what is not there",
        lambda body: [_anew(body, appType="2")],
        lambda entry: {_duplicate(entry).missing},
    ),
    RefusedMessage(
        "an older document",
        lambda body: [body, _anew(body, appTime=EARLIER)],
        lambda entry: {_duplicate(entry).old},
    ),
    RefusedMessage(
        "the same document anew",
        lambda body: [body, _anew(body, appTime=_a_second_later(body))],
        lambda entry: {_duplicate(entry).exists, _duplicate(entry).used},
    ),
    RefusedMessage("no appType", lambda body: [_without_type(body)], lambda entry: {"-0002"}),
)


def _duplicate(entry: MessageType) -> catalogue.Duplicate:
    return catalogue.handling(entry.kind).duplicate


class _Wanted(NamedTuple):
    """The receipts about a refusal: their mailbox and types, the number of the document, the guid of the message."""

    mailbox: str
    types: set[str]
    number: str
    guid: str

    def fits(self, receipt: ReceivedReceipt) -> bool:
        """True if a receipt is one of them."""
        about = self.number in receipt.key or self.guid in f"{receipt.key} {receipt.values}"
        return receipt.type in self.types and about


def probe(sandbox: SandboxClient) -> Iterator[str]:
    """Yield what is wrong."""
    wanted: dict[str, _Wanted] = {}
    codes_of: dict[str, set[str]] = {}
    for flow in FLOWS:
        for refusal in REFUSALS:
            trade = sandbox.sample(flow, f"refused: {refusal.name}")
            for code, body in trade.messages.items():
                entry, bodies = catalogue.by_code(code), refusal.sent(body)
                for sent in bodies:
                    sandbox.submit(sent)
                    sandbox.settle()
                number = trade.value(entry.key[-1], code)
                guid = (_ROOT_GUID.search(bodies[-1]) or [b""])[0].decode().partition('"')[2]
                wanted[f"{code}, {refusal.name}"] = _Wanted(
                    trade.mailbox(code),
                    {f"CEB{kind}Message" for kind in (entry.answered_by, WHOLE_MESSAGE)},
                    number,
                    guid,
                )
                codes_of[f"{code}, {refusal.name}"] = refusal.codes(entry)
    told = {box: sandbox.receipts(box) for box in {each.mailbox for each in wanted.values()}}
    for name, about in wanted.items():
        statuses = [receipt.status for receipt in told[about.mailbox] if about.fits(receipt)]
        if not codes_of[name] & set(statuses):
            got = " · ".join(statuses) or "nothing"
            yield f"{name}: not refused with {' or '.join(sorted(codes_of[name]))}, but {got}"
