"""Tolerances: settings of a participant for deviations from the standard that were seen in live traffic.

Receipts are rendered and validated in the strict form, then changed for the participant's mailbox. Tolerated faults of
his messages are corrected before validation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from xml.sax.saxutils import escape

from sqlalchemy import Connection, Select, bindparam, select

from schemas import repeated_transfer
from single_window.receipts.enveloping import put_in_envelopes
from single_window.receipts.rows import TAX_BILL, Rendered
from single_window.store import names, participants, sandboxes
from single_window.store.bulk import array_value, in_array, per_dialect
from single_window.store.makings import BILLS_AS_CAPTURED
from single_window.store.prepared import fetch_all
from single_window.store.tables import declaration

REPLAY = "replay"
"""A document sent again in another transmission gets its first receipts again."""
EMPTY_COP_NO = "empty_cop_no"
"""A 622 for a list without copNo has no copNo; the strict form uses the port's preNo."""
BARE_REFUSALS = "bare_refusals"
"""A 622 with -621001 has neither copNo nor preNo, like live ones."""
TAX_BILL_ORDER_NO = "tax_bill_order_no"
"""An 816 carries orderNo and logisticsNo after customsCode. Now the default, so this counts for older bills only."""
TAX_BILL_BY_SCHEMA = "tax_bill_by_schema"
"""An 816 has neither orderNo nor logisticsNo, which its schema lacks; the standard's text and captures have both."""
REPEATED_BASE_TRANSFER = repeated_transfer.TOLERANCE
"""A message with a second, identical BaseTransfer is accepted with a warning."""
MISSING_PARTNERS = "missing_partners"
"""The port's answer to an export list names missing partners, as it always does for imports."""
ESCAPED_OPEN_REQ = "escaped_open_req"
"""Payment data is requested from a platform with `&quot;` instead of quotes."""
DXP_ENVELOPE = "dxp_envelope"
"""Every receipt message is wrapped in a DxpMsg, for every way of delivery without a chosen envelope."""
TOLERANCES = (
    REPLAY,
    MISSING_PARTNERS,
    EMPTY_COP_NO,
    BARE_REFUSALS,
    TAX_BILL_ORDER_NO,
    TAX_BILL_BY_SCHEMA,
    REPEATED_BASE_TRANSFER,
    ESCAPED_OPEN_REQ,
    DXP_ENVELOPE,
)
"""All values of the column `tolerances` of a participant."""

# Regular expressions suffice, because we render receipts without space between elements and with escaped texts.
_STAND_IN = re.compile(rb"<copNo>([^<]*)</copNo>(?=<preNo>\1</preNo>)")
_ANSWER = re.compile(rb"<InventoryReturn>.*?</InventoryReturn>", re.DOTALL)
_OWN_NUMBERS = re.compile(rb"<(copNo|preNo)>[^<]*</\1>")
_FAILED_CHECK = b"<returnStatus>-621001</returnStatus>"
_BILL_HEAD = re.compile(rb"<TaxHeadRd>.*?<invtNo>([^<]*)</invtNo>.*?</TaxHeadRd>", re.DOTALL)
_AFTER = b"</customsCode>"


def apply_tolerances(
    connection: Connection, sandbox: str, mailbox: str, strict: Sequence[Rendered], way: str = names.POLL
) -> Sequence[Rendered]:
    """Apply the mailbox owner's tolerances and envelope to receipt messages for a way of delivery."""
    if not strict:
        return strict
    wished = sandboxes.tolerances_of(connection, sandbox, mailbox)
    if EMPTY_COP_NO in wished:
        strict = _edit(strict, "622", partial(_STAND_IN.sub, b""))
    if BARE_REFUSALS in wished:
        strict = _edit(strict, "622", partial(_ANSWER.sub, _bare))
    if any(_names_its_order(message, wished) for message in strict):
        strict = _with_order_numbers(connection, sandbox, strict, wished)
    kind = participants.chosen_envelopes(connection, sandbox, mailbox).get(way) or usual_envelope(wished)
    return strict if kind == names.NONE else put_in_envelopes(connection, sandbox, mailbox, strict, kind)


def usual_envelope(wished: Collection[str]) -> str:
    """The envelope for ways of delivery for which none was chosen; `wished`: the owner's tolerances."""
    return names.DXP_MSG if DXP_ENVELOPE in wished else names.NONE


def _bare(answer: re.Match[bytes]) -> bytes:
    inventory_return = answer.group()
    return _OWN_NUMBERS.sub(b"", inventory_return) if _FAILED_CHECK in inventory_return else inventory_return


def _names_its_order(message: Rendered, wished: Collection[str]) -> bool:
    """True if a message is a tax bill that carries order and waybill number for the mailbox's owner."""
    if message.code != TAX_BILL:
        return False
    return TAX_BILL_BY_SCHEMA not in wished if message.form >= BILLS_AS_CAPTURED else TAX_BILL_ORDER_NO in wished


def _with_order_numbers(
    connection: Connection, sandbox: str, rendered: Sequence[Rendered], wished: Collection[str]
) -> list[Rendered]:
    bills = [message for message in rendered if _names_its_order(message, wished)]
    listed = {number.decode() for message in bills for number in _BILL_HEAD.findall(message.body)}
    added = _added_elements(connection, sandbox, sorted(listed))

    def insert(head: re.Match[bytes]) -> bytes:
        return head.group().replace(_AFTER, _AFTER + added.get(head.group(1).decode(), b""), 1)

    return [
        message._replace(body=_BILL_HEAD.sub(insert, message.body)) if _names_its_order(message, wished) else message
        for message in rendered
    ]


def _edit(rendered: Sequence[Rendered], code: str, edit: Callable[[bytes], bytes]) -> list[Rendered]:
    """The messages, with the bodies of those of a type edited."""
    return [message._replace(body=edit(message.body)) if message.code == code else message for message in rendered]


def _added_elements(connection: Connection, sandbox: str, invt_nos: Sequence[str]) -> Mapping[str, bytes]:
    """List number → additional elements of its 816."""
    if not invt_nos:
        return {}
    values = {"of_sandbox": sandbox, "numbers": array_value(connection, invt_nos)}
    rows = fetch_all(connection, _orders_of_lists(connection), values)
    return {
        number: (
            f"<orderNo>{escape(order_no)}</orderNo><logisticsNo>{escape(parcel.partition('|')[2])}</logisticsNo>"
        ).encode()
        for number, order_no, parcel in rows
    }


@per_dialect
def _orders_of_lists(sqlite: bool) -> Select[tuple[str, str, str]]:
    columns = (declaration.c.invt_no, declaration.c.order_no, declaration.c.logistics_key)
    of_lists = in_array(sqlite, declaration.c.invt_no, "numbers")
    return select(*columns).where(declaration.c.sandbox == bindparam("of_sandbox"), of_lists)
