"""Signed messages of every kind, each wrong in one way: every reason for which the port refuses a signature, and what
it accepts; by the receipts, and as `validate` foresees it. The statuses stand in `signed_messages.csv`."""

from __future__ import annotations

import csv
import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import NamedTuple

from schemas.signature.algorithms import Key
from simulators.entry.windows import ReceivedReceipt, SandboxClient, sample
from simulators.probes.sending import now_of
from simulators.probes.signed_ways import WAYS, SignedMessage, SignedWay, Signers, signers_of

MOST = 20
"""Messages that `validate` takes at once."""
ESSENTIAL = ("with a placeholder", "changed since", "signed by another company")
"""What is tried of every kind of message; the other ways, of the first in the table."""


class _SignedTrial(NamedTuple):
    row: SignedMessage
    about: str
    way: SignedWay
    mailbox: str
    body: bytes


def table() -> Sequence[SignedMessage]:
    """The statuses of every kind of message."""
    text = files(__package__).joinpath("signed_messages.csv").read_text("utf-8")
    return [SignedMessage(**row) for row in csv.DictReader(text.splitlines())]


def probe(sandbox: SandboxClient) -> Iterator[str]:
    """Yield what is wrong; the sandbox requires signatures meanwhile."""
    before = sandbox.options()["signatures"]
    sandbox.options(signatures="require")
    try:
        tried = list(_tried(sandbox))
        last = {box: _last(sandbox, box) for box in {each.mailbox for each in tried}}
        foreseen = [codes for start in range(0, len(tried), MOST) for codes in _foreseen(sandbox, tried[start:][:MOST])]
        sandbox.submit(*(each.body for each in tried))
        sandbox.settle()
        told = {box: sandbox.receipts(box, place) for box, place in last.items()}
        for each, codes in zip(tried, foreseen, strict=True):
            yield from _wrong(each, codes, told[each.mailbox])
    finally:
        sandbox.options(signatures=before)


def _tried(sandbox: SandboxClient) -> Iterator[_SignedTrial]:
    """All messages, signed."""
    now, known = now_of(sandbox), dict[tuple[str, Key], Signers]()
    for place, row in enumerate(table()):
        for kind in (Key.RSA, Key.SM2) if not place else (Key.SM2,):
            for name in WAYS if not place else ESSENTIAL:
                about = f"{row.message}, {kind.value}, {name}"
                trade = sample(row.message, about, now)
                company = trade.value("copCode", row.message)
                if (company, kind) not in known:
                    known[company, kind] = signers_of(sandbox, company, kind, 0x7F000001 + 4 * len(known))
                body = WAYS[name].made(trade.messages[row.message], known[company, kind])
                yield _SignedTrial(row, about, WAYS[name], trade.mailbox(row.message), body)


def _last(sandbox: SandboxClient, box: str) -> int:
    return max((receipt.sequence for receipt in sandbox.receipts(box)), default=0)


def _foreseen(sandbox: SandboxClient, tried: Sequence[_SignedTrial]) -> Iterator[set[str]]:
    """The codes about signatures that `validate` names of each message."""
    answer = sandbox.call("POST", "/validate", json={"messages": [b64encode(each.body).decode() for each in tried]})
    for result in answer["messages"]:
        yield {finding["code"] for finding in result["findings"] if "/176" in finding["code"]}


def _wrong(trial: _SignedTrial, foreseen: set[str], told: Sequence[ReceivedReceipt]) -> Iterator[str]:
    status = trial.way.status(trial.row)
    wanted = {f"{status}/{trial.way.reason}"} if status else set()
    own = set(trial.row[1:])
    refusals = [each.status for each in told if _guid(trial.body) in each.xml and each.status in own]
    if refusals != [status][: len(wanted)] or foreseen != wanted:
        got = " ".join([*refusals, *sorted(foreseen)]) or "accepted"
        yield f"{trial.about}: should be {' '.join(wanted) or 'accepted'}, and is {got}"


def _guid(body: bytes) -> str:
    found = re.search(rb"guid>([0-9A-Fa-f-]{36})<", body)
    return found[1].decode() if found else ""
