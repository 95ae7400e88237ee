"""Receipts put straight into a mailbox, for tests of what carries them away."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from declarations.reasons import Reason
from gateways.records import ReceiptDraft
from single_window.store.engine import writing
from single_window.store.gateway_results import write_receipts
from single_window.store.mailbox_numbers import place
from single_window.store.mailboxes import last_place
from single_window.store.numbering import ROWS
from single_window.wiring import Window

BOX = "DXPENT0000000001"
NOON = 1_795_147_200_000
_FIELDS = {
    "312": {"ebpCode": "3702W12345", "ebcCode": "370296T088", "orderNo": "{number}"},
    "412": {"payCode": "370296T088", "payTransactionId": "{number}"},
}
_NO_RULES: Mapping[int, str] = {}
_NUMBERS = {"312": rb"<orderNo>([^<]*)", "412": rb"<payTransactionId>([^<]*)"}


def put(
    window: Window, mailbox: str, codes: Sequence[str], sandbox: str = "main", rules: Mapping[int, str] = _NO_RULES
) -> None:
    """One more receipt for each code (312, 412), in one group; each is about the number of its place in the mailbox.
    `rules`: the rules whose words they carry, by place."""
    window.numbering.ensure(ROWS, "row", 10)
    with writing(window.engine) as connection:
        there = last_place(connection, sandbox, mailbox)
        places = [str(there + place) for place in range(1, len(codes) + 1)]
        drafts = [
            _draft(mailbox, code, number, rules.get(int(number), ""))
            for code, number in zip(codes, places, strict=True)
        ]
        place(connection, write_receipts(connection, window.numbering, sandbox, drafts, NOON))


def numbers(body: bytes) -> list[int]:
    """The numbers of the receipts in a message."""
    return [int(row) for pattern in _NUMBERS.values() for row in re.findall(pattern, body)]


def _draft(mailbox: str, code: str, number: str, rule: str) -> ReceiptDraft:
    fields = {name: text.format(number=number) for name, text in _FIELDS[code].items()}
    return ReceiptDraft(
        mailboxes=mailbox,
        code=code,
        order_no=number,
        kind="order",
        key=number,
        return_status="2",
        return_time=NOON,
        reason=Reason(rule, {}),
        fields=fields,
    )
